//! Files that wait for an answer: kept beside the database, with what is asked, and gone after a while.

use std::path::{Path, PathBuf};

use domain::ids::{DeliveryId, PartnerId};
use domain::imports::fields::{BillField, FieldSources};
use domain::imports::mapping::{KEPT_DAYS, MAX_WAITING};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::format::cells;
use super::layouts;
use super::source::{Question, SourceFile, refused};
use super::{Importer, NewDelivery};

/// A file with what must be asked about it.
pub struct Asked {
    pub file: SourceFile,
    pub question: Question,
}

impl Asked {
    /// The refusal where nobody can be asked.
    pub fn refusal(&self) -> Error {
        let code = if self.question.header.is_some() { "incomplete" } else { "unknown_format" };
        refused(&self.file, code, &self.question.sentence)
    }
}

/// What a delivery asks, as it is stored with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asks {
    /// The delivery's files where they are kept, with their names.
    pub files: Vec<(PathBuf, String)>,
    /// A larger file is refused.
    pub max_bytes: u64,
    /// The file that is asked about.
    pub file: String,
    /// What it was recognised as; empty where its header is unknown.
    pub format: String,
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its first rows.
    pub samples: Vec<Vec<String>>,
    /// What is known, or guessed where the header is unknown.
    pub sources: FieldSources,
    /// What must be answered.
    pub missing: Vec<BillField>,
}

impl Asks {
    fn new(asked: &Asked, files: Vec<(PathBuf, String)>, max_bytes: u64) -> Self {
        let question = &asked.question;
        let (format, sources, missing) = if let Some(header) = &question.header {
            (header.format.clone(), header.sources(), header.missing.clone())
        } else {
            let sources = layouts::guess(&question.names);
            let missing = domain::imports::fields::missing(|field| sources.contains_key(&field));
            (String::new(), sources, missing)
        };
        Self {
            files,
            max_bytes,
            file: asked.file.name.clone(),
            format,
            names: question.names.clone(),
            samples: question.samples.iter().map(cells).collect(),
            sources,
            missing,
        }
    }

    /// Whether its header is unknown.
    pub fn is_unknown(&self) -> bool {
        self.format.is_empty()
    }
}

/// The folder in which the files of waiting deliveries are kept.
fn folder(center: &Center) -> PathBuf {
    center.db.folder().join("kept")
}

/// Deletes a kept delivery's files; that they are gone already is no error.
///
/// # Errors
/// `Internal`.
pub fn delete(center: &Center, id: &DeliveryId) -> Result<()> {
    remove(&folder(center).join(id.as_str()))
}

/// Removes a folder that another may be removing as well.
fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Refuses another delivery where as many wait as may. One that was answered keeps its place until it ends, so that it can
/// ask again.
async fn require_room(
    connection: &mut Connection,
    (partner, id): (&PartnerId, &DeliveryId),
    asked: &Asked,
) -> Result<()> {
    let others: i64 = sqlx::query_scalar(
        "select count(*) from delivery where partner_id = $1 and id <> $2
           and (state = 'mapping' or (state in ('waiting', 'running') and answers <> '[]'))",
    )
    .bind(partner.as_str())
    .bind(id.as_str())
    .fetch_one(connection)
    .await?;
    if others >= MAX_WAITING {
        let why = format!("{others} imports wait for an answer already; answer or discard one first");
        return Err(refused(&asked.file, "too_many_waiting", &why));
    }
    Ok(())
}

/// Moves files into a folder, or copies them where that is another file system; their new paths and names. Blocks.
fn keep(files: &[SourceFile], folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    std::fs::create_dir_all(folder)?;
    let mut kept = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let path = folder.join(number.to_string());
        if path != file.path && std::fs::rename(&file.path, &path).is_err() {
            std::fs::copy(&file.path, &path)?;
        }
        kept.push((path, file.name.clone()));
    }
    Ok(kept)
}

/// Keeps a delivery's files and notes what is asked.
///
/// # Errors
/// `Internal`; `Invalid` for `file` `too_many_waiting` where [`MAX_WAITING`] others of the partner wait; `Conflict` `lease_lost` where the delivery does not wait any more.
pub async fn wait(
    center: &Center,
    who: &Importer,
    (id, delivery): (&DeliveryId, &NewDelivery),
    asked: &Asked,
) -> Result<()> {
    let partner = who.partner()?;
    // first without the files being moved or copied, then for certain
    let mut tx = center.db.read().await?;
    require_room(&mut tx, (partner, id), asked).await?;
    drop(tx);
    let (files, folder) = (delivery.files.clone(), folder(center).join(id.as_str()));
    let files = tokio::task::spawn_blocking(move || keep(&files, &folder)).await.map_err(Error::internal)??;
    let asks = Asks::new(asked, files, delivery.max_bytes);
    let until = center.clock.now().saturating_add((KEPT_DAYS * 24).hours()).map_err(Error::internal)?;
    let mut tx = center.db.write().await?;
    require_room(&mut tx, (partner, id), asked).await?;
    let updated = sqlx::query(
        "update delivery set state = 'mapping', lease_until = null, asks = $2, keep_until = $3, answers = $4
         where id = $1 and state = 'waiting'",
    )
    .bind(id.as_str())
    .bind(serde_json::to_string(&asks)?)
    .bind(stored(until))
    .bind(serde_json::to_string(&delivery.answers)?)
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(Error::Conflict("lease_lost"));
    }
    who.record(center, &mut tx, ("import.ask", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives up what nobody answered in time.
///
/// # Errors
/// `Internal`.
pub async fn expire(center: &Center, connection: &mut Connection) -> Result<()> {
    let now = stored(center.clock.now());
    let late: Vec<(String, String)> =
        sqlx::query_as("select id, partner_id from delivery where state = 'mapping' and keep_until < $1")
            .bind(&now)
            .fetch_all(&mut *connection)
            .await?;
    for (id, partner) in late {
        let error = [domain::errors::FieldError::new("file", "answer_expired")];
        sqlx::query("update delivery set state = 'refused', finished_at = $2, error = $3, asks = '' where id = $1")
            .bind(&id)
            .bind(&now)
            .bind(serde_json::to_string(&error)?)
            .execute(&mut *connection)
            .await?;
        let partner = PartnerId::new(partner);
        crate::audit::record_unscoped(center, connection, &partner, ("import.expire", &id, "")).await?;
    }
    Ok(())
}

/// Where archives are unpacked while they are read.
pub fn unpacked(center: &Center) -> PathBuf {
    center.db.folder().join("unpacked")
}

/// Deletes files of deliveries that wait for no answer and are not being imported, and what a process that died left
/// unpacked.
///
/// # Errors
/// `Internal`.
pub async fn sweep(center: &Center) -> Result<()> {
    let old = center.clock.now().saturating_sub(24.hours()).map_err(Error::internal)?;
    for entry in std::fs::read_dir(unpacked(center)).into_iter().flatten().filter_map(std::result::Result::ok) {
        let at = entry.metadata().and_then(|found| found.modified()).ok().and_then(|at| Timestamp::try_from(at).ok());
        if at.is_some_and(|at| at < old) {
            remove(&entry.path())?;
        }
    }
    let Ok(entries) = std::fs::read_dir(folder(center)) else { return Ok(()) };
    for entry in entries.filter_map(std::result::Result::ok) {
        let id = entry.file_name().to_string_lossy().into_owned();
        let mut tx = center.db.read().await?;
        let needed: i64 = sqlx::query_scalar(
            "select count(*) from delivery where id = $1 and state in ('mapping', 'waiting', 'running')",
        )
        .bind(&id)
        .fetch_one(&mut *tx)
        .await?;
        drop(tx);
        if needed == 0 {
            remove(&entry.path())?;
        }
    }
    Ok(())
}
