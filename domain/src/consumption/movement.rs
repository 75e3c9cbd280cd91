//! The customer dashboard (客户看板): how many customers there are, and which came, went, grew and shrank.

use serde::{Deserialize, Serialize};

use super::{Basis, Comparison};
use crate::ids::CustomerId;
use crate::money::Total;

/// Customers that one list of the customer dashboard names.
pub const LISTED: usize = 10;

/// What a customer consumed in the month, and in the comparable time before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMovement {
    /// The customer.
    pub id: CustomerId,
    /// Its name, or its account's.
    pub name: String,
    /// The account's id.
    pub account_id: String,
    /// Due of the month.
    pub now: Total,
    /// Due of the time before.
    pub before: Total,
}

impl CustomerMovement {
    /// By how much due went up.
    pub fn change(&self) -> Total {
        self.now - self.before
    }
}

/// So many customers, the first of them by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Movements {
    /// How many there are.
    pub count: u64,
    /// At most [`LISTED`].
    pub listed: Vec<CustomerMovement>,
}

/// A month's customers in the actor's scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDashboard {
    /// What the figures stand on; the range is one month.
    pub basis: Basis,
    /// What the month is compared with.
    pub compared_with: Comparison,
    /// Customers in scope today.
    pub customers: u64,
    /// Of these, first seen in a bill of the month.
    pub first_seen: u64,
    /// Assignments that began in the month.
    pub newly_assigned: u64,
    /// Customers with at least one line whose due is not zero: in the month, and before.
    pub consuming: (u64, u64),
    /// Due of the [`LISTED`] largest customers, and of all.
    pub concentration: (Total, Total),
    /// Consuming in the month and not before, largest first.
    pub started: Movements,
    /// Consuming before and not in the month, largest first.
    pub silent: Movements,
    /// Due rose most.
    pub risen: Movements,
    /// Due fell most.
    pub fallen: Movements,
    /// For who sees all: customers that nobody manages today, by due of the month.
    pub unassigned: Option<Movements>,
}
