//! Server functions: doors between the pages and the services, one module per area.
//!
//! Each does four things: find out who asks, parse into domain types, call one service, map the result. Reads are GET
//! requests, writes POST. Every one is listed in the host's test that walks all doors.

pub mod assignments;
pub mod consumption;
pub mod customer_lists;
pub mod customers;
pub mod exports;
pub mod imports;
pub mod members;
pub mod months;
pub mod saved_views;
pub mod session;
pub mod targets;
pub mod teams;
