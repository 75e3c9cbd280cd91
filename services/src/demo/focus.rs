//! Bill files: FOCUS 1.0 as CSV with the supplier's further amounts in columns of their own.

use std::io::Write;

use domain::money::Amount;
use domain::periods::{Day, Month};

use super::catalogue::{Site, language};
use super::lines::{Kind, Line};
use super::resources::Plan;
use crate::error::{Error, Result};

/// The columns of FOCUS 1.0, then ours.
pub(super) const COLUMNS: [&str; 57] = [
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_AssociationType",
    "x_BillType",
    "x_ChargeMode",
    "x_TruncatedAmount",
    "x_CashAmount",
    "x_CreditAmount",
    "x_CashCouponAmount",
    "x_StoredCardAmount",
    "x_BonusAmount",
    "x_DebtAmount",
    "x_WrittenOffAmount",
    "x_TradeTime",
    "x_OrderId",
    "x_AccountManagerName",
];

/// A bill file in the writing.
pub(super) struct Bill<W: Write> {
    csv: csv::Writer<W>,
    site: Site,
    /// Start and inclusive end of the billing period: the month in GMT+8, written as UTC, as the supplier does.
    period: (String, String),
    rows: u64,
}

impl<W: Write> Bill<W> {
    pub(super) fn new(out: W, site: Site, month: Month) -> Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(COLUMNS).map_err(Error::internal)?;
        Ok(Self { csv, site, period: (start_of(month.first_day()), end_of(month.last_day())), rows: 0 })
    }

    /// Writes a line; `manager` is the account manager whom the supplier has on record.
    pub(super) fn push(&mut self, line: &Line<'_>, manager: &str) -> Result<()> {
        let record = self.charge(line).into_iter().chain(self.thing(line)).chain(extension(line, manager));
        self.csv.write_record(record).map_err(Error::internal)?;
        self.rows += 1;
        Ok(())
    }

    /// Ends the file and says how many rows it has.
    pub(super) fn finish(mut self) -> Result<u64> {
        self.csv.flush()?;
        Ok(self.rows)
    }

    /// The first 23 columns: who is charged, when and how much.
    fn charge(&self, line: &Line<'_>) -> [String; 23] {
        let language = language(self.site);
        let (account, account_name) = self.site.billing_account();
        let coupon = line.kind == Kind::Coupon;
        let quantity = if coupon { String::new() } else { decimal(line.quantity, 4) };
        let frequency = match line.resource.plan {
            Plan::PayPerUse => "Usage-Based",
            Plan::Monthly | Plan::Yearly => "Recurring",
            Plan::Once => "One-Time",
        };
        let contracted = if coupon { 0 } else { line.list - line.discount };
        let contracted_price = line.price * (100 - line.customer.profile.discount);
        [
            line.resource.zone.clone(),
            amount(line.billed),
            account.to_owned(),
            account_name.to_owned(),
            self.site.currency().to_owned(),
            self.period.1.clone(),
            self.period.0.clone(),
            line.kind.category().to_owned(),
            String::new(),
            line.kind.description()[language].to_owned(),
            frequency.to_owned(),
            end_of(line.period.1),
            start_of(line.period.0),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            quantity,
            line.resource.product.unit(self.site).to_owned(),
            amount(contracted),
            decimal(contracted_price, 6),
            amount(line.billed),
        ]
    }

    /// The next 20: what is charged for.
    fn thing(&self, line: &Line<'_>) -> [String; 20] {
        let resource = line.resource;
        let code = resource.product.code.to_lowercase();
        [
            self.site.issuer().to_owned(),
            amount(line.list),
            decimal(line.price, 4),
            "Standard".to_owned(),
            if line.kind == Kind::Coupon { String::new() } else { decimal(line.quantity, 4) },
            resource.product.unit(self.site).to_owned(),
            self.site.supplier().to_owned(),
            self.site.supplier().to_owned(),
            resource.region.0.to_owned(),
            resource.region.1.to_owned(),
            resource.id.clone(),
            resource.name.clone(),
            resource.product.resource_type(self.site).to_owned(),
            resource.product.category.to_owned(),
            resource.product.name(self.site).to_owned(),
            format!("hws.service.type.{code}"),
            format!("hws.service.type.{code}.{}", resource.region.0),
            line.customer.account_id.clone(),
            line.customer.account_name.clone(),
            resource.tags.clone(),
        ]
    }
}

/// The 14 columns that FOCUS does not have.
fn extension(line: &Line<'_>, manager: &str) -> [String; 14] {
    let settled = &line.settled;
    [
        line.customer.association.to_string(),
        line.kind.bill_type().to_string(),
        line.charge_mode().to_string(),
        amount(line.truncated),
        amount(settled.cash),
        amount(settled.credit),
        amount(settled.cash_coupon),
        amount(settled.stored_card),
        amount(settled.bonus),
        amount(settled.debt),
        amount(settled.written_off),
        line.traded_at.clone(),
        line.order.clone(),
        manager.to_owned(),
    ]
}

/// The first instant of a day in GMT+8, as UTC.
fn start_of(day: Day) -> String {
    format!("{}T16:00:00Z", day.plus(-1))
}

/// The last second of a day in GMT+8, as UTC.
fn end_of(day: Day) -> String {
    format!("{day}T15:59:59Z")
}

fn amount(units: i64) -> String {
    Amount::from_units(units).to_string()
}

/// A number of 10⁻ᵖˡᵃᶜᵉˢ.
fn decimal(value: i64, places: u32) -> String {
    amount(value * 10_i64.pow(domain::money::PLACES.saturating_sub(places)))
}
