//! The partner centre as every service sees it: database, clock, limits.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::credentials::{KeyUses, Vault};
use crate::db::Database;
use crate::members::UnknownLogins;

/// Everything that services share. Cheap to clone.
#[derive(Clone)]
pub struct Center {
    /// The database.
    pub db: Database,
    /// What time it is.
    pub clock: Clock,
    /// Where exported files are kept until they expire.
    pub export_folder: Arc<Path>,
    /// An export keeps a reader of the database: so many while their readers wait.
    pub(crate) exporting: Arc<Semaphore>,
    /// Seals the secrets of access keys.
    pub(crate) vault: Vault,
    /// When access keys were last used.
    pub(crate) key_uses: Arc<KeyUses>,
    /// Password hashing is slow on purpose: so many at once.
    pub(crate) hashing: Arc<Semaphore>,
    /// Attempts to sign in under names that do not exist.
    pub(crate) unknown_logins: Arc<UnknownLogins>,
}

impl Center {
    /// A centre on `db`; exports and the server key are kept beside it.
    pub fn new(db: Database, clock: Clock) -> Self {
        let export_folder = db.beside("exports").into();
        let vault = Vault::new(&db.beside("partner-center.key"));
        let (exporting, hashing) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(2)));
        let (key_uses, unknown_logins) = (Arc::default(), Arc::default());
        Self { db, clock, export_folder, exporting, vault, key_uses, hashing, unknown_logins }
    }

    /// The same with the server key in another file; it is made at first need, readable by its owner alone.
    #[must_use]
    pub fn with_secret_key_file(self, file: &Path) -> Self {
        Self { vault: Vault::new(file), ..self }
    }

    /// The same with exports in another folder.
    #[must_use]
    pub fn with_export_folder(self, folder: &Path) -> Self {
        Self { export_folder: folder.into(), ..self }
    }
}

/// A new id: a UUID of version 7, so that ids sort by the time they were made.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
