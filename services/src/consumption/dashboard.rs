//! The dashboard's first screen (消费看板, tab 总览).

use domain::access::Actor;
use domain::consumption::{
    Basis, Compared, Dashboard, DashboardQuery, MAX_MONTHS_BY_DAY, Split, Step, Tiles, TrendPoint,
};
use domain::errors::FieldError;
use domain::money::Total;
use domain::periods::{Day, MonthRange};

use super::basis::{View, view};
use super::figures::{self, Figures, MonthFigures};
use super::range;
use super::selection::Selection;
use crate::center::Center;
use crate::db::Connection;
use crate::error::Result;

/// The figures of the consumption dashboard, in the actor's scope, all of one state of the data.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `Invalid` for a range that ends before it starts or is too long, for
/// days over more than three months, and where an account manager asks for today's attribution; `NotFound` for a customer
/// or manager that does not exist for the actor.
pub async fn dashboard(center: &Center, actor: &Actor, query: &DashboardQuery) -> Result<Dashboard> {
    let mut tx = center.db.read().await?;
    let View { basis, selection, by_month } = view(center, &mut tx, actor, query).await?;
    let Basis { range, today, .. } = basis;
    let step = step(query.step, range)?;
    let before = range::before(range, today);
    let months: Vec<_> = range.months().collect();

    let now: Figures = by_month.iter().map(|row| row.figures).sum();
    let (then, customers_then) = figures::before(&mut tx, &selection, &before).await?;
    let customers = figures::consuming(&mut tx, &selection, &months).await?;
    let trend = trend(&mut tx, &selection, &by_month, (range, step, today)).await?;
    let managers = if selection.sees_all { figures::managers(&mut tx, &selection, &months).await? } else { Vec::new() };
    Ok(Dashboard {
        basis,
        compared_with: before.days,
        tiles: tiles(&now, &then, (customers, customers_then)),
        split: Split {
            consumption: now.due - now.refund - now.adjustment,
            refund: now.refund,
            adjustment: now.adjustment,
        },
        step,
        trend,
        top_customers: figures::top_customers(&mut tx, &selection, &months).await?,
        top_services: figures::top_services(&mut tx, &selection, &months).await?,
        managers,
    })
}

/// Days for a single month, months for more, unless asked otherwise.
fn step(asked: Option<Step>, range: MonthRange) -> Result<Step> {
    match asked {
        Some(step) => {
            if step == Step::Day {
                check_days(range)?;
            }
            Ok(step)
        }
        None if range.len() == 1 => Ok(Step::Day),
        None => Ok(Step::Month),
    }
}

/// Refuses days over too many months.
///
/// # Errors
/// `Invalid` over more than three months.
pub(super) fn check_days(range: MonthRange) -> Result<()> {
    if range.len() > MAX_MONTHS_BY_DAY {
        return Err(FieldError::new("step", "range_too_long").with(MAX_MONTHS_BY_DAY).into());
    }
    Ok(())
}

fn tiles(now: &Figures, before: &Figures, customers: (u64, u64)) -> Tiles {
    let compared = |part: fn(&Figures) -> Total| Compared { now: part(now), before: part(before) };
    Tiles {
        due: compared(|figures| figures.due),
        paid: compared(Figures::paid),
        coupon: compared(|figures| figures.coupon),
        debt: (now.debt_lines > 0).then(|| compared(|figures| figures.debt)),
        customers,
    }
}

/// The days of the range up to today: days to come would look like days without consumption. Where a bill has later lines, up
/// to the last of them.
fn days_until<'a>((range, today): (MonthRange, Day), with_lines: impl Iterator<Item = &'a Day>) -> Vec<Day> {
    let first = range.from.first_day();
    let last = with_lines.max().copied().unwrap_or(first).max(today).min(range.to.last_day());
    std::iter::successors(Some(first), |day: &Day| (*day < last).then(|| day.plus(1))).collect()
}

/// The days that a trend of the selection shows.
///
/// # Errors
/// `Internal`.
pub(super) async fn days(
    connection: &mut Connection,
    selection: &Selection,
    (range, today): (MonthRange, Day),
) -> Result<Vec<Day>> {
    let whole = (range.from.first_day(), range.to.last_day());
    let by_day = figures::by_day(connection, selection, whole).await?;
    Ok(days_until((range, today), by_day.keys()))
}

/// Every month or day of the range, with or without lines; see [`days_until`].
async fn trend(
    connection: &mut Connection,
    selection: &Selection,
    by_month: &[MonthFigures],
    (range, step, today): (MonthRange, Step, Day),
) -> Result<Vec<TrendPoint>> {
    if step == Step::Month {
        let last = by_month.iter().map(|row| row.month).max().unwrap_or(range.from).max(today.month());
        let point = |month| {
            let figures: Figures = by_month.iter().filter(|row| row.month == month).map(|row| row.figures).sum();
            TrendPoint { at: month.to_string(), due: figures.due, paid: figures.paid() }
        };
        return Ok(range.months().take_while(|month| *month <= last).map(point).collect());
    }
    let by_day = figures::by_day(connection, selection, (range.from.first_day(), range.to.last_day())).await?;
    let days = days_until((range, today), by_day.keys());
    let point = |day: Day| {
        let (due, paid) = by_day.get(&day).copied().unwrap_or_default();
        TrendPoint { at: day.to_string(), due, paid }
    };
    Ok(days.into_iter().map(point).collect())
}
