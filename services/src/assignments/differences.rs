//! Where our account manager and the one whom the supplier names differ, by the days of the lines.

mod export;
mod owned;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use domain::access::{Actor, Denied, Permission, Scope};
use domain::assignments::{Comparison, Difference, DifferenceQuery, Differences, NameMeaning, compare};
use domain::customers::{ManagerName, folded};
use domain::ids::CustomerId;
use domain::money::{Currency, Total};
use domain::paging::{PAGE_SIZE, Page, page_within};
use domain::periods::MonthRange;

use super::named::{AT_ONCE, Meant, Names, texts};
use crate::center::Center;
use crate::consumption::months_asked;
use crate::customers::View;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use owned::{Owned, Sums};

pub use export::export_differences;

/// The rows that match `query`, one page of them.
///
/// # Errors
/// `Denied` without `Permission::ViewAssignments` and `Permission::ViewConsumption`, and for who sees own customers only;
/// `Invalid` for a range that ends before it starts or is too long.
pub async fn differences(center: &Center, actor: &Actor, query: &DifferenceQuery) -> Result<Differences> {
    let scope = whole(actor)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let Found { range, rows, names, texts } = find(&mut tx, &view, query).await?;
    let mut due: BTreeMap<Currency, Total> = BTreeMap::new();
    for row in &rows {
        *due.entry(currency(&texts, row.0.currency)?).or_default() += row.1.due;
    }
    let total = rows.len() as u64;
    let page = page_within(query.page, total);
    let size = PAGE_SIZE as usize;
    let rows: Vec<Row> = rows.into_iter().skip((page as usize - 1) * size).take(size).collect();
    let items = shown(&mut tx, rows, (&names, &texts)).await?;
    Ok(Differences { range, page: Page { items, total, page }, due: due.into_iter().collect() })
}

/// The scope of who sees everything.
fn whole(actor: &Actor) -> Result<Scope> {
    actor.require(Permission::ViewConsumption)?;
    let scope = actor.scope(Permission::ViewAssignments)?;
    if matches!(scope, Scope::All { .. }) { Ok(scope) } else { Err(Denied(Permission::ViewAssignments).into()) }
}

type Row = (Owned, Sums, Comparison);

/// Rows with what their numbers stand for.
struct Found {
    range: MonthRange,
    rows: Vec<Row>,
    names: Names,
    texts: HashMap<i64, String>,
}

/// All rows that match, newest month first, in it the largest due first.
async fn find(connection: &mut Connection, view: &View, query: &DifferenceQuery) -> Result<Found> {
    let range = months_asked(query.from, query.to, view.today)?;
    let owned = owned::sums(connection, &view.partner.id, range).await?;
    let names = Names::of(connection, &view.partner.id).await?;
    let texts = texts(connection, owned.keys().flat_map(|key| [key.name, key.currency])).await?;
    let meant: HashMap<&str, Meant> = texts.values().map(|name| (name.as_str(), names.meant(name))).collect();
    let part = folded(&query.manager);
    let show = query.show.unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    for (key, sums) in owned {
        let name = texts.get(&key.name).map_or("", String::as_str);
        let nobody = Meant { meaning: NameMeaning::Unknown, member: None, remembered: false, may_mean: Vec::new() };
        let meant = meant.get(name).unwrap_or(&nobody);
        let none_of_ours = meant.meaning == NameMeaning::Nobody;
        let comparison = compare(key.manager.as_ref(), name, (&meant.may_mean, none_of_ours));
        let ours = key.manager.as_ref().and_then(|id| names.member(id));
        if show.shows(comparison) && (part.is_empty() || is_called(&part, ours, name)) {
            rows.push((key, sums, comparison));
        }
    }
    rows.sort_unstable_by(|(a, of_a, _), (b, of_b, _)| {
        let order = |key: &Owned, sums: &Sums| (Reverse(key.month), Reverse(sums.due), key.customer);
        order(a, of_a).cmp(&order(b, of_b)).then_with(|| a.cmp(b))
    });
    Ok(Found { range, rows, names, texts })
}

fn is_called(part: &str, ours: Option<&ManagerName>, name: &str) -> bool {
    let in_ours = |ours: &ManagerName| folded(&ours.name).contains(part) || folded(&ours.login).contains(part);
    ours.is_some_and(in_ours) || folded(name).contains(part)
}

fn currency(texts: &HashMap<i64, String>, number: i64) -> Result<Currency> {
    texts.get(&number).map_or("", String::as_str).parse().map_err(Error::internal)
}

/// Rows as a person reads them.
async fn shown(
    connection: &mut Connection,
    rows: Vec<Row>,
    (names, texts): (&Names, &HashMap<i64, String>),
) -> Result<Vec<Difference>> {
    let customers = customers(connection, rows.iter().map(|row| row.0.customer)).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (key, sums, comparison) in rows {
        let Some((customer, customer_name, account_id)) = customers.get(&key.customer).cloned() else { continue };
        let named = texts.get(&key.name).cloned().unwrap_or_default();
        let means = names.meant(&named).member;
        all.push(Difference {
            month: key.month,
            customer,
            customer_name,
            account_id,
            manager: key.manager.as_ref().and_then(|id| names.member(id)).cloned(),
            named,
            means,
            comparison,
            days: sums.days_of(key.month),
            lines: sums.lines.unsigned_abs(),
            currency: currency(texts, key.currency)?,
            due: sums.due,
        });
    }
    Ok(all)
}

/// Customers by number: id, name, account id.
type Customers = HashMap<i64, (CustomerId, String, String)>;

async fn customers(connection: &mut Connection, numbers: impl Iterator<Item = i64>) -> Result<Customers> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut all = Customers::new();
    for some in numbers.chunks(AT_ONCE) {
        let mut sql = Statement::new(
            "select no, id, coalesce(nullif(name, ''), nullif(account_name, ''), account_id), account_id
             from customer where no in ",
        );
        sql.list(some.iter().copied());
        let rows: Vec<(i64, String, String, String)> = sql.rows(connection).await?;
        all.extend(rows.into_iter().map(|(no, id, name, account)| (no, (CustomerId::new(id), name, account))));
    }
    Ok(all)
}
