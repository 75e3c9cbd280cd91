//! Takes the demo partner away with everything of it.

use domain::ids::PartnerId;

use crate::center::Center;
use crate::error::Result;
use crate::partners;

/// What a partner owns, in an order that no reference forbids. `$1` is the partner.
const STATEMENTS: &[&str] = &[
    "delete from supplier_file_row where file_id in (select id from supplier_file where partner_id = $1)",
    "delete from supplier_file where partner_id = $1",
    "delete from supplier_transaction where partner_id = $1",
    "delete from customer_payment where partner_id = $1",
    "delete from earmark where partner_id = $1",
    "delete from top_up where partner_id = $1",
    "delete from ledger_posting where account_id in (select id from ledger_account where partner_id = $1)",
    "delete from ledger_move where partner_id = $1",
    "delete from ledger_account where partner_id = $1",
    "delete from month_lines where partner_id = $1",
    "delete from month_lines_of where partner_id = $1",
    "delete from export_job where partner_id = $1",
    "delete from rollup_customer where partner_id = $1",
    "delete from rollup_service where partner_id = $1",
    "delete from shown_part where partner_id = $1",
    "delete from replaced_part where delivery_id in (select id from delivery where partner_id = $1)",
    "delete from rollup_part_day where version_no in (select no from bill_version where partner_id = $1)",
    "delete from rollup_part_manager where version_no in (select no from bill_version where partner_id = $1)",
    "delete from rollup_part_service where version_no in (select no from bill_version where partner_id = $1)",
    "delete from version_part where version_no in (select no from bill_version where partner_id = $1)",
    "delete from customer_line where version_no in (select no from bill_version where partner_id = $1)",
    "delete from bill_line where version_no in (select no from bill_version where partner_id = $1)",
    "delete from bill_version where partner_id = $1",
    "delete from rejected_row where delivery_id in (select id from delivery where partner_id = $1)",
    "delete from delivery where partner_id = $1",
    "delete from bill_mapping where partner_id = $1",
    "delete from month_event where partner_id = $1",
    "delete from bill_month where partner_id = $1",
    "delete from target where partner_id = $1",
    "delete from team_member where team_id in (select id from team where partner_id = $1)",
    "delete from team where partner_id = $1",
    "delete from assignment where partner_id = $1",
    "delete from supplier_manager where partner_id = $1",
    "delete from saved_view where partner_id = $1",
    "delete from customer_list_entry where list_id in (select id from customer_list where partner_id = $1)",
    "delete from customer_list where partner_id = $1",
    "delete from customer where partner_id = $1",
    "delete from project where partner_id = $1",
    "delete from account_domain where partner_id = $1",
    "delete from access_key where member_id in (select id from member where partner_id = $1)",
    "delete from session where member_id in (select id from member where partner_id = $1)",
    "delete from member_role where member_id in (select id from member where partner_id = $1)",
    "delete from audit_record where partner_id = $1",
    "delete from member where partner_id = $1",
];

/// Removes every demo partner with its members, customers, bills and audit records, and says whether there was one. Other
/// partners are not touched.
///
/// # Errors
/// `Internal`; nothing is removed then.
pub async fn remove_unscoped(center: &Center) -> Result<bool> {
    let demos: Vec<PartnerId> = partners::list_unscoped(center)
        .await?
        .into_iter()
        .filter(|partner| partner.demo)
        .map(|partner| partner.id)
        .collect();
    for partner in &demos {
        remove(center, partner).await?;
    }
    Ok(!demos.is_empty())
}

async fn remove(center: &Center, partner: &PartnerId) -> Result<()> {
    let mut tx = center.db.write().await?;
    for statement in STATEMENTS.iter().copied() {
        sqlx::query(statement).bind(partner.as_str()).execute(&mut *tx).await?;
    }
    // The audit trail goes with its partner, so the log is what remembers.
    sqlx::query("delete from partner where id = $1 and demo").bind(partner.as_str()).execute(&mut *tx).await?;
    tx.commit().await?;
    tracing::info!(partner = partner.as_str(), "demo partner removed");
    Ok(())
}
