//! The ledger: double entry, append-only.
//!
//! Other services call it within their own write transaction, after they have asked for the permission: money moves together with
//! what it is moved for, or not at all. Nothing here is ever changed or deleted; what was wrong is reversed.

mod accounts;
mod check;
mod post;
mod reverse;
mod sources;

pub(crate) use accounts::{balance, balances, set_floor};
pub(crate) use check::check;
pub(crate) use post::{NewMove, Once, find, get, post, post_unscoped};
pub(crate) use reverse::reverse;
#[allow(unused_imports)] // payments and refunds of orders call them
pub(crate) use sources::{funded_by_partner, given_back};
pub(crate) use sources::{given_to, taken_from};

#[cfg(test)]
mod tests;
