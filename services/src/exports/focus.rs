//! Bill lines as FOCUS 1.2: `due` is the billed cost of a charge, what coupons paid is a row of its own with the charge category
//! Credit, so that all rows together are what was paid. Our import reads it back to the same customers, months, days and sums.
//!
//! Columns of the specification that no line of ours can fill stay empty, never zero. What FOCUS has no column for is in
//! columns of our own (`x_…`), and each row says of which data it is.

use std::io::Write;

use domain::bills::{BillLine, BillType, ChargeMode};
use domain::money::Amount;
use domain::periods::{Day, Month, parse_instant};
use jiff::tz::TimeZone;

use super::sheet::Head;
use super::words::Words;
use crate::consumption::SourceLine;
use crate::error::{Error, Result};
use crate::tables::guarded;

/// The columns: those of FOCUS 1.2 that we know, then ours.
const COLUMNS: [&str; 52] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
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
    "ServiceSubcategory",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
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
    "x_DataVersion",
    "x_BillingTimeZone",
    "x_MonthState",
    "x_Selection",
];

/// The columns of FOCUS 1.2 that no bill line of ours can fill: they are there, for those who require them, and empty.
const UNKNOWN: [&str; 23] = [
    "AvailabilityZone",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCategory",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
];

/// Writes lines as FOCUS.
pub(super) struct FocusWriter<W: Write> {
    csv: csv::Writer<W>,
    words: Words,
    zone: TimeZone,
    zone_name: String,
    version: String,
    /// The states of the months, and what is usual for one without.
    states: Vec<(Month, &'static str)>,
    selection: String,
}

impl<W: Write> FocusWriter<W> {
    /// A file with its header.
    ///
    /// # Errors
    /// `Internal`.
    pub fn new(output: W, head: &Head, words: Words, zone: TimeZone) -> Result<Self> {
        let mut csv = csv::Writer::from_writer(output);
        csv.write_record(COLUMNS.iter().chain(&UNKNOWN)).map_err(Error::internal)?;
        let filters = head.conditions().map(|condition| format!("; {condition}"));
        let range = format!("{} – {}", head.range.from, head.range.to);
        Ok(Self {
            csv,
            words,
            zone,
            zone_name: head.zone.clone(),
            version: head.status.version.to_string(),
            states: head.status.months.iter().map(|(month, state)| (*month, state.code())).collect(),
            selection: std::iter::once(range).chain(filters).collect(),
        })
    }

    /// Appends a line: a row for the charge, and one for the coupon that paid for it.
    ///
    /// # Errors
    /// `Internal`.
    pub fn line(&mut self, source: &SourceLine) -> Result<()> {
        let amounts = &source.line.amounts;
        let only_coupon = amounts.due == Amount::ZERO && amounts.coupon != Amount::ZERO && amounts.list.is_none();
        if !only_coupon {
            self.row(source, None)?;
        }
        if amounts.coupon != Amount::ZERO {
            let coupon = amounts.coupon.checked_neg().ok_or_else(|| Error::internal("a coupon is too large"))?;
            self.row(source, Some((coupon, only_coupon)))?;
        }
        Ok(())
    }

    /// The output, with everything in it.
    ///
    /// # Errors
    /// `Internal`.
    pub fn finish(self) -> Result<W> {
        self.csv.into_inner().map_err(|error| Error::internal(error.error()))
    }

    /// A charge, or the coupon of one: its negative amount, and whether the parts of the payment are its own.
    fn row(&mut self, source: &SourceLine, coupon: Option<(Amount, bool)>) -> Result<()> {
        let line = &source.line;
        let charge = self.charge(source, coupon.is_some())?;
        let (billed, list, contracted) = match coupon {
            Some((coupon, _)) => (coupon, Some(Amount::ZERO), Some(Amount::ZERO)),
            None => (line.amounts.due, line.amounts.list, contracted(line)),
        };
        let billed = billed.to_string();
        let state = self.states.iter().find(|(month, _)| *month == line.month).map_or("open", |(_, state)| state);
        let texts = [
            billed.as_str(),
            &source.billing_account,
            "",
            "Billing account",
            line.currency.code(),
            &instant(line.month.plus(1).first_day(), &self.zone)?,
            &instant(line.month.first_day(), &self.zone)?,
            charge.category,
            "",
            &line.description,
            frequency(line.charge_mode),
            &charge.end,
            &charge.start,
            &text(contracted),
            &billed,
            "",
            &source.supplier,
            &text(list),
            "",
            "",
            &source.supplier,
            &source.supplier,
            &line.region,
            &line.region,
            &line.resource_id,
            &line.resource_name,
            &line.resource_type,
            "Other",
            &line.service,
            "Other (Other)",
            &line.account_id,
            &self.words.name(&line.account_name),
            "Customer account",
            &line.tags,
            line.association.code(),
            line.bill_type.code(),
            line.charge_mode.code(),
        ];
        let own_parts = coupon.is_none_or(|(_, own)| own);
        let parts = parts(line).map(|part| text(part.filter(|_| own_parts)));
        let manager = self.words.name(&line.source_manager);
        let last =
            [charge.trade.as_str(), &line.order_id, &manager, &self.version, &self.zone_name, state, &self.selection];
        // numbers are no formulas: only texts are guarded
        let is_number =
            |at: usize| ["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"].contains(&COLUMNS[at]);
        for (at, value) in texts.into_iter().enumerate() {
            let value = if is_number(at) { value.into() } else { guarded(value) };
            self.csv.write_field(value.as_bytes()).map_err(Error::internal)?;
        }
        for part in &parts {
            self.csv.write_field(part).map_err(Error::internal)?;
        }
        for value in last {
            self.csv.write_field(guarded(value).as_bytes()).map_err(Error::internal)?;
        }
        for _ in UNKNOWN {
            self.csv.write_field("").map_err(Error::internal)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(Error::internal)
    }

    /// The charge category and times with which an import puts the row on the line's day.
    fn charge(&self, source: &SourceLine, credit: bool) -> Result<Charge> {
        let line = &source.line;
        let recurring = matches!(line.charge_mode, ChargeMode::Subscription | ChargeMode::OneTime);
        let categories: &[&'static str] = match (credit, line.bill_type) {
            (true, _) => &["Credit"],
            (_, BillType::Adjustment) => &["Adjustment", "Purchase"],
            _ if recurring => &["Purchase", "Usage"],
            _ => &["Usage", "Purchase"],
        };
        for category in categories {
            for trade in [source.trade_time.as_str(), ""] {
                if self.imported_day(line, category, trade) == Some(line.day) {
                    let (start, end) = (line.charge_start.clone(), line.charge_end.clone());
                    return Ok(Charge { category, start, end, trade: trade.to_owned() });
                }
            }
        }
        let (start, end) = (instant(line.day, &self.zone)?, instant(line.day.plus(1), &self.zone)?);
        Ok(Charge { category: categories.first().copied().unwrap_or("Usage"), start, end, trade: String::new() })
    }

    /// The day on which an import puts such a row: see `imports::rows`.
    fn imported_day(&self, line: &BillLine, category: &str, trade: &str) -> Option<Day> {
        let traded = category == "Purchase" || line.bill_type == BillType::Refund;
        let at = if traded && !trade.is_empty() { trade } else { &line.charge_start };
        Some(Day::of(parse_instant(at).ok()?, &self.zone).clamped_into(line.month))
    }
}

/// What a row says of when and of what kind it is.
struct Charge {
    category: &'static str,
    start: String,
    end: String,
    trade: String,
}

/// The negotiated price of what was used: what is due before anything is cut off.
fn contracted(line: &BillLine) -> Option<Amount> {
    line.amounts.due.checked_add(line.amounts.truncated.unwrap_or_default())
}

/// In the order of their columns.
fn parts(line: &BillLine) -> [Option<Amount>; 8] {
    let amounts = &line.amounts;
    [
        amounts.truncated,
        amounts.cash,
        amounts.credit,
        amounts.cash_coupon,
        amounts.stored_card,
        amounts.bonus,
        amounts.debt,
        amounts.written_off,
    ]
}

fn text(amount: Option<Amount>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

const fn frequency(mode: ChargeMode) -> &'static str {
    match mode {
        ChargeMode::PayPerUse => "Usage-Based",
        ChargeMode::Subscription => "Recurring",
        ChargeMode::OneTime => "One-Time",
        ChargeMode::Unknown => "",
    }
}

/// The first instant of a billing day.
fn instant(day: Day, zone: &TimeZone) -> Result<String> {
    Ok(day.date().to_zoned(zone.clone()).map_err(Error::internal)?.timestamp().to_string())
}

#[cfg(test)]
mod tests {
    use domain::assignments::FileLanguage;
    use domain::bills::LineAmounts;
    use domain::ids::CustomerId;
    use domain::imports::DataStatus;

    use super::super::words;
    use super::*;

    fn head() -> Head {
        let month = "2026-10".parse().unwrap();
        Head {
            title: words::LINES_TITLE,
            range: domain::periods::MonthRange { from: month, to: month },
            filters: vec![("区域".into(), "x".into())],
            currency: None,
            attribution: domain::assignments::Attribution::AsItWas,
            zone: "Asia/Shanghai".into(),
            status: DataStatus { as_of: None, version: 7, months: Vec::new() },
            made_at: String::new(),
            has_masked_columns: true,
            more: Vec::new(),
        }
    }

    /// The line of 9 October, which began when `start` says and was traded when `trade` says.
    fn rows(bill_type: BillType, (start, trade): (&str, &str), amounts: LineAmounts) -> Vec<csv::StringRecord> {
        let day: Day = "2026-10-09".parse().unwrap();
        let line = BillLine {
            key: "1.1".into(),
            customer: CustomerId::new("c"),
            customer_name: "云".into(),
            account_name: "云".into(),
            account_id: "acc".into(),
            manager: None,
            month: day.month(),
            day,
            charge_start: start.into(),
            charge_end: String::new(),
            bill_type,
            charge_mode: ChargeMode::PayPerUse,
            association: domain::customers::AssociationType::Unknown,
            service: "ECS".into(),
            resource_type: String::new(),
            resource_id: String::new(),
            resource_name: String::new(),
            region: String::new(),
            order_id: String::new(),
            description: String::new(),
            tags: String::new(),
            source_manager: String::new(),
            currency: "CNY".parse().unwrap(),
            amounts,
        };
        let source =
            SourceLine { line, supplier: "s".into(), billing_account: "payer".into(), trade_time: trade.into() };
        let words = Words { language: FileLanguage::Chinese, whole_names: true };
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let mut writer = FocusWriter::new(Vec::new(), &head(), words, zone).unwrap();
        writer.line(&source).unwrap();
        csv::Reader::from_reader(writer.finish().unwrap().as_slice()).records().map(Result::unwrap).collect()
    }

    fn cell<'a>(row: &'a csv::StringRecord, column: &str) -> &'a str {
        &row[COLUMNS.iter().position(|name| *name == column).unwrap()]
    }

    fn due(units: i64) -> LineAmounts {
        LineAmounts { due: Amount::from_units(units), ..LineAmounts::default() }
    }

    #[test]
    fn a_line_with_a_coupon_becomes_a_charge_and_a_credit_that_add_up_to_what_was_paid() {
        let amounts = LineAmounts {
            coupon: "30".parse().unwrap(),
            cash: "70".parse().ok(),
            list: "120".parse().ok(),
            ..due(10_000_000_000)
        };
        let rows = rows(BillType::Consumption, ("2026-10-09T00:00:00Z", ""), amounts);
        let told = |column: &str| rows.iter().map(|row| cell(row, column)).collect::<Vec<_>>();
        assert_eq!(told("BilledCost"), ["100", "-30"]);
        assert_eq!(told("ChargeCategory"), ["Usage", "Credit"]);
        assert_eq!(told("ListCost"), ["120", "0"]);
        assert_eq!(told("x_CashAmount"), ["70", ""], "the parts stand once");
        assert_eq!(told("x_Selection"), ["2026-10 – 2026-10; 区域: x"; 2]);
    }

    #[test]
    fn whatever_made_the_day_of_a_line_makes_it_again() {
        // Traded on the 9th, began on the 1st: only a purchase counts by its trade.
        let times = ("2026-10-01T00:00:00Z", "2026-10-09T00:00:00Z");
        let rows_of = |times| rows(BillType::Consumption, times, due(1));
        assert_eq!(cell(&rows_of(times)[0], "ChargeCategory"), "Purchase");
        // Began on the 9th: the trade on the 3rd did not count.
        let row = &rows_of(("2026-10-09T00:00:00Z", "2026-10-03T00:00:00Z"))[0];
        assert_eq!((cell(row, "ChargeCategory"), cell(row, "x_TradeTime")), ("Usage", "2026-10-03T00:00:00Z"));
        let refund = rows(BillType::Refund, ("2026-10-09T00:00:00Z", "2026-10-03T00:00:00Z"), due(-1));
        assert_eq!(cell(&refund[0], "x_TradeTime"), "", "with it, the refund would move to the 3rd");
        // Neither: the day itself.
        let row = &rows_of(("2026-10-01T00:00:00Z", ""))[0];
        assert_eq!(cell(row, "ChargePeriodStart"), "2026-10-08T16:00:00Z");
    }
}
