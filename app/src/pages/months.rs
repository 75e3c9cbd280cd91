//! Month close (账期关账).

pub mod control;
pub mod detail;
pub mod dialogs;
pub mod list;
