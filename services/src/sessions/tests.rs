use domain::access::Role;

use super::*;
use crate::testing::TestCenter;

fn session(member: Option<&MemberId>, expires_at: &str) -> Session {
    Session { member: member.cloned(), data: "{}".into(), expires_at: expires_at.parse().unwrap() }
}

#[tokio::test]
async fn a_token_hash_in_use_is_not_given_twice() {
    let center = TestCenter::new().await;
    let first = Session { data: "first".into(), ..session(None, "2026-11-23T00:00:00Z") };
    assert!(create(&center, "hash", &first).await.unwrap());
    assert!(!create(&center, "hash", &session(None, "2026-12-01T00:00:00Z")).await.unwrap());
    assert_eq!(load(&center, "hash").await.unwrap(), Some(first));
}

#[tokio::test]
async fn a_session_ends_on_time_and_is_swept_then() {
    let center = TestCenter::new().await;
    create(&center, "short", &session(None, "2026-11-22T05:00:00Z")).await.unwrap();
    create(&center, "long", &session(None, "2026-11-23T05:00:00Z")).await.unwrap();
    assert!(load(&center, "short").await.unwrap().is_some());
    let later = center.at("2026-11-22T05:00:00Z");
    assert_eq!(load(&later, "short").await.unwrap(), None);
    assert_eq!(delete_expired(&later).await.unwrap(), 1);
    assert!(load(&later, "long").await.unwrap().is_some());
}

#[tokio::test]
async fn an_ended_session_is_not_brought_back_by_a_request_still_on_its_way() {
    let center = TestCenter::new().await;
    let kept = session(None, "2026-11-23T00:00:00Z");
    create(&center, "hash", &kept).await.unwrap();
    let changed = Session { data: "changed".into(), ..kept };
    assert!(save(&center, "hash", &changed).await.unwrap());
    assert_eq!(load(&center, "hash").await.unwrap().unwrap().data, "changed");
    delete(&center, "hash").await.unwrap();
    assert!(!save(&center, "hash", &changed).await.unwrap());
    assert_eq!(load(&center, "hash").await.unwrap(), None);
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_member_s_sessions_and_no_other() {
    let center = TestCenter::new().await;
    let partner = center.partner("Partner", "Asia/Shanghai").await;
    let (li, wang) = (
        center.member(&partner, "li", &[Role::Finance]).await,
        center.member(&partner, "wang", &[Role::Finance]).await,
    );
    for (hash, member) in [("li-1", &li), ("li-2", &li), ("wang-1", &wang)] {
        create(&center, hash, &session(Some(member), "2026-11-23T00:00:00Z")).await.unwrap();
    }
    let actor = center.actor(&li).await;
    crate::members::sign_out(&center, &actor, true).await.unwrap();
    for hash in ["li-1", "li-2"] {
        assert_eq!(load(&center, hash).await.unwrap(), None);
    }
    assert!(load(&center, "wang-1").await.unwrap().is_some());
}
