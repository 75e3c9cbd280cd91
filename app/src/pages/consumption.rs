//! Consumption: the dashboards (消费看板, 客户看板) and the lines (消费明细).

pub mod customer_dashboard;
pub mod dashboard;
pub mod lines;
pub mod summary;
