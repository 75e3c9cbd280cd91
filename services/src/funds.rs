//! Funds (资金管理): the partner's accounts, top-ups that two members make together, allocations and reclaims, and the details they
//! leave behind.
//!
//! Money moves in the ledger, within the transaction that also writes what it is moved for. Funds are the whole partner's: who sees
//! own customers only has no part in them, but sees the balances of the own customers.

mod adjustments;
mod batch;
mod columns;
mod correct;
mod counterpart;
mod credit;
mod customer;
mod earmarks;
mod export;
mod overview;
mod payments;
mod records;
mod supplier;
mod top_ups;
mod transfer;

pub use adjustments::{adjustments, adjustments_from};
pub use batch::batch;
pub use correct::reverse_move;
pub use credit::set_credit_line;
pub use customer::{customer_account, customer_balances, customer_top_up};
pub use earmarks::{earmark, earmarks, release_earmark};
pub use export::export_records;
pub use overview::{indirect_balance, overview};
pub use payments::{payments, record_payment, withdraw_payment};
pub use records::{records, records_from};
pub use supplier::{compare_supplier_file, set_supplier_transaction, supplier_comparison, supplier_files};
pub use top_ups::{decide_top_up, record_top_up, top_ups};
pub use transfer::{preview, transfer};

pub(crate) use earmarks::check;

use domain::access::{Actor, Denied, Permission, Scope};

use crate::error::Result;

#[cfg(test)]
mod tests;

/// Asks for a permission that concerns the money of all customers.
fn require_all(actor: &Actor, permission: Permission) -> Result<()> {
    match actor.scope(permission)? {
        Scope::All { .. } => Ok(()),
        Scope::ManagedBy { .. } => Err(Denied(permission).into()),
    }
}
