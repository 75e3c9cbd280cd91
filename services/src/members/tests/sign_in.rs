use argon2::password_hash::phc::PasswordHash;
use domain::members::MemberState;

use super::*;
use crate::members::{change_password, list, password, set_state, sign_in, unlock};
use crate::sessions::{self, Session};

const WRONG: &str = "login/wrong_login_or_password";
const LOCKED: &str = "login/locked";

async fn refusal(center: &crate::Center, login: &str, password: &str) -> String {
    reason(sign_in(center, login, password, "192.0.2.1").await.unwrap_err())
}

#[tokio::test]
async fn signing_in_ignores_case_of_the_login_and_is_recorded() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let id = member(&center, &partner, "Wang.Fang", Role::Finance).await;
    let signed_in = sign_in(&center, " WANG.fang ", PASSWORD, "192.0.2.1").await.unwrap();
    assert_eq!((&signed_in.actor.member, signed_in.actor.login.as_str()), (&id, "wang.fang"));
    assert_eq!(signed_in.actor.roles, [Role::Finance]);
    assert!(!signed_in.must_change_password);
    let last = center.audit().await.pop().unwrap();
    assert_eq!(last, ("member.sign_in".into(), id.to_string(), "192.0.2.1".into()));
}

#[tokio::test]
async fn unknown_disabled_and_wrong_are_told_apart_by_nothing() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let admin = member(&center, &partner, "admin", Role::Administrator).await;
    let gone = member(&center, &partner, "gone", Role::Finance).await;
    set_state(&center, &center.actor(&admin).await, &gone, MemberState::Disabled).await.unwrap();
    for _ in 0..5 {
        assert_eq!(refusal(&center, "admin", "wrong").await, WRONG);
        assert_eq!(refusal(&center, "gone", PASSWORD).await, WRONG);
        assert_eq!(refusal(&center, "nobody", PASSWORD).await, WRONG);
    }
    // the sixth: locked, though one has the right password now and one does not exist
    assert_eq!(refusal(&center, "admin", PASSWORD).await, LOCKED);
    assert_eq!(refusal(&center, "gone", PASSWORD).await, LOCKED);
    assert_eq!(refusal(&center, "nobody", PASSWORD).await, LOCKED);
    let locks = center.audit().await.into_iter().filter(|(action, ..)| action == "member.lock").count();
    assert_eq!(locks, 2);
    // a lock ends by itself, for all alike
    let later = center.at("2026-11-22T04:15:00Z");
    assert_eq!(refusal(&later, "nobody", PASSWORD).await, WRONG);
    assert!(sign_in(&later, "admin", PASSWORD, "").await.is_ok());
}

#[tokio::test]
async fn guesses_made_at_once_do_not_pass_the_limit() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    member(&center, &partner, "admin", Role::Administrator).await;
    let guesses: Vec<_> = (0..12)
        .map(|_| {
            let center = (*center).clone();
            tokio::spawn(async move { refusal(&center, "admin", "wrong").await })
        })
        .collect();
    let mut answers = Vec::new();
    for guess in guesses {
        answers.push(guess.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| *answer == WRONG).count(), 5);
    assert_eq!(answers.iter().filter(|answer| *answer == LOCKED).count(), 7);
}

#[tokio::test]
async fn a_success_forgets_the_wrong_attempts_before_and_unlocking_ends_a_lock() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let admin = member(&center, &partner, "admin", Role::Administrator).await;
    let li = member(&center, &partner, "li.wei", Role::Finance).await;
    let admin = center.actor(&admin).await;
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(refusal(&center, "li.wei", "wrong").await, WRONG);
        }
        assert!(sign_in(&center, "li.wei", PASSWORD, "").await.is_ok());
    }
    for _ in 0..5 {
        refusal(&center, "li.wei", "wrong").await;
    }
    let locked = |members: Vec<domain::members::MemberSummary>| members[1].locked_until.clone();
    assert_eq!(locked(list(&center, &admin).await.unwrap()).as_deref(), Some("2026-11-22T12:15:00+08:00"));
    unlock(&center, &admin, &li).await.unwrap();
    assert_eq!(locked(list(&center, &admin).await.unwrap()), None);
    assert!(sign_in(&center, "li.wei", PASSWORD, "").await.is_ok());
}

#[tokio::test]
async fn changing_the_password_ends_all_sessions_and_the_duty_to_change() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let new = new_member("li.wei", &[Role::Finance]);
    let id = create_unscoped(&center, &partner, &new, PASSWORD, true).await.unwrap();
    let li = sign_in(&center, "li.wei", PASSWORD, "").await.unwrap();
    assert!(li.must_change_password);
    let session =
        Session { member: Some(id.clone()), data: String::new(), expires_at: "2026-11-23T00:00:00Z".parse().unwrap() };
    for hash in ["here", "elsewhere"] {
        sessions::create(&center, hash, &session).await.unwrap();
    }
    let li = li.actor;
    let refused = async |old, new| reason(change_password(&center, &li, old, new).await.unwrap_err());
    assert_eq!(refused("wrong", "another horse 2").await, "old/wrong_password");
    assert_eq!(refused(PASSWORD, PASSWORD).await, "password/password_same");
    assert_eq!(refused(PASSWORD, "short").await, "password/password_short");
    assert!(sessions::load(&center, "elsewhere").await.unwrap().is_some());

    change_password(&center, &li, PASSWORD, "another horse 2").await.unwrap();
    for hash in ["here", "elsewhere"] {
        assert_eq!(sessions::load(&center, hash).await.unwrap(), None);
    }
    assert_eq!(refusal(&center, "li.wei", PASSWORD).await, WRONG);
    assert!(!sign_in(&center, "li.wei", "another horse 2", "").await.unwrap().must_change_password);
}

#[tokio::test]
async fn wrong_old_passwords_lock_too() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let id = member(&center, &partner, "li.wei", Role::Finance).await;
    let li = center.actor(&id).await;
    for _ in 0..5 {
        change_password(&center, &li, "wrong", "another horse 2").await.unwrap_err();
    }
    let sixth = change_password(&center, &li, PASSWORD, "another horse 2").await.unwrap_err();
    assert_eq!(reason(sixth), "old/locked");
}

#[tokio::test]
async fn the_dummy_hash_costs_what_a_real_one_costs() {
    let center = TestCenter::new().await;
    let real = password::hash(&center, PASSWORD).await.unwrap();
    let (real, dummy) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(password::DUMMY_HASH).unwrap());
    assert_eq!((real.algorithm, real.version, &real.params), (dummy.algorithm, dummy.version, &dummy.params));
    assert_eq!(real.hash.map(|hash| hash.len()), dummy.hash.map(|hash| hash.len()));
    assert!(real.to_string().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}
