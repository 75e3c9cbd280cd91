//! `partner-center funds …`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::funds::{BatchOptions, BatchReport};
use domain::ledger::two_decimals;
use services::Center;

use super::{Failure, Outcome, say};

#[derive(Args)]
pub(crate) struct Funds {
    #[command(subcommand)]
    command: FundsCommand,
}

#[derive(Subcommand)]
enum FundsCommand {
    /// Make the allocations (拨款) and reclaims (回收) of a file: customer, operation, amount, reason
    Batch(Batch),
}

#[derive(Args)]
#[command(after_help = "Example:
  partner-center funds batch november.csv --as finance@example.com --key november --dry-run

Exit status: 0 all rows are made (or would be), 3 some are bad, 1 nothing could be read.")]
struct Batch {
    /// CSV or XLSX
    file: PathBuf,
    /// Sign-in name of the member who does it: the member's rights count, and the books name the member
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// However often the file is sent under the same key, money moves once
    #[arg(long, default_value = "")]
    key: String,
    /// Leave out bad rows instead of refusing the whole file
    #[arg(long)]
    good_rows: bool,
    /// Look what it would do, move nothing
    #[arg(long)]
    dry_run: bool,
    /// The report as one JSON object
    #[arg(long)]
    json: bool,
}

/// Rows were bad.
const SOME_BAD: u8 = 3;

pub(super) async fn run(center: &Center, funds: Funds) -> Outcome {
    let FundsCommand::Batch(batch) = funds.command;
    let actor =
        services::members::actor_of_login_unscoped(center, &batch.login).await.map_err(|error| match error {
            services::Error::NotFound => Failure(format!("no active member `{}`", batch.login)),
            other => other.into(),
        })?;
    let bytes = std::fs::read(&batch.file).map_err(|error| Failure(format!("{}: {error}", batch.file.display())))?;
    let options = BatchOptions { dry_run: batch.dry_run, good_rows: batch.good_rows, key: batch.key, seen: None };
    let report = services::funds::batch(center, &actor, bytes, &options).await?;
    if batch.json {
        say(serde_json::to_string(&report)?);
    } else {
        tell(&report);
    }
    Ok(if report.error_count == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_BAD) })
}

fn tell(report: &BatchReport) {
    for error in &report.errors {
        say(format!("row {}: {}", error.row, error.error));
    }
    let BatchReport { rows, transfers, repeated, .. } = report;
    say(format!(
        "{rows} rows, {transfers} transfers ({repeated} made before): {} allocated, {} reclaimed; {} may be allocated after",
        two_decimals(report.allocated),
        two_decimals(report.reclaimed),
        two_decimals(report.allocatable.after),
    ));
    say(if report.written { "written" } else { "nothing moved" });
}
