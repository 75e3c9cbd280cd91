//! `partner-center member …`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::access::Role;
use domain::members::NewMember;
use services::Center;

use super::{Failure, Outcome, partner, password_from_stdin, say};

#[derive(Args)]
pub(crate) struct Member {
    #[command(subcommand)]
    command: MemberCommand,
}

#[derive(Subcommand)]
enum MemberCommand {
    /// Add a member; the password is read from standard input
    Add(Add),
    /// Give a member a new password, read from standard input; its sessions end
    ResetPassword(Reset),
}

#[derive(Args)]
#[command(after_help = "Example:
  echo 'a long pass phrase 1' | partner-center member add wang.fang --role account_manager --name 王芳 --password-stdin")]
struct Add {
    /// Sign-in name, unique in the installation
    login: String,
    /// administrator, account_director, account_manager or finance; up to three
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// Name to show
    #[arg(long)]
    name: String,
    /// Partner, where there are several: id or name
    #[arg(long)]
    partner: Option<String>,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Do not ask for a new password at the first sign-in
    #[arg(long)]
    keep_password: bool,
}

#[derive(Args)]
struct Reset {
    /// Sign-in name
    login: String,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub(super) async fn run(center: &Center, member: Member) -> Outcome {
    match member.command {
        MemberCommand::Add(add) => {
            let partner = partner(center, add.partner.as_deref()).await?;
            let new = NewMember { login: add.login, name: add.name, roles: add.role };
            let password = password_from_stdin()?;
            let id = services::members::create_unscoped(center, &partner, &new, &password, !add.keep_password).await?;
            say(format!("added {} ({id})", new.login));
        }
        MemberCommand::ResetPassword(reset) => {
            let password = password_from_stdin()?;
            services::members::reset_password_unscoped(center, &reset.login, &password).await.map_err(|error| {
                match error {
                    services::Error::NotFound => Failure(format!("no member `{}`", reset.login)),
                    other => other.into(),
                }
            })?;
            say(format!("{} has a new password", reset.login));
        }
    }
    Ok(ExitCode::SUCCESS)
}
