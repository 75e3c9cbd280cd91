//! What the partner centre does: authorise, decide, store. Needs no browser and no HTTP.
//!
//! Every service takes the [`Center`] and the actor first, asks the actor for the scope or the permission in its first
//! line, and puts the scope into the SQL statement. Functions without an actor end in `_unscoped`: jobs and the command line.

pub mod assignments;
pub mod audit;
pub mod center;
pub mod check;
pub mod clock;
pub mod consumption;
pub mod credentials;
pub mod customer_lists;
pub mod customers;
pub mod db;
pub mod demo;
pub mod error;
pub mod exports;
pub mod funds;
pub mod imports;
pub mod ledger;
pub mod members;
pub mod months;
pub mod partners;
pub mod saved_views;
pub mod sessions;
pub mod tables;
pub mod targets;
pub mod teams;
#[cfg(any(test, feature = "testing"))]
#[doc(hidden)]
pub mod testing;

pub use center::Center;
pub use clock::Clock;
pub use error::{Error, Result};
