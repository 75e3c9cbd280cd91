//! `partner-center import …`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::ids::DeliveryId;
use domain::imports::fields::{BillField, FieldSource, FieldSources};
use domain::imports::{Covers, ImportOptions, ImportReport, ReportNote, VersionState};
use services::Center;
use services::imports::{Importer, NewDelivery, SourceFile};

use super::{Outcome, partner, say};
use crate::settings::Settings;

/// Rows were rejected; the others are in.
const SOME_REJECTED: u8 = 3;

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Exit status: 0 nothing was rejected, 3 rows were, 1 nothing could be read."
)]
pub(crate) struct Import {
    #[command(subcommand)]
    command: Option<ImportCommand>,
    /// Bill files: CSV, .csv.gz, XLSX or ZIP; all files of one command are one delivery
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Partner, where there are several: id or name
    #[arg(long)]
    partner: Option<String>,
    /// What the delivery re-states: customers, month, days or append
    #[arg(long, default_value = "customers")]
    covers: Covers,
    /// Switch also what would lose more than half of its lines
    #[arg(long)]
    confirm: bool,
    /// Read and report, write nothing
    #[arg(long)]
    dry_run: bool,
    /// One report a file, one JSON object a line
    #[arg(long)]
    json: bool,
    /// Whose bill it is, where a file has no customer column: the supplier's account id
    #[arg(long, value_name = "ACCOUNT_ID")]
    customer: Option<String>,
    /// Another value that a file leaves open: currency, supplier, month or billing_account
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = field_and_value)]
    set: Vec<(BillField, String)>,
    /// The saved mapping that knows the files' columns
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
}

fn field_and_value(text: &str) -> Result<(BillField, String), String> {
    let (field, value) = text.split_once('=').ok_or("write FIELD=VALUE")?;
    let field = field.trim().parse::<BillField>().map_err(|error| error.to_string())?;
    if field.may_be_constant() {
        Ok((field, value.trim().to_owned()))
    } else {
        Err(format!("{field} is no such field"))
    }
}

/// What is said of all files of the command.
fn said(import: &Import) -> Vec<(String, FieldSources)> {
    let customer = import.customer.iter().map(|account| (BillField::CustomerAccount, account.trim().to_owned()));
    let said = customer.chain(import.set.iter().cloned());
    let said: FieldSources = said.map(|(field, value)| (field, FieldSource::Constant(value))).collect();
    if said.is_empty() { Vec::new() } else { vec![(String::new(), said)] }
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Take a delivery back: what it replaced is shown again
    Withdraw(Delivery),
    /// Switch the held versions of a delivery
    Confirm(Delivery),
    /// Write the rejected rows of a delivery to standard output, to be mended and imported again
    Rejects(Delivery),
}

#[derive(Args)]
struct Delivery {
    /// Its id, from the report
    delivery: String,
    /// Partner, where there are several: id or name
    #[arg(long)]
    partner: Option<String>,
}

pub(super) async fn run(center: &Center, settings: &Settings, import: Import) -> Outcome {
    match import.command {
        None => import_files(center, settings, import).await,
        Some(ImportCommand::Withdraw(delivery)) => {
            let who = Importer::Job(partner(center, delivery.partner.as_deref()).await?);
            services::imports::withdraw(center, &who, &DeliveryId::new(&delivery.delivery)).await?;
            say(format!("withdrawn: {}", delivery.delivery));
            Ok(ExitCode::SUCCESS)
        }
        Some(ImportCommand::Confirm(delivery)) => {
            let who = Importer::Job(partner(center, delivery.partner.as_deref()).await?);
            services::imports::confirm(center, &who, &DeliveryId::new(&delivery.delivery)).await?;
            say(format!("confirmed: {}", delivery.delivery));
            Ok(ExitCode::SUCCESS)
        }
        Some(ImportCommand::Rejects(delivery)) => {
            use std::io::Write as _;
            let who = Importer::Job(partner(center, delivery.partner.as_deref()).await?);
            let (_, csv) = services::imports::rejects_csv(center, &who, &DeliveryId::new(&delivery.delivery)).await?;
            std::io::stdout().write_all(&csv)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn import_files(center: &Center, settings: &Settings, import: Import) -> Outcome {
    let partner = partner(center, import.partner.as_deref()).await?;
    let mut files = Vec::new();
    let answers = said(&import);
    for path in import.files {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        files.push(SourceFile { path, name });
    }
    let options = ImportOptions { covers: import.covers, confirm: import.confirm, dry_run: import.dry_run };
    let told = std::sync::Once::new();
    let progress = |progress: services::imports::Progress| {
        if let Some(other) = &progress.waiting_for {
            told.call_once(|| eprintln!("waiting for the import {other} to end …"));
        }
    };
    let max_bytes = settings.max_upload_bytes;
    let delivery = NewDelivery { files, options, max_bytes, answers, mapping: import.mapping, keep: false };
    let reports = Box::pin(services::imports::import(center, &Importer::Job(partner), &delivery, progress)).await?;
    for report in &reports {
        if import.json {
            say(serde_json::to_string(report)?);
        } else {
            print(report);
        }
    }
    let rejected = reports.iter().any(|report| report.rows.rejected > 0);
    let imported = reports.iter().any(|report| report.rows.imported + report.rows.unchanged > 0);
    Ok(match (imported, rejected) {
        (false, _) => ExitCode::FAILURE,
        (true, true) => ExitCode::from(SOME_REJECTED),
        (true, false) => ExitCode::SUCCESS,
    })
}

fn print(report: &ImportReport) {
    let rows = report.rows;
    let unverified = if report.unverified { ", recognised, not verified against a supplier's file" } else { "" };
    say(format!("{} ({}{unverified})", report.file, report.format));
    if let Some(delivery) = &report.delivery {
        say(format!("  delivery   {delivery}"));
    }
    say(format!(
        "  rows       {} read, {} imported, {} unchanged, {} rejected, {} unbalanced",
        rows.read, rows.imported, rows.unchanged, rows.rejected, report.unbalanced
    ));
    say(format!("  customers  {} known, {} created", report.customers.known, report.customers.created));
    for (currency, sums) in &report.currencies {
        say(format!(
            "  {currency:<10} list {}, billed {}, stored {}, difference {}",
            sums.list, sums.billed, sums.stored, sums.difference
        ));
    }
    for version in &report.versions {
        let note =
            if version.state == VersionState::Held { " (would lose more than half: `import confirm`)" } else { "" };
        say(format!(
            "  version    {} {} {} {}: {}{note}",
            version.version, version.month, version.supplier, version.account, version.state
        ));
    }
    if !report.skipped.is_none() {
        say(format!("  skipped    {} total rows, {} remarks", report.skipped.totals, report.skipped.remarks));
    }
    for total in &report.skipped.differing {
        say(format!("  total      row {} says {}, the rows add up to {}", total.row, total.total, total.sum));
    }
    for note in &report.notes {
        say(format!("  note       {}", note_text(*note)));
    }
    for reject in &report.rejects {
        say(format!("  rejected   row {}, {}: {}", reject.row, reject.column, reject.reason));
    }
}

fn note_text(note: ReportNote) -> &'static str {
    match note {
        ReportNote::TruncatedDerived => "the truncated part is derived: list - discount - due",
        ReportNote::DiscountDerived => "the discount is derived: list - truncated - due",
        ReportNote::MonthFromDay => "the month is that of the day",
        ReportNote::NoDays => "no days: lines stand on the first day of their month",
    }
}
