//! Loads the demo partner through the services that real data goes through.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use domain::bills::MonthState;
use domain::customers::folded;
use domain::ids::{MemberId, PartnerId};
use domain::imports::ImportOptions;
use domain::members::NewMember;
use domain::months::MonthEvent;
use domain::periods::Day;

use super::{DEMO_PASSWORD, DemoData, SEED, funds, generate, people, targets, teams};
use crate::assignments::{self, NewAssignment};
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::imports::{self, Importer, NewDelivery, SourceFile};
use crate::partners::{self, NewPartner};

/// What loading the demo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSummary {
    /// The demo partner.
    pub partner: PartnerId,
    /// False where it was there already; nothing was changed then.
    pub created: bool,
    /// Customers made.
    pub customers: u64,
    /// Bill lines imported.
    pub lines: u64,
    /// Bill files imported.
    pub files: u64,
}

impl std::fmt::Display for DemoSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { partner, customers, lines, files, .. } = self;
        if self.created {
            write!(f, "demo partner {partner}: {customers} customers, {lines} bill lines in {files} files")
        } else {
            write!(f, "demo partner {partner} is there already; nothing was changed")
        }
    }
}

/// Creates the demo partner with members, bills and assignments as of today. Does nothing where there is a demo partner.
///
/// # Errors
/// `Conflict` where a demo sign-in name is taken; `Internal` where the temporary folder cannot be written to or a bill row
/// was rejected. A partner begun is removed again.
pub async fn load_unscoped(center: &Center) -> Result<DemoSummary> {
    if let Some(partner) = partners::list_unscoped(center).await?.into_iter().find(|partner| partner.demo) {
        if is_complete(center, &partner.id).await? {
            return Ok(DemoSummary { partner: partner.id, created: false, customers: 0, lines: 0, files: 0 });
        }
        // Its loading was ended in the middle.
        super::remove_unscoped(center).await?;
    }
    let zone = partners::zone(partners::DEFAULT_ZONE)?;
    let data = generate(center.clock.today(&zone), SEED);
    let partner = partners::create_unscoped(
        center,
        &NewPartner {
            name: data.partner.to_owned(),
            zone_name: partners::DEFAULT_ZONE.to_owned(),
            assignment_day_counts: true,
            demo: true,
        },
    )
    .await?;
    let loaded = Box::pin(fill(center, &partner, &data)).await;
    if loaded.is_err() {
        super::remove_unscoped(center).await?;
    }
    loaded
}

/// Whether the loading came to its end: the record of it is written last, with the assignments.
async fn is_complete(center: &Center, partner: &PartnerId) -> Result<bool> {
    let mut tx = center.db.read().await?;
    let records: i64 =
        sqlx::query_scalar("select count(*) from audit_record where partner_id = $1 and action = 'demo.load'")
            .bind(partner.as_str())
            .fetch_one(&mut *tx)
            .await?;
    Ok(records > 0)
}

async fn fill(center: &Center, partner: &PartnerId, data: &DemoData) -> Result<DemoSummary> {
    let members = create_members(center, partner, data).await?;
    let folder = TemporaryFolder::new()?;
    let lines = import_bills(center, partner, data, &folder.0).await?;
    Box::pin(funds::load(center, partner, (data, &members))).await?;
    let mut tx = center.db.write().await?;
    name_customers(&mut tx, partner, data).await?;
    let detail = format!("{} customers", data.customers.len());
    crate::audit::record_unscoped(center, &mut tx, partner, ("demo.load", partner.as_str(), &detail)).await?;
    assign(center, &mut tx, partner, (data, &members)).await?;
    bill_past_months(center, &mut tx, partner, data).await?;
    teams::load(center, &mut tx, partner, &members).await?;
    targets::load(center, &mut tx, partner, (data, &members)).await?;
    tx.commit().await?;
    Ok(DemoSummary {
        partner: partner.clone(),
        created: true,
        customers: data.customers.len() as u64,
        lines,
        files: data.bills.len() as u64,
    })
}

async fn create_members(center: &Center, partner: &PartnerId, data: &DemoData) -> Result<Vec<MemberId>> {
    let mut ids = Vec::new();
    for member in data.members {
        let new = NewMember { login: member.login.into(), name: member.name.into(), roles: vec![member.role] };
        ids.push(crate::members::create_unscoped(center, partner, &new, DEMO_PASSWORD, false).await?);
    }
    Ok(ids)
}

/// Writes each month's files and imports them as one delivery, as the supplier would deliver them.
async fn import_bills(center: &Center, partner: &PartnerId, data: &DemoData, folder: &Path) -> Result<u64> {
    let mut lines = 0;
    for delivery in data.bills.chunk_by(|one, next| one.month == next.month) {
        let mut files = Vec::new();
        let mut written = 0;
        for bill in delivery {
            let path = folder.join(&bill.name);
            let rows = data.write(bill, BufWriter::new(File::create(&path)?))?;
            written += rows;
            files.push(SourceFile { path, name: bill.name.clone() });
        }
        let imported = import(center, partner, files).await?;
        if imported != written {
            return Err(Error::internal(format!("{imported} of {written} demo rows of {} are in", delivery[0].month)));
        }
        lines += imported;
        tracing::info!(month = %delivery[0].month, rows = imported, "demo bill imported");
    }
    Ok(lines)
}

/// Imports files as one delivery and says how many rows are in and balanced.
async fn import(center: &Center, partner: &PartnerId, files: Vec<SourceFile>) -> Result<u64> {
    let delivery = NewDelivery::new(files, ImportOptions::default());
    let reports = Box::pin(imports::import(center, &Importer::Job(partner.clone()), &delivery, |_| {})).await?;
    Ok(reports.iter().map(|report| report.rows.imported - report.unbalanced).sum())
}

/// Adds what bills do not tell: the companies' names and contacts.
async fn name_customers(connection: &mut Connection, partner: &PartnerId, data: &DemoData) -> Result<()> {
    for customer in &data.customers {
        sqlx::query(
            "update customer set name = $1, name_folded = $2, phone = $3, email = $4
             where partner_id = $5 and supplier = $6 and account_id = $7",
        )
        .bind(&customer.name)
        .bind(folded(&customer.name))
        .bind(&customer.phone)
        .bind(&customer.email)
        .bind(partner.as_str())
        .bind(customer.site.supplier())
        .bind(&customer.account_id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Writes the history of assignments as if the director had made each on its day.
async fn assign(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    (data, members): (&DemoData, &[MemberId]),
) -> Result<()> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("select supplier, account_id, no from customer where partner_id = $1")
            .bind(partner.as_str())
            .fetch_all(&mut *connection)
            .await?;
    let numbers: HashMap<(String, String), i64> =
        rows.into_iter().map(|(supplier, account, no)| ((supplier, account), no)).collect();
    let director = &members[people::DIRECTOR];
    let now = stored(center.clock.now());
    // A customer that arrives with the current month may not be on a bill yet.
    for assignment in &data.assignments {
        let customer = &data.customers[assignment.customer];
        let key = (customer.site.supplier().to_owned(), customer.account_id.clone());
        let Some(number) = numbers.get(&key) else { continue };
        // Nobody assigns in the future: a plan was made today.
        let done_on = |day: Day| format!("{day}T01:30:00.000000Z").min(now.clone());
        let (assigned_at, ended_at) = (done_on(assignment.from), assignment.until.map(done_on));
        let new = NewAssignment {
            partner,
            customer_no: *number,
            manager: &members[assignment.manager],
            days: (assignment.from, assignment.until.unwrap_or(Day::FOREVER)),
            assigned: (director.as_str(), &assigned_at),
            ended: ended_at.as_deref().map(|at| (director.as_str(), at)),
            continues: None,
        };
        assignments::insert(connection, &new).await?;
    }
    let detail = format!("{} assignments", data.assignments.len());
    crate::audit::record_unscoped(center, connection, partner, ("assignment.load", partner.as_str(), &detail)).await
}

/// Marks past months as billed. Source: a month's bill is final on the 4th of the next.
async fn bill_past_months(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    data: &DemoData,
) -> Result<()> {
    let final_before = data.last_day.plus(-2).month();
    let mut months: Vec<_> = data.bills.iter().map(|bill| bill.month).filter(|month| *month < final_before).collect();
    months.dedup();
    for month in months {
        sqlx::query(
            "insert into bill_month (partner_id, month, state, changed_by, changed_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(partner.as_str())
        .bind(month.to_string())
        .bind(MonthState::Billed.code())
        .bind("demo")
        .bind(stored(center.clock.now()))
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "insert into month_event (partner_id, month, no, event, reason, member_id, at)
             values ($1, $2, 1, $3, '', $4, $5)",
        )
        .bind(partner.as_str())
        .bind(month.to_string())
        .bind(MonthEvent::Bill.code())
        .bind("demo")
        .bind(stored(center.clock.now()))
        .execute(&mut *connection)
        .await?;
    }
    crate::audit::record_unscoped(center, connection, partner, ("month.bill", partner.as_str(), "past months")).await
}

/// A folder that goes away with its value.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("partner-center-demo-{}", new_id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "temporary folder left behind");
        }
    }
}
