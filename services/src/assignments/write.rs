//! The one place that writes assignments.

use domain::access::Actor;
use domain::assignments::{Edit, Interval, Laid};
use domain::ids::{AssignmentId, MemberId, PartnerId};
use domain::periods::Day;
use serde_json::{Value, json};

use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::Result;

/// An assignment to be written.
pub(crate) struct NewAssignment<'a> {
    pub partner: &'a PartnerId,
    pub customer_no: i64,
    pub manager: &'a MemberId,
    /// First day, and first day that no longer counts.
    pub days: (Day, Day),
    /// Who assigned, when.
    pub assigned: (&'a str, &'a str),
    /// Who ended it, when.
    pub ended: Option<(&'a str, &'a str)>,
    /// The assignment that it goes on from.
    pub continues: Option<&'a AssignmentId>,
}

/// Writes a new assignment.
///
/// # Errors
/// `Internal`; the caller's transaction must then be rolled back.
pub(crate) async fn insert(connection: &mut Connection, new: &NewAssignment<'_>) -> Result<()> {
    sqlx::query(
        "insert into assignment (id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by, assigned_at,
                                 ended_by, ended_at, continues)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new_id())
    .bind(new.partner.as_str())
    .bind(new.customer_no)
    .bind(new.manager.as_str())
    .bind(new.days.0.to_string())
    .bind(new.days.1.to_string())
    .bind(new.assigned.0)
    .bind(new.assigned.1)
    .bind(new.ended.map(|(by, _)| by))
    .bind(new.ended.map(|(_, at)| at))
    .bind(new.continues.map(AssignmentId::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the steps for one customer, in their order.
///
/// # Errors
/// `Internal`; the caller's transaction must then be rolled back.
pub(super) async fn write_edits(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (customer_no, laid): (i64, &Laid),
) -> Result<()> {
    let now = stored(center.clock.now());
    let by_actor = (actor.member.as_str(), now.as_str());
    // before the first of them is cut: what goes on keeps who assigned and who ended
    let mut made = Vec::new();
    for edit in &laid.edits {
        if let Edit::GoOn(interval, ..) = edit {
            made.push(Made::of(connection, &interval.id).await?);
        }
    }
    let mut made = made.iter();
    for edit in &laid.edits {
        match edit {
            Edit::Remove(gone) => {
                sqlx::query("delete from assignment where id = $1")
                    .bind(gone.id.as_str())
                    .execute(&mut *connection)
                    .await?;
            }
            Edit::Resize(interval, from, until) => {
                resize(connection, (interval, *from, *until), by_actor).await?;
            }
            Edit::Add(manager, from, until) => {
                let new = NewAssignment {
                    partner: &actor.partner,
                    customer_no,
                    manager,
                    days: (*from, *until),
                    assigned: by_actor,
                    ended: None,
                    continues: None,
                };
                insert(connection, &new).await?;
            }
            Edit::GoOn(interval, from, until) => {
                let Some(made) = made.next() else { continue };
                let new = NewAssignment {
                    partner: &actor.partner,
                    customer_no,
                    manager: &interval.manager,
                    days: (*from, *until),
                    assigned: (&made.assigned_by, &made.assigned_at),
                    ended: made.ended(interval.until, *until, by_actor),
                    continues: Some(&interval.id),
                };
                insert(connection, &new).await?;
            }
        }
    }
    Ok(())
}

async fn resize(
    connection: &mut Connection,
    (interval, from, until): (&Interval, Day, Day),
    by_actor: (&str, &str),
) -> Result<()> {
    sqlx::query("update assignment set from_day = $1, until_day = $2 where id = $3")
        .bind(from.to_string())
        .bind(until.to_string())
        .bind(interval.id.as_str())
        .execute(&mut *connection)
        .await?;
    // Who ended it is who gave it the end that it has; nobody once it goes on.
    if until != interval.until {
        let ended = (until < Day::FOREVER).then_some(by_actor);
        sqlx::query("update assignment set ended_by = $1, ended_at = $2 where id = $3")
            .bind(ended.map(|(by, _)| by))
            .bind(ended.map(|(_, at)| at))
            .bind(interval.id.as_str())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Who made an assignment and who ended it.
#[derive(sqlx::FromRow)]
struct Made {
    assigned_by: String,
    assigned_at: String,
    ended_by: Option<String>,
    ended_at: Option<String>,
}

impl Made {
    async fn of(connection: &mut Connection, id: &AssignmentId) -> Result<Self> {
        let sql = "select assigned_by, assigned_at, ended_by, ended_at from assignment where id = $1";
        Ok(sqlx::query_as(sql).bind(id.as_str()).fetch_one(connection).await?)
    }

    /// Who ended what goes on until `until`, where the whole went on until `before`.
    fn ended<'a>(&'a self, before: Day, until: Day, by_actor: (&'a str, &'a str)) -> Option<(&'a str, &'a str)> {
        if until == before {
            self.ended_by.as_deref().zip(self.ended_at.as_deref())
        } else {
            (until < Day::FOREVER).then_some(by_actor)
        }
    }
}

/// The steps for the audit trail, each interval that was cut or dropped as it was before: nothing is lost without a trace.
pub(super) fn edits_detail(laid: &Laid) -> Value {
    let span = |manager: &MemberId, from: Day, until: Day| json!({ "manager": manager, "from": from, "until": until });
    let (mut removed, mut resized, mut added) = (Vec::<Value>::new(), Vec::new(), Vec::new());
    for edit in &laid.edits {
        match edit {
            Edit::Remove(gone) => removed.push(span(&gone.manager, gone.from, gone.until)),
            Edit::Resize(before, from, until) => resized.push(json!({
                "before": span(&before.manager, before.from, before.until), "from": from, "until": until,
            })),
            Edit::Add(manager, from, until) => added.push(span(manager, *from, *until)),
            Edit::GoOn(interval, from, until) => added.push(span(&interval.manager, *from, *until)),
        }
    }
    json!({ "removed": removed, "resized": resized, "added": added })
}
