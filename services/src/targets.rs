//! Targets (业绩目标) and how far account managers came: set one by one or by file, shown beside the due that the consumption
//! dashboard shows.
//!
//! A target of a closed month stays as it is: its completion was what the month was closed with. Who changes a target says
//! which version they saw, so that of two who write at once the second learns of the first.

mod board;
mod by_file;
mod change;
mod export;
mod sheet;
mod store;

pub use board::board;
pub use by_file::import;
pub use change::set;
pub use export::{ExportQuery, export};
pub use sheet::sheet;

#[cfg(test)]
mod tests;
