use domain::access::{Actor, Role};
use domain::credentials::{KeyState, REGIONS};
use domain::ids::AccessKeyId;
use domain::members::MemberState;

use super::*;
use crate::error::{Error, Result};
use crate::testing::TestCenter;

/// An administrator and an account manager of one partner.
async fn members(center: &TestCenter) -> (Actor, Actor) {
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let admin = center.member(&partner, "admin", &[Role::Administrator]).await;
    let manager = center.member(&partner, "li.wei", &[Role::AccountManager]).await;
    (center.actor(&admin).await, center.actor(&manager).await)
}

fn conflict<T>(outcome: Result<T>) -> &'static str {
    match outcome {
        Err(Error::Conflict(code)) => code,
        Err(other) => panic!("{other}"),
        Ok(_) => "",
    }
}

#[tokio::test]
async fn nobody_touches_the_keys_of_another_member() {
    let center = TestCenter::new().await;
    let (admin, manager) = members(&center).await;
    let key = create(&center, &manager, "").await.unwrap().access_key;
    assert!(matches!(set_state(&center, &admin, &key, KeyState::Disabled).await, Err(Error::NotFound)));
    assert!(matches!(describe(&center, &admin, &key, "mine").await, Err(Error::NotFound)));
    assert!(matches!(delete(&center, &admin, &key).await, Err(Error::NotFound)));
    assert!(list(&center, &admin).await.unwrap().keys.is_empty());
    assert!(holder_unscoped(&center, key.as_str()).await.unwrap().is_some());
}

#[tokio::test]
async fn two_keys_are_active_at_most() {
    let center = TestCenter::new().await;
    let (_, manager) = members(&center).await;
    let first = create(&center, &manager, "first").await.unwrap();
    create(&center, &manager, "second").await.unwrap();
    assert_eq!(conflict(create(&center, &manager, "third").await), "two_keys_are_active");
    set_state(&center, &manager, &first.access_key, KeyState::Disabled).await.unwrap();
    create(&center, &manager, "third").await.unwrap();
    let enabled = set_state(&center, &manager, &first.access_key, KeyState::Active).await;
    assert_eq!(conflict(enabled), "two_keys_are_active");
    assert_eq!(list(&center, &manager).await.unwrap().keys.len(), 3);
}

#[tokio::test]
async fn a_key_is_its_members_with_the_roles_of_the_moment_and_goes_with_it() {
    let center = TestCenter::new().await;
    let (admin, manager) = members(&center).await;
    let made = create(&center, &manager, " 对账 ").await.unwrap();
    assert_eq!((made.access_key.as_str().len(), made.secret_key.len(), made.domain_id.len()), (20, 40, 32));
    let holder = holder_unscoped(&center, made.access_key.as_str()).await.unwrap().unwrap();
    assert_eq!((&holder.secret_key, &holder.domain_id), (&made.secret_key, &made.domain_id));
    assert_eq!(holder.actor, manager);
    crate::members::set_state(&center, &admin, &manager.member, MemberState::Disabled).await.unwrap();
    assert!(holder_unscoped(&center, made.access_key.as_str()).await.unwrap().is_none());
    crate::members::set_state(&center, &admin, &manager.member, MemberState::Active).await.unwrap();
    set_state(&center, &manager, &made.access_key, KeyState::Disabled).await.unwrap();
    assert!(holder_unscoped(&center, made.access_key.as_str()).await.unwrap().is_none());
    delete(&center, &manager, &made.access_key).await.unwrap();
    let audit = center.audit().await;
    let about: Vec<&str> = audit
        .iter()
        .filter(|(_, subject, _)| subject == made.access_key.as_str())
        .map(|(action, ..)| action.as_str())
        .collect();
    assert_eq!(about, ["access_key.create", "access_key.set_state", "access_key.delete"]);
    assert!(audit.iter().all(|(.., detail)| !detail.contains(&made.secret_key)));
}

#[tokio::test]
async fn the_database_alone_does_not_tell_a_secret() {
    let center = TestCenter::new().await;
    let (_, manager) = members(&center).await;
    let made = create(&center, &manager, "").await.unwrap();
    center.db.close().await;
    let database = std::fs::read(center.folder().join("test.db")).unwrap();
    let secret = made.secret_key.as_bytes();
    assert!(!database.windows(secret.len()).any(|window| window == secret));
    assert!(database.windows(20).any(|window| window == made.access_key.as_str().as_bytes()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(center.folder().join("partner-center.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_lost_or_exchanged_server_key_is_named_and_no_new_one_takes_its_place() {
    let center = TestCenter::new().await;
    let (_, manager) = members(&center).await;
    let made = create(&center, &manager, "").await.unwrap();
    let file = center.folder().join("partner-center.key");
    let key = std::fs::read_to_string(&file).unwrap();
    let anew = || (*center).clone().with_secret_key_file(&file);
    std::fs::remove_file(&file).unwrap();
    let error = holder_unscoped(&anew(), made.access_key.as_str()).await.err().unwrap().to_string();
    assert!(error.contains("partner-center.key"), "{error}");
    assert!(create(&anew(), &manager, "").await.is_err() && !file.exists());
    std::fs::write(&file, "00".repeat(32)).unwrap();
    let error = create(&anew(), &manager, "").await.unwrap_err().to_string();
    assert!(error.contains("not the server key"), "{error}");
    std::fs::write(&file, key).unwrap();
    let holder = holder_unscoped(&anew(), made.access_key.as_str()).await.unwrap().unwrap();
    assert_eq!(holder.secret_key, made.secret_key);
}

#[tokio::test]
async fn the_command_line_makes_keys_for_the_administrator_or_a_named_member() {
    let center = TestCenter::new().await;
    let (admin, manager) = members(&center).await;
    let whose = async |partner, login| {
        let made = create_unscoped(&center, partner, login, "").await?;
        Ok::<_, Error>(holder_unscoped(&center, made.access_key.as_str()).await?.unwrap().actor.member)
    };
    let other = center.partner("Other", "UTC").await;
    let partner = Some(&admin.partner);
    assert_eq!(whose(partner, None).await.unwrap(), admin.member);
    assert_eq!(whose(partner, Some("Li.Wei")).await.unwrap(), manager.member);
    assert_eq!(whose(None, Some("li.wei")).await.unwrap(), manager.member);
    for (partner, login) in
        [(partner, Some("nobody")), (Some(&other), Some("li.wei")), (Some(&other), None), (None, None)]
    {
        assert!(matches!(whose(partner, login).await, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn each_partner_has_a_domain_id_and_a_project_in_each_region() {
    let center = TestCenter::new().await;
    let (admin, _) = members(&center).await;
    let other = center.partner("Other", "UTC").await;
    let other = center.actor(&center.member(&other, "other", &[Role::Finance]).await).await;
    let (mine, theirs) = (list(&center, &admin).await.unwrap(), list(&center, &other).await.unwrap());
    assert_eq!(mine.projects.len(), REGIONS.len());
    assert_ne!(mine.domain_id, theirs.domain_id);
    assert!(mine.projects.iter().all(|mine| theirs.projects.iter().all(|their| their.id != mine.id)));
    let one = projects(&center, &admin, Some("cn-south-1")).await.unwrap();
    assert_eq!(one.iter().map(|project| project.region_name.as_str()).collect::<Vec<_>>(), ["华南-广州"]);
    assert!(projects(&center, &admin, Some("xx")).await.unwrap().is_empty());
}

#[tokio::test]
async fn partners_from_before_get_their_projects_when_the_database_is_opened() {
    let center = TestCenter::new().await;
    let (admin, _) = members(&center).await;
    let mut tx = center.db.write().await.unwrap();
    for statement in ["delete from project", "delete from account_domain"] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    create_missing(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let credentials = list(&center, &admin).await.unwrap();
    assert_eq!((credentials.domain_id.len(), credentials.projects.len()), (32, REGIONS.len()));
}

#[tokio::test]
async fn the_last_use_is_written_by_the_sweep_at_most_every_five_minutes() {
    let center = TestCenter::new().await;
    let (_, manager) = members(&center).await;
    let key = create(&center, &manager, "").await.unwrap().access_key;
    let last = async |key: &AccessKeyId| {
        let keys = list(&center, &manager).await.unwrap().keys;
        keys.iter().find(|found| found.id == *key).unwrap().last_used_at.clone()
    };
    note_use(&center, key.as_str());
    assert_eq!(last(&key).await, None);
    write_uses_unscoped(&center).await.unwrap();
    assert_eq!(last(&key).await.unwrap(), "2026-11-22T04:00:00.000000Z");
    let soon = center.at("2026-11-22T04:01:00Z");
    note_use(&soon, key.as_str());
    write_uses_unscoped(&soon).await.unwrap();
    assert_eq!(last(&key).await.unwrap(), "2026-11-22T04:00:00.000000Z");
    write_uses_unscoped(&center.at("2026-11-22T04:05:00Z")).await.unwrap();
    assert_eq!(last(&key).await.unwrap(), "2026-11-22T04:01:00.000000Z");
}
