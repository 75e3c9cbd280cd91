//! The one file that knows the database engine, `SQLite`.
//!
//! One connection writes, several read. A write transaction takes the write lock at its start (`begin immediate`): one that
//! read first and wrote later could fail in the middle when another writer came between.

mod statement;

pub use statement::Statement;

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::{Error, Result};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// A row of an answer.
pub type Row = sqlx::sqlite::SqliteRow;
/// An open transaction.
pub type Tx = Transaction<'static, Sqlite>;
/// A connection, or a transaction seen as one.
pub type Connection = sqlx::SqliteConnection;

/// The database: one writer, several readers.
#[derive(Clone)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
    url: String,
    turn: Arc<Mutex<()>>,
}

impl Database {
    /// Opens the database at `url` (`sqlite://path`), makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// `Internal` where the file cannot be opened, or was written by a newer program.
    pub async fn open(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url).map_err(Error::internal)?;
        if let Some(folder) = options.get_filename().parent().filter(|folder| *folder != Path::new("")) {
            std::fs::create_dir_all(folder)?;
        }
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "memory")
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_mins(1))
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await.map_err(Error::internal)?;
        let mut tx = writer.begin_with("begin immediate").await?;
        crate::imports::texts::fold_earlier(&mut tx).await?;
        crate::credentials::create_missing(&mut tx).await?;
        tx.commit().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true).optimize_on_close(false, None))
            .await?;
        Ok(Self { writer, readers, url: url.to_owned(), turn: Arc::default() })
    }

    /// A transaction that may write; others wait for it.
    ///
    /// # Errors
    /// `Internal` where none can be had in time.
    pub async fn write(&self) -> Result<Tx> {
        let _turn = self.turn().await;
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    /// One's turn to begin a transaction that writes, first come first served. An import keeps it for each batch: it writes one
    /// batch after the other, and left to the engine, which lets those who wait try again now and then, hardly anyone would come
    /// between.
    pub async fn turn(&self) -> OwnedMutexGuard<()> {
        self.turn.clone().lock_owned().await
    }

    /// A transaction that reads one state of the data: all queries of a screen share one.
    ///
    /// # Errors
    /// `Internal` where none can be had in time.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.readers.begin().await?)
    }

    /// A connection of its own for a long import: a small cache, so that memory stays flat.
    ///
    /// # Errors
    /// `Internal` where the file cannot be opened.
    pub async fn import_connection(&self) -> Result<Connection> {
        use sqlx::ConnectOptions as _;
        let options = SqliteConnectOptions::from_str(&self.url)
            .map_err(Error::internal)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_mins(1))
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "file");
        Ok(options.connect().await?)
    }

    /// A place for files beside the database.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Copies the database to `file`, which must not exist, while others read and write.
    ///
    /// # Errors
    /// `Internal` where the file cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let mut connection = self.readers.acquire().await?;
        sqlx::query("vacuum into $1").bind(file.to_string_lossy().into_owned()).execute(&mut *connection).await?;
        Ok(())
    }

    /// The folder that the database lies in: files that belong to it are kept there.
    pub fn folder(&self) -> PathBuf {
        let file = file_of(&self.url).unwrap_or_default();
        file.parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// Ends all connections; what was committed is in the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// The file that a database URL names.
///
/// # Errors
/// `Internal` where it is no URL of a database.
pub fn file_of(url: &str) -> Result<std::path::PathBuf> {
    Ok(SqliteConnectOptions::from_str(url).map_err(Error::internal)?.get_filename().to_path_buf())
}

/// Whether a file begins as a database does.
///
/// # Errors
/// `Internal` where it cannot be read.
pub fn is_database(file: &Path) -> Result<bool> {
    use std::io::Read as _;
    let mut start = [0_u8; 16];
    let read = std::fs::File::open(file)?.read(&mut start)?;
    Ok(read == start.len() && &start == b"SQLite format 3\0")
}

/// Whether a write failed because `columns` (as the engine spells them: `table.column, table.column`) must be unique.
pub fn is_taken(error: &sqlx::Error, columns: &str) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation() && error.message().contains(columns))
}

/// A sum that may pass 64 bits, as two columns: whole units and the rest. [`total`] puts them together.
#[macro_export]
macro_rules! sum_columns {
    ($column:literal) => {
        concat!(
            "coalesce(cast(sum(",
            $column,
            " / 100000000) as bigint), 0), ",
            "coalesce(cast(sum(",
            $column,
            " % 100000000) as bigint), 0)"
        )
    };
}

/// Puts the two columns of [`sum_columns!`] together.
pub fn total(whole: i64, rest: i64) -> domain::money::Total {
    domain::money::Total::from_units(i128::from(whole) * 100_000_000 + i128::from(rest))
}

/// Escapes a text for `like … escape '\'` and wraps it in `%`: a part anywhere.
pub fn contains(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use crate::testing::TestCenter;

    /// Asks once, without waiting.
    fn asked<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn who_asked_to_write_comes_before_the_next_batch_of_an_import() {
        let center = TestCenter::new().await;
        let batch = center.db.turn().await;
        let mut write = Box::pin(center.db.write());
        assert!(asked(&mut write).is_pending());
        drop(batch);
        let mut next_batch = Box::pin(center.db.turn());
        assert!(asked(&mut next_batch).is_pending());
        write.await.unwrap().commit().await.unwrap();
        next_batch.await;
    }
}
