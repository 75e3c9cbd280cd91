//! The assignment page: account managers with their customers.

use domain::access::{Actor, Permission, Role, Scope};
use domain::assignments::ManagerLoad;
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::members::MemberState;
use domain::periods::Day;

use crate::center::Center;
use crate::customers::View;
use crate::error::Result;

/// Account managers by name, with their customers today: who is active, and who is not but still has customers or plans.
///
/// # Errors
/// `Denied` without `Permission::ViewAssignments`.
pub async fn managers(center: &Center, actor: &Actor) -> Result<Vec<ManagerLoad>> {
    let scope = actor.scope(Permission::ViewAssignments)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    // no id is empty: that means everyone
    let own = if let Scope::ManagedBy { 0: member, .. } = &view.scope { member.as_str() } else { "" };
    let rows: Vec<(String, String, String, String, i64, i64)> = sqlx::query_as(
        "select m.id, m.name, m.login, m.state,
                (select count(*) from assignment a
                 where a.manager_id = m.id and a.from_day <= $1 and a.until_day > $1),
                (select count(distinct a.customer_no) from assignment a
                 where a.manager_id = m.id and (a.from_day > $1 or a.until_day > $1 and a.until_day < $2))
         from member m
         where m.partner_id = $3 and $6 in ('', m.id)
           and (m.state = $4 and exists (select 1 from member_role r where r.member_id = m.id and r.role = $5)
                or exists (select 1 from assignment a where a.manager_id = m.id and a.until_day > $1))
         order by m.name, m.login",
    )
    .bind(view.today.to_string())
    .bind(Day::FOREVER.to_string())
    .bind(view.partner.id.as_str())
    .bind(MemberState::Active.code())
    .bind(Role::AccountManager.code())
    .bind(own)
    .fetch_all(&mut *tx)
    .await?;
    let load = |(id, name, login, state, customers, planned): (String, String, String, String, i64, i64)| ManagerLoad {
        manager: ManagerName { id: MemberId::new(id), name, login },
        active: state == MemberState::Active.code(),
        customers: customers.unsigned_abs(),
        planned: planned.unsigned_abs(),
    };
    Ok(rows.into_iter().map(load).collect())
}
