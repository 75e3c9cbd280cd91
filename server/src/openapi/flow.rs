//! Flow control, and the lock of a key that is guessed at. Both are in memory: a restart forgets them.
//!
//! Source: the supplier's page on flow control (ten calls a second of an operation, for each source address and partner), and its
//! gateway, which refuses a key for five minutes after failed verifications in a row.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};

use super::operations::{OPERATIONS, Operation};

/// A table of callers is tidied when it has grown so large.
const TIDIED_AT: usize = 10_000;
/// How long a key stays locked.
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(5);

type Limiter = DefaultKeyedRateLimiter<(String, String)>;

/// How many calls of each operation one address may make for one partner.
pub struct Flow(Vec<(&'static str, Limiter)>);

impl Flow {
    /// Each operation's documented limit; with `all`, that many for each operation, and no limit at all with 0.
    pub fn new(all: Option<u32>) -> Self {
        let limited = OPERATIONS.iter().filter_map(|operation| {
            let quota = NonZeroU32::new(all.unwrap_or(operation.limit))?;
            Some((operation.id, RateLimiter::keyed(Quota::per_second(quota))))
        });
        Self(limited.collect())
    }

    /// Whether one more call is allowed now; it is counted.
    pub fn allows(&self, operation: &Operation, address: &str, partner: &str) -> bool {
        let Some((_, limiter)) = self.0.iter().find(|(id, _)| *id == operation.id) else { return true };
        if limiter.len() > TIDIED_AT {
            limiter.retain_recent();
        }
        limiter.check_key(&(address.to_owned(), partner.to_owned())).is_ok()
    }
}

/// Keys whose signature failed too often in a row.
pub struct Lock {
    after: u32,
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Lock {
    /// A lock that closes with the failure number `after`; never with 0.
    pub fn new(after: u32) -> Self {
        Self { after, failures: Mutex::default() }
    }

    /// Whether the key is locked now.
    pub fn is_closed(&self, access_key: &str, now: Timestamp) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |last: Timestamp| now.duration_since(last) < LOCKED_FOR;
        self.after > 0 && failures.get(access_key).is_some_and(|&(count, last)| count >= self.after && recent(last))
    }

    /// Counts a failure of an existing key, or forgets those before a success.
    pub fn note(&self, access_key: &str, right: bool, now: Timestamp) {
        if self.after == 0 {
            return;
        }
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            failures.remove(access_key);
            return;
        }
        let (count, last) = failures.entry(access_key.to_owned()).or_insert((0, now));
        *count = if now.duration_since(*last) < LOCKED_FOR { *count + 1 } else { 1 };
        *last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::operations::named;

    #[test]
    fn calls_are_counted_for_each_operation_address_and_partner() {
        let flow = Flow::new(None);
        let (units, identity) = (named("list_measure_units").unwrap(), named("check_user_identity").unwrap());
        let many = |operation, address, partner| (0..50).filter(|_| flow.allows(operation, address, partner)).count();
        assert!((10..13).contains(&many(units, "203.0.113.7", "p")));
        assert!((10..13).contains(&many(units, "203.0.113.8", "p")));
        assert!((10..13).contains(&many(units, "203.0.113.7", "q")));
        assert!((5..7).contains(&many(identity, "203.0.113.7", "p")));
        let off = Flow::new(Some(0));
        assert!((0..50).all(|_| off.allows(units, "203.0.113.7", "p")));
        let three = Flow::new(Some(3));
        assert!((3..5).contains(&(0..50).filter(|_| three.allows(identity, "203.0.113.7", "p")).count()));
    }

    #[test]
    fn a_key_is_locked_after_failures_in_a_row_for_five_minutes() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let lock = Lock::new(3);
        for _ in 0..2 {
            lock.note("AK", false, at(0));
        }
        lock.note("AK", true, at(0));
        for _ in 0..3 {
            assert!(!lock.is_closed("AK", at(1)));
            lock.note("AK", false, at(1));
        }
        assert!(lock.is_closed("AK", at(5)) && !lock.is_closed("other", at(5)) && !lock.is_closed("AK", at(6)));
        let off = Lock::new(0);
        (0..100).for_each(|_| off.note("AK", false, at(0)));
        assert!(!off.is_closed("AK", at(0)));
    }
}
