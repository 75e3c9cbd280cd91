//! When keys were last used: kept in memory and written now and then, so that no call waits for a write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::center::Center;
use crate::clock::stored;
use crate::error::Result;

/// A key's use is written at most this often.
const WRITTEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

#[derive(Clone, Copy)]
struct Use {
    last: Timestamp,
    /// What the database knows, and since when.
    written: Option<(Timestamp, Timestamp)>,
}

impl Use {
    fn is_due(self, now: Timestamp) -> bool {
        self.written.is_none_or(|(known, at)| known < self.last && now.duration_since(at) >= WRITTEN_EVERY)
    }
}

/// The last use of each key that was used since the program began.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashMap<String, Use>>);

/// Notes that a key was used. Only for keys that exist.
pub fn note_use(center: &Center, access_key: &str) {
    let now = center.clock.now();
    let mut uses = center.key_uses.0.lock().unwrap_or_else(PoisonError::into_inner);
    match uses.get_mut(access_key) {
        Some(known) => known.last = now,
        None => {
            uses.insert(access_key.to_owned(), Use { last: now, written: None });
        }
    }
}

/// Writes the uses that the database does not know, each at most every five minutes: for the host's sweep. No audit record:
/// the calls themselves have theirs.
///
/// # Errors
/// `Internal`; what was not written is tried again.
pub async fn write_uses_unscoped(center: &Center) -> Result<()> {
    let now = center.clock.now();
    let due: Vec<(String, Timestamp)> = {
        let uses = center.key_uses.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.iter().filter(|(_, used)| used.is_due(now)).map(|(key, used)| (key.clone(), used.last)).collect()
    };
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = center.db.write().await?;
    for (key, last) in &due {
        sqlx::query("update access_key set last_used_at = $1 where id = $2")
            .bind(stored(*last))
            .bind(key)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    let mut uses = center.key_uses.0.lock().unwrap_or_else(PoisonError::into_inner);
    for (key, last) in due {
        if let Some(known) = uses.get_mut(&key) {
            known.written = Some((last, now));
        }
    }
    Ok(())
}
