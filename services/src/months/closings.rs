//! Which months are closed, by whom and since when: for everything that would change them.

use std::collections::BTreeMap;

use domain::bills::MonthState;
use domain::ids::PartnerId;
use domain::months::Closing;
use domain::periods::Month;

use crate::clock::local;
use crate::db::Connection;
use crate::error::{Error, Result};

/// The closed months of a partner.
///
/// # Errors
/// `Internal`.
pub(crate) async fn closings(connection: &mut Connection, partner: &PartnerId) -> Result<BTreeMap<Month, Closing>> {
    let zone = crate::partners::get(connection, partner).await?.zone;
    let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
        "select b.month, m.name, b.changed_at
         from bill_month b left join member m on m.id = b.changed_by and m.partner_id = b.partner_id
         where b.partner_id = $1 and b.state = $2",
    )
    .bind(partner.as_str())
    .bind(MonthState::Closed.code())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(month, by, at)| {
            let month = month.parse().map_err(Error::internal)?;
            Ok((month, Closing { month, at: local(&at, &zone), by: by.unwrap_or_default() }))
        })
        .collect()
}

/// Refuses a change of a closed month.
///
/// # Errors
/// `MonthClosed`.
pub(crate) async fn require_open(connection: &mut Connection, partner: &PartnerId, month: Month) -> Result<()> {
    match closings(connection, partner).await?.remove(&month) {
        Some(closing) => Err(Error::MonthClosed(closing)),
        None => Ok(()),
    }
}
