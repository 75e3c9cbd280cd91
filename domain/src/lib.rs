#![warn(missing_docs)]
//! Types and rules of the partner centre: pure, shared by the server and the browser.
//!
//! One module per area, named like the area's modules in `services`, `app` and `server`.

pub mod access;
pub mod assignments;
pub mod bills;
pub mod consumption;
pub mod credentials;
pub mod customer_lists;
pub mod customers;
pub mod errors;
pub mod exports;
pub mod funds;
pub mod ids;
pub mod imports;
pub mod ledger;
pub mod members;
pub mod money;
pub mod months;
pub mod paging;
pub mod periods;
pub mod saved_views;
pub mod targets;
pub mod teams;
mod text;
