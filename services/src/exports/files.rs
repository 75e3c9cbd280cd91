//! Exported files: in memory of nobody, on disk as long as they are kept.

use std::fs::File;
use std::future::Future;
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::exports::ExportFormat;
use domain::ids::ExportId;

use super::jobs::{self, Turn};
use crate::center::Center;
use crate::error::{Error, Result};

/// A file to download.
#[derive(Debug)]
pub struct ExportFile {
    /// A name for it, ASCII.
    pub name: String,
    /// Its form.
    pub format: ExportFormat,
    /// Its size in bytes.
    pub bytes: u64,
    /// Open at its beginning.
    pub file: File,
}

impl ExportFile {
    /// A file that was written, or opened, to be read from its beginning.
    ///
    /// # Errors
    /// `Internal`.
    pub(super) fn new(name: String, format: ExportFormat, mut file: File) -> Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let bytes = file.metadata()?.len();
        Ok(Self { name, format, bytes, file })
    }
}

/// A file without a name, which is gone with the last that holds it.
///
/// # Errors
/// `Internal`.
pub(super) fn unnamed(center: &Center) -> Result<File> {
    make_folder(&center.export_folder)?;
    Ok(tempfile::tempfile_in(&center.export_folder)?)
}

/// Makes the folder, for this program alone where the system knows such a thing.
///
/// # Errors
/// `Internal`.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

const PREFIX: &str = "export-";
const PART: &str = ".part";

/// Where the file of an export is kept.
pub(super) fn place(center: &Center, id: &ExportId) -> PathBuf {
    center.export_folder.join(format!("{PREFIX}{id}"))
}

/// Where it stands while it is written: each try has a file of its own.
pub(super) fn part(center: &Center, turn: &Turn) -> PathBuf {
    center.export_folder.join(format!("{PREFIX}{}.{}{PART}", turn.id, turn.attempt))
}

/// The export whose file this is, if it is one.
pub(super) fn export_of(name: &str) -> Option<ExportId> {
    let id = name.strip_prefix(PREFIX)?;
    let id = id.strip_suffix(PART).map_or(id, |part| part.split_once('.').map_or(part, |(id, _)| id));
    uuid::Uuid::try_parse(id).ok().map(|_| ExportId::new(id))
}

/// Removes what there is of an export's file, of whatever try.
pub(super) fn remove(center: &Center, id: &ExportId) {
    removed(id, &place(center, id));
    for attempt in 1..=jobs::ATTEMPTS {
        remove_part(center, &Turn { id: id.clone(), attempt });
    }
}

/// Removes what a try left.
pub(super) fn remove_part(center: &Center, turn: &Turn) {
    removed(&turn.id, &part(center, turn));
}

fn removed(id: &ExportId, path: &Path) {
    if let Err(error) = remove_file(path) {
        tracing::warn!(export = %id, %error, "an exported file could not be removed");
    }
}

/// Removes a file; one that is gone already is as good.
///
/// # Errors
/// As the system.
pub(super) fn remove_file(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Runs what keeps a processor busy or waits for a disk.
///
/// # Errors
/// As `work`; `Internal` where it panics.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Who waits for a file.
pub(super) enum Progress<'a> {
    /// Its reader.
    Direct,
    /// Nobody: a job, whose lease is to be renewed.
    Job(&'a Center, &'a Turn),
}

impl Progress<'_> {
    /// Notes how many rows there are, and that the job lives.
    ///
    /// # Errors
    /// `Conflict` `lease_lost` where the export was deleted.
    pub async fn report(&self, rows: u64) -> Result<()> {
        match self {
            Self::Direct => Ok(()),
            Self::Job(center, turn) => jobs::renew(center, turn, Some(rows)).await,
        }
    }

    /// Does `work` and renews the lease meanwhile.
    ///
    /// # Errors
    /// As `work` and [`Self::report`].
    pub async fn beside<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Self::Job(center, turn) = self else { return work.await };
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = tokio::time::sleep(Duration::from_secs(30)) => jobs::renew(center, turn, None).await?,
            }
        }
    }
}

/// A name for a download: what, which months, which version.
pub(super) fn name(view: &str, months: (String, String), version: i64, format: ExportFormat) -> String {
    let (from, to) = months;
    format!("{view}-{from}-{to}-v{version}.{}", format.ending())
}
