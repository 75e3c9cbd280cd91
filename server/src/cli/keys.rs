//! `partner-center key …`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use services::Center;

use super::{Failure, Outcome, partner, say};

#[derive(Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make an access key; its secret is shown once
    Create(Create),
}

#[derive(Args)]
#[command(after_help = "Examples:
  partner-center key create                              for the partner's administrator
  partner-center key create --member li.wei --json       for a program to read")]
struct Create {
    /// Sign-in name of the member whose rights the key has; the first administrator where none is named
    #[arg(long)]
    member: Option<String>,
    /// Partner, where there are several and no member is named: id or name
    #[arg(long)]
    partner: Option<String>,
    /// What the key is for
    #[arg(long, default_value = "")]
    description: String,
    /// One JSON object: {"access_key": …, "secret_key": …, "domain_id": …}
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(center: &Center, key: Key) -> Outcome {
    let KeyCommand::Create(create) = key.command;
    let member = create.member.as_deref();
    // A sign-in name is one partner's.
    let partner = match (&create.partner, member) {
        (None, Some(_)) => None,
        (named, _) => Some(partner(center, named.as_deref()).await?),
    };
    let made = services::credentials::create_unscoped(center, partner.as_ref(), member, &create.description).await;
    let made = made.map_err(|error| match error {
        services::Error::NotFound => Failure(format!("no active member `{}`", member.unwrap_or("administrator"))),
        services::Error::Conflict("two_keys_are_active") => {
            Failure("two keys of this member are active already: disable or delete one first".into())
        }
        services::Error::Conflict("too_many_keys") => {
            Failure("this member has too many keys: delete some first".into())
        }
        other => other.into(),
    })?;
    if create.json {
        say(serde_json::json!({
            "access_key": made.access_key, "secret_key": made.secret_key, "domain_id": made.domain_id,
        }));
    } else {
        say(format!(
            "access key: {}\nsecret key: {}\ndomain id:  {}",
            made.access_key, made.secret_key, made.domain_id
        ));
        say("The secret key is not shown again.");
    }
    Ok(ExitCode::SUCCESS)
}
