//! The customer list. Source of the search conditions: Partner Center, 销售 > 客户 > 客户管理.

use domain::access::{Actor, Permission, Scope};
use domain::customers::{CustomerQuery, CustomerSort, CustomerSummary, folded};
use domain::ids::{CustomerListId, MemberId};
use domain::paging::{PAGE_SIZE, Page, page_within};

use super::suggest::managers_called;
use super::{COLUMNS, Row, View, summary};
use crate::center::Center;
use crate::customer_lists;
use crate::db::{Connection, Statement, contains};
use crate::error::Result;

/// Customers that match `query`, in the actor's scope, one page of them.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`; `NotFound` for a list that does not exist for the actor.
pub async fn list(center: &Center, actor: &Actor, query: &CustomerQuery) -> Result<Page<CustomerSummary>> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    // members are few: their names are matched here, folded like those of customers
    let managers: Option<Vec<MemberId>> = match query.manager.trim() {
        "" => None,
        part => Some(managers_called(&mut tx, &view, part).await?.into_iter().map(|manager| manager.id).collect()),
    };
    let list = customer_lists::asked(&mut tx, &view.partner.id, &query.list).await?;
    let asked = Asked { query, managers: managers.as_deref(), list: list.as_ref() };
    let mut count = view.select("count(*)");
    conditions(&mut count, &asked);
    let (total,): (i64,) = count.row(&mut tx).await?;

    let page = page_within(query.page, total.unsigned_abs());
    let mut rows = view.select(COLUMNS);
    conditions(&mut rows, &asked);
    order(&mut tx, &mut rows, &view, query.sort.unwrap_or(CustomerSort::Newest)).await?;
    rows.add(" limit ").bind(i64::from(PAGE_SIZE));
    rows.add(" offset ").bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows: Vec<Row> = rows.rows(&mut tx).await?;
    let items = rows.into_iter().map(summary).collect::<Result<_>>()?;
    Ok(Page { items, total: total.unsigned_abs(), page })
}

/// What is asked, with names looked up.
struct Asked<'a> {
    query: &'a CustomerQuery,
    managers: Option<&'a [MemberId]>,
    list: Option<&'a CustomerListId>,
}

fn conditions(statement: &mut Statement, Asked { query, managers, list }: &Asked<'_>) {
    if let Some(list) = list {
        customer_lists::among(statement, " and c.no", list);
    }
    if !query.name.trim().is_empty() {
        statement.add(" and c.name_folded like ").bind(contains(&folded(&query.name))).add(r" escape '\'");
    }
    if !query.account.trim().is_empty() {
        let part = contains(&folded(&query.account));
        statement.add(" and c.account_name_folded like ").bind(part).add(r" escape '\'");
    }
    if !query.id.trim().is_empty() {
        statement.add(" and (lower(c.account_id) like ").bind(contains(&folded(&query.id)));
        statement.add(r" escape '\' or c.id = ").bind(query.id.trim().to_owned()).add(")");
    }
    if let Some(managers) = managers {
        statement.add(" and a.manager_id in ").list(*managers);
    }
    if let Some(association) = query.association {
        statement.add(" and c.association = ").bind(association.code());
    }
    if query.unassigned {
        statement.add(" and a.id is null");
    }
}

async fn order(connection: &mut Connection, statement: &mut Statement, view: &View, sort: CustomerSort) -> Result<()> {
    match sort {
        CustomerSort::Newest => {
            statement.add(" order by c.created_at desc, c.no desc");
        }
        CustomerSort::Name => {
            statement.add(" order by coalesce(nullif(c.name_folded, ''), c.account_name_folded), c.account_id, c.no");
        }
        CustomerSort::Consumption => by_consumption(connection, statement, view).await?,
    }
    Ok(())
}

/// By what is due this month in the currency with most lines: amounts in different currencies are never compared.
async fn by_consumption(connection: &mut Connection, statement: &mut Statement, view: &View) -> Result<()> {
    let month = view.today.month().to_string();
    let currency: Option<(i64,)> = sqlx::query_as(
        "select currency_no from rollup_customer where partner_id = $1 and month = $2
         group by currency_no order by sum(lines) desc, currency_no limit 1",
    )
    .bind(view.partner.id.as_str())
    .bind(&month)
    .fetch_optional(connection)
    .await?;
    // divided before summing, so that no sum passes 64 bits: four decimals are enough for an order
    if let Scope::ManagedBy { 0: own, .. } = &view.scope {
        // an order tells something too: only of the days on which the customer was theirs
        statement.add(
            " order by coalesce((select sum(r.due / 10000) from assignment a join shown_part p on p.customer_no = a.customer_no
              join rollup_part_day r on r.version_no = p.version_no and r.customer_no = p.customer_no
                and r.day >= a.from_day and r.day < a.until_day
              where a.customer_no = c.no and p.partner_id = c.partner_id and a.manager_id = ",
        );
        statement.bind(own).add(" and p.month = ");
    } else {
        statement.add(
            " order by coalesce((select sum(r.due / 10000) from rollup_customer r
              where r.partner_id = c.partner_id and r.customer_no = c.no and r.month = ",
        );
    }
    statement.bind(month).add(" and r.currency_no = ").bind(currency.map_or(0, |(no,)| no));
    statement.add("), 0) desc, c.created_at desc, c.no desc");
    Ok(())
}
