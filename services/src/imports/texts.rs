//! The dictionary of a bill's repeated texts.
//!
//! Texts are known by 128-bit hashes. Those seen lately are in memory in two generations; when both are full, the older one
//! goes, and texts that are in neither are looked up in the database, a chunk of rows at a time. So memory is bounded and
//! every text has one number.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use domain::customers::folded;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::db::Connection;
use crate::error::Result;

/// A 128-bit hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub high: u64,
    pub low: u64,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
    }
}

/// Hashes bytes to 128 bits. The numbers are stored: never change the function.
pub fn key(bytes: &[u8]) -> Key {
    let mut hasher = SipHasher13::new_with_keys(0x7061_7274_6e65_7263, 0x656e_7465_7262_696c);
    hasher.write(bytes);
    let hash = hasher.finish128();
    Key { high: hash.h1, low: hash.h2 }
}

/// A [`Key`] is a hash already.
#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

type Generation = HashMap<Key, u32, BuildHasherDefault<AsItIs>>;

/// A text to be written.
#[derive(Debug)]
pub struct NewText {
    pub no: i64,
    pub key: Key,
    pub value: String,
}

/// Numbers for texts.
pub struct Texts {
    young: Generation,
    old: Generation,
    limit: usize,
    /// Whether the two generations hold every text there is.
    complete: bool,
    /// Looked up in the database and not there.
    absent: HashSet<Key, BuildHasherDefault<AsItIs>>,
    next: u32,
    fresh: Vec<NewText>,
}

/// Texts of a generation: two of them take about 13 MiB. More than one transaction of an import brings,
/// so that what memory has forgotten is in the database.
const GENERATION: usize = 220_000;

impl Texts {
    /// The dictionary as it stands.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn load(connection: &mut Connection) -> Result<Self> {
        let limit = GENERATION;
        let last: i64 =
            sqlx::query_scalar("select coalesce(max(no), 0) from bill_text").fetch_one(&mut *connection).await?;
        let complete = usize::try_from(last).unwrap_or(usize::MAX) <= limit;
        let mut texts = Self {
            young: Generation::default(),
            old: Generation::default(),
            limit,
            complete,
            absent: HashSet::default(),
            next: u32::try_from(last).map_err(crate::Error::internal)? + 1,
            fresh: Vec::new(),
        };
        if complete {
            let rows: Vec<(i64, i64, i64)> =
                sqlx::query_as("select no, hash_high, hash_low from bill_text").fetch_all(connection).await?;
            texts.learn(rows);
        }
        Ok(texts)
    }

    /// Whether texts may be in the database that are not in memory: then each chunk is to be looked up first.
    pub fn needs_look_up(&self) -> bool {
        !self.complete
    }

    /// Of `keys`, those that must be looked up.
    pub fn unknown(&self, keys: impl Iterator<Item = Key>) -> HashSet<Key, BuildHasherDefault<AsItIs>> {
        keys.filter(|key| !self.young.contains_key(key) && !self.old.contains_key(key)).collect()
    }

    /// Takes what [`look_up`] found of `asked`.
    pub fn looked_up(&mut self, asked: HashSet<Key, BuildHasherDefault<AsItIs>>, found: Vec<(i64, i64, i64)>) {
        self.absent = asked;
        self.learn(found);
    }

    fn learn(&mut self, rows: Vec<(i64, i64, i64)>) {
        for (no, high, low) in rows {
            let key = Key { high: high.cast_unsigned(), low: low.cast_unsigned() };
            self.absent.remove(&key);
            self.insert(key, u32::try_from(no).unwrap_or(u32::MAX));
        }
    }

    /// The number of a text, a new one where it has none; none where the database must be asked first.
    pub fn number(&mut self, value: &str) -> Option<i64> {
        let key = key(value.as_bytes());
        if let Some(no) = self.young.get(&key) {
            return Some(i64::from(*no));
        }
        if let Some(no) = self.old.get(&key).copied() {
            self.insert(key, no);
            return Some(i64::from(no));
        }
        if !self.complete && !self.absent.remove(&key) {
            return None;
        }
        let no = self.next;
        self.next += 1;
        self.fresh.push(NewText { no: i64::from(no), key, value: value.to_owned() });
        self.insert(key, no);
        Some(i64::from(no))
    }

    fn insert(&mut self, key: Key, no: u32) {
        if self.young.len() >= self.limit {
            if !self.old.is_empty() {
                self.complete = false;
            }
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, no);
    }

    /// Texts numbered since the last call, to be written before the lines that use them become visible.
    pub fn take_fresh(&mut self) -> Vec<NewText> {
        std::mem::take(&mut self.fresh)
    }
}

/// Finds texts by their hashes: number and hash.
///
/// # Errors
/// `Internal`.
pub async fn look_up(connection: &mut Connection, keys: &[Key]) -> Result<Vec<(i64, i64, i64)>> {
    const AT_ONCE: usize = 500;
    let mut found = Vec::new();
    for some in keys.chunks(AT_ONCE) {
        let marks = vec!["?"; AT_ONCE].join(", ");
        let sql = format!("select no, hash_high, hash_low from bill_text where hash_low in ({marks})");
        let mut query = sqlx::query_as::<_, (i64, i64, i64)>(sqlx::AssertSqlSafe(sql));
        for index in 0..AT_ONCE {
            query = query.bind(some.get(index).or(some.last()).map_or(0, |key| key.low.cast_signed()));
        }
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// The number of a text, if any line ever had it: for filters.
///
/// # Errors
/// `Internal`.
pub async fn number_of(connection: &mut Connection, value: &str) -> Result<Option<i64>> {
    let key = key(value.as_bytes());
    Ok(sqlx::query_scalar("select no from bill_text where hash_low = $1 and hash_high = $2")
        .bind(key.low.cast_signed())
        .bind(key.high.cast_signed())
        .fetch_optional(connection)
        .await?)
}

/// Keeps what a text folds to, where the engine's `lower` would not find it: it knows ASCII letters only.
///
/// # Errors
/// `Internal`.
pub async fn write_folded(connection: &mut Connection, no: i64, value: &str) -> Result<()> {
    if value.is_ascii() {
        return Ok(());
    }
    let folded = folded(value);
    if folded != value.to_ascii_lowercase() {
        sqlx::query("insert into folded_text (no, folded) values ($1, $2) on conflict (no) do nothing")
            .bind(no)
            .bind(folded)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Does so for the texts from before anything was folded; once, whoever opens the database.
///
/// # Errors
/// `Internal`.
pub async fn fold_earlier(connection: &mut Connection) -> Result<()> {
    let done: Option<(i64,)> =
        sqlx::query_as("select no from folded_text where no = 0").fetch_optional(&mut *connection).await?;
    let mut last = if done.is_some() { return Ok(()) } else { 0_i64 };
    loop {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("select no, value from bill_text where no > $1 order by no limit 10000")
                .bind(last)
                .fetch_all(&mut *connection)
                .await?;
        let Some((no, _)) = rows.last() else { break };
        last = *no;
        for (no, value) in rows {
            write_folded(connection, no, &value).await?;
        }
    }
    sqlx::query("insert into folded_text (no, folded) values (0, '')").execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers 200 texts three times over with room for 10 in memory, the database standing in for the rest.
    #[test]
    fn every_text_keeps_its_number_when_memory_forgets() {
        let mut texts = Texts {
            young: Generation::default(),
            old: Generation::default(),
            limit: 5,
            complete: true,
            absent: HashSet::default(),
            next: 1,
            fresh: Vec::new(),
        };
        let mut written = HashMap::new();
        for round in 0..3 {
            for index in 0..200 {
                let value = format!("text {index}");
                let no = texts.number(&value).unwrap_or_else(|| {
                    let asked = texts.unknown(std::iter::once(key(value.as_bytes())));
                    let found = written.get(&value).map(|no| {
                        let key = key(value.as_bytes());
                        (*no, key.high.cast_signed(), key.low.cast_signed())
                    });
                    texts.looked_up(asked, found.into_iter().collect());
                    texts.number(&value).unwrap()
                });
                for text in texts.take_fresh() {
                    assert_eq!(written.insert(text.value, text.no), None, "numbered twice");
                }
                assert_eq!(written[&value], no, "round {round}");
            }
        }
        assert_eq!(written.len(), 200);
        assert!(texts.needs_look_up());
    }
}
