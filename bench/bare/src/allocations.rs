//! Many who allocate at once, through the service that pages and programs use. `bench/run` measures it against plain transactions.
//!
//! `allocations sqlite://target/bench/product-money/bench.db LOGIN CLIENTS EACH` allocates 0.01 to the partner's reseller-model customers in
//! turn, and prints how long all took and each one.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use domain::access::Actor;
use domain::customers::{AssociationType, CustomerQuery};
use domain::funds::{Counterpart, Transfer, TransferDirection};
use domain::ids::CustomerId;
use services::db::Database;
use services::{Center, Clock};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    match runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(Box::pin(measure()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("allocations: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, login, clients, each] = arguments.as_slice() else {
        return Err("usage: allocations DATABASE_URL LOGIN CLIENTS EACH".into());
    };
    let (clients, each): (usize, usize) = (clients.parse()?, each.parse()?);
    let center = Center::new(Database::open(url).await?, Clock::system());
    let actor = services::members::actor_of_login_unscoped(&center, login).await?;
    let query = CustomerQuery { association: Some(AssociationType::Reseller), ..CustomerQuery::default() };
    let found = services::customers::list(&center, &actor, &query).await?.items;
    let customers: Vec<CustomerId> = found.into_iter().map(|customer| customer.id).collect();
    if customers.is_empty() {
        return Err("the partner has no reseller-model customer".into());
    }
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            tokio::spawn(allocate(center.clone(), actor.clone(), customers[client % customers.len()].clone(), each))
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let whole = begun.elapsed();
    center.db.close().await;
    times.sort_unstable();
    let at =
        |permille: usize| times.get((times.len() * permille / 1000).min(times.len() - 1)).map_or(0.0, milliseconds);
    let told = serde_json::json!({
        "count": times.len(), "seconds": whole.as_secs_f64(), "median_ms": at(500), "p99_ms": at(990),
    });
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}

async fn allocate(center: Center, actor: Actor, customer: CustomerId, each: usize) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::with_capacity(each);
    let asked = Transfer::new(TransferDirection::Allocate, Counterpart::Customer(customer), "0.01");
    for _ in 0..each {
        let begun = Instant::now();
        services::funds::transfer(&center, &actor, &asked).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
