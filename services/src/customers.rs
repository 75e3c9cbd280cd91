//! Customers (客户): the list, a customer's page, suggestions while typing; always within the actor's scope.
//!
//! A customer is an account manager's own here if it is assigned to them today, in the partner's billing time zone.

mod get;
mod list;
mod suggest;
mod view;

pub use get::get;
pub use list::list;
pub use suggest::{suggest, suggest_managers};

pub(crate) use view::{COLUMNS, Row, View, summary};

#[cfg(test)]
mod tests;
