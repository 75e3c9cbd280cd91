//! Assignments (客户分配): who manages which customer from which day until which.
//!
//! The rule for a single customer's intervals is [`domain::assignments::reassign`]; here it meets the database. All changes
//! of one step are one write transaction: two steps at once follow each other, so intervals cannot overlap.

mod by_file;
mod change;
mod closed;
mod differences;
mod export;
mod from_bills;
mod hand_over;
mod history;
mod managers;
mod moves;
mod named;
mod rehearsal;
mod store;
mod write;

pub use by_file::import;
pub use change::{assign, assignment_state, take_back};
pub use differences::{differences, export_differences};
pub use export::export;
pub use from_bills::{assign_from_bills, preview_from_bills, set_supplier_manager, suggestions};
pub use hand_over::{hand_over, preview_hand_over};
pub use history::{history_of_customer, history_of_manager};
pub use managers::managers;

pub(crate) use history::{Records, records};
pub(crate) use store::is_sensible;
pub(crate) use write::{NewAssignment, insert};

#[cfg(test)]
mod tests;
