use domain::access::{Actor, Role};
use domain::ids::SavedViewId;
use domain::saved_views::{MAX_VIEWS, NewView, ViewPage};

use super::{create, delete, list, overwrite, rename, set_default};
use crate::error::{Error, Result};
use crate::testing::TestCenter;

struct World {
    center: TestCenter,
    li: Actor,
    director: Actor,
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("P", "Asia/Shanghai").await;
        let li = center.member(&partner, "li.wei", &[Role::AccountManager]).await;
        let director = center.member(&partner, "director", &[Role::AccountDirector]).await;
        Self { li: center.actor(&li).await, director: center.actor(&director).await, center }
    }

    async fn save(&self, actor: &Actor, name: &str, is_default: bool) -> Result<SavedViewId> {
        create(&self.center, actor, &NewView { is_default, ..new(name) }).await
    }

    /// Name, parameters and whether it is the default.
    async fn views(&self, actor: &Actor) -> Vec<(String, String, bool)> {
        let views = list(&self.center, actor, ViewPage::Lines).await.unwrap();
        views.into_iter().map(|view| (view.name, view.parameters, view.is_default)).collect()
    }
}

fn new(name: &str) -> NewView {
    NewView { page: ViewPage::Lines, name: name.into(), parameters: "range=last_month".into(), is_default: false }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(fields)) => fields[0].code.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_view_is_its_member_s_alone() {
    let world = World::new().await;
    let id = world.save(&world.li, "月报", false).await.unwrap();
    assert_eq!(world.views(&world.li).await, [("月报".to_owned(), "range=last_month".to_owned(), false)]);
    assert_eq!(world.views(&world.director).await, []);
    let (center, other) = (&world.center, &world.director);
    let missing = |result: Result<()>| assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    missing(rename(center, other, &id, "x").await);
    missing(overwrite(center, other, &id, "").await);
    missing(set_default(center, other, &id, true).await);
    missing(delete(center, other, &id).await);
    assert_eq!(world.views(&world.li).await.len(), 1);
    // Another page has views of its own, and another member may use the name.
    assert!(list(center, &world.li, ViewPage::Dashboard).await.unwrap().is_empty());
    assert!(world.save(other, "月报", false).await.is_ok());
}

#[tokio::test]
async fn names_are_unique_on_a_page_and_there_are_not_too_many() {
    let world = World::new().await;
    let first = world.save(&world.li, "Report", false).await.unwrap();
    assert_eq!(code(world.save(&world.li, " ＲＥＰＯＲＴ ", false).await), "view_name_taken");
    assert_eq!(code(world.save(&world.li, "  ", false).await), "required");
    let second = world.save(&world.li, "b", false).await.unwrap();
    assert_eq!(code(rename(&world.center, &world.li, &second, "report").await), "view_name_taken");
    rename(&world.center, &world.li, &first, "REPORT").await.unwrap();
    for index in 2..MAX_VIEWS {
        world.save(&world.li, &format!("view {index}"), false).await.unwrap();
    }
    assert_eq!(code(world.save(&world.li, "one more", false).await), "too_many_views");
    let wrong = NewView { parameters: "a\r\nb".into(), ..new("wrong") };
    assert_eq!(code(create(&world.center, &world.director, &wrong).await), "malformed");
    assert_eq!(code(overwrite(&world.center, &world.li, &first, "a#b").await), "malformed");
}

#[tokio::test]
async fn one_view_of_a_page_is_its_default_and_every_change_is_on_record() {
    let world = World::new().await;
    let a = world.save(&world.li, "a", true).await.unwrap();
    let b = world.save(&world.li, "b", true).await.unwrap();
    let defaults = async || world.views(&world.li).await.into_iter().filter(|view| view.2).map(|view| view.0).collect();
    let is = |found: Vec<String>, expected: &[&str]| assert_eq!(found, expected);
    is(defaults().await, &["b"]);
    set_default(&world.center, &world.li, &a, true).await.unwrap();
    is(defaults().await, &["a"]);
    set_default(&world.center, &world.li, &a, false).await.unwrap();
    is(defaults().await, &[]);
    overwrite(&world.center, &world.li, &b, "service=ECS").await.unwrap();
    rename(&world.center, &world.li, &b, "c").await.unwrap();
    delete(&world.center, &world.li, &a).await.unwrap();
    assert_eq!(world.views(&world.li).await, [("c".to_owned(), "service=ECS".to_owned(), false)]);
    let mut actions: Vec<String> = world.center.audit().await.into_iter().map(|record| record.0).collect();
    actions.retain(|action| action.starts_with("saved_view."));
    let expected = ["create", "create", "set_default", "set_default", "overwrite", "rename", "delete"];
    assert_eq!(actions, expected.map(|action| format!("saved_view.{action}")));
}
