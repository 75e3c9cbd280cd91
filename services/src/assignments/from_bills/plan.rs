//! From the names in bills to proposals.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::assignments::{Laid, NamedDays, Proposal, ProposedSpan, SupplierName, Wanted, lay, named_spans};
use domain::customers::ManagerName;
use domain::ids::CustomerId;
use domain::periods::Day;

use super::super::closed::ClosedMonths;
use super::super::named::{Meant, Names, Part, all_names, parts_of_unassigned};
use crate::customers::View;
use crate::db::Connection;
use crate::error::Result;

/// What is proposed, and what keeps other customers from it.
pub(super) struct Plans {
    pub names: Vec<SupplierName>,
    /// By customer name.
    pub planned: Vec<Planned>,
    pub waiting: u64,
    pub unnamed: u64,
}

/// What would become of one customer.
pub(super) struct Planned {
    pub number: i64,
    pub proposal: Proposal,
    pub laid: Laid,
}

/// The state of names and proposals in this transaction.
///
/// # Errors
/// `Internal`.
pub(super) async fn plan(connection: &mut Connection, view: &View) -> Result<Plans> {
    let parts = parts_of_unassigned(connection, &view.partner.id).await?;
    let texts = all_names(connection, &view.partner.id).await?;
    let book = Names::of(connection, &view.partner.id).await?;
    let closed = ClosedMonths::of(connection, &view.partner.id).await?;
    let meant: HashMap<&str, Meant> = texts.values().map(|name| (name.as_str(), book.meant(name))).collect();
    let named = by_customer(&parts, &texts);
    let mut plans = Plans { names: names(&named, &meant), planned: Vec::new(), waiting: 0, unnamed: 0 };
    for customer in never_assigned(connection, view).await? {
        let Some(days) = named.get(&customer.number) else {
            plans.unnamed += 1;
            continue;
        };
        let spans = named_spans(days);
        if spans.iter().any(|(name, ..)| !meant.get(name).is_some_and(|meant| meant.meaning.is_settled())) {
            plans.waiting += 1;
            continue;
        }
        plans.planned.extend(planned(customer, &spans, (&meant, &closed)));
    }
    Ok(plans)
}

/// The days on which customers' lines name somebody.
fn by_customer<'a>(parts: &[Part], texts: &'a HashMap<i64, String>) -> HashMap<i64, Vec<NamedDays<&'a str>>> {
    let mut named: HashMap<i64, Vec<NamedDays<&str>>> = HashMap::new();
    for part in parts {
        if let Some(name) = texts.get(&part.name).map(String::as_str).filter(|name| !name.is_empty()) {
            let days = NamedDays { month: part.month, name, days: part.days, lines: part.lines.unsigned_abs() };
            named.entry(part.customer).or_default().push(days);
        }
    }
    named
}

/// The names of the partner's bills that customers never assigned have, that are not settled, or that were decided: those to
/// be settled first, then those of most customers.
fn names(named: &HashMap<i64, Vec<NamedDays<&str>>>, meant: &HashMap<&str, Meant>) -> Vec<SupplierName> {
    let mut customers: BTreeMap<&str, u64> =
        meant.keys().filter(|name| !name.is_empty()).map(|name| (*name, 0)).collect();
    for days in named.values() {
        for name in days.iter().map(|day| day.name).collect::<BTreeSet<_>>() {
            *customers.entry(name).or_default() += 1;
        }
    }
    let name = |(name, customers): (&str, u64)| {
        let Meant { meaning, member, remembered, .. } = meant.get(name)?.clone();
        let told = customers > 0 || remembered || !meaning.is_settled();
        told.then(|| SupplierName { name: name.to_owned(), meaning, member, remembered, customers })
    };
    let mut names: Vec<SupplierName> = customers.into_iter().filter_map(name).collect();
    names.sort_by_key(|name| (name.meaning.is_settled(), Reverse(name.customers)));
    names
}

/// A customer that was never assigned.
struct Customer {
    number: i64,
    id: CustomerId,
    name: String,
    account_id: String,
}

async fn never_assigned(connection: &mut Connection, view: &View) -> Result<Vec<Customer>> {
    let mut statement =
        view.select("c.no, c.id, coalesce(nullif(c.name, ''), nullif(c.account_name, ''), c.account_id), c.account_id");
    statement.add(" and not exists (select 1 from assignment o where o.customer_no = c.no) order by 3, c.no");
    let rows: Vec<(i64, String, String, String)> = statement.rows(connection).await?;
    let customer = |(number, id, name, account_id): (i64, String, String, String)| Customer {
        number,
        id: CustomerId::new(id),
        name,
        account_id,
    };
    Ok(rows.into_iter().map(customer).collect())
}

/// The customer's proposal; none where nobody of ours is meant.
fn planned(
    customer: Customer,
    spans: &[(&str, Day, Day)],
    (meant, closed): (&HashMap<&str, Meant>, &ClosedMonths),
) -> Option<Planned> {
    let (mut shown, mut wanted, mut leaves_out) = (Vec::new(), Vec::new(), false);
    for (name, manager, from, until) in joined(spans, meant) {
        let parts = closed.open_parts(from, until);
        leaves_out |= manager.is_some() && parts != [(from, until)];
        for (from, until) in parts {
            let manager_id = manager.map(|manager| manager.id.clone());
            wanted.push(Wanted { manager: manager_id, from, until });
            let until = (until < Day::FOREVER).then_some(until);
            shown.push(ProposedSpan { name: name.to_owned(), manager: manager.cloned(), from, until });
        }
    }
    let laid = lay(&[], &wanted);
    let Customer { number, id, name, account_id } = customer;
    let proposal = Proposal { customer: id, customer_name: name, account_id, spans: shown, leaves_out };
    (!laid.edits.is_empty()).then_some(Planned { number, proposal, laid })
}

/// The spans with whom they mean: what follows under another spelling of the same account manager goes on.
fn joined<'a>(
    spans: &[(&'a str, Day, Day)],
    meant: &'a HashMap<&str, Meant>,
) -> Vec<(&'a str, Option<&'a ManagerName>, Day, Day)> {
    let mut all: Vec<(&str, Option<&ManagerName>, Day, Day)> = Vec::new();
    for &(name, from, until) in spans {
        let manager = meant.get(name).and_then(|meant| meant.member.as_ref());
        match all.last_mut().filter(|(_, last, ..)| *last == manager) {
            Some(last) => last.3 = until,
            None => all.push((name, manager, from, until)),
        }
    }
    all
}
