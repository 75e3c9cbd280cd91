//! As of when the figures are, and how final their months.

use domain::bills::MonthState;
use domain::imports::DataStatus;
use domain::periods::{Month, MonthRange};

use crate::clock::local;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::partners::Partner;

/// The data's version and the states of those months of the range that hold data, oldest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn status(connection: &mut Connection, partner: &Partner, range: MonthRange) -> Result<DataStatus> {
    let mut sql = Statement::new(
        "select m.month, coalesce(b.state, 'open')
         from (select distinct month from rollup_service where partner_id = ",
    );
    sql.bind(partner.id.as_str()).add(" and month >= ").bind(range.from.to_string());
    sql.add(" and month <= ").bind(range.to.to_string()).add(" union select month from bill_month where partner_id = ");
    sql.bind(partner.id.as_str()).add(" and month >= ").bind(range.from.to_string());
    sql.add(" and month <= ").bind(range.to.to_string());
    sql.add(") m left join bill_month b on b.partner_id = ").bind(partner.id.as_str());
    sql.add(" and b.month = m.month order by m.month");
    let rows: Vec<(String, String)> = sql.rows(connection).await?;
    let months = rows
        .into_iter()
        .map(|(month, state)| -> Result<(Month, MonthState)> {
            Ok((month.parse().map_err(Error::internal)?, state.parse().map_err(Error::internal)?))
        })
        .collect::<Result<_>>()?;
    Ok(DataStatus {
        as_of: partner.data_changed_at.as_deref().map(|at| local(at, &partner.zone)),
        version: partner.data_version,
        months,
    })
}
