//! Month close (账期关账): 预估 → 已出账 → 已关账, what to look at before, and whether the month adds up.
//!
//! That nothing changes in a closed month is up to those who change: imports and assignments ask [`require_open`] or
//! [`closings`] within their own write transaction.

mod change;
mod checks;
mod closings;
mod control;
mod list;
mod sheet;

pub use change::{bill, close, reopen, unbill};
pub use list::list;
pub use sheet::sheet;

pub(crate) use closings::{closings, require_open};
pub(crate) use control::wrong_sums;
