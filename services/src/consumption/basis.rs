//! What every view of consumption begins with: the range, the selection in the actor's scope, the currency, and how old and
//! final the data is.

use std::collections::BTreeMap;

use domain::access::{Actor, Permission};
use domain::consumption::{Basis, DashboardQuery};
use domain::money::Currency;

use super::figures::{self, MonthFigures, texts};
use super::range;
use super::selection::{Ask, NOT_THERE, Selection, number_of};
use super::status::status;
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::partners;

/// A view that was asked for, in one currency.
pub(super) struct View {
    /// For people.
    pub basis: Basis,
    /// Whose lines count.
    pub selection: Selection,
    /// The sums of its months.
    pub by_month: Vec<MonthFigures>,
}

/// What the figures of a query stand on, without any figure.
///
/// # Errors
/// As [`view`].
pub(crate) async fn basis(center: &Center, actor: &Actor, query: &DashboardQuery) -> Result<Basis> {
    let mut tx = center.db.read().await?;
    Ok(view(center, &mut tx, actor, query).await?.basis)
}

/// Resolves what is asked, within `connection`'s state of the data.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `Invalid` for a range that ends before it starts or is too long, and
/// where an account manager asks for today's attribution; `NotFound` for a customer or manager that does not exist for the
/// actor.
pub(super) async fn view(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    query: &DashboardQuery,
) -> Result<View> {
    actor.scope(Permission::ViewConsumption)?;
    let partner = partners::get(connection, &actor.partner).await?;
    let today = center.clock.today(&partner.zone);
    let range = range::asked((query.from, query.to), query.preset, today)?;
    let everything = Selection::resolve(connection, actor, (range, today), &Ask::from(query)).await?;
    let months: Vec<_> = range.months().collect();
    let by_month = figures::by_month(connection, &everything, &months).await?;
    let (currencies, currency, number) = currencies(connection, query.currency.as_ref(), &by_month).await?;
    let selection = everything.in_currency(number);
    let basis = Basis {
        range,
        today,
        status: status(connection, &partner, range).await?,
        zone: partner.zone_name,
        currencies,
        currency,
        attribution: selection.attribution,
        sees_all: selection.sees_all,
    };
    Ok(View { basis, selection, by_month: by_month.into_iter().filter(|row| row.currency == number).collect() })
}

/// The currencies of the range, most lines first; the one to show, and its dictionary number.
async fn currencies(
    connection: &mut Connection,
    asked: Option<&Currency>,
    by_month: &[MonthFigures],
) -> Result<(Vec<Currency>, Option<Currency>, i64)> {
    let mut lines: BTreeMap<i64, i64> = BTreeMap::new();
    for row in by_month {
        *lines.entry(row.currency).or_default() += row.figures.lines;
    }
    let names = texts(connection, lines.keys().copied()).await?;
    let mut ranked = Vec::with_capacity(lines.len());
    for (number, lines) in lines {
        let code: Currency = names.get(&number).map_or("", String::as_str).parse().map_err(Error::internal)?;
        ranked.push((lines, code, number));
    }
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let (chosen, number) = match (asked, ranked.first()) {
        (Some(asked), _) => (Some(asked.clone()), number_of(connection, asked.code()).await?),
        (None, Some((_, code, number))) => (Some(code.clone()), *number),
        (None, None) => (None, NOT_THERE),
    };
    Ok((ranked.into_iter().map(|(_, code, _)| code).collect(), chosen, number))
}
