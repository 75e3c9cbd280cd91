//! Whose consumption is whose, against the same worked out line by line.

mod dashboard;
mod groups;
mod lines;
mod movement;
mod property;
mod several;
mod sheet;
mod summary;

use domain::consumption::{Dashboard, DashboardQuery};
use domain::money::Total;
use domain::periods::Month;

use super::fixture::World;
use crate::error::{Error, Result};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn months(from: &str, to: &str) -> DashboardQuery {
    DashboardQuery { from: Some(month(from)), to: Some(month(to)), ..DashboardQuery::default() }
}

fn units(units: i64) -> Total {
    Total::from_units(units.into())
}

/// Field and code of an `Invalid`.
fn refusal<T: std::fmt::Debug>(result: Result<T>) -> (String, String) {
    match result {
        Err(Error::Invalid(fields)) => (fields[0].field.clone(), fields[0].code.clone()),
        other => panic!("expected a refusal, not {other:?}"),
    }
}

/// The dashboard as the director sees it.
async fn all(world: &World, query: &DashboardQuery) -> Dashboard {
    super::dashboard(&world.center, &world.director, query).await.unwrap()
}
