//! The bill lines behind a number (消费明细), page by page.

mod conditions;
mod cursor;
mod record;
mod walk;

use domain::access::{Actor, Permission};
use domain::bills::{BillLine, LinePage, LineQuery, LineTotals};
use domain::money::Currency;
use domain::paging::{KeyedPage, PAGE_SIZE};
use domain::periods::{Day, Month, MonthRange};

use self::conditions::Conditions;
use self::cursor::Cursor;
use self::record::LineRow;
use super::facts::{BY_CUSTOMER, Columns, LINES, Tables};
use super::figures::texts;
use super::range;
use super::selection::{Ask, Selection, number_of};
use super::status::status;
use crate::center::Center;
use crate::db::Statement;
use crate::db::{Connection, total};
use crate::error::{Error, Result};
use crate::partners::{self, Partner};
use crate::sum_columns;

pub(crate) use record::SourceLine;
pub(crate) use walk::LineWalk;

/// Lines that are read one by one for a sum at most; about a tenth of a second.
const SUMMED_LINES: i64 = 100_000;

/// The bill lines that match, in the actor's scope, newest day first; [`PAGE_SIZE`] a page.
///
/// `query.after` is the `next` of the page before. Without a range the months are those of the dashboard; with a day alone
/// its month.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `Invalid` for a range that ends before it starts or is too long, days
/// outside it or in the wrong order, an `after` that no page gave, and where an account manager asks for today's attribution; `NotFound` for a
/// customer or manager that does not exist for the actor.
pub async fn lines(center: &Center, actor: &Actor, query: &LineQuery) -> Result<LinePage> {
    actor.scope(Permission::ViewConsumption)?;
    let after = Cursor::parse(&query.after)?;
    let mut tx = center.db.read().await?;
    let (partner, search) = search(center, &mut tx, actor, query).await?;
    let range = search.range;
    Ok(LinePage {
        page: search.page(&mut tx, after).await?,
        totals: search.totals(&mut tx, Some(SUMMED_LINES)).await?,
        range,
        status: status(&mut tx, &partner, range).await?,
        zone: partner.zone_name,
        attribution: search.selection.attribution,
        sees_all: search.selection.sees_all,
    })
}

/// Resolves a query in the actor's scope, within `connection`'s state of the data.
///
/// # Errors
/// As [`lines`].
async fn search(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    query: &LineQuery,
) -> Result<(Partner, Search)> {
    actor.scope(Permission::ViewConsumption)?;
    let partner = partners::get(connection, &actor.partner).await?;
    let today = center.clock.today(&partner.zone);
    let (range, days) = range_and_days(query, today)?;
    let mut selection = Selection::resolve(connection, actor, (range, today), &Ask::from(query)).await?;
    if let Some(currency) = &query.currency {
        selection.currency = Some(number_of(connection, currency.code()).await?);
    }
    let conditions = Conditions::resolve(connection, query).await?;
    Ok((partner, Search { selection, conditions, range, days }))
}

/// The months and, within them, the days that are searched.
fn range_and_days(query: &LineQuery, today: Day) -> Result<(MonthRange, (Day, Day))> {
    let of_days = match (query.day, query.first_day, query.last_day) {
        (Some(day), ..) => Some((day.month(), day.month())),
        (None, first, last) => first.or(last).map(|day| (first.unwrap_or(day).month(), last.unwrap_or(day).month())),
    };
    let asked = query.from.is_some() || query.to.is_some() || query.preset.is_some();
    let range = match of_days {
        Some((from, to)) if !asked && from <= to => MonthRange { from, to },
        _ => range::asked((query.from, query.to), query.preset, today)?,
    };
    let days = (range.from.first_day(), range.to.last_day());
    range::check(range)?;
    let within = |field: &str, day: Option<Day>, usual: Day| match day {
        Some(day) if !(days.0..=days.1).contains(&day) => Err(Error::field(field, "outside_range")),
        day => Ok(day.unwrap_or(usual)),
    };
    if query.day.is_some() {
        let day = within("day", query.day, days.0)?;
        return Ok((range, (day, day)));
    }
    let days = (within("first_day", query.first_day, days.0)?, within("last_day", query.last_day, days.1)?);
    if days.0 > days.1 {
        return Err(Error::field("first_day", "days_reversed"));
    }
    Ok((range, days))
}

/// The months, where the days are all days of them.
fn whole_months((first, last): (Day, Day)) -> Option<Vec<Month>> {
    let whole = first == first.month().first_day() && last == last.month().last_day();
    whole.then(|| MonthRange { from: first.month(), to: last.month() }.months().collect())
}

/// Lines of some days that match.
struct Search {
    selection: Selection,
    conditions: Conditions,
    /// The months searched.
    range: MonthRange,
    /// The days of them.
    days: (Day, Day),
}

/// Where a month is split, these are read from the lines, which give a debt or none.
const BY_SERVICE_COLUMNS: Columns = Columns {
    month: "currency_no, service_no, charge_mode_no, due, coupon, debt, debt_lines",
    day: "f.currency_no as currency_no, f.service_no as service_no, f.charge_mode_no as charge_mode_no, f.due as due,
        f.coupon as coupon, f.debt as debt, case when f.debt is null then 0 else 1 end as debt_lines",
};

/// Currency; due, coupon and debt in two columns each; lines that give a debt.
type TotalsRow = (i64, i64, i64, i64, i64, i64, i64, i64);

impl Search {
    /// The page behind `after`. Days are searched in growing steps back from the newest: the usual page is full after a few
    /// days and reads no more, a rare find costs little more than one search of all.
    async fn page(&self, connection: &mut Connection, after: Option<Cursor>) -> Result<KeyedPage<BillLine>> {
        let (first, mut last) = self.days;
        if let Some(after) = &after {
            last = last.min(after.day);
        }
        let (mut found, mut step, wanted) = (Vec::<LineRow>::new(), 1, PAGE_SIZE as usize + 1);
        while last >= first && found.len() < wanted {
            let start = last.plus(1 - step).max(first);
            let missing = wanted - found.len();
            found.extend(self.of_days(connection, (start, last), after.as_ref(), missing).await?);
            (last, step) = (start.plus(-1), step * 4);
        }
        let more = found.len() == wanted;
        found.truncate(PAGE_SIZE as usize);
        let next =
            found.last().filter(|_| more).map(|row| row.cursor().map(|cursor| cursor.to_string())).transpose()?;
        let items = found.into_iter().map(LineRow::into_line).collect::<Result<_>>()?;
        Ok(KeyedPage { items, next })
    }

    async fn of_days(
        &self,
        connection: &mut Connection,
        days: (Day, Day),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Vec<LineRow>> {
        let mut sql = Statement::new(record::SELECT);
        let columns = "f.version_no as version_no, f.line_no as line_no, d.day as day";
        self.selection.of_days(&mut sql, LINES, columns, days);
        self.conditions.add(&mut sql);
        if let Some(Cursor { day, version, line }) = after {
            sql.add(" and (d.day < ").bind(day.to_string()).add(" or d.day = ").bind(day.to_string());
            sql.add(" and (f.version_no < ").bind(*version).add(" or f.version_no = ").bind(*version);
            sql.add(" and f.line_no < ").bind(*line).add("))");
        }
        sql.add(" order by d.day desc, f.version_no desc, f.line_no desc limit ");
        sql.bind(i64::try_from(limit).map_err(Error::internal)?).add(record::JOINS);
        sql.rows(connection).await
    }

    /// Sums of all lines that match, by currency; from the rollups where they know them, else from the lines unless these
    /// are more than `at_most`.
    async fn totals(&self, connection: &mut Connection, at_most: Option<i64>) -> Result<Option<Vec<LineTotals>>> {
        let mut sql = Statement::new(concat!(
            "select currency_no, ",
            sum_columns!("due"),
            ", ",
            sum_columns!("coupon"),
            ", ",
            sum_columns!("debt"),
            ", coalesce(cast(sum(debt_lines) as bigint), 0) from ("
        ));
        if let Some(tables) = self.conditions.rollups(self.days) {
            self.sums(&mut sql, tables);
        } else {
            if let Some(at_most) = at_most
                && self.count_in_rollups(connection).await? > at_most
            {
                return Ok(None);
            }
            let columns = "f.currency_no as currency_no, f.due as due, f.coupon as coupon, f.debt as debt,
                case when f.debt is null then 0 else 1 end as debt_lines";
            self.selection.of_days(&mut sql, LINES, columns, self.days);
            self.conditions.add(&mut sql);
            sql.add(") x");
        }
        sql.add(" group by currency_no");
        let rows: Vec<TotalsRow> = sql.rows(connection).await?;
        let names = texts(connection, rows.iter().map(|row| row.0)).await?;
        let mut totals = Vec::with_capacity(rows.len());
        for row in rows {
            let currency: Currency = names.get(&row.0).map_or("", String::as_str).parse().map_err(Error::internal)?;
            let (due, coupon) = (total(row.1, row.2), total(row.3, row.4));
            let debt = (row.7 > 0).then(|| total(row.5, row.6));
            totals.push(LineTotals { currency, due, coupon, paid: due - coupon, debt });
        }
        totals.sort_by(|a, b| a.currency.cmp(&b.currency));
        Ok(Some(totals))
    }

    /// Appends the rollup rows of what is asked.
    fn sums(&self, sql: &mut Statement, tables: Tables) {
        let Conditions { service, charge_mode, .. } = &self.conditions;
        if service.is_none() && charge_mode.is_none() {
            self.rollup_rows(sql, tables, "currency_no, due, coupon, debt, debt_lines");
        } else {
            self.rollup_rows(sql, tables, BY_SERVICE_COLUMNS);
        }
        sql.add(") x where true");
        if let Some(service) = service {
            sql.add(" and service_no = ").bind(*service);
        }
        if let Some(charge_mode) = charge_mode {
            sql.add(" and charge_mode_no = ").bind(*charge_mode);
        }
    }

    /// How many lines there are but for the conditions on single lines.
    async fn count_in_rollups(&self, connection: &mut Connection) -> Result<i64> {
        let mut sql = Statement::new("select coalesce(cast(sum(lines) as bigint), 0) from (");
        self.rollup_rows(&mut sql, BY_CUSTOMER, "lines");
        sql.add(") x");
        let (lines,): (i64,) = sql.row(connection).await?;
        Ok(lines)
    }

    /// The rollups of the days searched: whole months, or the one day that was asked for.
    fn rollup_rows(&self, sql: &mut Statement, tables: Tables, columns: impl Into<Columns>) {
        let columns = columns.into();
        match whole_months(self.days) {
            Some(months) => self.selection.of_months_without_customers(sql, tables, columns, &months),
            None => self.selection.of_days(sql, tables, columns.day, self.days),
        }
    }
}
