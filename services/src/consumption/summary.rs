//! Consumption by customer and bill month (消费汇总), from the rollups.

use std::collections::{BTreeSet, HashMap};

use domain::access::Actor;
use domain::consumption::DashboardQuery;
use domain::consumption::summary::{Summary, SummaryBy, SummaryRow, SummarySort, SummarySums, SummaryView};
use domain::money::Total;
use domain::paging::{PAGE_SIZE, Page, page_within};
use domain::periods::Month;

use super::basis::{View, view};
use super::facts::{BY_CUSTOMER, BY_SERVICE, Columns, Tables};
use super::figures::{count, customers, texts};
use super::selection::Selection;
use crate::center::Center;
use crate::db::{Connection, Statement, total};
use crate::error::{Error, Result};

/// A page of the selection by customer and whatever `shown.by` asks, in one currency as the dashboard shows it. Without
/// `shown.refunds` the sums of all rows are the dashboard's.
///
/// # Errors
/// As the dashboard.
pub async fn summary(center: &Center, actor: &Actor, query: &DashboardQuery, shown: &SummaryView) -> Result<Summary> {
    let mut tx = center.db.read().await?;
    let View { basis, selection, .. } = view(center, &mut tx, actor, query).await?;
    let months: Vec<Month> = basis.range.months().collect();
    let asked = Asked { selection: &selection, months: &months, shown };
    let (rows, customers, whole) = asked.whole(&mut tx).await?;
    let page = page_within(shown.page, rows);
    let items = asked.rows(&mut tx, (PAGE_SIZE.into(), i64::from(page - 1) * i64::from(PAGE_SIZE))).await?;
    Ok(Summary { basis, view: *shown, page: Page { items, total: rows, page }, whole, customers })
}

/// The same with the rows of all pages on its first, read from one state of the data.
///
/// # Errors
/// As [`summary`]; `Conflict` `summary_too_long` where they are more than `at_most`.
pub(crate) async fn all_pages(
    center: &Center,
    actor: &Actor,
    (query, shown): (&DashboardQuery, &SummaryView),
    at_most: u64,
) -> Result<Summary> {
    let mut tx = center.db.read().await?;
    let View { basis, selection, .. } = view(center, &mut tx, actor, query).await?;
    let months: Vec<Month> = basis.range.months().collect();
    let asked = Asked { selection: &selection, months: &months, shown };
    let (rows, customers, whole) = asked.whole(&mut tx).await?;
    if rows > at_most {
        return Err(Error::Conflict("summary_too_long"));
    }
    let items = asked.rows(&mut tx, (i64::try_from(rows).map_err(Error::internal)?, 0)).await?;
    Ok(Summary { basis, view: *shown, page: Page { items, total: rows, page: 1 }, whole, customers })
}

/// A sum in two columns, named.
macro_rules! named_sums {
    ($($column:literal),+) => {
        concat!($(
            ", coalesce(cast(sum(", $column, " / 100000000) as bigint), 0) as ", $column, "_whole",
            ", coalesce(cast(sum(", $column, " % 100000000) as bigint), 0) as ", $column, "_rest"
        ),+)
    };
}

/// The rows of the summary, in front of the rows of the rollups.
const GROUPED: &str = concat!(
    "(select customer_no, month, part, cast(sum(lines) as bigint) as lines, cast(sum(list_lines) as bigint) as list_lines,
     cast(sum(debt_lines) as bigint) as debt_lines",
    named_sums!("list", "due", "coupon", "refund", "adjustment", "debt"),
    " from ("
);

/// What is read of a row: lines, lines with a list price, lines with a debt, and the sums in two columns each.
const SUMS: &str =
    "lines, list_lines, debt_lines, list_whole, list_rest, due_whole, due_rest, coupon_whole, coupon_rest,
    refund_whole, refund_rest, adjustment_whole, adjustment_rest, debt_whole, debt_rest";

/// The same of all rows.
const WHOLE: &str = "coalesce(cast(sum(lines) as bigint), 0) as lines,
    coalesce(cast(sum(list_lines) as bigint), 0) as list_lines,
    coalesce(cast(sum(debt_lines) as bigint), 0) as debt_lines,
    coalesce(cast(sum(list_whole) as bigint), 0) as list_whole,
    coalesce(cast(sum(list_rest) as bigint), 0) as list_rest,
    coalesce(cast(sum(due_whole) as bigint), 0) as due_whole,
    coalesce(cast(sum(due_rest) as bigint), 0) as due_rest,
    coalesce(cast(sum(coupon_whole) as bigint), 0) as coupon_whole,
    coalesce(cast(sum(coupon_rest) as bigint), 0) as coupon_rest,
    coalesce(cast(sum(refund_whole) as bigint), 0) as refund_whole,
    coalesce(cast(sum(refund_rest) as bigint), 0) as refund_rest,
    coalesce(cast(sum(adjustment_whole) as bigint), 0) as adjustment_whole,
    coalesce(cast(sum(adjustment_rest) as bigint), 0) as adjustment_rest,
    coalesce(cast(sum(debt_whole) as bigint), 0) as debt_whole,
    coalesce(cast(sum(debt_rest) as bigint), 0) as debt_rest";

macro_rules! of_rollup {
    ($key:literal) => {
        concat!($key, ", lines, list_lines, debt_lines, list, due, coupon, refund, adjustment, debt")
    };
}

/// Of single lines, where only they know the product: `f` is the line.
macro_rules! of_line {
    ($key:literal) => {
        concat!(
            $key,
            ", 1 as lines, case when f.list is null then 0 else 1 end as list_lines,
             case when f.debt is null then 0 else 1 end as debt_lines, f.list as list, f.due as due, f.coupon as coupon,
             case when (select t.value from bill_text t where t.no = f.bill_type_no) = 'refund' then f.due else 0 end
               as refund,
             case when (select t.value from bill_text t where t.no = f.bill_type_no) = 'adjustment' then f.due else 0 end
               as adjustment, f.debt as debt"
        )
    };
}

#[derive(sqlx::FromRow)]
struct SumsRow {
    lines: i64,
    list_lines: i64,
    debt_lines: i64,
    list_whole: i64,
    list_rest: i64,
    due_whole: i64,
    due_rest: i64,
    coupon_whole: i64,
    coupon_rest: i64,
    refund_whole: i64,
    refund_rest: i64,
    adjustment_whole: i64,
    adjustment_rest: i64,
    debt_whole: i64,
    debt_rest: i64,
}

impl SumsRow {
    fn sums(&self) -> SummarySums {
        let given = |known: bool, whole: i64, rest: i64| -> Option<Total> { known.then(|| total(whole, rest)) };
        SummarySums {
            lines: count(self.lines),
            list: given(self.lines > 0 && self.list_lines == self.lines, self.list_whole, self.list_rest),
            due: total(self.due_whole, self.due_rest),
            coupon: total(self.coupon_whole, self.coupon_rest),
            refund: total(self.refund_whole, self.refund_rest),
            adjustment: total(self.adjustment_whole, self.adjustment_rest),
            debt: given(self.debt_lines > 0, self.debt_whole, self.debt_rest),
        }
    }
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    rows: i64,
    customers: i64,
    #[sqlx(flatten)]
    sums: SumsRow,
}

#[derive(sqlx::FromRow)]
struct Row {
    customer_no: i64,
    month: String,
    part: i64,
    #[sqlx(flatten)]
    sums: SumsRow,
}

struct Asked<'a> {
    selection: &'a Selection,
    months: &'a [Month],
    shown: &'a SummaryView,
}

impl Asked<'_> {
    /// Appends the rows as a table `g`.
    fn grouped(&self, sql: &mut Statement) {
        let (tables, columns) = columns(self.shown.by);
        sql.add(GROUPED);
        self.selection.of_months(sql, tables, columns, self.months);
        sql.add(") x group by customer_no, month, part) g");
        if self.shown.refunds {
            // whole and rest may have different signs
            sql.add(" where cast(refund_whole as double precision) + refund_rest / 100000000.0 <> 0");
        }
    }

    /// How many rows and customers, and the sums of all rows.
    async fn whole(&self, connection: &mut Connection) -> Result<(u64, u64, SummarySums)> {
        let mut sql = Statement::new("select count(*) as rows, count(distinct customer_no) as customers, ");
        sql.add(WHOLE).add(" from ");
        self.grouped(&mut sql);
        let row: WholeRow = sql.row(connection).await?;
        Ok((count(row.rows), count(row.customers), row.sums.sums()))
    }

    /// So many rows in the order asked for, without the first `offset`.
    async fn rows(&self, connection: &mut Connection, (limit, offset): (i64, i64)) -> Result<Vec<SummaryRow>> {
        let mut sql = Statement::new("select customer_no, month, part, ");
        sql.add(SUMS).add(" from ");
        self.grouped(&mut sql);
        sql.add(" order by ").add(order(self.shown.sort)).add(if self.shown.ascending { " asc" } else { " desc" });
        sql.add(", month desc, customer_no, part limit ").bind(limit).add(" offset ").bind(offset);
        let rows: Vec<Row> = sql.rows(connection).await?;
        let names = customers(connection, rows.iter().map(|row| row.customer_no).collect::<BTreeSet<_>>()).await?;
        let parts = texts(connection, rows.iter().map(|row| row.part).collect::<BTreeSet<_>>()).await?;
        rows.into_iter().map(|row| named(row, &names, &parts)).filter_map(Result::transpose).collect()
    }
}

fn named(
    row: Row,
    names: &HashMap<i64, super::figures::Named>,
    parts: &HashMap<i64, String>,
) -> Result<Option<SummaryRow>> {
    let Some(customer) = names.get(&row.customer_no).cloned() else { return Ok(None) };
    let month = if row.month.is_empty() { None } else { Some(row.month.parse().map_err(Error::internal)?) };
    Ok(Some(SummaryRow {
        customer: customer.id,
        name: customer.name,
        account_id: customer.account_id,
        month,
        part: parts.get(&row.part).cloned().unwrap_or_default(),
        sums: row.sums.sums(),
    }))
}

/// Where rows are read from, and their key and sums; `part` is a number of the dictionary.
const fn columns(by: SummaryBy) -> (Tables, Columns) {
    const MONTH: &str = of_rollup!("p.customer_no as customer_no, p.month as month, 0 as part");
    const CUSTOMER: &str = of_rollup!("p.customer_no as customer_no, '' as month, 0 as part");
    const ASSOCIATION: &str = of_rollup!("p.customer_no as customer_no, p.month as month, association_no as part");
    match by {
        SummaryBy::Month => (BY_CUSTOMER, Columns { month: MONTH, day: MONTH }),
        SummaryBy::Customer => (BY_CUSTOMER, Columns { month: CUSTOMER, day: CUSTOMER }),
        SummaryBy::Association => (BY_CUSTOMER, Columns { month: ASSOCIATION, day: ASSOCIATION }),
        SummaryBy::Service => (
            BY_SERVICE,
            Columns {
                month: of_rollup!("p.customer_no as customer_no, p.month as month, service_no as part"),
                day: of_line!("p.customer_no as customer_no, p.month as month, f.service_no as part"),
            },
        ),
        SummaryBy::ChargeMode => (
            BY_SERVICE,
            Columns {
                month: of_rollup!("p.customer_no as customer_no, p.month as month, charge_mode_no as part"),
                day: of_line!("p.customer_no as customer_no, p.month as month, f.charge_mode_no as part"),
            },
        ),
    }
}

/// Doubles only rank; the figures shown are exact.
const fn order(sort: SummarySort) -> &'static str {
    match sort {
        SummarySort::Due => "cast(due_whole as double precision) + due_rest / 100000000.0",
        SummarySort::Paid => {
            "cast(due_whole as double precision) - coupon_whole + (due_rest - coupon_rest) / 100000000.0"
        }
        SummarySort::Coupon => "cast(coupon_whole as double precision) + coupon_rest / 100000000.0",
        SummarySort::List => "list_lines < lines, cast(list_whole as double precision) + list_rest / 100000000.0",
        SummarySort::Refund => "cast(refund_whole as double precision) + refund_rest / 100000000.0",
        SummarySort::Debt => "debt_lines = 0, cast(debt_whole as double precision) + debt_rest / 100000000.0",
        SummarySort::Month => "month",
        SummarySort::Name => {
            "(select coalesce(nullif(c.name_folded, ''), c.account_name_folded) from customer c where c.no = g.customer_no)"
        }
    }
}
