//! `init`, `demo`, `check`, `backup`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use domain::access::Role;
use domain::members::NewMember;
use services::Center;
use services::partners::{DEFAULT_ZONE, NewPartner};

use super::{Failure, Outcome, password_from_stdin, say};

#[derive(Args)]
pub(crate) struct Init {
    /// The partner's name
    #[arg(long)]
    partner: String,
    /// Sign-in name of its administrator
    #[arg(long)]
    admin: String,
    /// Read the administrator's password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The billing time zone: bill days and months are days and months of this zone
    #[arg(long, default_value = DEFAULT_ZONE)]
    billing_zone: String,
    /// The day of an assignment belongs to the manager before; the new one counts from the next day
    #[arg(long)]
    assignment_from_next_day: bool,
}

pub(super) async fn init(center: &Center, init: Init) -> Outcome {
    let password = password_from_stdin()?;
    let admin = NewMember { login: init.admin, name: "管理员".into(), roles: vec![Role::Administrator] };
    domain::members::check_login(&admin.login)?;
    domain::members::check_password(&password, &admin.login)?;
    let new = NewPartner {
        name: init.partner,
        zone_name: init.billing_zone,
        assignment_day_counts: !init.assignment_from_next_day,
        demo: false,
    };
    if services::members::login_exists_unscoped(center, &admin.login).await? {
        return Err(Failure(format!("the sign-in name `{}` is taken", admin.login)));
    }
    let partner = services::partners::create_unscoped(center, &new).await?;
    services::members::create_unscoped(center, &partner, &admin, &password, false).await?;
    say(format!("partner {} ({partner}) with administrator {}", new.name, admin.login));
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Delete the demo partner with everything of it
    #[arg(long)]
    remove: bool,
}

pub(super) async fn demo(center: &Center, demo: Demo) -> Outcome {
    if demo.remove {
        let removed = services::demo::remove_unscoped(center).await?;
        say(if removed { "the demo partner is gone" } else { "there is no demo partner" });
        return Ok(ExitCode::SUCCESS);
    }
    let summary = services::demo::load_unscoped(center).await?;
    say(summary);
    Ok(ExitCode::SUCCESS)
}

#[derive(Args, Default)]
pub(crate) struct Check {
    /// One JSON object: {"ok": …, "problems": […]}
    #[arg(long)]
    json: bool,
}

pub(super) async fn check(center: &Center, check: Check) -> Outcome {
    let problems = services::check::run_unscoped(center).await?;
    if check.json {
        say(serde_json::json!({ "ok": problems.is_empty(), "problems": problems }));
    } else if problems.is_empty() {
        say("all sums equal their lines, and the ledger balances");
    } else {
        problems.iter().for_each(say);
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Args)]
pub(crate) struct Backup {
    /// Where to; must not exist
    file: PathBuf,
}

pub(super) async fn backup(center: &Center, backup: Backup) -> Outcome {
    if backup.file.exists() {
        return Err(Failure(format!("{} exists", backup.file.display())));
    }
    center.db.copy_to(&backup.file).await?;
    say(format!("copied to {}", backup.file.display()));
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub(crate) struct Restore {
    /// A file that `backup` wrote
    file: PathBuf,
}

/// Copies the file to where the database is expected; the caller opens and checks it.
pub(super) fn restore(restore: &Restore, database_url: &str) -> Result<(), Failure> {
    let target = services::db::file_of(database_url)?;
    // A log left beside it would be replayed into the copy.
    for suffix in ["", "-wal", "-shm"] {
        let mut name = target.clone().into_os_string();
        name.push(suffix);
        let file = PathBuf::from(name);
        if file.exists() {
            return Err(Failure(format!("{} exists: move it away first", file.display())));
        }
    }
    if !services::db::is_database(&restore.file)? {
        return Err(Failure(format!("{} is no database", restore.file.display())));
    }
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(&restore.file, &target).map_err(|error| Failure(format!("{}: {error}", restore.file.display())))?;
    Ok(())
}
