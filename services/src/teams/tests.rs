use domain::access::{Actor, Role};
use domain::ids::{MemberId, PartnerId, TeamId};
use domain::teams::SetTeamMembers;

use super::*;
use crate::error::Error;
use crate::testing::TestCenter;

struct World {
    center: TestCenter,
    partner: PartnerId,
    admin: Actor,
    director: Actor,
    managers: Vec<MemberId>,
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("P", "Asia/Shanghai").await;
        let admin = center.actor(&center.member(&partner, "admin", &[Role::Administrator]).await).await;
        let director = center.actor(&center.member(&partner, "director", &[Role::AccountDirector]).await).await;
        let mut managers = Vec::new();
        for login in ["li", "wang", "zhou"] {
            managers.push(center.member(&partner, login, &[Role::AccountManager]).await);
        }
        Self { center, partner, admin, director, managers }
    }

    async fn team(&self, name: &str) -> TeamId {
        create(&self.center, &self.admin, name).await.unwrap()
    }

    async fn set(&self, team: &TeamId, seen: i64, members: &[usize]) -> Result<(), Error> {
        let members = members.iter().map(|member| self.managers[*member].clone()).collect();
        set_members(&self.center, &self.admin, &SetTeamMembers { id: team.clone(), seen, members }).await
    }

    /// Name, version, logins of the members; at last those without a team.
    async fn teams(&self) -> Vec<(String, i64, Vec<String>)> {
        let list = list(&self.center, &self.director).await.unwrap();
        let logins = |members: Vec<domain::teams::TeamMember>| {
            members.into_iter().map(|member| member.manager.login).collect::<Vec<_>>()
        };
        let teams = list.teams.into_iter().map(|team| (team.team.name, team.version, logins(team.members)));
        teams.chain([(String::new(), 0, logins(list.without))]).collect()
    }
}

fn team(name: &str, version: i64, members: &[&str]) -> (String, i64, Vec<String>) {
    (name.to_owned(), version, members.iter().map(|member| (*member).to_owned()).collect())
}

fn changed_since<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Conflict("changed_since"))), "{result:?}");
}

#[tokio::test]
async fn an_account_manager_is_in_one_team_at_most_and_joining_one_leaves_the_other() {
    let world = World::new().await;
    let (east, south) = (world.team("East").await, world.team("South").await);
    world.set(&east, 1, &[0, 1]).await.unwrap();
    world.set(&south, 1, &[1, 2]).await.unwrap();
    assert_eq!(world.teams().await, [team("East", 3, &["li"]), team("South", 2, &["wang", "zhou"]), team("", 0, &[])]);
    let id = |member: usize| world.managers[member].as_str();
    let trail = world.center.audit().await;
    let of_east = trail.iter().filter(|(action, subject, _)| action == "team.set_members" && subject == east.as_str());
    let left = format!(r#"{{"joined":[],"left":["{}"],"to":"{south}"}}"#, id(1));
    assert_eq!(of_east.map(|(.., detail)| detail).next_back(), Some(&left));
    let of_south =
        trail.iter().filter(|(action, subject, _)| action == "team.set_members" && subject == south.as_str());
    assert_eq!(of_south.count(), 1);
    // What was left has changed as well: who still sees the old one must look again.
    changed_since(world.set(&east, 2, &[0, 1]).await);
    world.set(&east, 3, &[]).await.unwrap();
    assert_eq!(world.teams().await[2], team("", 0, &["li"]));
}

#[tokio::test]
async fn of_two_who_change_a_team_at_once_the_second_is_told() {
    let world = World::new().await;
    let east = world.team("East").await;
    let (one, two) = tokio::join!(world.set(&east, 1, &[0]), world.set(&east, 1, &[1]));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {two:?}");
    changed_since(rename(&world.center, &world.admin, &east, "West", 1).await);
    changed_since(delete(&world.center, &world.admin, &east, 1).await);
    rename(&world.center, &world.admin, &east, " West ", 2).await.unwrap();
    assert_eq!(world.teams().await[0].0, "West");
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case_but_not_by_another_partner() {
    let world = World::new().await;
    let east = world.team("East").await;
    let south = world.team("South").await;
    let refused = |result: Result<(), Error>| match result {
        Err(Error::Invalid(fields)) => (fields[0].field.clone(), fields[0].code.clone()),
        other => panic!("{other:?}"),
    };
    let taken = ("name".to_owned(), "team_taken".to_owned());
    assert_eq!(refused(create(&world.center, &world.admin, "eAST ").await.map(drop)), taken);
    assert_eq!(refused(rename(&world.center, &world.admin, &south, "EAST", 1).await), taken);
    assert_eq!(refused(create(&world.center, &world.admin, " ").await.map(drop)).1, "required");
    // its own name in another case is no other name
    rename(&world.center, &world.admin, &east, "EAST", 1).await.unwrap();
    let other = world.center.partner("Other", "UTC").await;
    let admin = world.center.actor(&world.center.member(&other, "other", &[Role::Administrator]).await).await;
    create(&world.center, &admin, "East").await.unwrap();
    assert_eq!(list(&world.center, &admin).await.unwrap().teams.len(), 1);
}

#[tokio::test]
async fn deleting_a_team_leaves_its_members_without_one_and_every_step_is_recorded() {
    let world = World::new().await;
    let east = world.team("East").await;
    world.set(&east, 1, &[0]).await.unwrap();
    // the same again changes nothing and is no step
    world.set(&east, 2, &[0]).await.unwrap();
    delete(&world.center, &world.admin, &east, 2).await.unwrap();
    assert_eq!(world.teams().await, [team("", 0, &["li", "wang", "zhou"])]);
    let steps: Vec<String> = world.center.audit().await.into_iter().map(|(action, ..)| action).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).filter(|action| action.starts_with("team.")).collect();
    assert_eq!(steps, ["team.create", "team.set_members", "team.delete"]);
}

#[tokio::test]
async fn only_account_managers_of_the_partner_join_and_only_who_manages_members_lets_them() {
    let world = World::new().await;
    let east = world.team("East").await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.member(&other, "foreign", &[Role::AccountManager]).await;
    let foreign_admin = world.center.actor(&world.center.member(&other, "other", &[Role::Administrator]).await).await;
    for stranger in [&foreign, &world.director.member, &MemberId::new("nobody")] {
        let request = SetTeamMembers { id: east.clone(), seen: 1, members: vec![stranger.clone()] };
        let result = set_members(&world.center, &world.admin, &request).await;
        assert!(
            matches!(&result, Err(Error::Invalid(fields)) if fields[0].code == "not_an_account_manager"),
            "{result:?}"
        );
    }
    let request = SetTeamMembers { id: east.clone(), seen: 1, members: vec![foreign] };
    assert!(matches!(set_members(&world.center, &foreign_admin, &request).await, Err(Error::NotFound)));
    assert!(matches!(delete(&world.center, &foreign_admin, &east, 1).await, Err(Error::NotFound)));
    assert!(matches!(rename(&world.center, &foreign_admin, &east, "x", 1).await, Err(Error::NotFound)));
    for actor in [&world.director, &world.center.actor(&world.managers[0]).await] {
        assert!(matches!(create(&world.center, actor, "x").await, Err(Error::Denied(_))));
        assert!(matches!(delete(&world.center, actor, &east, 1).await, Err(Error::Denied(_))));
        assert!(matches!(rename(&world.center, actor, &east, "x", 1).await, Err(Error::Denied(_))));
        let request = SetTeamMembers { id: east.clone(), seen: 1, members: vec![] };
        assert!(matches!(set_members(&world.center, actor, &request).await, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn who_sees_own_customers_only_has_nobody_to_choose_and_no_list_of_teams() {
    let world = World::new().await;
    world.team("East").await;
    let manager = world.center.actor(&world.managers[0]).await;
    assert_eq!(choices(&world.center, &manager).await.unwrap(), domain::teams::ManagerChoices::default());
    assert!(matches!(list(&world.center, &manager).await, Err(Error::Denied(_))));
    let all = choices(&world.center, &world.director).await.unwrap();
    assert_eq!((all.managers.len(), all.teams.len()), (3, 1));
    assert_eq!(world.partner, world.director.partner);
}
