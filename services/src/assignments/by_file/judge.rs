//! Which rows are good, and what those of a customer do to its intervals.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::assignments::{Interval, Laid, RowError, Wanted, changed_spans, lay};
use domain::errors::FieldError;
use domain::ids::CustomerId;

use super::rows::Row;
use crate::assignments::closed::ClosedMonths;
use crate::assignments::store::all_intervals;
use crate::customers::View;
use crate::db::Connection;
use crate::error::Result;
use crate::members::KnownMembers;

/// What is to be done.
pub(super) struct Judged {
    /// Customers all of whose rows are good.
    pub plans: Vec<Plan>,
    /// What is wrong with the others' rows.
    pub errors: Vec<RowError>,
    /// Known customers with a bad row.
    pub left_out: u64,
}

/// What the rows of a customer do.
pub(super) struct Plan {
    pub number: i64,
    pub customer: CustomerId,
    pub laid: Laid,
}

/// A good row so far: its number in the file, and what it wants.
type Asked = (u64, Wanted);

/// Judges all rows.
pub(super) async fn judge(connection: &mut Connection, view: &View, rows: Vec<Row>) -> Result<Judged> {
    let customers = Customers::of(connection, view).await?;
    let members = KnownMembers::of(connection, &view.partner.id).await?;
    let closed = ClosedMonths::of(connection, &view.partner.id).await?;
    let intervals = all_intervals(connection, &view.partner.id).await?;
    let (mut asked, mut errors, mut bad) = (BTreeMap::<i64, Vec<Asked>>::new(), Vec::new(), BTreeSet::new());
    for row in rows {
        let number = customers.find(&row).map_err(|error| errors.push(row.error(error))).ok();
        let wanted = match (members.find(&row.manager), &row.days) {
            (Ok(manager), Ok((from, until))) => Some(Wanted { manager, from: *from, until: *until }),
            (manager, days) => {
                errors.extend(manager.err().into_iter().chain(days.clone().err()).map(|error| row.error(error)));
                None
            }
        };
        match (number, wanted) {
            (Some(number), Some(wanted)) => asked.entry(number).or_default().push((row.number, wanted)),
            (Some(number), None) => drop(bad.insert(number)),
            (None, _) => {}
        }
    }
    let mut plans = Vec::new();
    for (number, asked) in asked {
        let before = intervals.get(&number).map_or(&[][..], Vec::as_slice);
        let wrong = faults(&members, &closed, before, &asked);
        if !wrong.is_empty() {
            errors.extend(wrong);
            bad.insert(number);
        }
        if bad.contains(&number) {
            continue;
        }
        let wanted: Vec<Wanted> = asked.into_iter().map(|(_, wanted)| wanted).collect();
        let customer = customers.ids.get(&number).cloned().unwrap_or_else(|| CustomerId::new(""));
        plans.push(Plan { number, customer, laid: lay(before, &wanted) });
    }
    Ok(Judged { plans, errors, left_out: bad.len() as u64 })
}

/// What is wrong with the rows of one customer when taken together, and with what they change.
fn faults(members: &KnownMembers, closed: &ClosedMonths, before: &[Interval], asked: &[Asked]) -> Vec<RowError> {
    let mut errors = Vec::new();
    let mut fault = |row: u64, error: FieldError| errors.push(RowError { row, error });
    let mut sorted: Vec<&Asked> = asked.iter().collect();
    sorted.sort_by_key(|(row, wanted)| (wanted.from, *row));
    let mut last: Option<&Asked> = None;
    for asked in sorted {
        let (row, wanted) = asked;
        if let Some((other, _)) = last.filter(|(_, last)| last.until > wanted.from) {
            fault(*row, FieldError::new("from", "overlapping_rows").with(other));
        }
        if last.is_none_or(|(_, last)| last.until < wanted.until) {
            last = Some(asked);
        }
        let spans = changed_spans(before, wanted);
        // what is as asked already may name who is no longer there: an exported file can come back
        if let Some(code) = wanted.manager.as_ref().filter(|_| !spans.is_empty()).and_then(|who| members.cannot(who)) {
            fault(*row, FieldError::new("manager", code));
        }
        if let Some(month) = spans.iter().find_map(|(from, until)| closed.touched(*from, *until)) {
            fault(*row, FieldError::new("from", "month_closed").with(month));
        }
    }
    errors
}

/// The customers in view by their account.
struct Customers {
    /// Account to (supplier, number).
    accounts: HashMap<String, Vec<(String, i64)>>,
    ids: HashMap<i64, CustomerId>,
}

impl Customers {
    async fn of(connection: &mut Connection, view: &View) -> Result<Self> {
        let rows: Vec<(i64, String, String, String)> =
            view.select("c.no, c.id, c.supplier, c.account_id").rows(connection).await?;
        let (mut accounts, mut ids) = (HashMap::<String, Vec<_>>::new(), HashMap::new());
        for (number, id, supplier, account) in rows {
            // as the reader of the file has it
            accounts.entry(account.trim().to_owned()).or_default().push((supplier.trim().to_owned(), number));
            ids.insert(number, CustomerId::new(id));
        }
        Ok(Self { accounts, ids })
    }

    fn find(&self, row: &Row) -> std::result::Result<i64, FieldError> {
        let error = |code: &str| Err(FieldError::new("customer_id", code).with(&row.customer));
        if row.customer.is_empty() {
            return error("required");
        }
        let found = self.accounts.get(&row.customer).map_or(&[][..], Vec::as_slice);
        let mut found = found.iter().filter(|(supplier, _)| row.supplier.is_empty() || *supplier == row.supplier);
        match (found.next(), found.next()) {
            (Some((_, number)), None) => Ok(*number),
            (None, _) => error("unknown_customer"),
            (Some(_), Some(_)) => error("ambiguous_customer"),
        }
    }
}
