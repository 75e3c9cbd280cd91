//! One month: its checks, its control sheet, its history.

use domain::access::{Actor, Permission};
use domain::months::MonthSheet;
use domain::periods::{Day, Month};

use super::{checks, control, list};
use crate::center::Center;
use crate::consumption::month_sums;
use crate::db::Connection;
use crate::error::Result;
use crate::partners::{self, Partner};

/// What is known of a month: checks, control sheet, history, all of one state of the data. Reads each of its lines, once for
/// each state of what is shown.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`; `NotFound` for a month without data and state.
pub async fn sheet(center: &Center, actor: &Actor, month: Month) -> Result<MonthSheet> {
    actor.require(Permission::CloseMonths)?;
    control::make_ready(center, &actor.partner, month).await?;
    let mut tx = center.db.read().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    let today = center.clock.today(&partner.zone);
    read(&mut tx, actor, (&partner, today), month).await
}

/// The same within the caller's transaction; the caller has checked the permission.
///
/// # Errors
/// As [`sheet`].
pub(super) async fn read(
    connection: &mut Connection,
    actor: &Actor,
    (partner, today): (&Partner, Day),
    month: Month,
) -> Result<MonthSheet> {
    let summary = list::summary(connection, partner, month).await?;
    let lines = control::lines(connection, &partner.id, month).await?;
    let sums = month_sums(connection, actor, month, today).await?;
    let checks = checks::run(connection, (&partner.id, month, today), (&lines, &sums)).await?;
    Ok(MonthSheet {
        summary,
        future: month > today.month(),
        checks,
        control: control::sheets(&lines, sums),
        history: list::history(connection, partner, month).await?,
    })
}
