//! The conditions of a query in words.

use domain::access::{Actor, Permission};
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::ids::CustomerListId;
use domain::periods::Day;

use super::words::{self, Word, Words};
use crate::center::Center;
use crate::customer_lists;
use crate::error::{Error, Result};
use crate::teams;

/// Of nobody, as `manager_id`.
const UNASSIGNED: &str = "none";

/// Collects what is asked for; empty values are no conditions.
struct Collector {
    words: Words,
    told: Vec<(String, String)>,
}

impl Collector {
    fn add(&mut self, label: Word, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.told.push((self.words.word(label).to_owned(), value.trim().to_owned()));
        }
    }
}

/// The conditions of bill lines, but for the range of months. Ids are only put into words here: whether the actor may ask for
/// them decides the query itself.
///
/// # Errors
/// `Internal`.
pub(super) async fn of_lines(
    center: &Center,
    actor: &Actor,
    query: &LineQuery,
    words: Words,
) -> Result<Vec<(String, String)>> {
    let mut collected = Collector { words, told: Vec::new() };
    collected.add(words::DAY, query.day.map(|day| day.to_string()).unwrap_or_default());
    collected.add(words::DAYS, days(query.first_day, query.last_day));
    collected.add(words::SEARCH, query.search.as_str());
    collected.add(words::CUSTOMER, customer(center, actor, &query.customer_id).await?);
    collected.told.extend(list(center, actor, &query.list, words).await?.map(|label| (label, String::new())));
    collected.add(words::CUSTOMER_NAME, query.customer.as_str());
    collected.add(words::ACCOUNT, query.account.as_str());
    let people = People::of(&query.manager, &query.manager_id, (&query.managers, &query.teams));
    people.tell(center, actor, &mut collected).await?;
    collected.add(words::SERVICE, query.service.as_str());
    collected.add(words::BILL_TYPE, query.bill_type.map_or("", |bill_type| words.bill_type(bill_type)));
    collected.add(words::CHARGE_MODE, query.charge_mode.map_or("", |mode| words.charge_mode(mode)));
    collected.add(words::ASSOCIATION, query.association.map_or("", |association| words.association(association)));
    collected.add(words::ORDER, query.order.as_str());
    collected.add(words::RESOURCE_ID, query.resource_id.as_str());
    collected.add(words::RESOURCE_NAME, query.resource_name.as_str());
    collected.add(words::REGION, query.region.as_str());
    collected.add(words::CURRENCY, query.currency.as_ref().map(ToString::to_string).unwrap_or_default());
    collected.add(words::HIDE_ZERO, if query.hide_zero { words.word(words::YES) } else { "" });
    Ok(collected.told)
}

/// The conditions of a dashboard, but for the range of months and the currency, which its head names.
///
/// # Errors
/// `Internal`.
pub(super) async fn of_dashboard(
    center: &Center,
    actor: &Actor,
    query: &DashboardQuery,
    words: Words,
) -> Result<Vec<(String, String)>> {
    let mut collected = Collector { words, told: Vec::new() };
    let chosen = customer(center, actor, &query.customer_id).await?;
    collected.add(words::SEARCH, if chosen.is_empty() { query.customer.as_str() } else { "" });
    collected.add(words::CUSTOMER, chosen);
    collected.told.extend(list(center, actor, &query.list, words).await?.map(|label| (label, String::new())));
    let people = People::of(&query.manager, &query.manager_id, (&query.managers, &query.teams));
    people.tell(center, actor, &mut collected).await?;
    collected.add(words::ASSOCIATION, query.association.map_or("", |association| words.association(association)));
    Ok(collected.told)
}

/// The supplier's account id: it is masked nowhere.
async fn customer(center: &Center, actor: &Actor, id: &str) -> Result<String> {
    if id.is_empty() {
        return Ok(String::new());
    }
    let mut tx = center.db.read().await?;
    let account: Option<String> =
        sqlx::query_scalar("select account_id from customer where id = $1 and partner_id = $2")
            .bind(id)
            .bind(actor.partner.as_str())
            .fetch_optional(&mut *tx)
            .await?;
    Ok(account.unwrap_or_default())
}

/// Days within the months; one side may be open.
fn days(first: Option<Day>, last: Option<Day>) -> String {
    match (first, last) {
        (None, None) => String::new(),
        (Some(first), Some(last)) => format!("{first} – {last}"),
        (Some(first), None) => format!("{first} –"),
        (None, Some(last)) => format!("– {last}"),
    }
}

/// The pasted list with the number of its customers that the actor sees today; who may see no customers is told none.
async fn list(center: &Center, actor: &Actor, id: &str, words: Words) -> Result<Option<String>> {
    if id.is_empty() {
        return Ok(None);
    }
    let label = words.word(words::LIST_OF_CUSTOMERS);
    if !actor.may(Permission::ViewCustomers) {
        return Ok(Some(label.to_owned()));
    }
    match customer_lists::get(center, actor, &CustomerListId::new(id)).await {
        Ok(list) => Ok(Some(format!("{label} ({})", list.customers.len()))),
        Err(Error::NotFound) => Ok(Some(label.to_owned())),
        Err(error) => Err(error),
    }
}

/// The conditions on account managers.
struct People<'a> {
    part: &'a str,
    one: &'a str,
    managers: &'a [String],
    teams: &'a [String],
}

impl<'a> People<'a> {
    fn of(part: &'a str, one: &'a str, (managers, teams): (&'a [String], &'a [String])) -> Self {
        Self { part, one, managers, teams }
    }

    /// Account managers by sign-in name, teams by name. Chosen people and teams are one condition, either of them; one
    /// who was chosen, or a part of a name, is one beside it.
    async fn tell(&self, center: &Center, actor: &Actor, collected: &mut Collector) -> Result<()> {
        let words = collected.words;
        let one = manager(center, actor, self.one, words).await?;
        collected.add(words::MANAGER, one);
        // who was chosen from the suggestions stands in the field with the name, too
        collected.add(words::MANAGER, if self.one.is_empty() { self.part } else { "" });
        let mut several = Vec::new();
        for id in self.managers {
            several.push(manager(center, actor, id, words).await?);
        }
        let teams = self.names_of_teams(center, actor).await?;
        several.extend(teams.into_iter().map(|team| format!("{} {team}", words.word(words::TEAM))));
        several.retain(|name| !name.is_empty());
        collected.add(words::MANAGER, several.join(" / "));
        Ok(())
    }

    async fn names_of_teams(&self, center: &Center, actor: &Actor) -> Result<Vec<String>> {
        if self.teams.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = center.db.read().await?;
        let known = teams::names(&mut tx, &actor.partner).await?;
        let asked = known.into_iter().filter(|team| self.teams.iter().any(|id| id == team.id.as_str()));
        Ok(asked.map(|team| team.name).collect())
    }
}

/// The sign-in name, or nobody.
async fn manager(center: &Center, actor: &Actor, id: &str, words: Words) -> Result<String> {
    if id.is_empty() || id == UNASSIGNED {
        let text = if id.is_empty() { "" } else { words.word(words::UNASSIGNED) };
        return Ok(text.to_owned());
    }
    let mut tx = center.db.read().await?;
    let login: Option<String> = sqlx::query_scalar("select login from member where id = $1 and partner_id = $2")
        .bind(id)
        .bind(actor.partner.as_str())
        .fetch_optional(&mut *tx)
        .await?;
    Ok(login.unwrap_or_default())
}
