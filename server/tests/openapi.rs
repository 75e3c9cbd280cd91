//! The gate of the open API, through the whole host: who gets in, and what those get who do not.
#![allow(clippy::unwrap_used)]

mod common;

use axum::http::{Method, header};
use common::TestApp;
use common::signing::Call;
use domain::credentials::{CreatedKey, KeyState, REGIONS};
use domain::members::MemberState;
use server::settings::FileSettings;

/// Status and code of an answer.
async fn refused(app: &TestApp, call: &Call, key: &CreatedKey) -> (u16, String) {
    let (status, body) = app.call(call, key).await;
    assert!(!body["error_msg"].as_str().unwrap().is_empty());
    (status, body["error_code"].as_str().unwrap().to_owned())
}

fn unauthorized() -> (u16, String) {
    (401, "APIGW.0301".to_owned())
}

fn domains() -> Call {
    Call::get("/v3/auth/domains")
}

#[tokio::test]
async fn a_key_finds_its_domain_and_its_projects() {
    let app = TestApp::new().await;
    let key = app.key("manager.a").await;
    let (status, body) = app.call(&domains(), &key).await;
    assert_eq!((status, &body["domains"][0]["id"]), (200, &key.domain_id.clone().into()));
    assert_eq!(body["domains"][0]["name"], "第一伙伴");
    let (_, body) = app.call(&Call::get("/v3/projects"), &key).await;
    assert_eq!(body["projects"].as_array().unwrap().len(), REGIONS.len());
    let (_, body) = app.call(&Call::get("/v3/projects?name=cn-east-3").with("x-language", "en_US"), &key).await;
    assert_eq!(body["projects"].as_array().unwrap().len(), 1);
    assert_eq!(body["projects"][0]["description"], "CN East-Shanghai1");
    assert_eq!(body["projects"][0]["id"].as_str().unwrap().len(), 32);
    let other = app.key("other.admin").await;
    assert_ne!(other.domain_id, key.domain_id);
    assert_eq!(app.call(&domains(), &other).await.1["domains"][0]["name"], "第二伙伴");
}

#[tokio::test]
async fn what_is_not_signed_as_it_must_be_is_refused_with_the_requests_id() {
    let app = TestApp::new().await;
    let key = app.key("admin").await;
    let plain = app.send(common::get("/v3/auth/domains")).await;
    assert_eq!(plain.status, 401);
    let body: serde_json::Value = serde_json::from_str(&plain.body).unwrap();
    assert_eq!(body["request_id"], plain.headers["x-request-id"].to_str().unwrap());
    assert_eq!(body["error_code"], "APIGW.0301");
    assert!(!plain.headers.contains_key(header::SET_COOKIE) && !plain.headers.contains_key(header::LOCATION));

    let wrong = CreatedKey { secret_key: "wrong".into(), ..key.clone() };
    let unknown = CreatedKey { access_key: domain::ids::AccessKeyId::new("A".repeat(20)), ..key.clone() };
    assert_eq!(refused(&app, &domains(), &wrong).await, unauthorized());
    assert_eq!(refused(&app, &domains(), &unknown).await, unauthorized());
    for date in ["20261122T041501Z", "20261122T034459Z", "now"] {
        let late = Call { date: date.into(), ..domains() };
        assert_eq!(refused(&app, &late, &key).await, unauthorized(), "{date}");
    }
    for name in ["host", "x-sdk-date", "x-domain-id"] {
        let call = Call { unsigned: vec![name], ..domains().with("x-domain-id", &key.domain_id) };
        assert_eq!(refused(&app, &call, &key).await, unauthorized(), "{name}");
    }
    let unsigned = domains().with("x-sdk-content-sha256", "UNSIGNED-PAYLOAD");
    assert_eq!(refused(&app, &unsigned, &key).await, unauthorized());
    let in_time = Call { date: "20261122T041500Z".into(), ..domains() };
    assert_eq!(app.call(&in_time, &key).await.0, 200);
}

#[tokio::test]
async fn a_foreign_domain_is_refused_and_the_own_one_is_not() {
    let app = TestApp::new().await;
    let (key, other) = (app.key("admin").await, app.key("other.admin").await);
    assert_eq!(app.call(&domains().with("x-domain-id", &key.domain_id), &key).await.0, 200);
    assert_eq!(refused(&app, &domains().with("x-domain-id", &other.domain_id), &key).await, unauthorized());
    assert_eq!(refused(&app, &domains().with("x-domain-id", ""), &key).await, unauthorized());
}

#[tokio::test]
async fn a_disabled_key_and_the_keys_of_a_disabled_member_are_refused_at_once() {
    let app = TestApp::new().await;
    let (first, second) = (app.key("manager.a").await, app.key("manager.a").await);
    let manager = app.center.actor(&app.members["manager.a"]).await;
    services::credentials::set_state(&app.center, &manager, &first.access_key, KeyState::Disabled).await.unwrap();
    assert_eq!(refused(&app, &domains(), &first).await, unauthorized());
    assert_eq!(app.call(&domains(), &second).await.0, 200);
    let admin = app.center.actor(&app.members["admin"]).await;
    services::members::set_state(&app.center, &admin, &manager.member, MemberState::Disabled).await.unwrap();
    assert_eq!(refused(&app, &domains(), &second).await, unauthorized());
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_answered_as_by_the_gateway() {
    let app = TestApp::new().await;
    let key = app.key("admin").await;
    let no_such_api = (404, "APIGW.0101".to_owned());
    for (method, target) in [
        (Method::GET, "/v2"),
        (Method::GET, "/v2/"),
        (Method::GET, "/v2/nothing"),
        (Method::POST, "/v3/auth/domains"),
        (Method::GET, "/v3/auth/domains/"),
        (Method::GET, "/v4/costs/cost-analysed-bills/query"),
        (Method::GET, "/v1.0/partner/auth/domains"),
        (Method::GET, "/v1.0/partner"),
        (Method::OPTIONS, "/v2/bases/measurements"),
    ] {
        let call = Call::new(method, target, Vec::new());
        assert_eq!(refused(&app, &call, &key).await, no_such_api, "{target}");
    }
}

#[tokio::test]
async fn flow_control_is_per_operation_and_partner_and_a_setting() {
    let app = TestApp::with(FileSettings { api_flow_limit: Some(2), ..FileSettings::default() }).await;
    let (key, other) = (app.key("admin").await, app.key("other.admin").await);
    let mut last = (200, String::new());
    for _ in 0..20 {
        let answer = app.send(domains().signed(&key)).await;
        last = (answer.status.as_u16(), answer.body);
        if last.0 == 429 {
            assert_eq!(answer.headers[header::RETRY_AFTER], "1");
            break;
        }
    }
    assert_eq!(last.0, 429);
    assert!(last.1.contains("CBC.0250"));
    assert_eq!(app.call(&domains(), &other).await.0, 200);
    assert_eq!(app.call(&Call::get("/v3/projects"), &key).await.0, 200);
    let off = TestApp::with(FileSettings { api_flow_limit: Some(0), ..FileSettings::default() }).await;
    let key = off.key("admin").await;
    for _ in 0..30 {
        assert_eq!(off.call(&domains(), &key).await.0, 200);
    }
}

#[tokio::test]
async fn a_key_is_locked_after_wrong_signatures_where_the_setting_says_so() {
    let app = TestApp::with(FileSettings { api_lock_after: Some(3), ..FileSettings::default() }).await;
    let key = app.key("admin").await;
    let wrong = CreatedKey { secret_key: "wrong".into(), ..key.clone() };
    for _ in 0..3 {
        assert_eq!(refused(&app, &domains(), &wrong).await, unauthorized());
    }
    let (status, body) = app.call(&domains(), &key).await;
    assert_eq!(status, 401);
    assert!(body["error_msg"].as_str().unwrap().contains("AK access failed to reach the limit"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::new().await;
    let key = app.key("admin").await;
    let call = Call::new(Method::GET, "/v3/projects", vec![b' '; 256 * 1024 + 1]);
    assert_eq!(refused(&app, &call, &key).await, (400, "CBC.0100".to_owned()));
}

#[tokio::test]
async fn an_old_path_names_a_partner_that_is_not_checked_but_for_its_length() {
    let app = TestApp::new().await;
    let key = app.key("admin").await;
    let at = async |partner: &str, tail: &str| {
        let call = Call::get(&format!("/v1.0/{partner}/{tail}"));
        app.call(&call, &key).await.1["error_code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(at(&"p".repeat(65), "bases/measurements").await, "CBC.0100");
    for partner in ["p", "whoever-else", &"p".repeat(64)] {
        assert_ne!(at(partner, "bases/measurements").await, "CBC.0100", "{partner}");
    }
    assert_eq!(at("p", "nothing").await, "APIGW.0101");
}

#[tokio::test]
async fn a_lost_server_key_is_a_fault_of_ours_and_tells_nothing() {
    let app = TestApp::new().await;
    let key = app.key("admin").await;
    let mut tx = app.center.db.write().await.unwrap();
    services::testing::spoil_secrets(&mut tx).await;
    tx.commit().await.unwrap();
    let (status, body) = app.call(&domains(), &key).await;
    assert_eq!((status, &body["error_code"]), (500, &"CBC.0999".into()));
    assert!(!body.to_string().contains("partner-center.key"));
}
