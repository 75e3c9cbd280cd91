//! Which customers the entries of a pasted list mean.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Actor, Permission};
use domain::customer_lists::{Ambiguous, Candidate, Resolution, check, parts};
use domain::customers::folded;

use super::get::{Row, candidate};
use crate::center::Center;
use crate::customers::View;
use crate::error::Result;

/// Looks for the customers that are in the actor's scope today and whose id, account id, name or account name is a cell as a
/// whole, or a part of it between commas; folded, but never in part. What does not exist and what is outside the scope are
/// both unknown.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`; `Invalid` as [`check`].
pub async fn resolve(center: &Center, actor: &Actor, cells: &[String]) -> Result<Resolution> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    check(cells)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    // A partner has some thousands of customers: reading them once costs less than a thousand searches.
    let mut sql = view.select(
        "c.id, coalesce(nullif(c.name, ''), nullif(c.account_name, ''), c.account_id), c.account_id, c.supplier,
         c.name_folded, c.account_name_folded",
    );
    sql.add(" order by c.account_id, c.no");
    let rows: Vec<(String, String, String, String, String, String)> = sql.rows(&mut tx).await?;
    let known = Known::of(rows);
    let mut answer = Answer { known: &known, seen: BTreeSet::new(), resolution: Resolution::default() };
    for cell in cells {
        if answer.take(cell) {
            continue;
        }
        for part in parts(cell) {
            if !answer.take(&part) {
                answer.resolution.unknown.push(part);
            }
        }
    }
    Ok(answer.resolution)
}

/// The customers in view and what each is called.
struct Known {
    customers: Vec<Candidate>,
    /// Folded text to places in `customers`.
    called: HashMap<String, Vec<usize>>,
}

impl Known {
    fn of(rows: Vec<(String, String, String, String, String, String)>) -> Self {
        let mut known = Self { customers: Vec::with_capacity(rows.len()), called: HashMap::new() };
        for (at, (id, shown, account_id, supplier, name, account_name)) in rows.into_iter().enumerate() {
            let texts: BTreeSet<String> = [folded(&id), folded(&account_id), name, account_name].into();
            for text in texts.into_iter().filter(|text| !text.is_empty()) {
                known.called.entry(text).or_default().push(at);
            }
            let row: Row = (id, shown, account_id, supplier);
            known.customers.push(candidate(row));
        }
        known
    }
}

/// What is found so far.
struct Answer<'a> {
    known: &'a Known,
    /// Places of what is found.
    seen: BTreeSet<usize>,
    resolution: Resolution,
}

impl Answer<'_> {
    /// Takes what is called `text`; false where nothing is.
    fn take(&mut self, text: &str) -> bool {
        let Some(places) = self.known.called.get(&folded(text)) else { return false };
        if let [place] = places.as_slice() {
            if self.seen.insert(*place) {
                self.resolution.found.push(self.known.customers[*place].clone());
            }
            return true;
        }
        let candidates = places.iter().map(|place| self.known.customers[*place].clone()).collect();
        self.resolution.ambiguous.push(Ambiguous { entry: text.to_owned(), candidates });
        true
    }
}
