use domain::members::{MemberState, check_password};

use super::*;
use crate::members::{
    actor, create, list, reset_password, reset_password_unscoped, set_state, sign_in, signed_in, unlock,
};
use crate::sessions::{self, Session};

#[tokio::test]
async fn a_created_member_signs_in_with_the_initial_password_and_must_change_it() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let admin = center.actor(&center.member(&partner, "admin", &[Role::Administrator]).await).await;
    let new = new_member("Li.Wei", &[Role::AccountManager, Role::Finance]);
    let created = create(&center, &admin, &new).await.unwrap();
    check_password(&created.initial_password, "li.wei").unwrap();
    assert!(!format!("{created:?}").contains(&created.initial_password));
    let li = sign_in(&center, "li.wei", &created.initial_password, "").await.unwrap();
    assert!(li.must_change_password);
    assert_eq!(li.actor.roles, [Role::AccountManager, Role::Finance]);
    assert_eq!(signed_in(&center, &created.id).await.unwrap(), Some(li));
    let audit = center.audit().await;
    assert!(audit.contains(&(
        "member.create".into(),
        created.id.to_string(),
        "li.wei: account_manager, finance".into()
    )));
    assert!(audit.iter().all(|(.., detail)| !detail.contains(&created.initial_password)));
}

#[tokio::test]
async fn a_login_is_taken_in_the_whole_installation_and_all_wrong_fields_are_told_at_once() {
    let center = TestCenter::new().await;
    let (here, there) = (center.partner("Here", "UTC").await, center.partner("There", "UTC").await);
    let admin = center.actor(&center.member(&here, "admin", &[Role::Administrator]).await).await;
    center.member(&there, "li.wei", &[Role::Finance]).await;
    let refused = async |new: &NewMember| reason(create(&center, &admin, new).await.unwrap_err());
    assert_eq!(refused(&new_member("Li.Wei", &[Role::Finance])).await, "login/taken");
    let wrong = NewMember { login: "x".into(), name: " ".into(), roles: vec![Role::Administrator, Role::Finance] };
    assert_eq!(refused(&wrong).await, "login/too_short name/required roles/roles_administrator_alone");
    assert_eq!(list(&center, &admin).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_administrators_look_after_members_and_only_their_own_partner_s() {
    let center = TestCenter::new().await;
    let (here, there) = (center.partner("Here", "UTC").await, center.partner("There", "UTC").await);
    let foreign = center.member(&there, "foreign", &[Role::Administrator]).await;
    let admin = center.actor(&center.member(&here, "admin", &[Role::Administrator]).await).await;
    assert!(matches!(reset_password(&center, &admin, &foreign).await, Err(Error::NotFound)));
    assert!(matches!(set_state(&center, &admin, &foreign, MemberState::Disabled).await, Err(Error::NotFound)));
    assert!(matches!(unlock(&center, &admin, &foreign).await, Err(Error::NotFound)));
    assert!(actor(&center, &foreign).await.unwrap().is_some());
    for role in [Role::AccountDirector, Role::AccountManager, Role::Finance] {
        let id = center.member(&here, role.code(), &[role]).await;
        let other = center.actor(&id).await;
        assert!(matches!(list(&center, &other).await, Err(Error::Denied(_))));
        assert!(matches!(create(&center, &other, &new_member("new", &[role])).await, Err(Error::Denied(_))));
        assert!(matches!(set_state(&center, &other, &id, MemberState::Disabled).await, Err(Error::Denied(_))));
        assert!(matches!(reset_password(&center, &other, &id).await, Err(Error::Denied(_))));
        assert!(matches!(unlock(&center, &other, &id).await, Err(Error::Denied(_))));
    }
    let logins: Vec<_> = list(&center, &admin).await.unwrap().into_iter().map(|member| member.login).collect();
    assert_eq!(logins, ["account_director", "account_manager", "admin", "finance"]);
}

#[tokio::test]
async fn a_disabled_member_loses_access_and_sessions_at_once_until_enabled_again() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "UTC").await;
    let admin = center.actor(&center.member(&partner, "admin", &[Role::Administrator]).await).await;
    let li = center.member(&partner, "li", &[Role::Finance]).await;
    let expires_at = "2026-11-23T00:00:00Z".parse().unwrap();
    let session = Session { member: Some(li.clone()), data: String::new(), expires_at };
    sessions::create(&center, "hash", &session).await.unwrap();
    set_state(&center, &admin, &li, MemberState::Disabled).await.unwrap();
    assert_eq!(actor(&center, &li).await.unwrap(), None);
    assert_eq!(sessions::load(&center, "hash").await.unwrap(), None);
    set_state(&center, &admin, &li, MemberState::Active).await.unwrap();
    assert!(actor(&center, &li).await.unwrap().is_some());
}

#[tokio::test]
async fn nobody_disables_oneself_and_two_administrators_cannot_disable_each_other() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "UTC").await;
    let first = center.actor(&center.member(&partner, "first", &[Role::Administrator]).await).await;
    let second = center.actor(&center.member(&partner, "second", &[Role::Administrator]).await).await;
    let refused = async |by, whom| reason(set_state(&center, by, whom, MemberState::Disabled).await.unwrap_err());
    assert_eq!(refused(&first, &first.member).await, "own_account");
    set_state(&center, &first, &second.member, MemberState::Disabled).await.unwrap();
    // the second's request was on its way
    assert_eq!(refused(&second, &first.member).await, "last_administrator");
    assert!(actor(&center, &first.member).await.unwrap().is_some());
}

#[tokio::test]
async fn a_reset_password_replaces_the_old_one_and_must_be_changed() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "UTC").await;
    let admin = center.actor(&center.member(&partner, "admin", &[Role::Administrator]).await).await;
    let li = member(&center, &partner, "li.wei", Role::Finance).await;
    let initial = reset_password(&center, &admin, &li).await.unwrap();
    assert!(sign_in(&center, "li.wei", PASSWORD, "").await.is_err());
    assert!(sign_in(&center, "li.wei", &initial, "").await.unwrap().must_change_password);
    assert_eq!(reason(reset_password(&center, &admin, &admin.member).await.unwrap_err()), "own_account");

    reset_password_unscoped(&center, "LI.wei", "from the shell 3").await.unwrap();
    assert!(sign_in(&center, "li.wei", &initial, "").await.is_err());
    assert!(sign_in(&center, "li.wei", "from the shell 3", "").await.unwrap().must_change_password);
    assert!(matches!(reset_password_unscoped(&center, "nobody", "from the shell 3").await, Err(Error::NotFound)));
}
