//! Consumption by group (消费看板, tabs 费用走势 and 费用分布): every group a month or a day, from the rollups.

use std::collections::{BTreeMap, HashMap};

use domain::access::Actor;
use domain::bills::BillType;
use domain::consumption::groups::{Group, GroupBy, GroupSums, Grouping, Groups, MAX_TOP, Period, SortBy};
use domain::consumption::{DashboardQuery, Step};
use domain::errors::FieldError;
use domain::money::Total;
use domain::periods::{Day, Month, MonthRange};

use super::basis::{View, view};
use super::dashboard::{check_days, days};
use super::facts::{BY_CUSTOMER, BY_SERVICE};
use super::figures::{self, MonthFigures, texts};
use super::selection::Selection;
use crate::center::Center;
use crate::db::{Connection, Statement, total};
use crate::error::Result;
use crate::sum_columns;

/// The groups of a selection, largest first, in the actor's scope and all of one state of the data. By account manager what
/// nobody manages comes last and is always listed. Days are shown where they are asked for and [`GroupBy::knows_days`], else
/// months.
///
/// # Errors
/// As the dashboard; `Invalid` for less than one group or more than [`MAX_TOP`].
pub async fn groups(center: &Center, actor: &Actor, query: &DashboardQuery, grouping: &Grouping) -> Result<Groups> {
    if !(1..=MAX_TOP).contains(&grouping.top) {
        return Err(FieldError::new("top", "malformed").with(grouping.top).into());
    }
    let mut tx = center.db.read().await?;
    let View { basis, selection, by_month } = view(center, &mut tx, actor, query).await?;
    let columns = if query.step == Some(Step::Day) && grouping.by.knows_days() {
        check_days(basis.range)?;
        Columns::of_days(days(&mut tx, &selection, (basis.range, basis.today)).await?)
    } else {
        Columns::of_months(basis.range)
    };
    let mut rows = match grouping.by {
        GroupBy::BillType => by_bill_type(&by_month, &columns),
        GroupBy::Manager => by_manager(&mut tx, &selection, &columns).await?,
        GroupBy::Service | GroupBy::ChargeMode | GroupBy::Association | GroupBy::Customer => {
            by_number(&mut tx, &selection, (grouping.by, &columns)).await?
        }
    };
    let unassigned = (grouping.by == GroupBy::Manager).then(|| take_unassigned(&mut rows)).flatten();
    rows.sort_by(|a, b| order(grouping.sort, b).cmp(&order(grouping.sort, a)).then_with(|| a.key.cmp(&b.key)));
    let nothing = vec![nothing(grouping.by); columns.len()];
    let whole = added(&nothing, rows.iter().chain(&unassigned));
    let rest = rows.split_off(rows.len().min(usize::try_from(grouping.top).unwrap_or(usize::MAX)));
    let others = (!rest.is_empty()).then(|| (rest.len() as u64, added(&nothing, &rest)));
    rows.extend(unassigned);
    name(&mut tx, &selection, grouping.by, &mut rows).await?;
    let (step, periods) = columns.periods();
    Ok(Groups { basis, grouping: *grouping, step, periods, rows, others, whole })
}

/// The periods that are summed apart.
pub(super) enum Columns {
    Months(Vec<Month>),
    /// All days from the first to the last.
    Days(Vec<Day>),
}

impl Columns {
    /// Every month.
    pub fn of_months(range: MonthRange) -> Self {
        Self::Months(range.months().collect())
    }

    fn of_days(days: Vec<Day>) -> Self {
        Self::Days(days)
    }

    fn len(&self) -> usize {
        match self {
            Self::Months(months) => months.len(),
            Self::Days(days) => days.len(),
        }
    }

    fn periods(self) -> (Step, Vec<Period>) {
        match self {
            Self::Months(months) => (Step::Month, months.into_iter().map(Period::Month).collect()),
            Self::Days(days) => (Step::Day, days.into_iter().map(Period::Day).collect()),
        }
    }

    /// Where the statements' texts of periods belong.
    fn places(&self) -> HashMap<String, usize> {
        let texts: Vec<String> = match self {
            Self::Months(months) => months.iter().map(ToString::to_string).collect(),
            Self::Days(days) => days.iter().map(ToString::to_string).collect(),
        };
        texts.into_iter().enumerate().map(|(at, text)| (text, at)).collect()
    }
}

fn order(sort: SortBy, group: &Group) -> Total {
    match sort {
        SortBy::Due => group.sums.due,
        SortBy::Paid => group.sums.paid().unwrap_or(group.sums.due),
        SortBy::Coupon => group.sums.coupon.unwrap_or_default(),
        SortBy::Change => group.change().unwrap_or(group.sums.due),
    }
}

fn take_unassigned(rows: &mut Vec<Group>) -> Option<Group> {
    rows.iter().position(|group| group.key.is_empty()).map(|at| rows.remove(at))
}

/// A period without lines.
fn nothing(by: GroupBy) -> GroupSums {
    GroupSums { due: Total::ZERO, coupon: (by != GroupBy::BillType).then_some(Total::ZERO) }
}

/// Groups added to `nothing`, period by period.
fn added<'a>(nothing: &[GroupSums], groups: impl IntoIterator<Item = &'a Group>) -> Group {
    let mut by_period = nothing.to_vec();
    for group in groups {
        for (period, other) in by_period.iter_mut().zip(&group.by_period) {
            *period = period.plus(*other);
        }
    }
    group(String::new(), by_period)
}

fn group(key: String, by_period: Vec<GroupSums>) -> Group {
    let sums = by_period.iter().fold(GroupSums::default(), |sum, period| sum.plus(*period));
    Group { key, name: String::new(), detail: String::new(), sums, by_period }
}

/// Due only: a coupon belongs to no bill type.
fn by_bill_type(by_month: &[MonthFigures], columns: &Columns) -> Vec<Group> {
    // Its days are not told apart.
    let Columns::Months(months) = columns else { return Vec::new() };
    let due = |kind: BillType, month: &Month| {
        let found = by_month.iter().filter(|row| row.month == *month).map(|row| row.figures);
        found
            .map(|figures| match kind {
                BillType::Consumption => figures.due - figures.refund - figures.adjustment,
                BillType::Refund => figures.refund,
                BillType::Adjustment => figures.adjustment,
            })
            .sum()
    };
    BillType::ALL
        .iter()
        .map(|kind| {
            let by_period = months.iter().map(|month| GroupSums { due: due(*kind, month), coupon: None }).collect();
            group(kind.code().to_owned(), by_period)
        })
        .collect()
}

/// Groups with a number: of the dictionary or of a customer.
async fn by_number(
    connection: &mut Connection,
    selection: &Selection,
    (by, columns): (GroupBy, &Columns),
) -> Result<Vec<Group>> {
    let mut sql = cells();
    match columns {
        Columns::Months(months) => months_by_number(&mut sql, selection, (by, months)),
        Columns::Days(days) => {
            let columns = if by == GroupBy::Association {
                "association_no as key, d.day as period, due, coupon"
            } else {
                "p.customer_no as key, d.day as period, due, coupon"
            };
            if let (Some(first), Some(last)) = (days.first(), days.last()) {
                selection.of_days(&mut sql, BY_CUSTOMER, columns, (*first, *last));
            }
        }
    }
    sql.add(") x group by key, period");
    collect(sql, connection, (by, columns)).await
}

fn months_by_number(sql: &mut Statement, selection: &Selection, (by, months): (GroupBy, &[Month])) {
    match by {
        GroupBy::Service => {
            let columns = "service_no as key, p.month as period, due, coupon";
            selection.of_months_without_customers(sql, BY_SERVICE, columns, months);
        }
        GroupBy::ChargeMode => {
            let columns = "charge_mode_no as key, p.month as period, due, coupon";
            selection.of_months_without_customers(sql, BY_SERVICE, columns, months);
        }
        GroupBy::Association => {
            let columns = "association_no as key, p.month as period, due, coupon";
            selection.of_months_without_customers(sql, BY_CUSTOMER, columns, months);
        }
        _ => {
            let columns = "p.customer_no as key, p.month as period, due, coupon";
            selection.of_months(sql, BY_CUSTOMER, columns, months);
        }
    }
}

/// By account manager, those without lines who are to be listed too; what nobody manages has no key.
pub(super) async fn by_manager(
    connection: &mut Connection,
    selection: &Selection,
    columns: &Columns,
) -> Result<Vec<Group>> {
    let mut sql = cells();
    match columns {
        Columns::Months(months) => {
            sql.add("select manager_id as key, month as period, due, coupon from (");
            selection.of_managers(&mut sql, months);
            sql.add(") y");
        }
        Columns::Days(days) => {
            if let (Some(first), Some(last)) = (days.first(), days.last()) {
                selection.of_manager_days(&mut sql, (*first, *last));
            }
        }
    }
    sql.add(") x group by key, period");
    let mut groups = collect(sql, connection, (GroupBy::Manager, columns)).await?;
    for manager in figures::managers_to_list(connection, selection).await? {
        if groups.iter().all(|group| group.key != manager) {
            groups.push(group(manager, vec![nothing(GroupBy::Manager); columns.len()]));
        }
    }
    Ok(groups)
}

fn cells() -> Statement {
    Statement::new(concat!(
        "select coalesce(cast(key as text), ''), period, ",
        sum_columns!("due"),
        ", ",
        sum_columns!("coupon"),
        " from (",
    ))
}

async fn collect(
    sql: Statement,
    connection: &mut Connection,
    (by, columns): (GroupBy, &Columns),
) -> Result<Vec<Group>> {
    let rows: Vec<(String, String, i64, i64, i64, i64)> = sql.rows(connection).await?;
    let places = columns.places();
    let mut found: BTreeMap<String, Vec<GroupSums>> = BTreeMap::new();
    for (key, period, due, due_rest, coupon, coupon_rest) in rows {
        let Some(at) = places.get(&period) else { continue };
        let by_period = found.entry(key).or_insert_with(|| vec![nothing(by); columns.len()]);
        by_period[*at] = GroupSums { due: total(due, due_rest), coupon: Some(total(coupon, coupon_rest)) };
    }
    Ok(found.into_iter().map(|(key, by_period)| group(key, by_period)).collect())
}

/// Gives the listed groups their names, and keys that mean something outside.
async fn name(connection: &mut Connection, selection: &Selection, by: GroupBy, rows: &mut [Group]) -> Result<()> {
    match by {
        GroupBy::BillType => rows.iter_mut().for_each(|group| group.name.clone_from(&group.key)),
        GroupBy::Service | GroupBy::ChargeMode | GroupBy::Association => {
            let texts = texts(connection, numbers(rows)).await?;
            for group in rows {
                let text =
                    group.key.parse().ok().and_then(|number: i64| texts.get(&number)).cloned().unwrap_or_default();
                group.key.clone_from(&text);
                group.name = text;
            }
        }
        GroupBy::Customer => {
            let customers = figures::customers(connection, numbers(rows)).await?;
            for group in rows {
                let found = group.key.parse().ok().and_then(|number: i64| customers.get(&number)).cloned();
                let Some(customer) = found else { continue };
                group.key = customer.id.to_string();
                group.name = customer.name;
                group.detail = customer.account_id;
            }
        }
        GroupBy::Manager => {
            let members = super::selection::members(connection, &selection.partner).await?;
            let members: HashMap<_, _> = members.into_iter().map(|member| (member.id.to_string(), member)).collect();
            for group in rows {
                let Some(member) = members.get(&group.key) else { continue };
                group.name.clone_from(&member.name);
                group.detail.clone_from(&member.login);
            }
        }
    }
    Ok(())
}

fn numbers(rows: &[Group]) -> impl Iterator<Item = i64> {
    rows.iter().filter_map(|group| group.key.parse().ok())
}
