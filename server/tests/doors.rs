//! Walks every door as everyone: nobody gets through where they must not, and nothing foreign comes out.
//!
//! A new server function, page or plain route fails here until it is listed with what each reader must get.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use common::{AMOUNTS, NAMES, TestApp, Who, bill, form, get, json, page};

/// A request and the status that each of [`Who::ALL`] must get.
struct Door {
    path: &'static str,
    request: fn(&TestApp) -> Request<Body>,
    statuses: [u16; 5],
}

const OPEN: [u16; 5] = [200, 200, 200, 200, 200];
/// For whoever is signed in; each sees what is theirs.
const SIGNED_IN: [u16; 5] = [401, 200, 200, 200, 200];
/// For administrators, each of the own partner.
const ADMINISTRATORS: [u16; 5] = [401, 403, 403, 200, 200];
/// About something of the first partner that account managers may not touch.
const OWN_ADMINISTRATOR: [u16; 5] = [401, 403, 403, 200, 404];
/// About a team of the first partner, for who sees all.
const OF_SEES_ALL: [u16; 5] = [401, 404, 404, 200, 404];
/// What manager A has for oneself.
const OF_MANAGER_A_ALONE: [u16; 5] = [401, 200, 404, 404, 404];
/// What every member of the first partner may ask for.
const OF_THE_PARTNER: [u16; 5] = [401, 200, 200, 200, 404];
/// About manager A's customer.
const OF_MANAGER_A: [u16; 5] = [401, 200, 404, 200, 404];

#[allow(clippy::too_many_lines)] // a list, to be read in one go
fn doors() -> Vec<Door> {
    let door = |path, request, statuses| Door { path, request, statuses };
    vec![
        door("/_fn/get_session", |_| get("/_fn/get_session"), OPEN),
        door("/_fn/list_demo_sign_ins", |_| get("/_fn/list_demo_sign_ins"), OPEN),
        door("/_fn/sign_in", |_| form("/_fn/sign_in", "login=nobody&password=wrong+password+1"), [422; 5]),
        door(
            "/_fn/change_password",
            |_| form("/_fn/change_password", "old=wrong&new=another+phrase+2&again=another+phrase+2"),
            [401, 422, 422, 422, 422],
        ),
        door("/_fn/list_members", |_| get("/_fn/list_members"), ADMINISTRATORS),
        door(
            "/_fn/create_member",
            |_| {
                let login = uuid::Uuid::now_v7().simple().to_string();
                form("/_fn/create_member", format!("login={login}&name=New&roles[0]=finance"))
            },
            ADMINISTRATORS,
        ),
        door(
            "/_fn/set_member_state",
            |app| form("/_fn/set_member_state", format!("id={}&state=active", app.members["finance"])),
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/reset_member_password",
            |app| form("/_fn/reset_member_password", format!("id={}&login=finance", app.members["finance"])),
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/unlock_member",
            |app| form("/_fn/unlock_member", format!("id={}", app.members["finance"])),
            OWN_ADMINISTRATOR,
        ),
        door("/_fn/list_customers", |_| get("/_fn/list_customers"), SIGNED_IN),
        door("/_fn/get_customer", |app| get(&format!("/_fn/get_customer?id={}", app.customers[0])), OF_MANAGER_A),
        door("/_fn/suggest_customers", |_| get("/_fn/suggest_customers?part=acc"), SIGNED_IN),
        door("/_fn/suggest_managers", |_| get("/_fn/suggest_managers?part=manager"), SIGNED_IN),
        door("/_fn/list_managers", |_| get("/_fn/list_managers"), ADMINISTRATORS),
        door(
            "/_fn/assign_customers",
            |app| {
                let request = serde_json::json!({ "request": {
                    "customers": [app.customers[0]], "manager": app.members["manager.a"], "day": "2026-01-01",
                }});
                json("/_fn/assign_customers", &request)
            },
            // The other administrator's partner has no such manager: the field is refused before anything is looked up.
            [401, 403, 403, 200, 422],
        ),
        door(
            "/_fn/get_assignment_state",
            |app| json("/_fn/get_assignment_state", &serde_json::json!({ "customers": [app.customers[0]] })),
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/take_back_customers",
            |app| {
                let request = serde_json::json!({ "customers": [app.customers[2]], "day": "2026-11-01" });
                json("/_fn/take_back_customers", &serde_json::json!({ "request": request }))
            },
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/list_manager_history",
            |app| get(&format!("/_fn/list_manager_history?manager={}", app.members["manager.a"])),
            OWN_ADMINISTRATOR,
        ),
        door("/_fn/preview_hand_over", |app| hand_over(app, "/_fn/preview_hand_over"), OWN_ADMINISTRATOR),
        door("/_fn/list_suggestions", |_| get("/_fn/list_suggestions"), ADMINISTRATORS),
        // The bill names nobody: there is nothing to assign, and no name to decide about.
        door("/_fn/preview_from_bills", |_| from_bills("/_fn/preview_from_bills"), [401, 403, 403, 409, 409]),
        door("/_fn/assign_from_bills", |_| from_bills("/_fn/assign_from_bills"), [401, 403, 403, 409, 409]),
        door(
            "/_fn/set_supplier_manager",
            |_| form("/_fn/set_supplier_manager", "name=manager.a&choice=nobody"),
            [401, 403, 403, 404, 404],
        ),
        door("/_fn/list_differences", |_| get("/_fn/list_differences?query[show]=all"), ADMINISTRATORS),
        door("/assignments/differences.csv", |_| get("/assignments/differences.csv?show=all&lang=en"), ADMINISTRATORS),
        door("/assignments/differences.xlsx", |_| get("/assignments/differences.xlsx?from=2026-11"), ADMINISTRATORS),
        door("/_fn/get_dashboard", |_| get("/_fn/get_dashboard"), SIGNED_IN),
        door(
            "/_fn/get_dashboard",
            |app| get(&format!("/_fn/get_dashboard?query[customer_id]={}", app.customers[0])),
            OF_MANAGER_A,
        ),
        door("/_fn/get_consumption_groups", |_| get("/_fn/get_consumption_groups?grouping[by]=customer"), SIGNED_IN),
        door("/_fn/get_consumption_groups", |_| get("/_fn/get_consumption_groups?grouping[by]=manager"), SIGNED_IN),
        door(
            "/_fn/get_consumption_groups",
            |app| get(&format!("/_fn/get_consumption_groups?query[customer_id]={}", app.customers[0])),
            OF_MANAGER_A,
        ),
        door("/_fn/get_customer_dashboard", |_| get("/_fn/get_customer_dashboard?query[to]=2026-11"), SIGNED_IN),
        door("/_fn/list_lines", |_| get("/_fn/list_lines?query[from]=2026-11&query[to]=2026-11"), SIGNED_IN),
        door(
            "/_fn/list_lines",
            |app| get(&format!("/_fn/list_lines?query[customer_id]={}", app.customers[0])),
            OF_MANAGER_A,
        ),
        door("/_fn/get_consumption_summary", |_| get("/_fn/get_consumption_summary?view[by]=service"), SIGNED_IN),
        door(
            "/_fn/get_consumption_summary",
            |app| get(&format!("/_fn/get_consumption_summary?query[customer_id]={}", app.customers[0])),
            OF_MANAGER_A,
        ),
        // A list that was passed on: each sees the own part of it, another partner nothing.
        door("/_fn/get_customer_list", |app| get(&format!("/_fn/get_customer_list?id={}", app.list)), OF_THE_PARTNER),
        door("/_fn/get_dashboard", |app| get(&format!("/_fn/get_dashboard?query[list]={}", app.list)), OF_THE_PARTNER),
        door("/_fn/list_lines", |app| get(&format!("/_fn/list_lines?query[list]={}", app.list)), OF_THE_PARTNER),
        door(
            "/_fn/list_customers",
            |app| get(&format!("/_fn/list_customers?query[list]={}", app.list)),
            OF_THE_PARTNER,
        ),
        door(
            "/_fn/resolve_customers",
            |_| json("/_fn/resolve_customers", &serde_json::json!({ "cells": ["acc-aaa", "acc-bbb", "acc-ccc"] })),
            SIGNED_IN,
        ),
        door(
            "/_fn/create_customer_list",
            |app| json("/_fn/create_customer_list", &serde_json::json!({ "customers": [app.customers[0]] })),
            OF_MANAGER_A,
        ),
        door("/_fn/list_saved_views", |_| get("/_fn/list_saved_views?page=lines"), SIGNED_IN),
        door(
            "/_fn/create_saved_view",
            |_| {
                let view =
                    serde_json::json!({ "page": "lines", "name": "n", "parameters": "a=b", "is_default": false });
                json("/_fn/create_saved_view", &serde_json::json!({ "view": view }))
            },
            SIGNED_IN,
        ),
        door(
            "/_fn/rename_saved_view",
            |app| form("/_fn/rename_saved_view", format!("id={}&name=other", app.view)),
            OF_MANAGER_A_ALONE,
        ),
        door(
            "/_fn/overwrite_saved_view",
            |app| form("/_fn/overwrite_saved_view", format!("id={}&parameters=c%3Dd", app.view)),
            OF_MANAGER_A_ALONE,
        ),
        door(
            "/_fn/set_default_view",
            |app| form("/_fn/set_default_view", format!("id={}&is_default=true", app.view)),
            OF_MANAGER_A_ALONE,
        ),
        door(
            "/_fn/delete_saved_view",
            |app| form("/_fn/delete_saved_view", format!("id={}", app.view)),
            OF_MANAGER_A_ALONE,
        ),
        door("/_fn/list_line_filters", |_| get("/_fn/list_line_filters?from=2026-11&to=2026-11"), SIGNED_IN),
        door("/_fn/list_deliveries", |_| get("/_fn/list_deliveries"), ADMINISTRATORS),
        // What is asked of a delivery is for who may import; this one asks nothing.
        door(
            "/_fn/get_mapping_question",
            |app| get(&format!("/_fn/get_mapping_question?id={}", app.delivery)),
            [401, 403, 403, 409, 404],
        ),
        door("/_fn/preview_mapping", |app| answer(app, "/_fn/preview_mapping"), [401, 403, 403, 409, 404]),
        door("/_fn/answer_mapping", |app| answer(app, "/_fn/answer_mapping"), [401, 403, 403, 409, 404]),
        door(
            "/_fn/discard_delivery",
            |app| form("/_fn/discard_delivery", format!("id={}", app.delivery)),
            [401, 403, 403, 409, 404],
        ),
        door("/_fn/list_mappings", |_| get("/_fn/list_mappings"), ADMINISTRATORS),
        // Nobody has this one.
        door("/_fn/delete_mapping", |_| form("/_fn/delete_mapping", "id=none"), [401, 403, 403, 404, 404]),
        door("/_fn/get_delivery", |app| get(&format!("/_fn/get_delivery?id={}", app.delivery)), OWN_ADMINISTRATOR),
        door(
            "/_fn/list_held_versions",
            |app| get(&format!("/_fn/list_held_versions?id={}", app.delivery)),
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/confirm_delivery",
            |app| form("/_fn/confirm_delivery", format!("id={}", app.delivery)),
            [401, 403, 403, 409, 404],
        ),
        door(
            "/imports/{id}/rejects",
            |app| get(&format!("/imports/{}/rejects", app.delivery)),
            [401, 403, 403, 404, 404],
        ),
        door(
            "/imports/upload",
            |_| {
                Request::builder()
                    .method(Method::POST)
                    .uri("/imports/upload?name=x.csv&covers=append")
                    .body(Body::from("not a bill"))
                    .unwrap()
            },
            ADMINISTRATORS,
        ),
        door("/assignments/export.csv", |_| get("/assignments/export.csv?lang=en"), ADMINISTRATORS),
        door("/assignments/export.xlsx", |_| get("/assignments/export.xlsx"), ADMINISTRATORS),
        door(
            "/assignments/upload",
            |_| upload_assignments("customer_id,manager,from,until\n", "dry_run=1"),
            ADMINISTRATORS,
        ),
        // Changes nothing in the own partner; in the other there is no such account.
        door(
            "/assignments/upload",
            |_| upload_assignments("customer_id,manager,from,until\nacc-ccc,,2020-01-01,2020-02-01\n", ""),
            [401, 403, 403, 200, 422],
        ),
        door("/_fn/list_manager_choices", |_| get("/_fn/list_manager_choices"), SIGNED_IN),
        door("/_fn/list_teams", |_| get("/_fn/list_teams"), ADMINISTRATORS),
        door(
            "/_fn/create_team",
            |_| form("/_fn/create_team", format!("name={}", uuid::Uuid::now_v7().simple())),
            ADMINISTRATORS,
        ),
        door("/_fn/rename_team", |app| form("/_fn/rename_team", of_team(app, 1, "&name=new")), OWN_ADMINISTRATOR),
        door(
            "/_fn/set_team_members",
            |app| {
                let member = format!("&members[0]={}", app.members["manager.a"]);
                form("/_fn/set_team_members", of_team(app, 2, &member))
            },
            OWN_ADMINISTRATOR,
        ),
        // A team is for who sees all: for an account manager not even the own one exists.
        door("/_fn/get_dashboard", |app| get(&asking("get_dashboard", "teams", app.team.as_str())), OF_SEES_ALL),
        door("/_fn/list_lines", |app| get(&asking("list_lines", "teams", app.team.as_str())), OF_SEES_ALL),
        door("/_fn/get_target_sheet", |app| get(&asking("get_target_sheet", "teams", app.team.as_str())), OF_SEES_ALL),
        door("/_fn/get_dashboard", |app| get(&of_manager_a(app, "get_dashboard")), OF_MANAGER_A),
        door("/_fn/get_consumption_groups", |app| get(&of_manager_a(app, "get_consumption_groups")), OF_MANAGER_A),
        door("/_fn/list_lines", |app| get(&of_manager_a(app, "list_lines")), OF_MANAGER_A),
        door("/_fn/get_target_sheet", |app| get(&of_manager_a(app, "get_target_sheet")), OF_MANAGER_A),
        door("/_fn/list_targets", |_| get("/_fn/list_targets"), ADMINISTRATORS),
        door(
            "/_fn/set_target",
            |app| {
                let manager = &app.members["manager.a"];
                form("/_fn/set_target", format!("manager={manager}&month=2026-11&currency=CNY&seen=0&amount=888.88"))
            },
            OWN_ADMINISTRATOR,
        ),
        door("/_fn/get_target_sheet", |_| get("/_fn/get_target_sheet"), SIGNED_IN),
        door("/targets/export.csv", |_| get("/targets/export.csv?lang=en"), ADMINISTRATORS),
        door("/targets/export.xlsx", |_| get("/targets/export.xlsx?from=2026-11&to=2026-12&form=CNY"), ADMINISTRATORS),
        door("/targets/upload", |_| upload_targets("", "dry_run=1"), ADMINISTRATORS),
        // In the other partner there is no such account manager.
        door("/targets/upload", |_| upload_targets("manager.b,2026-12,CNY,5\n", ""), [401, 403, 403, 200, 422]),
        door("/_fn/delete_team", |app| form("/_fn/delete_team", of_team(app, 3, "")), OWN_ADMINISTRATOR),
        // What is on screen as a file; the other partner has no line to export.
        door("/exports/{view}", |_| export("lines", "from=2026-11&to=2026-11", "csv"), [401, 200, 200, 200, 409]),
        door("/exports/{view}", |_| export("lines", "from=2026-11&to=2026-11", "focus"), [401, 200, 200, 200, 409]),
        door(
            "/exports/{view}",
            |app| export("lines", &format!("customer_id={}", app.customers[0]), "xlsx"),
            OF_MANAGER_A,
        ),
        door("/exports/{view}", |_| export("dashboard", "from=2026-11&to=2026-11", "csv"), SIGNED_IN),
        door("/exports/{view}", |_| export("dashboard", "tab=trend&by=manager", "csv"), SIGNED_IN),
        door("/exports/{view}", |_| export("dashboard", "tab=distribution&by=customer", "csv"), SIGNED_IN),
        door(
            "/exports/{view}",
            |app| export("dashboard", &format!("customer_id={}", app.customers[0]), "focus"),
            OF_MANAGER_A,
        ),
        door("/exports/{view}", |_| export("customers", "month=2026-11", "csv"), SIGNED_IN),
        door("/exports/{view}", |_| export("summary", "by=service&sort=name&ascending=1", "csv"), SIGNED_IN),
        door("/exports/{view}", |_| export("summary", "from=2026-11&to=2026-11", "focus"), [401, 200, 200, 200, 409]),
        door(
            "/exports/{view}",
            |app| export("summary", &format!("customer_id={}", app.customers[0]), "xlsx"),
            OF_MANAGER_A,
        ),
        door("/exports/{view}", |_| export("summary", "by=colour", "csv"), [401, 422, 422, 422, 422]),
        door("/exports/{view}", |_| export("results", "from=2026-11&to=2026-11", "xlsx"), SIGNED_IN),
        door("/exports/{view}", |_| export("results", "from=2026-11&to=2026-11", "focus"), [401, 200, 200, 200, 409]),
        door("/exports/{view}", |_| export("results", "attribution=today", "csv"), [401, 422, 422, 200, 200]),
        door(
            "/exports/{view}",
            |app| export("results", &format!("managers={}", app.members["manager.a"]), "csv"),
            OF_MANAGER_A,
        ),
        door("/exports/{view}", |_| export("lines", "from=yesterday", "csv"), [401, 422, 422, 422, 422]),
        door("/exports/{view}", |_| export("members", "", "csv"), [401, 404, 404, 404, 404]),
        door("/_fn/list_exports", |_| get("/_fn/list_exports"), SIGNED_IN),
        door("/exports/files/{id}", |_| get("/exports/files/nothing"), [401, 404, 404, 404, 404]),
        door("/_fn/delete_export", |_| form("/_fn/delete_export", "id=nothing"), [401, 404, 404, 404, 404]),
        door("/preferences/{name}", |_| form("/preferences/theme", "value=dark"), [303; 5]),
        door("/healthz", |_| get("/healthz"), OPEN),
        door("/readyz", |_| get("/readyz"), OPEN),
        // Without a token of the settings it answers to loopback only, and a test's request has no address.
        door("/metrics", |_| get("/metrics"), [404; 5]),
        // The months of another partner do not exist; each step needs the one before.
        door("/_fn/list_months", |_| get("/_fn/list_months"), ADMINISTRATORS),
        door("/_fn/get_month", |_| get("/_fn/get_month?month=2026-11"), OWN_ADMINISTRATOR),
        door("/_fn/bill_month", |_| form("/_fn/bill_month", "month=2026-11"), OWN_ADMINISTRATOR),
        door("/_fn/close_month", |_| form("/_fn/close_month", "month=2026-11"), [401, 403, 403, 409, 404]),
        door(
            "/_fn/close_month",
            |_| form("/_fn/close_month", format!("month=2026-11&seen={FOUND}")),
            OWN_ADMINISTRATOR,
        ),
        door(
            "/_fn/withdraw_delivery",
            |app| form("/_fn/withdraw_delivery", format!("id={}", app.delivery)),
            [401, 403, 403, 409, 404],
        ),
        door("/_fn/reopen_month", |_| form("/_fn/reopen_month", "month=2026-11&reason=why"), OWN_ADMINISTRATOR),
        door("/_fn/unbill_month", |_| form("/_fn/unbill_month", "month=2026-11"), OWN_ADMINISTRATOR),
        // What changes who is signed in, or what is shown, comes last.
        // Nobody has previewed that plan.
        door("/_fn/hand_over_customers", |app| hand_over(app, "/_fn/hand_over_customers"), [401, 403, 403, 409, 404]),
        door(
            "/_fn/withdraw_delivery",
            |app| form("/_fn/withdraw_delivery", format!("id={}", app.delivery)),
            OWN_ADMINISTRATOR,
        ),
        door("/_fn/sign_out_everywhere", |_| form("/_fn/sign_out_everywhere", ""), SIGNED_IN),
        door("/_fn/sign_out", |_| form("/_fn/sign_out", ""), OPEN),
    ]
}

/// An answer that a delivery did not ask for.
fn answer(app: &TestApp, path: &str) -> Request<Body> {
    json(path, &serde_json::json!({ "id": app.delivery, "answer": { "sources": {}, "name": "n" } }))
}

/// Manager A hands over to manager B.
fn hand_over(app: &TestApp, path: &str) -> Request<Body> {
    let request = serde_json::json!({ "request": {
        "from_manager": app.members["manager.a"], "successors": [app.members["manager.b"]], "day": "2026-12-01",
    }, "seen": "another plan" });
    json(path, &request)
}

/// The team as it is in this version.
fn of_team(app: &TestApp, seen: i64, more: &str) -> String {
    format!("id={}&seen={seen}{more}", app.team)
}

fn asking(function: &str, parameter: &str, value: &str) -> String {
    format!("/_fn/{function}?query[{parameter}][0]={value}")
}

fn of_manager_a(app: &TestApp, function: &str) -> String {
    asking(function, "managers", app.members["manager.a"].as_str())
}

fn upload_targets(rows: &str, query: &str) -> Request<Body> {
    let body = format!("manager,month,currency,amount\n{rows}");
    Request::builder().method(Method::POST).uri(format!("/targets/upload?{query}")).body(Body::from(body)).unwrap()
}

/// All first assignments that bills propose.
fn from_bills(path: &str) -> Request<Body> {
    json(path, &serde_json::json!({ "request": {}, "seen": "another plan" }))
}

/// The form of a page's export.
fn export(view: &str, query: &str, format: &str) -> Request<Body> {
    form(&format!("/exports/{view}?{query}"), format!("format={format}&lang=en"))
}

fn upload_assignments(file: &'static str, query: &str) -> Request<Body> {
    let uri = format!("/assignments/upload?{query}");
    Request::builder().method(Method::POST).uri(uri).body(Body::from(file)).unwrap()
}

/// Set in the walk.
const TARGET_OF_A: &str = "888.88";

/// What `who` may never read: names and amounts of foreign customers, and totals that hold them.
fn forbidden(who: Who) -> Vec<&'static str> {
    let [a, b, nobody] = NAMES;
    let [due_a, due_b, due_nobody] = AMOUNTS;
    match who {
        Who::Anonymous | Who::OtherAdministrator => {
            vec![a, b, nobody, due_a, due_b, due_nobody, "777.77", "manager.a", TARGET_OF_A]
        }
        Who::ManagerA => vec![b, nobody, due_b, due_nobody, "777.77", "manager.b"],
        Who::ManagerB => vec![a, nobody, due_a, due_nobody, "777.77", "manager.a", TARGET_OF_A],
        Who::Administrator => vec![],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_lets_through_whom_it_must_and_nothing_foreign() {
    let mut app = TestApp::new().await;
    for door in doors() {
        for (who, expected) in Who::ALL.into_iter().zip(door.statuses) {
            let answer = app.ask(who, (door.request)(&app)).await;
            assert_eq!(answer.status.as_u16(), expected, "{} as {who:?}: {}", door.path, answer.body);
            for text in forbidden(who) {
                assert!(!answer.body.contains(text), "{} as {who:?} shows {text}: {}", door.path, answer.body);
            }
        }
        if door.path == "/_fn/sign_out_everywhere" {
            for (who, login) in [
                (Who::ManagerA, "manager.a"),
                (Who::ManagerB, "manager.b"),
                (Who::Administrator, "admin"),
                (Who::OtherAdministrator, "other.admin"),
            ] {
                app.fresh(who, login).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_each_sees_is_the_own_part_and_the_administrator_sees_the_whole() {
    let app = TestApp::new().await;
    for (who, due) in [(Who::ManagerA, "111.11"), (Who::ManagerB, "222.22"), (Who::Administrator, "777.77")] {
        let answer = app.ask(who, get("/_fn/get_dashboard?query[from]=2026-11&query[to]=2026-11")).await;
        let dashboard: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(dashboard["tiles"]["due"]["now"], due, "{who:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_manager_sees_own_targets_only_and_the_page_is_sent_whole() {
    let app = TestApp::new().await;
    for (login, amount) in [("manager.a", "150"), ("manager.b", "200")] {
        let target = format!("manager={}&month=2026-11&currency=CNY&seen=0&amount={amount}", app.members[login]);
        let answer = app.ask(Who::Administrator, form("/_fn/set_target", target)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    let path = "/sales/dashboards/targets?from=2026-11&to=2026-11";
    // 111.11 of 150, 222.22 of 200
    let all = app.ask(Who::Administrator, page(path)).await.body;
    assert!(all.contains("74.1%") && all.contains("111.1%") && all.contains("95.2%"), "{all}");
    let own = app.ask(Who::ManagerA, page(path)).await.body;
    assert!(own.contains("74.1%") && !own.contains("111.1%") && !own.contains("200.00"), "{own}");
    let answer = app.ask(Who::ManagerA, page("/sales/dashboards/targets?tab=targets")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let again = format!("manager={}&month=2026-11&currency=CNY&seen=0&amount=1", app.members["manager.a"]);
    let answer = app.ask(Who::Administrator, form("/_fn/set_target", again)).await;
    assert_eq!((answer.status, answer.body.contains("changed_since")), (StatusCode::CONFLICT, true), "{}", answer.body);
    let wrong = format!("manager={}&month=2026-11&currency=CNY&seen=1&amount=-1", app.members["manager.a"]);
    let answer = app.ask(Who::Administrator, form("/_fn/set_target", wrong)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("amount_not_positive"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_is_listed() {
    let _app = TestApp::new().await;
    let there: BTreeSet<String> = server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let listed: BTreeSet<String> =
        doors().iter().map(|door| door.path.to_owned()).filter(|path| path.starts_with("/_fn/")).collect();
    assert_eq!(there, listed, "list the new server function in doors()");
}

#[test]
fn every_plain_route_is_listed() {
    let source = include_str!("../src/host.rs");
    let routes: BTreeSet<&str> = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let doors = doors();
    let listed: BTreeSet<&str> = doors.iter().map(|door| door.path).filter(|path| !path.starts_with("/_fn/")).collect();
    assert_eq!(routes, listed, "list the new route in doors()");
}

/// Every page and what an account manager gets there; all pages send strangers to the sign-in page.
/// What the checks find in the month of the one bill: its only day of lines, and nobody's customer.
const FOUND: &str = "empty_days:21,unassigned:1";

const PAGES: &[(&str, u16)] = &[
    ("/", 302),
    ("/account", 200),
    ("/account/password", 200),
    ("/sales/dashboards/consumption", 200),
    ("/sales/dashboards/customers", 200),
    ("/sales/dashboards/targets", 200),
    ("/sales/customers", 200),
    ("/sales/customers/{id}", 200),
    ("/sales/assignments", 403),
    ("/sales/assignments/suggestions", 403),
    ("/sales/assignments/differences", 403),
    ("/sales/consumption/summary", 200),
    ("/sales/consumption/lines", 200),
    ("/sales/consumption/exports", 200),
    ("/sales/consumption/imports", 403),
    ("/sales/consumption/imports/{id}", 403),
    ("/sales/consumption/imports/{id}/mapping", 403),
    ("/sales/consumption/months", 403),
    ("/sales/consumption/months/{month}", 403),
    ("/organization/members", 403),
    ("/organization/teams", 403),
];

#[tokio::test(flavor = "multi_thread")]
async fn pages_send_strangers_to_the_sign_in_page_and_tell_a_manager_what_is_denied() {
    let app = TestApp::new().await;
    let there: BTreeSet<String> = leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|route| route.path().trim_end_matches('/').to_owned())
        .map(|path| if path.is_empty() { "/".to_owned() } else { path })
        .collect();
    let listed: BTreeSet<String> =
        PAGES.iter().map(|(path, _)| (*path).to_owned()).chain(["/login".to_owned()]).collect();
    assert_eq!(there, listed, "list the new page in PAGES");
    for (path, expected) in PAGES {
        let own = path.replace("{id}", app.customers[0].as_str()).replace("{month}", "2026-11");
        let stranger = app.ask(Who::Anonymous, page(&own)).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{path}");
        assert!(stranger.headers["location"].to_str().unwrap().starts_with("/login?next="), "{path}");
        let manager = app.ask(Who::ManagerA, page(&own)).await;
        assert_eq!(manager.status.as_u16(), *expected, "{path}: {}", manager.body);
        assert_eq!(*path == "/", !manager.body.contains("<h1>"), "{path} is sent whole: {}", manager.body);
        for text in forbidden(Who::ManagerA) {
            assert!(!manager.body.contains(text), "{path} shows {text}");
        }
    }
    let foreign = app.ask(Who::ManagerB, page(&format!("/sales/customers/{}", app.customers[0]))).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert!(!foreign.body.contains(NAMES[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_that_starts_after_its_end_has_a_message_and_the_right_status() {
    let app = TestApp::new().await;
    for query in ["from=2026-11&to=2026-01", "tab=nowhere", "from=yesterday"] {
        let answer = app.ask(Who::Administrator, page(&format!("/sales/dashboards/consumption?{query}"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.body.contains("role=\"alert\""), "{query}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_sent_on_without_the_fields_that_were_left_empty() {
    let app = TestApp::new().await;
    for (path, expected) in [
        ("/sales/customers?name=&id=acc&page=", Some("/sales/customers?id=acc")),
        ("/sales/customers?name=", Some("/sales/customers")),
        ("/sales/customers?id=acc", None),
    ] {
        let answer = app.ask(Who::Administrator, page(path)).await;
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(location.as_deref(), expected, "{path}");
        assert_eq!(answer.status, if expected.is_some() { StatusCode::SEE_OTHER } else { StatusCode::OK }, "{path}");
    }
    let answer = app.ask(Who::Administrator, page("//example.com/?x=")).await;
    assert!(answer.headers.get("location").is_none_or(|to| !to.to_str().unwrap().starts_with("//")), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_conditions_opens_the_reader_s_default_view_and_nobody_else_s() {
    let app = TestApp::new().await;
    let request = form("/_fn/set_default_view", format!("id={}&is_default=true", app.view));
    assert_eq!(app.ask(Who::ManagerA, request).await.status, StatusCode::OK);
    let own = app.ask(Who::ManagerA, page("/sales/consumption/lines")).await;
    assert_eq!(
        (own.status, own.headers["location"].to_str().unwrap()),
        (StatusCode::FOUND, "/sales/consumption/lines?range=last_month")
    );
    for path in ["/sales/consumption/lines?view=none", "/sales/consumption/lines?range=last_month", "/sales/customers"]
    {
        let there = app.ask(Who::ManagerA, page(path)).await;
        assert_eq!(there.status, StatusCode::OK, "{path}");
        assert_eq!(there.body.contains("甲方云计算月报"), path.contains("lines"), "{path}");
    }
    for who in [Who::ManagerB, Who::Administrator] {
        let other = app.ask(who, page("/sales/consumption/lines")).await;
        assert_eq!(other.status, StatusCode::OK);
        assert!(!other.body.contains("甲方云计算月报"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_sent_whole_and_a_refused_change_says_who_closed_it() {
    let app = TestApp::new().await;
    let answer = app.ask(Who::Administrator, page("/sales/consumption/months/2026-11")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("<h2>2026-11") && answer.body.contains("777.77"), "{}", answer.body);
    for (path, expected) in [("2026-10", StatusCode::NOT_FOUND), ("november", StatusCode::UNPROCESSABLE_ENTITY)] {
        let answer = app.ask(Who::Administrator, page(&format!("/sales/consumption/months/{path}"))).await;
        assert_eq!(answer.status, expected, "{path}");
    }
    for (step, body) in [("bill_month", "month=2026-11"), ("close_month", &format!("month=2026-11&seen={FOUND}"))] {
        assert_eq!(app.ask(Who::Administrator, form(&format!("/_fn/{step}"), body)).await.status, StatusCode::OK);
    }
    let request = form("/_fn/withdraw_delivery", format!("id={}", app.delivery));
    let refused = app.ask(Who::Administrator, request).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let body: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!((&body["code"], &body["detail"]["month"]), (&"month_closed".into(), &"2026-11".into()));
    assert_eq!(body["detail"]["by"], "admin 姓名");
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_from_other_sites_are_refused() {
    let app = TestApp::new().await;
    let mut request = form("/_fn/sign_out", "");
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.ask(Who::ManagerA, request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_over_the_limit_is_refused_before_it_is_read() {
    let app = TestApp::new().await;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/imports/upload?name=big.csv")
        .body(Body::from(bill("2026-11")))
        .unwrap();
    request.headers_mut().insert("content-length", (5_u64 << 30).to_string().parse().unwrap());
    assert_eq!(app.ask(Who::Administrator, request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_file_is_not_kept_says_what_it_is_and_a_bad_one_is_answered_with_a_report() {
    let app = TestApp::new().await;
    let answer = app.ask(Who::Administrator, get("/assignments/export.csv?lang=en")).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let disposition = answer.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"assignments-") && disposition.ends_with(".csv\""));
    assert!(answer.body.contains("acc-aaa") && answer.body.contains("manager.b"), "{}", answer.body);
    let file = "customer_id,manager,from,until\nnobody,manager.a,2026-01-01,\n";
    for (query, status) in [("", 422), ("dry_run=1", 200), ("good_rows=1", 200), ("dry_run=yes", 400)] {
        let answer = app.ask(Who::Administrator, upload_assignments(file, query)).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.body);
        if status != 400 {
            let report: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(report["errors"][0]["error"]["code"], "unknown_customer", "{query}");
        }
    }
    let answer = app.ask(Who::Administrator, upload_assignments("no table", "")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("missing_columns"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_a_file_that_nobody_keeps_and_a_person_is_told_why_there_is_none() {
    let app = TestApp::new().await;
    let answer = app.ask(Who::ManagerA, export("lines", "from=2026-11&to=2026-11", "csv")).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let disposition = "attachment; filename=\"lines-2026-11-2026-11-v1.csv\"";
    assert_eq!(answer.headers["content-disposition"], disposition);
    assert!(answer.body.contains("111.11") && answer.body.contains("甲**") && answer.body.contains("acc-aaa"));
    let administrator = app.ask(Who::Administrator, export("lines", "from=2026-11&to=2026-11", "csv")).await;
    assert!(administrator.body.contains("777.77") && administrator.body.contains(NAMES[2]), "{}", administrator.body);
    let mut nothing = export("lines", "service=nothing", "csv");
    nothing.headers_mut().insert("accept", "text/html".parse().unwrap());
    let led = app.ask(Who::ManagerA, nothing).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    assert_eq!(led.headers["location"], "/sales/consumption/exports?refused=nothing_to_export");
    let told = app.ask(Who::ManagerA, page("/sales/consumption/exports?refused=nothing_to_export")).await;
    assert!(told.status.is_success() && told.body.contains("role=\"alert\""), "{}", told.body);
    let mut elsewhere = export("lines", "", "csv");
    elsewhere.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.ask(Who::ManagerA, elsewhere).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_the_security_headers_and_are_not_kept() {
    let app = TestApp::new().await;
    let answer = app.ask(Who::Administrator, page("/sales/dashboards/consumption")).await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("'unsafe-eval'"), "{policy}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers.contains_key("x-request-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_member_is_out_at_once() {
    let app = TestApp::new().await;
    let request = form("/_fn/set_member_state", format!("id={}&state=disabled", app.members["manager.a"]));
    assert_eq!(app.ask(Who::Administrator, request).await.status, StatusCode::OK);
    assert_eq!(app.ask(Who::ManagerA, get("/_fn/list_customers")).await.status, StatusCode::UNAUTHORIZED);
    let refused = app.sign_in("manager.a", common::PASSWORD).await.unwrap_err();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

// All on one thread, so that pages and files take turns between any two awaits.
#[tokio::test(flavor = "current_thread")]
async fn a_page_keeps_its_own_headers_while_files_are_served_beside_it() {
    let app = TestApp::new().await;
    let pages = (0..30).map(|_| app.ask(Who::Administrator, page("/sales/dashboards/consumption")));
    let files = (0..60).map(|_| app.ask(Who::Administrator, get("/known.svg")));
    let (pages, files) = futures::join!(futures::future::join_all(pages), futures::future::join_all(files));
    for page in pages {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("'nonce-"), "{policy}");
    }
    for file in files {
        assert_eq!(file.status, StatusCode::OK);
        assert!(!file.headers["content-security-policy"].to_str().unwrap().contains("nonce"));
    }
}
