use domain::access::{Actor, Role};
use domain::customer_lists::{MAX_LISTS, cells};
use domain::customers::CustomerQuery;
use domain::ids::{CustomerId, CustomerListId, PartnerId};
use domain::saved_views::{NewView, ViewPage};

use super::{create, get, resolve};
use crate::error::Error;
use crate::testing::TestCenter;

struct World {
    center: TestCenter,
    partner: PartnerId,
    director: Actor,
    li: Actor,
    wang: Actor,
    /// 李's: two of them with one name; the last is 王's.
    customers: Vec<CustomerId>,
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("P", "Asia/Shanghai").await;
        let mut actors = Vec::new();
        for (login, role) in
            [("director", Role::AccountDirector), ("li.wei", Role::AccountManager), ("wang.fang", Role::AccountManager)]
        {
            actors.push(center.actor(&center.member(&partner, login, &[role]).await).await);
        }
        let [director, li, wang] = actors.try_into().unwrap();
        let mut customers = Vec::new();
        for (account, name, manager) in [
            ("hw001", "Ａcme 云", &li),
            ("hw002", "同名科技", &li),
            ("hw003", "同名科技", &li),
            ("hw004", "乙方, 上海", &wang),
        ] {
            let id = center.customer(&partner, account, name).await;
            center.assign(&id, &manager.member, "2026-01-01", None).await;
            customers.push(id);
        }
        Self { center, partner, director, li, wang, customers }
    }
}

/// Account ids found, entries with their candidates, entries unknown.
type Answer = (Vec<String>, Vec<(String, Vec<String>)>, Vec<String>);

async fn ask(world: &World, actor: &Actor, pasted: &str) -> Answer {
    let answer = resolve(&world.center, actor, &cells(pasted)).await.unwrap();
    let accounts = |found: Vec<domain::customer_lists::Candidate>| -> Vec<String> {
        found.into_iter().map(|candidate| candidate.account_id).collect()
    };
    let ambiguous = answer.ambiguous.into_iter().map(|one| (one.entry, accounts(one.candidates))).collect();
    (accounts(answer.found), ambiguous, answer.unknown)
}

#[tokio::test]
async fn entries_are_ids_account_ids_or_names_and_equal_names_are_all_offered() {
    let world = World::new().await;
    let pasted = format!("{}\nHW003\tacme 云\n乙方, 上海\n同名科技\nnobody", world.customers[1]);
    let (found, ambiguous, unknown) = ask(&world, &world.director, &pasted).await;
    assert_eq!(found, ["hw002", "hw003", "hw001", "hw004"]);
    assert_eq!(ambiguous, [("同名科技".to_owned(), vec!["hw002".to_owned(), "hw003".to_owned()])]);
    assert_eq!(unknown, ["nobody"]);
    // Each once; never a part of a name; the account's name is a name, too.
    let (found, _, unknown) = ask(&world, &world.director, "hw001,acme 云,hw001-account,hw00").await;
    assert_eq!((found, unknown), (vec!["hw001".to_owned()], vec!["hw00".to_owned()]));
}

#[tokio::test]
async fn what_is_outside_the_scope_and_what_does_not_exist_look_the_same() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    world.center.customer(&other, "foreign", "外人").await;
    let (found, ambiguous, unknown) = ask(&world, &world.wang, "hw001\nhw004\n同名科技\nforeign\nnobody").await;
    assert_eq!((found, ambiguous), (vec!["hw004".to_owned()], vec![]));
    assert_eq!(unknown, ["hw001", "同名科技", "foreign", "nobody"]);
    for id in [&world.customers[0], &CustomerId::new("no such")] {
        let result = create(&world.center, &world.wang, &[world.customers[3].clone(), id.clone()]).await;
        assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    }
}

#[tokio::test]
async fn a_list_that_is_passed_on_shows_each_reader_the_own_customers_only() {
    let world = World::new().await;
    let list = create(&world.center, &world.director, &world.customers).await.unwrap();
    let seen = async |actor: &Actor| {
        let list = get(&world.center, actor, &list).await.unwrap();
        list.customers.into_iter().map(|customer| customer.account_id).collect::<Vec<_>>()
    };
    assert_eq!(seen(&world.director).await, ["hw001", "hw002", "hw003", "hw004"]);
    assert_eq!(seen(&world.li).await, ["hw001", "hw002", "hw003"]);
    assert_eq!(seen(&world.wang).await, ["hw004"]);
    let query = CustomerQuery { list: list.to_string(), ..CustomerQuery::default() };
    let listed = crate::customers::list(&world.center, &world.wang, &query).await.unwrap();
    assert_eq!((listed.total, listed.items[0].account_id.as_str()), (1, "hw004"));

    let other = world.center.partner("Other", "UTC").await;
    let stranger = world.center.member(&other, "stranger", &[Role::Administrator]).await;
    let stranger = world.center.actor(&stranger).await;
    assert!(matches!(get(&world.center, &stranger, &list).await, Err(Error::NotFound)));
    assert!(matches!(crate::customers::list(&world.center, &stranger, &query).await, Err(Error::NotFound)));
    let unknown = CustomerListId::new("no such");
    assert!(matches!(get(&world.center, &world.director, &unknown).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_same_customers_are_kept_once_and_what_is_kept_is_on_record() {
    let world = World::new().await;
    let [first, second] = [&world.customers[0], &world.customers[1]];
    let one = create(&world.center, &world.li, &[first.clone(), second.clone()]).await.unwrap();
    let again = create(&world.center, &world.li, &[second.clone(), first.clone(), first.clone()]).await.unwrap();
    assert_eq!(one, again);
    assert_ne!(create(&world.center, &world.director, &[first.clone(), second.clone()]).await.unwrap(), one);
    let mut audit = world.center.audit().await;
    audit.retain(|record| record.0.starts_with("customer_list."));
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[0], ("customer_list.create".into(), one.to_string(), r#"{"customers":2}"#.into()));
    assert!(matches!(create(&world.center, &world.li, &[]).await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn old_lists_are_forgotten_but_not_those_that_a_saved_view_names() {
    let world = World::new().await;
    let mut customers = Vec::new();
    for index in 0..MAX_LISTS + 2 {
        customers.push(world.center.customer(&world.partner, &format!("x{index}"), "x").await);
    }
    let mut lists = Vec::new();
    for (second, customer) in customers.iter().enumerate() {
        let center = world.center.at(&format!("2026-11-22T04:{:02}:{:02}Z", second / 60, second % 60));
        lists.push(create(&center, &world.director, std::slice::from_ref(customer)).await.unwrap());
        if second == 0 {
            let view = NewView {
                page: ViewPage::Lines,
                name: "kept".into(),
                parameters: format!("list={}", lists[0]),
                is_default: false,
            };
            crate::saved_views::create(&center, &world.director, &view).await.unwrap();
        }
    }
    assert!(get(&world.center, &world.director, &lists[0]).await.is_ok());
    assert!(matches!(get(&world.center, &world.director, &lists[1]).await, Err(Error::NotFound)));
    assert!(get(&world.center, &world.director, &lists[2]).await.is_ok());
}
