//! Consumption (客户消费): the dashboard's figures and the bill lines behind them.
//!
//! Whose consumption a line is decides [`selection`], once; [`facts`] writes it into every statement. Dashboards read
//! rollups. Single days are read only for months in which a customer changed hands, lines only for the services of such
//! months and for the line list itself.

mod basis;
mod dashboard;
mod facts;
mod figures;
mod filters;
mod for_assignments;
mod for_targets;
mod groups;
mod lines;
mod months;
mod movement;
mod range;
mod selection;
mod status;
mod summary;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;

pub use dashboard::dashboard;
pub use filters::line_filters;
pub use groups::groups;
pub use lines::lines;
pub use movement::customer_dashboard;
pub use summary::summary;

pub(crate) use basis::basis;
pub(crate) use for_assignments::{dues_by_manager, dues_of_customers};
pub(crate) use for_targets::{ManagerMonths, manager_months};
pub(crate) use lines::{LineWalk, SourceLine};
pub(crate) use months::{MonthSums, month_sums};
pub(crate) use range::months as months_asked;
pub(crate) use summary::all_pages;
