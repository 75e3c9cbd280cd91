//! What targets are compared with: the due of each account manager and month, as the dashboard has it.

use domain::access::Actor;
use domain::consumption::{Basis, DashboardQuery};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::money::Total;
use domain::periods::Month;

use super::basis::{View, view};
use super::groups::{Columns, by_manager};
use super::selection::{Managers, Selection, members};
use crate::center::Center;
use crate::db::{Connection, Statement};
use crate::error::Result;

/// Due by account manager and month.
pub(crate) struct ManagerMonths {
    /// What the figures stand on.
    pub basis: Basis,
    /// The months, oldest first.
    pub months: Vec<Month>,
    /// Account managers with lines, and without where they have customers today: a month each.
    pub managers: Vec<(MemberId, Vec<Total>)>,
    /// What nobody manages; none where it is not asked for.
    pub unassigned: Option<Vec<Total>>,
    /// Every member of the partner: for names.
    pub members: Vec<ManagerName>,
    selection: Selection,
}

impl ManagerMonths {
    /// Whether an account manager is asked for, and may be seen.
    pub fn holds(&self, member: &MemberId) -> bool {
        self.selection.managers.holds(member)
    }

    /// Appends ` and …` where not every account manager counts; `column` is the manager's.
    pub fn only_managers(&self, sql: &mut Statement, column: &'static str) {
        if let Managers::Of { members, .. } = &self.selection.managers {
            sql.add(" and ").add(column).add(" in ").list(members);
        }
    }
}

/// The due of a query by account manager and month, in the caller's transaction.
///
/// # Errors
/// As the dashboard.
pub(crate) async fn manager_months(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    query: &DashboardQuery,
) -> Result<ManagerMonths> {
    let View { basis, selection, .. } = view(center, connection, actor, query).await?;
    let months: Vec<Month> = basis.range.months().collect();
    let mut unassigned = selection.managers.holds_nobody().then(|| vec![Total::ZERO; months.len()]);
    let mut managers = Vec::new();
    for group in by_manager(connection, &selection, &Columns::of_months(basis.range)).await? {
        let due = group.by_period.iter().map(|sums| sums.due).collect();
        if group.key.is_empty() {
            unassigned = Some(due);
        } else {
            managers.push((MemberId::new(group.key), due));
        }
    }
    let members = members(connection, &selection.partner).await?;
    Ok(ManagerMonths { basis, months, managers, unassigned, members, selection })
}
