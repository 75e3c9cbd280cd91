//! Customers (客户管理).

pub mod detail;
pub mod list;
