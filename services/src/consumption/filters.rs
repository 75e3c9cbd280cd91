//! What the lines of a range can be filtered by.

use domain::access::{Actor, Permission};
use domain::bills::LineFilters;
use domain::periods::{Month, MonthRange};

use super::facts::{BY_SERVICE, LINES};
use super::range;
use super::selection::Selection;
use crate::center::Center;
use crate::db::Connection;
use crate::db::Statement;
use crate::error::Result;
use crate::partners;

/// The services and regions of the lines of `range` within the actor's scope, for select boxes; sorted, no empty text.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `Invalid` for a range that ends before it starts or is too long.
pub async fn line_filters(center: &Center, actor: &Actor, range: MonthRange) -> Result<LineFilters> {
    actor.scope(Permission::ViewConsumption)?;
    range::check(range)?;
    let mut tx = center.db.read().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    let today = center.clock.today(&partner.zone);
    let selection = Selection::whole(&mut tx, actor, range, today).await?;
    let months: Vec<Month> = range.months().collect();

    let mut services = Statement::new(SEEN);
    selection.of_months_without_customers(&mut services, BY_SERVICE, "service_no as no", &months);
    let mut regions = Statement::new(SEEN);
    if selection.is_everyone() {
        // One pass through the versions in their order is several times as fast as customer by customer. Lines that a later
        // version re-stated are among them: at worst a region is offered that is no longer in use.
        regions.add("select f.region_no from bill_line f where f.version_no in (select s.version_no from shown_part s");
        regions.add(" where s.partner_id = ").bind(actor.partner.as_str()).add(" and s.month in ");
        regions.list(months.iter().map(ToString::to_string)).add(")");
    } else {
        selection.of_days(&mut regions, LINES, "f.region_no as no", (range.from.first_day(), range.to.last_day()));
    }
    Ok(LineFilters { services: seen(&mut tx, services).await?, regions: seen(&mut tx, regions).await? })
}

const SEEN: &str = "select t.value from bill_text t where t.value <> '' and t.no in (";

async fn seen(connection: &mut Connection, mut sql: Statement) -> Result<Vec<String>> {
    sql.add(") order by t.value");
    let rows: Vec<(String,)> = sql.rows(connection).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
