//! The pages, one module per area. Every page is a lazy route.

pub mod account;
pub mod assignments;
pub mod consumption;
pub mod customers;
pub mod exports;
pub mod home;
pub mod imports;
pub mod login;
pub mod members;
pub mod months;
pub mod password;
pub mod targets;
pub mod teams;
