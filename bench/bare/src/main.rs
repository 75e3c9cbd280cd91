//! Answers the dashboard's question in a bare Axum handler: the same service and so the same SQL through the same pool, but
//! no session and nothing in front. `bench/run` measures the server function against it.
//!
//! `bare sqlite://target/bench/bench.db MEMBER_ID` prints its address and answers `GET /dashboard?from=2026-05&to=2026-10`.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use domain::access::Actor;
use domain::consumption::{Dashboard, DashboardQuery};
use domain::ids::MemberId;
use services::db::Database;
use services::{Center, Clock};

type Failure = Box<dyn std::error::Error>;

/// As many as `partner-center` has.
const LEAST_WORKERS: usize = 4;

struct Bare {
    center: Center,
    actor: Actor,
}

fn main() -> ExitCode {
    let workers = std::thread::available_parallelism().map_or(LEAST_WORKERS, |cores| cores.get().max(LEAST_WORKERS));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    match runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(serve())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bare: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(member)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare DATABASE_URL MEMBER_ID".into());
    };
    let center = Center::new(Database::open(&url).await?, Clock::system());
    let actor = services::members::actor(&center, &MemberId::new(member)).await?.ok_or("no such member")?;
    let router = Router::new().route("/dashboard", get(dashboard)).with_state(Arc::new(Bare { center, actor }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn dashboard(
    State(bare): State<Arc<Bare>>,
    Query(query): Query<DashboardQuery>,
) -> Result<Json<Dashboard>, (StatusCode, String)> {
    let answer = services::consumption::dashboard(&bare.center, &bare.actor, &query).await;
    answer.map(Json).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}
