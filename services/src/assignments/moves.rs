//! What moves: how many customers and how much due each account manager has before and after.

use std::collections::BTreeMap;

use domain::access::{Actor, Permission};
use domain::assignments::{DueMove, ManagerMove};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::money::{Currency, Total};
use domain::periods::Day;

use crate::consumption::dues_by_manager;
use crate::db::Connection;
use crate::error::Result;

/// What one has.
#[derive(Debug, Clone, Default)]
struct Has {
    name: Option<ManagerName>,
    customers: u64,
    lasting: u64,
    due: BTreeMap<Currency, Total>,
}

/// What each account manager has, and nobody.
pub(super) struct State(BTreeMap<Option<MemberId>, Has>);

/// The state in this transaction: customers of today, and the due of the current bill month where the actor may see it.
pub(super) async fn state(connection: &mut Connection, actor: &Actor, today: Day) -> Result<State> {
    let mut all: BTreeMap<Option<MemberId>, Has> = BTreeMap::new();
    let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(
        "select m.id, m.name, m.login,
                (select count(*) from assignment a where a.manager_id = m.id and a.from_day <= $1 and a.until_day > $1),
                (select count(*) from assignment a where a.manager_id = m.id and a.until_day = $2)
         from member m where m.partner_id = $3",
    )
    .bind(today.to_string())
    .bind(Day::FOREVER.to_string())
    .bind(actor.partner.as_str())
    .fetch_all(&mut *connection)
    .await?;
    for (id, name, login, customers, lasting) in rows {
        let id = MemberId::new(id);
        let has = all.entry(Some(id.clone())).or_default();
        has.name = Some(ManagerName { id, name, login });
        (has.customers, has.lasting) = (customers.unsigned_abs(), lasting.unsigned_abs());
    }
    let (customers,): (i64,) = sqlx::query_as("select count(*) from customer where partner_id = $1")
        .bind(actor.partner.as_str())
        .fetch_one(&mut *connection)
        .await?;
    let of_somebody = |part: fn(&Has) -> u64| all.values().map(part).sum::<u64>();
    let without = |assigned: u64| customers.unsigned_abs().saturating_sub(assigned);
    let nobody = Has {
        customers: without(of_somebody(|has| has.customers)),
        lasting: without(of_somebody(|has| has.lasting)),
        ..Has::default()
    };
    all.insert(None, nobody);
    if actor.may(Permission::ViewConsumption) {
        for (currency, shares) in dues_by_manager(connection, actor, today).await? {
            for share in shares {
                let has = all.entry(share.manager.as_ref().map(|manager| manager.id.clone())).or_default();
                has.due.insert(currency.clone(), share.due);
            }
        }
    }
    Ok(State(all))
}

/// Who has something else afterwards; nobody comes last.
pub(super) fn between(before: &State, after: &State) -> Vec<ManagerMove> {
    let mut moves: Vec<ManagerMove> =
        after.0.iter().filter_map(|(who, after)| moved(before.0.get(who).unwrap_or(&Has::default()), after)).collect();
    moves.sort_by_key(|one| {
        let name = one.manager.as_ref().map(|manager| (manager.name.clone(), manager.login.clone()));
        (name.is_none(), name)
    });
    moves
}

fn moved(before: &Has, after: &Has) -> Option<ManagerMove> {
    let of = |has: &Has, currency: &Currency| has.due.get(currency).copied().unwrap_or_default();
    let mut currencies: Vec<&Currency> = before.due.keys().chain(after.due.keys()).collect();
    currencies.sort();
    currencies.dedup();
    let due: Vec<DueMove> = currencies
        .into_iter()
        .map(|currency| DueMove {
            currency: currency.clone(),
            before: of(before, currency),
            after: of(after, currency),
        })
        .collect();
    let one = ManagerMove {
        manager: after.name.clone(),
        customers: (before.customers, after.customers),
        lasting: (before.lasting, after.lasting),
        due,
    };
    let same = one.customers.0 == one.customers.1
        && one.lasting.0 == one.lasting.1
        && one.due.iter().all(|due| due.before == due.after);
    (!same).then_some(one)
}
