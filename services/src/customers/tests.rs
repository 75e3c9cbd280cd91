use domain::access::{Actor, Role};
use domain::customers::{CustomerQuery, CustomerSort};
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::paging::PAGE_SIZE;

use super::*;
use crate::error::Error;
use crate::testing::TestCenter;

/// Two account managers, who see own customers, and a director, who sees all; a partner beside them.
struct World {
    center: TestCenter,
    partner: PartnerId,
    director: Actor,
    li: Actor,
    wang: Actor,
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("Partner", "Asia/Shanghai").await;
        let member = async |login: &str, role| center.actor(&center.member(&partner, login, &[role]).await).await;
        let director = member("director", Role::AccountDirector).await;
        let li = member("li.wei", Role::AccountManager).await;
        let wang = member("wang.fang", Role::AccountManager).await;
        Self { center, partner, director, li, wang }
    }

    async fn customer(&self, account_id: &str, name: &str, manager: Option<&MemberId>) -> CustomerId {
        let id = self.center.customer(&self.partner, account_id, name).await;
        if let Some(manager) = manager {
            self.center.assign(&id, manager, "2026-01-01", None).await;
        }
        id
    }

    /// Account ids of what is found, in the order of the list.
    async fn found(&self, actor: &Actor, query: &CustomerQuery) -> Vec<String> {
        let page = list(&self.center, actor, query).await.unwrap();
        assert_eq!(page.total, page.items.len() as u64);
        page.items.into_iter().map(|customer| customer.account_id).collect()
    }

    async fn due(&self, customer: &CustomerId, month: &str, (currency, due): (i64, i64)) {
        let mut tx = self.center.db.write().await.unwrap();
        sqlx::query(
            "insert into rollup_customer (partner_id, month, customer_no, association_no, currency_no, lines, charged,
                                          list, due, coupon, refund, adjustment, debt, debt_lines)
             select partner_id, $1, no, 1, $2, 1, 1, $3, $3, 0, 0, 0, 0, 0 from customer where id = $4",
        )
        .bind(month)
        .bind(currency)
        .bind(due)
        .bind(customer.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}

fn by_name(query: CustomerQuery) -> CustomerQuery {
    CustomerQuery { sort: Some(CustomerSort::Name), ..query }
}

#[tokio::test]
async fn each_search_condition_finds_the_right_customers_and_all_must_hold() {
    let world = World::new().await;
    world.customer("hw001", "Ａcme 云", Some(&world.li.member)).await;
    world.customer("hw002", "百分%科技", Some(&world.wang.member)).await;
    let third = world.customer("ALI-3", "acme 网络", None).await;
    let found = async |query| world.found(&world.director, &by_name(query)).await;
    let query = CustomerQuery::default;
    assert_eq!(found(query()).await, ["hw001", "ALI-3", "hw002"]);
    assert_eq!(found(CustomerQuery { name: " ACME ".into(), ..query() }).await, ["hw001", "ALI-3"]);
    assert_eq!(found(CustomerQuery { name: "%".into(), ..query() }).await, ["hw002"]);
    assert_eq!(found(CustomerQuery { account: "HW00".into(), ..query() }).await, ["hw001", "hw002"]);
    assert_eq!(found(CustomerQuery { id: "ali-".into(), ..query() }).await, ["ALI-3"]);
    assert_eq!(found(CustomerQuery { id: third.to_string(), ..query() }).await, ["ALI-3"]);
    assert_eq!(found(CustomerQuery { manager: "Wang".into(), ..query() }).await, ["hw002"]);
    assert_eq!(found(CustomerQuery { manager: "nobody".into(), ..query() }).await, [""; 0]);
    assert_eq!(found(CustomerQuery { unassigned: true, ..query() }).await, ["ALI-3"]);
    assert_eq!(found(CustomerQuery { name: "acme".into(), unassigned: true, ..query() }).await, ["ALI-3"]);
    let reseller = Some(domain::customers::AssociationType::Reseller);
    assert_eq!(found(CustomerQuery { association: reseller, ..query() }).await, [""; 0]);
}

#[tokio::test]
async fn an_account_manager_finds_only_customers_that_are_theirs_today() {
    let world = World::new().await;
    let own = world.customer("own", "Own", Some(&world.li.member)).await;
    let others = world.customer("others", "Others", Some(&world.wang.member)).await;
    let lost = world.customer("lost", "Lost", None).await;
    world.center.assign(&lost, &world.li.member, "2026-01-01", Some("2026-11-22")).await;
    let planned = world.customer("planned", "Planned", None).await;
    world.center.assign(&planned, &world.li.member, "2026-11-23", None).await;
    assert_eq!(world.found(&world.li, &CustomerQuery::default()).await, ["own"]);
    let of_wang = CustomerQuery { manager: "wang".into(), ..CustomerQuery::default() };
    assert_eq!(world.found(&world.li, &of_wang).await, [""; 0]);
    assert_eq!(get(&world.center, &world.li, &own).await.unwrap().summary.account_id, "own");
    for id in [&others, &lost, &planned] {
        assert!(matches!(get(&world.center, &world.li, id).await, Err(Error::NotFound)));
    }
    let suggested = suggest(&world.center, &world.li, "").await.unwrap();
    assert_eq!(suggested.into_iter().map(|found| found.id).collect::<Vec<_>>(), [own.to_string()]);
}

#[tokio::test]
async fn today_is_a_day_of_the_partner_s_billing_zone() {
    let world = World::new().await;
    let customer = world.customer("c", "C", None).await;
    world.center.assign(&customer, &world.li.member, "2026-11-23", None).await;
    let before = world.center.at("2026-11-22T15:59:59Z");
    let midnight = world.center.at("2026-11-22T16:00:00Z");
    let total = async |center| list(center, &world.li, &CustomerQuery::default()).await.unwrap().total;
    assert_eq!((total(&before).await, total(&midnight).await), (0, 1));
}

#[tokio::test]
async fn another_partner_s_customers_do_not_exist() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.customer(&other, "foreign", "Foreign").await;
    let manager = world.center.member(&other, "foreign.manager", &[Role::AccountManager]).await;
    world.center.assign(&foreign, &manager, "2026-01-01", None).await;
    assert_eq!(world.found(&world.director, &CustomerQuery::default()).await, [""; 0]);
    assert!(matches!(get(&world.center, &world.director, &foreign).await, Err(Error::NotFound)));
    assert_eq!(suggest(&world.center, &world.director, "foreign").await.unwrap(), []);
    assert_eq!(suggest_managers(&world.center, &world.director, "foreign").await.unwrap(), []);
}

#[tokio::test]
async fn a_customer_s_page_shows_an_account_manager_only_the_own_days() {
    let world = World::new().await;
    let customer = world.customer("c", "C", None).await;
    world.center.assign(&customer, &world.wang.member, "2026-01-01", Some("2026-06-01")).await;
    world.center.assign(&customer, &world.li.member, "2026-06-01", None).await;
    let days = async |actor| {
        let detail = get(&world.center, actor, &customer).await.unwrap();
        detail.assignments.into_iter().map(|record| record.from.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(days(&world.li).await, ["2026-06-01"]);
    assert_eq!(days(&world.director).await, ["2026-06-01", "2026-01-01"]);
}

#[tokio::test]
async fn sorting_by_consumption_reads_this_month_in_the_main_currency() {
    let world = World::new().await;
    let small = world.customer("small", "A", None).await;
    let large = world.customer("large", "B", None).await;
    let foreign = world.customer("foreign", "C", None).await;
    world.due(&small, "2026-11", (1, 500_000_000)).await;
    world.due(&small, "2026-10", (1, 900_000_000_000)).await;
    world.due(&large, "2026-11", (1, 700_000_000)).await;
    world.due(&foreign, "2026-11", (2, 990_000_000_000)).await;
    let query = CustomerQuery { sort: Some(CustomerSort::Consumption), ..CustomerQuery::default() };
    assert_eq!(world.found(&world.director, &query).await, ["large", "small", "foreign"]);
}

#[tokio::test]
async fn pages_hold_every_customer_once() {
    let world = World::new().await;
    for number in 0..PAGE_SIZE + 3 {
        world.customer(&format!("{number:03}"), "Same", None).await;
    }
    let mut seen = Vec::new();
    for page in 1..=2 {
        let query = CustomerQuery { page, ..CustomerQuery::default() };
        let found = list(&world.center, &world.director, &query).await.unwrap();
        assert_eq!((found.total, found.page), (u64::from(PAGE_SIZE + 3), page));
        seen.extend(found.items.into_iter().map(|customer| customer.account_id));
    }
    assert_eq!(seen.len(), PAGE_SIZE as usize + 3);
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), seen.len());
    assert_eq!(seen[0], "052", "newest first");
}

#[tokio::test]
async fn suggestions_match_names_account_names_and_ids_and_are_ten_at_most() {
    let world = World::new().await;
    for number in 0..12 {
        world.customer(&format!("acc{number:02}"), &format!("公司{number:02}"), None).await;
    }
    let labels = async |part: &str| {
        let found = suggest(&world.center, &world.director, part).await.unwrap();
        found.into_iter().map(|found| (found.label, found.detail)).collect::<Vec<_>>()
    };
    assert_eq!(labels("公司").await.len(), 10);
    assert_eq!(labels("公司11").await, [("公司11".into(), "acc11".into())]);
    assert_eq!(labels("ACC03").await, [("公司03".into(), "acc03".into())]);
    assert_eq!(labels("07-account").await, [("公司07".into(), "acc07".into())]);
    assert_eq!(labels("_").await, []);
}

#[tokio::test]
async fn an_account_manager_is_suggested_nobody_else() {
    let world = World::new().await;
    let logins = async |actor, part| {
        let found = suggest_managers(&world.center, actor, part).await.unwrap();
        found.into_iter().map(|found| found.detail).collect::<Vec<_>>()
    };
    assert_eq!(logins(&world.director, "").await, ["li.wei", "wang.fang"]);
    assert_eq!(logins(&world.director, "FANG").await, ["wang.fang"]);
    assert_eq!(logins(&world.li, "").await, ["li.wei"]);
    assert_eq!(logins(&world.li, "wang").await, [""; 0]);
}
