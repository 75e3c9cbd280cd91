//! Which rows are good, and what they change.

use std::collections::{BTreeMap, BTreeSet};

use domain::assignments::RowError;
use domain::customers::ManagerName;
use domain::errors::FieldError;
use domain::ids::PartnerId;
use domain::money::Amount;
use domain::periods::Month;
use domain::targets::TargetChange;

use super::rows::Row;
use crate::db::Connection;
use crate::error::Result;
use crate::members::KnownMembers;
use crate::months::closings;
use crate::targets::store::{self, Key};

/// What is to be done.
pub(super) struct Judged {
    /// By row.
    pub changes: Vec<Change>,
    /// Good rows that change nothing.
    pub unchanged: u64,
    /// What is wrong with rows.
    pub errors: Vec<RowError>,
    /// Rows that are not good.
    pub left_out: u64,
}

/// What a row changes.
pub(super) struct Change {
    pub row: u64,
    pub key: Key,
    pub manager: ManagerName,
    pub before: Option<Amount>,
    pub after: Option<Amount>,
}

impl Change {
    /// As the report has it.
    pub fn listed(&self) -> TargetChange {
        TargetChange {
            row: self.row,
            manager: self.manager.clone(),
            month: self.key.month,
            currency: self.key.currency.clone(),
            before: self.before,
            after: self.after,
        }
    }
}

/// A row whose cells can be read, with what it names.
struct Asked {
    row: u64,
    key: Key,
    manager: ManagerName,
    after: Option<Amount>,
}

/// Judges all rows.
pub(super) async fn judge(connection: &mut Connection, partner: &PartnerId, rows: Vec<Row>) -> Result<Judged> {
    let members = KnownMembers::of(connection, partner).await?;
    let closed: BTreeSet<Month> = closings(connection, partner).await?.into_keys().collect();
    let targets = store::targets(connection, partner, |_| {}).await?;
    let (mut asked, mut errors, mut bad) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in &rows {
        match named(&members, row) {
            Ok(one) => asked.push(one),
            Err(wrong) => {
                bad.insert(row.number);
                errors.extend(wrong.into_iter().map(|error| RowError { row: row.number, error }));
            }
        }
    }
    let again = said_again(&asked);
    let (mut changes, mut unchanged) = (Vec::new(), 0);
    for Asked { row, key, manager, after } in asked {
        let before = targets.get(&key).and_then(|target| target.amount);
        let mut wrong = Vec::new();
        if let Some(other) = again.get(&row) {
            wrong.push(FieldError::new("manager", "duplicate_row").with(other));
        }
        if before != after {
            // what is as asked already may name who is no longer there: an exported file can come back
            let cannot = members.cannot(&key.manager).filter(|_| after.is_some());
            wrong.extend(cannot.map(|code| FieldError::new("manager", code)));
            let closed = closed.contains(&key.month);
            wrong.extend(closed.then(|| FieldError::new("month", "month_closed").with(key.month)));
        }
        if !wrong.is_empty() {
            bad.insert(row);
            errors.extend(wrong.into_iter().map(|error| RowError { row, error }));
        } else if before == after {
            unchanged += 1;
        } else {
            changes.push(Change { row, key, manager, before, after });
        }
    }
    Ok(Judged { changes, unchanged, errors, left_out: bad.len() as u64 })
}

/// The target that a row names, or everything that is wrong with its cells.
fn named(members: &KnownMembers, row: &Row) -> std::result::Result<Asked, Vec<FieldError>> {
    let manager = members.find(&row.manager).and_then(|found| {
        let id = found.ok_or_else(|| FieldError::new("manager", "required"))?;
        let name = members.name(&id).cloned();
        name.ok_or_else(|| FieldError::new("manager", "unknown_manager").with(&row.manager))
    });
    match (manager, &row.month, &row.currency, &row.amount) {
        (Ok(manager), Ok(month), Ok(currency), Ok(after)) => {
            let key = Key { manager: manager.id.clone(), month: *month, currency: currency.clone() };
            Ok(Asked { row: row.number, key, manager, after: *after })
        }
        (manager, month, currency, amount) => Err([
            manager.err(),
            month.as_ref().err().cloned(),
            currency.as_ref().err().cloned(),
            amount.as_ref().err().cloned(),
        ]
        .into_iter()
        .flatten()
        .collect()),
    }
}

/// Rows about a target that another row is about, too, and that other row.
fn said_again(asked: &[Asked]) -> BTreeMap<u64, u64> {
    let mut rows: BTreeMap<&Key, Vec<u64>> = BTreeMap::new();
    for one in asked {
        rows.entry(&one.key).or_default().push(one.row);
    }
    let mut again = BTreeMap::new();
    for rows in rows.into_values() {
        if let [first, second, ..] = rows.as_slice() {
            again.extend(rows.iter().map(|row| (*row, if row == first { *second } else { *first })));
        }
    }
    again
}
