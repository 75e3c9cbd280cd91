//! Rows of details: consoles' exports and what a person mapped. Each row has its amounts beside each other.

use std::collections::HashMap;
use std::str::FromStr;

use csv::ByteRecord;
use domain::bills::{BillType, ChargeMode, LineAmounts};
use domain::customers::AssociationType;
use domain::imports::fields::BillField as F;
use domain::imports::reasons::Reason;
use domain::money::{Amount, Currency, Decimal};
use domain::periods::{Day, Month, parse_written_instant, parse_written_month, split_period};
use jiff::Timestamp;

use super::{Exact, Fault, Header, Row, Times, amount, exclusive, name, text, words};

/// Where customers' consumption stands already, by account: supplier and billing account. A file that names neither
/// re-states what is there, instead of standing beside it.
#[derive(Debug, Clone, Default)]
pub struct Homes(pub std::sync::Arc<HashMap<String, Vec<(String, String)>>>);

impl Homes {
    /// The first supplier and billing account of an account that fit.
    fn find(&self, account: &str, fits: impl Fn(&str, &str) -> bool) -> Option<(&str, &str)> {
        let homes = self.0.get(account)?;
        homes.iter().find(|(supplier, billing)| fits(supplier, billing)).map(|(s, b)| (s.as_str(), b.as_str()))
    }
}

/// A row's cells by field; where the file has a constant, that.
#[derive(Clone, Copy)]
struct Cells<'a> {
    header: &'a Header,
    record: &'a ByteRecord,
}

impl<'a> Cells<'a> {
    fn fault(self, field: F, reason: impl Into<Reason>) -> Fault {
        Fault::new(name(self.header, field), reason)
    }

    fn optional(self, field: F) -> Result<&'a str, Fault> {
        match self.header.columns.of(field) {
            Some(column) => {
                let value = text(self.record, column).ok_or_else(|| self.fault(field, Reason::NotText))?;
                Ok(words::plain(value))
            }
            None => Ok(self.header.constant(field).unwrap_or_default()),
        }
    }

    fn required(self, field: F) -> Result<&'a str, Fault> {
        match self.optional(field)? {
            "" => Err(self.fault(field, Reason::Empty)),
            value => Ok(value),
        }
    }

    fn amount(self, field: F) -> Result<Option<(Decimal, Amount)>, Fault> {
        let value = self.optional(field)?;
        if value.is_empty() {
            return Ok(None);
        }
        if value.starts_with('#') {
            return Err(self.fault(field, Reason::FormulaError));
        }
        amount(words::bare_number(value)).map(Some).map_err(|error| self.fault(field, error))
    }

    /// One end of a time: a cell may hold both.
    fn instant(self, times: &mut Times, field: F) -> Result<Option<(Timestamp, Day)>, Fault> {
        let value = split_period(self.optional(field)?).0;
        self.instant_of(times, field, value)
    }

    fn instant_of(self, times: &mut Times, field: F, value: &str) -> Result<Option<(Timestamp, Day)>, Fault> {
        if value.is_empty() {
            return Ok(None);
        }
        times.instant(value, parse_written_instant).map(Some).map_err(|_| self.fault(field, Reason::NoInstant))
    }
}

/// Reads a row.
pub fn read<'a>(
    header: &'a Header,
    times: &mut Times,
    homes: &'a Homes,
    record: &'a ByteRecord,
) -> Result<Row<'a>, Fault> {
    check_width(header, record)?;
    let cells = Cells { header, record };
    let customer_account = cells.required(F::CustomerAccount)?;
    let currency = cells.required(F::Currency)?;
    Currency::from_str(currency).map_err(|_| cells.fault(F::Currency, Reason::NoCurrency))?;
    let (amounts, exact) = read_amounts(cells)?;
    let bill_type = words::bill_type(cells.optional(F::BillType)?, amounts.due);
    let charge_mode = words::charge_mode(cells.optional(F::ChargeMode)?);

    let start = cells.instant(times, F::ChargeStart)?;
    let end = match split_period(cells.optional(F::ChargeStart)?).1 {
        Some(end) if !header.has(F::ChargeEnd) => cells.instant_of(times, F::ChargeStart, end)?,
        _ => cells.instant(times, F::ChargeEnd)?,
    };
    let trade = cells.instant(times, F::TradeTime)?;
    // Purchases, renewals and refunds belong to the day they were traded on, use to the day it began.
    let traded = charge_mode == ChargeMode::Subscription || bill_type == BillType::Refund;
    let day = trade.filter(|_| traded).or(start).or(trade).map(|(_, day)| day);
    let month = read_month(cells, start.map(|(_, day)| day))?;
    let (supplier, billing_account) = whose(cells, homes, customer_account)?;

    Ok(Row {
        supplier,
        billing_account,
        customer_account,
        customer_name: cells.optional(F::CustomerName)?,
        month,
        day: day.map_or(month.first_day(), |day| day.clamped_into(month)),
        bill_type,
        charge_mode,
        association: words::association(cells.optional(F::Association)?).unwrap_or(AssociationType::Unknown),
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
        charge_start: start.map(|(at, _)| at),
        charge_end: end.map(|(at, _)| exclusive(at)),
        trade_time: trade.map(|(at, _)| at),
        amounts,
        exact,
    })
}

/// Cells beyond the header may be empty, and a row may end early.
fn check_width(header: &Header, record: &ByteRecord) -> Result<(), Fault> {
    let columns = header.record.len();
    if record.iter().skip(columns).all(<[u8]>::is_empty) {
        return Ok(());
    }
    Err(Fault { detail: format!("{}/{columns}", record.len()), ..Fault::new("", Reason::FieldCount) })
}

fn read_month(cells: Cells<'_>, start: Option<Day>) -> Result<Month, Fault> {
    if !cells.header.has(F::Month) {
        return start.map(Day::month).ok_or_else(|| cells.fault(F::ChargeStart, Reason::Empty));
    }
    parse_written_month(cells.required(F::Month)?).map_err(|_| cells.fault(F::Month, Reason::NoMonth))
}

/// Supplier and billing account: as the file says, else as the customer's consumption stands already.
fn whose<'a>(cells: Cells<'a>, homes: &'a Homes, account: &str) -> Result<(&'a str, &'a str), Fault> {
    let header = cells.header;
    let billing = cells.optional(F::BillingAccount)?;
    let supplier = cells.optional(F::Supplier)?;
    let fits = |known: &str, account: &str| {
        let same = if header.suppliers.is_empty() { known == supplier } else { header.suppliers.contains(&known) };
        same && (billing.is_empty() || billing == account)
    };
    let home = homes.find(account, fits).or_else(|| homes.find(account, |known, _| header.suppliers.contains(&known)));
    let supplier = match home {
        Some((known, _)) if !header.suppliers.is_empty() => known,
        _ => cells.required(F::Supplier)?,
    };
    let billing = if billing.is_empty() { home.map_or("", |(_, account)| account) } else { billing };
    Ok((supplier, billing))
}

/// What the file gives; what it has no column for is derived where the rest tells it.
fn read_amounts(cells: Cells<'_>) -> Result<(LineAmounts, Exact), Fault> {
    let too_large = || cells.fault(F::Due, Reason::TooLarge);
    let (due_exact, due) = cells.amount(F::Due)?.ok_or_else(|| cells.fault(F::Due, Reason::Empty))?;
    let (coupon_exact, coupon) = cells.amount(F::Coupon)?.unwrap_or_default();
    let list = cells.amount(F::List)?;
    let part = |field| cells.amount(field).map(|part| part.map(|(_, amount)| amount));
    let mut amounts = LineAmounts {
        list: list.map(|(_, amount)| amount),
        discount: part(F::Discount)?,
        truncated: part(F::Truncated)?,
        due,
        coupon,
        cash: part(F::Cash)?,
        credit: part(F::Credit)?,
        cash_coupon: part(F::CashCoupon)?,
        stored_card: part(F::StoredCard)?,
        bonus: part(F::Bonus)?,
        debt: part(F::Debt)?,
        written_off: part(F::WrittenOff)?,
    };
    if let Some(list) = amounts.list {
        let less = |other: Option<Amount>| {
            list.checked_sub(due).and_then(|rest| rest.checked_sub(other.unwrap_or_default())).ok_or_else(too_large)
        };
        if !cells.header.has(F::Discount) {
            amounts.discount = Some(less(amounts.truncated)?);
        } else if !cells.header.has(F::Truncated) && amounts.discount.is_some() {
            amounts.truncated = Some(less(amounts.discount)?);
        }
    }
    let exact_list = list.map_or(Decimal::ZERO, |(exact, _)| exact);
    Ok((amounts, Exact { list: exact_list, billed: due_exact.minus(coupon_exact), due: due_exact }))
}
