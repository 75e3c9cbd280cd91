//! Exports (导出): what is on screen as CSV, XLSX or FOCUS 1.2.
//!
//! Each view becomes a [`sheet::Sheet`]: a head that says what the figures stand on, and the tables of the page. Bill lines may
//! be millions, so they are read portion by portion from one state of the data ([`lines`]) and written as they come; up to
//! [`DIRECT_ROWS`] of them while their reader waits, more in the background ([`jobs`]).
//!
//! [`DIRECT_ROWS`]: domain::exports::DIRECT_ROWS

mod conditions;
mod files;
mod focus;
mod groups;
mod jobs;
mod lines;
mod movement;
mod overview;
mod records;
mod results;
mod sheet;
mod start;
mod summary;
mod words;

#[cfg(test)]
mod tests;

pub use files::ExportFile;
pub use jobs::{sweep_unscoped, work_unscoped};
pub use records::{delete, list, open};
pub use start::{NewExport, Started, start};
