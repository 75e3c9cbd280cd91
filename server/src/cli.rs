//! The command line. Output for people goes to standard output, troubles to standard error.

#![allow(clippy::doc_markdown)] // these comments are the help that people read

mod funds;
mod imports;
mod keys;
mod members;
mod operations;

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use domain::ids::PartnerId;
use services::db::Database;
use services::{Center, Clock};

use crate::settings::{FileSettings, Settings};

/// A partner portal for cloud distributors, resellers and managed-service providers.
#[derive(Parser)]
#[command(name = "partner-center", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  partner-center demo                                    load the demo partner
  partner-center serve                                   serve on 127.0.0.1:8080
  echo 'a long pass phrase 1' | partner-center init --partner 'My Company' --admin li.wei --password-stdin
  partner-center import september.csv.gz october.csv.gz  import bill files as one delivery
  partner-center import september.csv --dry-run --json   what would it do?
  partner-center import acme.xlsx --customer 0a1b2c      a single customer's bill
  partner-center funds batch november.csv --as li.wei --dry-run  what would be allocated?
  partner-center check                                   do the sums equal the lines?";

#[derive(Args)]
struct Common {
    /// The database, e.g. sqlite://data/partner-center.db [env: DATABASE_URL]
    #[arg(long, global = true)]
    database_url: Option<String>,
    /// A TOML file with settings [env: PARTNER_CENTER_CONFIG]
    #[arg(long, global = true, env = "PARTNER_CENTER_CONFIG", hide_env = true)]
    config: Option<PathBuf>,
    /// pretty or json [env: PARTNER_CENTER_LOG_FORMAT]
    #[arg(long, global = true)]
    log_format: Option<String>,
    /// The server key that seals access keys [env: PARTNER_CENTER_SECRET_KEY_FILE; default: partner-center.key beside the database]
    #[arg(long, global = true)]
    secret_key_file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Create the first partner and its administrator
    Init(operations::Init),
    /// Load the demo partner, or remove it
    Demo(operations::Demo),
    /// Serve the pages
    Serve(Serve),
    /// Import bill files as one delivery, or go back on one
    Import(imports::Import),
    /// Allocate to customers and reclaim from them by file
    Funds(funds::Funds),
    /// Look after members
    Member(members::Member),
    /// Make access keys for programs that use the open API
    Key(keys::Key),
    /// Prove that rollups equal lines; exit status 1 names what does not
    Check(operations::Check),
    /// Copy the database to a file while the program runs
    Backup(operations::Backup),
    /// Put a copy back as the database, where there is none
    Restore(operations::Restore),
}

#[derive(Args)]
struct Serve {
    /// host:port [env: PARTNER_CENTER_LISTEN; default: 127.0.0.1:8080]
    #[arg(long)]
    listen: Option<String>,
    /// The address people use, e.g. https://partners.example.com [env: PARTNER_CENTER_PUBLIC_URL]
    #[arg(long)]
    public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed [env: PARTNER_CENTER_TRUSTED_PROXIES]
    #[arg(long, value_delimiter = ',')]
    trusted_proxies: Option<Vec<IpAddr>>,
    /// The largest bill file that is read, in bytes [env: PARTNER_CENTER_MAX_UPLOAD_BYTES; default: 4 GiB]
    #[arg(long)]
    max_upload_bytes: Option<u64>,
    /// Where exported files are kept for a week [env: PARTNER_CENTER_EXPORT_FOLDER; default: exports beside the database]
    #[arg(long)]
    export_folder: Option<PathBuf>,
    /// Calls a second of each operation of the open API, 0 for no limit [env: PARTNER_CENTER_API_FLOW_LIMIT; default: as documented]
    #[arg(long)]
    api_flow_limit: Option<u32>,
    /// Lock an access key for five minutes after so many wrong signatures in a row [env: PARTNER_CENTER_API_LOCK_AFTER; default: 0, never]
    #[arg(long)]
    api_lock_after: Option<u32>,
}

/// What a command could not do: a sentence for standard error.
pub(crate) struct Failure(pub String);

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

type Outcome = Result<ExitCode, Failure>;

/// Prints to standard output; a closed pipe is no error.
pub(crate) fn say(text: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Runs a command.
pub async fn run(cli: Cli) -> ExitCode {
    match execute(cli).await {
        Ok(code) => code,
        Err(Failure(message)) => {
            eprintln!("partner-center: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Outcome {
    let mut flags = FileSettings {
        database_url: cli.common.database_url,
        log_format: cli.common.log_format,
        secret_key_file: cli.common.secret_key_file,
        ..FileSettings::default()
    };
    if let Command::Serve(serve) = &cli.command {
        flags.listen = serve.listen.clone();
        flags.public_url = serve.public_url.clone();
        flags.trusted_proxies = serve.trusted_proxies.clone();
        flags.max_upload_bytes = serve.max_upload_bytes;
        flags.export_folder = serve.export_folder.clone();
        flags.api_flow_limit = serve.api_flow_limit;
        flags.api_lock_after = serve.api_lock_after;
    }
    let settings = Settings::load(flags, cli.common.config.as_deref()).map_err(Failure)?;
    log_to_stderr(&settings);
    if let Command::Restore(restore) = &cli.command {
        operations::restore(restore, &settings.database_url)?;
    }
    let mut center = Center::new(Database::open(&settings.database_url).await?, Clock::system());
    if let Some(file) = &settings.secret_key_file {
        center = center.with_secret_key_file(file);
    }
    if let Some(folder) = &settings.export_folder {
        center = center.with_export_folder(folder);
    }
    let outcome = match cli.command {
        Command::Init(init) => operations::init(&center, init).await,
        Command::Demo(demo) => operations::demo(&center, demo).await,
        Command::Serve(_) => serve(&center, settings).await,
        Command::Import(import) => imports::run(&center, &settings, import).await,
        Command::Funds(funds) => funds::run(&center, funds).await,
        Command::Member(member) => members::run(&center, member).await,
        Command::Key(key) => keys::run(&center, key).await,
        Command::Check(check) => operations::check(&center, check).await,
        Command::Backup(backup) => operations::backup(&center, backup).await,
        // The copy is in place: opening it has brought its tables up to date.
        Command::Restore(_) => operations::check(&center, operations::Check::default()).await,
    };
    center.db.close().await;
    outcome
}

async fn serve(center: &Center, settings: Settings) -> Outcome {
    let listener = tokio::net::TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| Failure(format!("cannot listen on {}: {error}", settings.listen)))?;
    let address = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    // Uploads of a process that ended in the middle: their deliveries are swept, the files serve nobody.
    let _ = std::fs::remove_dir_all(settings.upload_folder());
    say(format!("Partner Center is at {address}"));
    if settings.is_local() {
        for (login, name, role) in services::demo::offered_sign_ins_unscoped(center).await? {
            say(format!("  demo sign-in: {login:<16} password: {}   {role} {name}", services::demo::DEMO_PASSWORD));
        }
    }
    let host = crate::host::Host::new(center.clone(), settings);
    crate::host::serve(host, listener).await?;
    Ok(ExitCode::SUCCESS)
}

fn log_to_stderr(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PARTNER_CENTER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call in one process (tests) keeps the first subscriber.
    let _ = if settings.log_format == "json" { builder.json().try_init() } else { builder.try_init() };
}

/// The partner that a command means: the one named, or the only one.
async fn partner(center: &Center, named: Option<&str>) -> Result<PartnerId, Failure> {
    let partners = services::partners::list_unscoped(center).await?;
    match (named, partners.as_slice()) {
        (Some(id), all) => all
            .iter()
            .find(|partner| partner.id.as_str() == id || partner.name == id)
            .map(|partner| partner.id.clone())
            .ok_or_else(|| Failure(format!("no partner `{id}`"))),
        (None, [only]) => Ok(only.id.clone()),
        (None, []) => {
            Err(Failure("there is no partner yet: run `partner-center init` or `partner-center demo`".into()))
        }
        (None, several) => {
            let names: Vec<String> =
                several.iter().map(|partner| format!("{} ({})", partner.id, partner.name)).collect();
            Err(Failure(format!("several partners: choose one with --partner: {}", names.join(", "))))
        }
    }
}

/// A password from the first line of standard input.
fn password_from_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() { Err(Failure("no password on standard input".into())) } else { Ok(password) }
}
