//! Rows of FOCUS: credits are rows of their own, the month is that of a billing period.

use std::str::FromStr;

use csv::ByteRecord;
use domain::bills::LineAmounts;
use domain::customers::AssociationType;
use domain::imports::fields::BillField as F;
use domain::imports::reasons::Reason;
use domain::money::{Amount, Currency, Decimal};
use domain::periods::{Day, Month, bill_month, parse_instant};
use jiff::Timestamp;

use super::{Exact, Fault, Header, Row, Times, amount, exclusive, text};
use crate::imports::line::{Category, charge_mode};

/// How the specification, and we, name a field's column.
pub fn name(field: F) -> &'static str {
    match field {
        F::Due => "BilledCost",
        F::BillingAccount => "BillingAccountId",
        F::BillingAccountName => "BillingAccountName",
        F::Currency => "BillingCurrency",
        F::PeriodStart => "BillingPeriodStart",
        F::PeriodEnd => "BillingPeriodEnd",
        F::Category => "ChargeCategory",
        F::Class => "ChargeClass",
        F::Description => "ChargeDescription",
        F::Frequency => "ChargeFrequency",
        F::ChargeStart => "ChargePeriodStart",
        F::ChargeEnd => "ChargePeriodEnd",
        F::Service => "ServiceName",
        F::Supplier => "ProviderName",
        F::CustomerAccount => "SubAccountId",
        F::CustomerName => "SubAccountName",
        F::ResourceType => "ResourceType",
        F::ResourceId => "ResourceId",
        F::ResourceName => "ResourceName",
        F::Region => "RegionName",
        F::Tags => "Tags",
        F::List => "ListCost",
        F::Association => "x_AssociationType",
        F::BillType => "x_BillType",
        F::ChargeMode => "x_ChargeMode",
        F::TradeTime => "x_TradeTime",
        F::Order => "x_OrderId",
        F::SourceManager => "x_AccountManagerName",
        F::Truncated => "x_TruncatedAmount",
        F::Cash => "x_CashAmount",
        F::Credit => "x_CreditAmount",
        F::CashCoupon => "x_CashCouponAmount",
        F::StoredCard => "x_StoredCardAmount",
        F::Bonus => "x_BonusAmount",
        F::Debt => "x_DebtAmount",
        F::WrittenOff => "x_WrittenOffAmount",
        F::Month | F::Discount | F::Coupon => "",
    }
}

fn fault(field: F, reason: impl Into<Reason>) -> Fault {
    Fault::new(name(field), reason)
}

/// A row's cells by field.
#[derive(Clone, Copy)]
struct Cells<'a> {
    header: &'a Header,
    record: &'a ByteRecord,
}

impl<'a> Cells<'a> {
    /// Empty where there is no such column.
    fn optional(self, field: F) -> Result<&'a str, Fault> {
        match self.header.columns.of(field) {
            Some(column) => text(self.record, column).ok_or_else(|| fault(field, Reason::NotText)),
            None => Ok(""),
        }
    }

    fn required(self, field: F) -> Result<&'a str, Fault> {
        match self.optional(field)? {
            "" => Err(fault(field, Reason::Empty)),
            value => Ok(value),
        }
    }

    fn coded<T: FromStr>(self, field: F) -> Result<Option<T>, Fault> {
        match self.optional(field)? {
            "" => Ok(None),
            value => value.to_ascii_lowercase().parse().map(Some).map_err(|_| fault(field, Reason::NoCode)),
        }
    }

    fn amount(self, field: F) -> Result<Option<(Decimal, Amount)>, Fault> {
        match self.optional(field)? {
            "" => Ok(None),
            value => amount(value).map(Some).map_err(|error| fault(field, error)),
        }
    }
}

/// Reads a row.
pub fn read<'a>(header: &'a Header, times: &mut Times, record: &'a ByteRecord) -> Result<Row<'a>, Fault> {
    if record.len() != header.record.len() {
        let detail = format!("{}/{}", record.len(), header.record.len());
        return Err(Fault { detail, ..Fault::new("", Reason::FieldCount) });
    }
    let cells = Cells { header, record };
    let billing_account = cells.required(F::BillingAccount)?;
    let sub_account = cells.optional(F::CustomerAccount)?;
    // Judged per row: what names no sub-account was charged to the billing account itself.
    let (customer_account, customer_name) = if sub_account.is_empty() {
        (billing_account, cells.optional(F::BillingAccountName)?)
    } else {
        (sub_account, cells.optional(F::CustomerName)?)
    };
    let currency = cells.required(F::Currency)?;
    Currency::from_str(currency).map_err(|_| fault(F::Currency, Reason::NoCurrency))?;
    let category =
        Category::parse(cells.required(F::Category)?).ok_or_else(|| fault(F::Category, Reason::NoCategory))?;

    let (amounts, exact) = read_amounts(cells, category)?;
    let correction = cells.optional(F::Class)?.eq_ignore_ascii_case("correction");
    let bill_type = cells.coded(F::BillType)?.unwrap_or_else(|| category.bill_type(correction, amounts.due));
    let charge_mode = cells.coded(F::ChargeMode)?.map_or_else(|| cells.optional(F::Frequency).map(charge_mode), Ok)?;
    let association = cells.coded(F::Association)?.unwrap_or(AssociationType::Unknown);

    let (start, start_day) = instant(times, cells.required(F::ChargeStart)?, F::ChargeStart)?;
    let charge_end = optional_instant(times, cells.optional(F::ChargeEnd)?, F::ChargeEnd)?;
    let trade = optional_instant(times, cells.optional(F::TradeTime)?, F::TradeTime)?;
    let month = month(times, cells.required(F::PeriodStart)?, cells.optional(F::PeriodEnd)?)?;
    // Purchases, renewals and refunds belong to the day they were traded on, use to the day it began.
    let traded = category == Category::Purchase || bill_type == domain::bills::BillType::Refund;
    let day = trade.filter(|_| traded).map_or(start_day, |(_, day)| day).clamped_into(month);

    Ok(Row {
        supplier: cells.optional(F::Supplier)?,
        billing_account,
        customer_account,
        customer_name,
        month,
        day,
        bill_type,
        charge_mode,
        association,
        currency,
        service: cells.optional(F::Service)?,
        resource_type: cells.optional(F::ResourceType)?,
        resource_id: cells.optional(F::ResourceId)?,
        resource_name: cells.optional(F::ResourceName)?,
        region: cells.optional(F::Region)?,
        order: cells.optional(F::Order)?,
        description: cells.optional(F::Description)?,
        tags: cells.optional(F::Tags)?,
        manager: cells.optional(F::SourceManager)?,
        charge_start: Some(start),
        charge_end: charge_end.map(|(end, _)| exclusive(end)),
        trade_time: trade.map(|(at, _)| at),
        amounts,
        exact,
    })
}

fn instant(times: &mut Times, value: &str, field: F) -> Result<(Timestamp, Day), Fault> {
    times.instant(value, |value, _| parse_instant(value)).map_err(|_| fault(field, Reason::NoInstant))
}

fn optional_instant(times: &mut Times, value: &str, field: F) -> Result<Option<(Timestamp, Day)>, Fault> {
    if value.is_empty() { Ok(None) } else { instant(times, value, field).map(Some) }
}

fn month(times: &mut Times, start: &str, end: &str) -> Result<Month, Fault> {
    let (start, _) = instant(times, start, F::PeriodStart)?;
    let end = optional_instant(times, end, F::PeriodEnd)?.map(|(end, _)| end);
    if end.is_some_and(|end| end < start) {
        return Err(fault(F::PeriodEnd, Reason::EndBeforeStart));
    }
    let zone = &times.zone;
    Ok(*times.months.entry((start, end)).or_insert_with(|| bill_month(start, end, zone)))
}

/// Credits are vouchers that pay for other rows: no consumption of their own. Of all other rows the billed cost is due.
fn read_amounts(cells: Cells<'_>, category: Category) -> Result<(LineAmounts, Exact), Fault> {
    let too_large = || fault(F::Due, Reason::TooLarge);
    let (billed, due) = cells.amount(F::Due)?.ok_or_else(|| fault(F::Due, Reason::Empty))?;
    let part = |field| cells.amount(field).map(|part| part.map(|(_, amount)| amount));
    let mut amounts = LineAmounts {
        truncated: part(F::Truncated)?,
        cash: part(F::Cash)?,
        credit: part(F::Credit)?,
        cash_coupon: part(F::CashCoupon)?,
        stored_card: part(F::StoredCard)?,
        bonus: part(F::Bonus)?,
        debt: part(F::Debt)?,
        written_off: part(F::WrittenOff)?,
        ..LineAmounts::default()
    };
    if category == Category::Credit {
        amounts.coupon = due.checked_neg().ok_or_else(too_large)?;
        return Ok((amounts, Exact { list: Decimal::ZERO, billed, due: billed }));
    }
    amounts.due = due;
    let mut exact_list = Decimal::ZERO;
    if let Some((exact, list)) = cells.amount(F::List)? {
        exact_list = exact;
        amounts.list = Some(list);
        let rest = list.checked_sub(due).and_then(|rest| rest.checked_sub(amounts.truncated.unwrap_or_default()));
        amounts.discount = Some(rest.ok_or_else(too_large)?);
    }
    Ok((amounts, Exact { list: exact_list, billed, due: billed }))
}
