//! Bill import (账单导入).
//!
//! The files of one delivery are read on a thread of their own ([`parse`]) while their lines are written ([`write`]) as
//! versions, one for each (supplier, billing account, bill month). At the end one transaction judges each version against
//! what is shown ([`shown`]) and switches ([`switch`]). What is left over is swept ([`sweep`]).

use domain::access::{Actor, Permission};
use domain::ids::{DeliveryId, PartnerId};
use domain::imports::fields::FieldSources;
use domain::imports::{ImportOptions, ImportReport};

use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

mod accept;
mod ask;
mod carry;
mod change;
mod deliver;
mod draft;
mod format;
mod history;
mod kept;
mod layouts;
mod lease;
mod line;
mod mappings;
mod parse;
mod prepare;
mod rejects;
mod report;
mod rows;
mod shown;
mod source;
mod sums;
mod sweep;
pub(crate) mod switch;
pub mod texts;
mod write;

#[cfg(test)]
mod speed;

pub use ask::{answer, discard, preview, question};
pub use change::{confirm, withdraw};
pub use deliver::run;
pub use history::{get, held, history};
pub use mappings::{delete as delete_mapping, list as list_mappings};
pub use rejects::rejects_csv;
pub use source::SourceFile;
pub use sweep::sweep_unscoped;

/// The largest file, in bytes, where no setting says otherwise.
pub const DEFAULT_MAX_BYTES: u64 = 4 << 30;

/// Who imports.
#[derive(Debug, Clone)]
pub enum Importer {
    /// A member with [`Permission::ImportBills`].
    Member(Actor),
    /// The command line, for a partner.
    Job(PartnerId),
}

impl Importer {
    /// The partner whose bills these are.
    ///
    /// # Errors
    /// `Denied` for a member without the permission.
    fn partner(&self) -> Result<&PartnerId> {
        match self {
            Self::Member(actor) => {
                actor.require(Permission::ImportBills)?;
                Ok(&actor.partner)
            }
            Self::Job(partner) => Ok(partner),
        }
    }

    fn member(&self) -> Option<&str> {
        match self {
            Self::Member(actor) => Some(actor.member.as_str()),
            Self::Job(_) => None,
        }
    }

    async fn record(&self, center: &Center, connection: &mut Connection, what: (&str, &str, &str)) -> Result<()> {
        match self {
            Self::Member(actor) => crate::audit::record(center, connection, actor, what).await,
            Self::Job(partner) => crate::audit::record_unscoped(center, connection, partner, what).await,
        }
    }
}

/// A delivery to import.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Its files.
    pub files: Vec<SourceFile>,
    /// How.
    pub options: ImportOptions,
    /// A larger file is refused before it is read, or before it is unpacked.
    pub max_bytes: u64,
    /// What is said of its files beforehand: by a file's name, or of all where the name is empty.
    pub answers: Vec<(String, FieldSources)>,
    /// The saved mapping that knows its columns, where a person names one.
    pub mapping: Option<String>,
    /// Where something must be asked, keep the files for the answer. Without, the delivery is refused.
    pub keep: bool,
}

impl NewDelivery {
    /// A delivery with the default limit.
    pub fn new(files: Vec<SourceFile>, options: ImportOptions) -> Self {
        Self { files, options, max_bytes: DEFAULT_MAX_BYTES, answers: Vec::new(), mapping: None, keep: false }
    }

    /// Sizes of the files together.
    fn check_size(&self) -> Result<u64> {
        if self.files.is_empty() {
            return Err(Error::field("file", "required"));
        }
        source::require_few(&self.files[0], self.files.len())?;
        let mut total = 0;
        for file in &self.files {
            let size =
                std::fs::metadata(&file.path).map_err(|error| source::refused(file, "unreadable", &error))?.len();
            if size > self.max_bytes {
                let why = format!("it has {size} bytes, the limit is {}", self.max_bytes);
                return Err(source::refused(file, "too_large", &why));
            }
            total += size;
        }
        Ok(total)
    }
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// The import that is waited for, while it waits.
    pub waiting_for: Option<DeliveryId>,
    /// Rows read.
    pub rows_read: u64,
    /// Bytes of the files read.
    pub bytes_read: u64,
    /// Bytes of all files.
    pub bytes_total: u64,
}

/// Imports a delivery from beginning to end: [`start`], then [`run`]. A dry run writes nothing and reports the same.
///
/// # Errors
/// As [`start`] and [`run`].
pub async fn import(
    center: &Center,
    who: &Importer,
    delivery: &NewDelivery,
    on_progress: impl Fn(Progress) + Send + Sync,
) -> Result<Vec<ImportReport>> {
    if delivery.options.dry_run {
        return Box::pin(deliver::rehearse(center, who, delivery, on_progress)).await;
    }
    let id = start(center, who, delivery).await?;
    Box::pin(run(center, who, (&id, delivery), on_progress)).await
}

/// Runs a delivery that [`start`] noted in a task of its own, then calls `done`.
pub fn spawn(
    center: &Center,
    who: Importer,
    (id, delivery): (DeliveryId, NewDelivery),
    done: impl FnOnce() + Send + 'static,
) {
    let center = center.clone();
    tokio::spawn(async move {
        let run = Box::pin(run(&center, &who, (&id, &delivery), |_| {}));
        if let Err(error) = run.await {
            tracing::warn!(delivery = %id, %error, "an import was refused or failed");
        }
        done();
    });
}

/// Notes a delivery as waiting, so that its progress can be asked for; [`run`] does the work and must follow soon.
///
/// # Errors
/// `Denied` without `Permission::ImportBills`; `Invalid` for field `file`: `required`, `unreadable`, `too_large`,
/// `too_many_files`.
pub async fn start(center: &Center, who: &Importer, delivery: &NewDelivery) -> Result<DeliveryId> {
    let partner = who.partner()?;
    let bytes_total = delivery.check_size()?;
    let id = DeliveryId::new(new_id());
    let names: Vec<&str> = delivery.files.iter().map(|file| file.name.as_str()).collect();
    let mut tx = center.db.write().await?;
    sqlx::query(
        "insert into delivery (id, partner_id, member_id, state, covers, files, created_at, lease_until, rows_read,
           bytes_read, bytes_total, reports, error)
         values ($1, $2, $3, 'waiting', $4, $5, $6, $7, 0, 0, $8, '[]', '')",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .bind(who.member())
    .bind(delivery.options.covers.code())
    .bind(serde_json::to_string(&names)?)
    .bind(stored(center.clock.now()))
    .bind(lease::until(center))
    .bind(bytes_total.cast_signed())
    .execute(&mut *tx)
    .await?;
    who.record(center, &mut tx, ("import.start", id.as_str(), &names.join(", "))).await?;
    tx.commit().await?;
    Ok(id)
}
