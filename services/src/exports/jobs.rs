//! Exports in the background: one at a time, so that a reader of the database is left for everybody else.
//!
//! The one that runs holds a lease and renews it with each portion. What a dead process left is taken up again when its lease
//! is over, from the beginning, in the state that the data has then; after [`ATTEMPTS`] it has failed.

use std::fs::OpenOptions;

use domain::access::Actor;
use domain::assignments::FileLanguage;
use domain::exports::{ExportEvent, ExportFormat, ExportQuery, ExportState, KEPT_DAYS};
use domain::ids::{ExportId, MemberId};
use jiff::ToSpan as _;
use serde_json::json;

use super::files::{self, Progress};
use super::lines::{Lines, Written};
use super::start::words_for;
use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::{audit, members};

const LEASE_SECONDS: i64 = 120;
/// An export was deleted, or another process began it anew.
const LOST: &str = "lease_lost";
/// How often an export is begun.
pub(super) const ATTEMPTS: i64 = 3;
/// Days after which a record without a file goes.
const RECORD_DAYS: i64 = 90;

/// One try to write an export. Who holds an older one can neither renew nor finish what another process began anew.
pub(super) struct Turn {
    pub id: ExportId,
    /// Counted from 1; 0 before the first.
    pub attempt: i64,
}

/// An export whose turn it is, as it was noted.
struct Noted {
    turn: Turn,
    member: MemberId,
    format: String,
    language: String,
    query: String,
}

/// The same, read.
struct Job<'a> {
    turn: &'a Turn,
    format: ExportFormat,
    language: FileLanguage,
    query: ExportQuery,
}

impl Noted {
    /// # Errors
    /// `Internal` for what this program cannot read, such as a query of another version.
    fn read(&self) -> Result<Job<'_>> {
        Ok(Job {
            turn: &self.turn,
            format: self.format.parse().map_err(Error::internal)?,
            language: self.language.parse().map_err(Error::internal)?,
            query: serde_json::from_str(&self.query)?,
        })
    }
}

/// Id, attempts, member, format, language, query.
type JobRow = (String, i64, String, String, String, String);

/// Writes waiting exports, oldest first, until none is left or another process writes one.
///
/// # Errors
/// `Internal` where the records cannot be read or written; an export that fails is noted in its record.
pub async fn work_unscoped(center: &Center) -> Result<()> {
    while let Some(noted) = claim(center).await? {
        let turn = &noted.turn;
        let Err(error) = Box::pin(run(center, &noted)).await else { continue };
        files::remove_part(center, turn);
        let code = match error {
            Error::Conflict(code) => code,
            Error::Denied(_) | Error::NotFound | Error::Invalid(_) | Error::MonthClosed(_) | Error::Insufficient(_) => {
                "not_allowed"
            }
            Error::Internal(message) => {
                tracing::error!(export = %turn.id, message, "an export failed");
                "internal"
            }
        };
        if code != LOST {
            fail(center, turn, code).await?;
        }
    }
    Ok(())
}

/// Notes that an export failed, unless it was deleted or lost meanwhile: nobody waits for this try then.
async fn fail(center: &Center, turn: &Turn, code: &str) -> Result<()> {
    let mut tx = center.db.write().await?;
    match step(center, &mut tx, turn, (ExportState::Running, ExportEvent::Fail), code).await {
        Err(Error::Conflict(LOST)) => return Ok(()),
        outcome => outcome?,
    }
    tx.commit().await?;
    Ok(())
}

/// The next export, marked as running.
async fn claim(center: &Center) -> Result<Option<Noted>> {
    let mut tx = center.db.write().await?;
    expire_leases(center, &mut tx).await?;
    let running: Option<String> = sqlx::query_scalar("select id from export_job where state = 'running' limit 1")
        .fetch_optional(&mut *tx)
        .await?;
    let next: Option<JobRow> = sqlx::query_as(
        "select id, attempts, member_id, format, language, query from export_job where state = 'waiting'
         order by created_at, id limit 1",
    )
    .fetch_optional(&mut *tx)
    .await?;
    let noted = next.filter(|_| running.is_none()).map(|(id, attempt, member, format, language, query)| {
        let turn = Turn { id: ExportId::new(id), attempt };
        Noted { turn, member: MemberId::new(member), format, language, query }
    });
    let Some(mut noted) = noted else {
        tx.commit().await?;
        return Ok(None);
    };
    step(center, &mut tx, &noted.turn, (ExportState::Waiting, ExportEvent::Start), "").await?;
    noted.turn.attempt += 1;
    sqlx::query("update export_job set lease_until = $2, attempts = $3, row_count = 0 where id = $1")
        .bind(noted.turn.id.as_str())
        .bind(lease_end(center))
        .bind(noted.turn.attempt)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(noted))
}

/// Writes one.
async fn run(center: &Center, noted: &Noted) -> Result<()> {
    let job = noted.read()?;
    // with the rights of this moment
    let Some(actor) = members::actor(center, &noted.member).await? else { return Err(Error::NotFound) };
    let ExportQuery::Lines(query) = &job.query else { return Err(Error::internal("only lines take so long")) };
    let words = words_for(&actor, job.language);
    let lines = Lines::open(center, &actor, query, words).await?;
    let (sees_all, range) = (lines.sees_all(), lines.head.range);
    files::make_folder(&center.export_folder)?;
    for attempt in 1..job.turn.attempt {
        files::remove_part(center, &Turn { id: job.turn.id.clone(), attempt });
    }
    let part = files::part(center, job.turn);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&part)?;
    let progress = Progress::Job(center, job.turn);
    let written = Box::pin(lines.write(center, (job.format, file), &progress)).await?;
    let months = (range.from.to_string(), range.to.to_string());
    let name = files::name(job.query.view().code(), months, written.version, job.format);
    finish(center, (&actor, &job), (&written, &name), (sees_all, words.whole_names)).await
}

async fn finish(
    center: &Center,
    (actor, job): (&Actor, &Job<'_>),
    (written, name): (&Written, &str),
    (sees_all, whole_names): (bool, bool),
) -> Result<()> {
    let bytes = written.file.metadata()?.len();
    let expires = center.clock.now().saturating_add((24 * KEPT_DAYS).hours()).map_err(Error::internal)?;
    let mut tx = center.db.write().await?;
    step(center, &mut tx, job.turn, (ExportState::Running, ExportEvent::Finish), "").await?;
    // only now that this try is the one that counts, and before anybody can delete it
    std::fs::rename(files::part(center, job.turn), files::place(center, &job.turn.id))?;
    sqlx::query(
        "update export_job set expires_at = $2, row_count = $3, byte_count = $4, data_version = $5, file_name = $6,
                               sees_all = $7, clear_names = $8
         where id = $1",
    )
    .bind(job.turn.id.as_str())
    .bind(stored(expires))
    .bind(written.rows.cast_signed())
    .bind(bytes.cast_signed())
    .bind(written.version)
    .bind(name)
    .bind(sees_all)
    .bind(whole_names)
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "format": job.format.code(), "rows": written.rows, "version": written.version }).to_string();
    audit::record(center, &mut tx, actor, ("export.finish", job.turn.id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Moves an export on; whoever deleted it meanwhile, or lost it to another process, is told so.
///
/// # Errors
/// `Conflict` `lease_lost`; `Internal`.
async fn step(
    center: &Center,
    connection: &mut Connection,
    turn: &Turn,
    (from, event): (ExportState, ExportEvent),
    error: &str,
) -> Result<()> {
    let next = from.next(event).map_err(Error::internal)?;
    let finished = (!next.is_pending()).then(|| stored(center.clock.now()));
    let updated = sqlx::query(
        "update export_job set state = $3, error = $4, finished_at = $5, lease_until = null
         where id = $1 and state = $2 and attempts = $6",
    )
    .bind(turn.id.as_str())
    .bind(from.code())
    .bind(next.code())
    .bind(error)
    .bind(finished)
    .bind(turn.attempt)
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 { Err(Error::Conflict(LOST)) } else { Ok(()) }
}

fn lease_end(center: &Center) -> String {
    let now = center.clock.now();
    stored(now.saturating_add(LEASE_SECONDS.seconds()).unwrap_or(now))
}

/// Renews the lease and notes how many rows there are.
///
/// # Errors
/// `Conflict` `lease_lost` where the export was deleted or lost.
pub(super) async fn renew(center: &Center, turn: &Turn, rows: Option<u64>) -> Result<()> {
    let mut tx = center.db.write().await?;
    let updated = sqlx::query(
        "update export_job set lease_until = $2, row_count = coalesce($3, row_count)
         where id = $1 and state = 'running' and attempts = $4",
    )
    .bind(turn.id.as_str())
    .bind(lease_end(center))
    .bind(rows.map(u64::cast_signed))
    .bind(turn.attempt)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if updated.rows_affected() == 0 { Err(Error::Conflict(LOST)) } else { Ok(()) }
}

/// Exports whose process died wait again, or have failed where that happened too often.
async fn expire_leases(center: &Center, connection: &mut Connection) -> Result<()> {
    let dead: Vec<(String, i64)> =
        sqlx::query_as("select id, attempts from export_job where state = 'running' and lease_until < $1")
            .bind(stored(center.clock.now()))
            .fetch_all(&mut *connection)
            .await?;
    for (id, attempt) in dead {
        let turn = Turn { id: ExportId::new(id), attempt };
        let (event, code) =
            if attempt >= ATTEMPTS { (ExportEvent::Fail, "interrupted") } else { (ExportEvent::Interrupt, "") };
        step(center, connection, &turn, (ExportState::Running, event), code).await?;
    }
    Ok(())
}

/// Takes up what a dead process left, and removes files that were kept long enough or belong to no export. Safe to run at any
/// time, again and again.
///
/// # Errors
/// `Internal`.
pub async fn sweep_unscoped(center: &Center) -> Result<()> {
    let now = center.clock.now();
    let mut tx = center.db.write().await?;
    expire_leases(center, &mut tx).await?;
    let over: Vec<(String, i64)> =
        sqlx::query_as("select id, attempts from export_job where state = 'finished' and expires_at <= $1")
            .bind(stored(now))
            .fetch_all(&mut *tx)
            .await?;
    for (id, attempt) in over {
        let turn = Turn { id: ExportId::new(id), attempt };
        let expired = (ExportState::Finished, ExportEvent::Expire);
        step(center, &mut tx, &turn, expired, "").await?;
    }
    let old = now.saturating_sub((24 * RECORD_DAYS).hours()).map_err(Error::internal)?;
    sqlx::query("delete from export_job where state in ('expired', 'failed') and created_at < $1")
        .bind(stored(old))
        .execute(&mut *tx)
        .await?;
    let kept: Vec<String> = sqlx::query_scalar("select id from export_job where state in ('running', 'finished')")
        .fetch_all(&mut *tx)
        .await?;
    // Within the transaction: an export cannot begin between the question and the answer.
    let folder = center.export_folder.clone();
    files::blocking(move || {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
        for entry in entries.flatten() {
            let id = entry.file_name().to_str().and_then(files::export_of);
            if id.is_some_and(|id| !kept.iter().any(|kept| kept == id.as_str())) {
                files::remove_file(&entry.path())?;
            }
        }
        Ok(())
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
