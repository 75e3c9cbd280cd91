//! A host on a temporary database, with two partners, and clients that are signed in.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::format_push_string)] // each test file uses a part

pub mod signing;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::access::Role;
use domain::credentials::CreatedKey;
use domain::ids::{CustomerId, CustomerListId, DeliveryId, MemberId, PartnerId, SavedViewId, TeamId};
use domain::imports::ImportOptions;
use domain::members::NewMember;
use domain::saved_views::{NewView, ViewPage};
use server::host::Host;
use server::settings::{FileSettings, Settings};
use services::imports::{Importer, NewDelivery, SourceFile};
use services::testing::TestCenter;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "a long pass phrase 1";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Anonymous,
    ManagerA,
    ManagerB,
    Administrator,
    OtherAdministrator,
}

impl Who {
    pub const ALL: [Self; 5] =
        [Self::Anonymous, Self::ManagerA, Self::ManagerB, Self::Administrator, Self::OtherAdministrator];
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

pub struct TestApp {
    pub center: TestCenter,
    pub router: Router,
    pub partner: PartnerId,
    pub other_partner: PartnerId,
    pub members: BTreeMap<&'static str, MemberId>,
    /// Of manager A, of manager B, of nobody.
    pub customers: [CustomerId; 3],
    pub delivery: DeliveryId,
    /// Of nobody yet, in its first version.
    pub team: TeamId,
    /// A view that manager A saved.
    pub view: SavedViewId,
    /// All three customers, listed by the administrator.
    pub list: CustomerListId,
    cookies: BTreeMap<Who, String>,
}

/// The names that must not reach the wrong reader: of A's customer, of B's, of nobody's.
pub const NAMES: [&str; 3] = ["甲方云计算", "乙方云计算", "丙方云计算"];
const ACCOUNTS: [&str; 3] = ["acc-aaa", "acc-bbb", "acc-ccc"];
/// What each consumed in November, so that a total that holds a foreign customer shows it.
pub const AMOUNTS: [&str; 3] = ["111.11", "222.22", "444.44"];

impl TestApp {
    pub async fn new() -> Self {
        Self::with(FileSettings::default()).await
    }

    /// The same with other settings.
    pub async fn with(settings: FileSettings) -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("第一伙伴", "Asia/Shanghai").await;
        let other_partner = center.partner("第二伙伴", "Asia/Shanghai").await;
        let mut members = BTreeMap::new();
        for (login, role, of) in [
            ("admin", Role::Administrator, &partner),
            ("manager.a", Role::AccountManager, &partner),
            ("manager.b", Role::AccountManager, &partner),
            ("finance", Role::Finance, &partner),
            ("other.admin", Role::Administrator, &other_partner),
        ] {
            let new = NewMember { login: login.into(), name: format!("{login} 姓名"), roles: vec![role] };
            let id = services::members::create_unscoped(&center, of, &new, PASSWORD, false).await.unwrap();
            members.insert(login, id);
        }
        let delivery = import(&center, &partner, "2026-11").await;
        let mut customers = Vec::new();
        let admin = center.actor(&members["admin"]).await;
        for name in NAMES {
            let query = domain::customers::CustomerQuery { name: name.into(), ..Default::default() };
            let page = services::customers::list(&center, &admin, &query).await.unwrap();
            customers.push(page.items[0].id.clone());
        }
        let team = services::teams::create(&center, &admin, "华东团队").await.unwrap();
        center.assign(&customers[0], &members["manager.a"], "2026-01-01", None).await;
        center.assign(&customers[1], &members["manager.b"], "2026-01-01", None).await;
        let view = NewView {
            page: ViewPage::Lines,
            name: "甲方云计算月报".into(),
            parameters: "range=last_month".into(),
            is_default: false,
        };
        let manager = center.actor(&members["manager.a"]).await;
        let view = services::saved_views::create(&center, &manager, &view).await.unwrap();
        let list = services::customer_lists::create(&center, &admin, &customers).await.unwrap();
        let settings = Settings::load(
            FileSettings {
                database_url: Some(format!("sqlite://{}", center.folder().join("test.db").display())),
                ..settings
            },
            None,
        )
        .unwrap();
        let mut host = Host::new((*center).clone(), settings);
        let site = center.folder().join("site");
        std::fs::create_dir(&site).unwrap();
        std::fs::write(site.join("known.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        host.leptos.site_root = site.to_string_lossy().into();
        let router = host.router();
        let mut app = Self {
            center,
            router,
            partner,
            other_partner,
            members,
            customers: customers.try_into().unwrap(),
            delivery,
            team,
            view,
            list,
            cookies: BTreeMap::new(),
        };
        for (who, login) in [
            (Who::ManagerA, "manager.a"),
            (Who::ManagerB, "manager.b"),
            (Who::Administrator, "admin"),
            (Who::OtherAdministrator, "other.admin"),
        ] {
            let cookie = app.sign_in(login, PASSWORD).await.unwrap();
            app.cookies.insert(who, cookie);
        }
        app
    }

    /// The session cookie, or the refusal.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<String, Answer> {
        let body = format!("login={}&password={}", login, password.replace(' ', "+"));
        let answer = self.send(form("/_fn/sign_in", body)).await;
        if answer.status != StatusCode::OK {
            return Err(answer);
        }
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        Ok(cookie.split(';').next().unwrap().to_owned())
    }

    /// An access key of a member, by sign-in name.
    pub async fn key(&self, login: &str) -> CreatedKey {
        let actor = self.center.actor(&self.members[login]).await;
        services::credentials::create(&self.center, &actor, "test").await.unwrap()
    }

    /// Sends a signed call; the answer's body as JSON.
    pub async fn call(&self, call: &signing::Call, key: &CreatedKey) -> (u16, serde_json::Value) {
        let answer = self.send(call.signed(key)).await;
        let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {answer:?}"));
        (answer.status.as_u16(), body)
    }

    /// Signs in anew, so that ending a session does not end the one of other requests.
    pub async fn fresh(&mut self, who: Who, login: &str) {
        let cookie = self.sign_in(login, PASSWORD).await.unwrap();
        self.cookies.insert(who, cookie);
    }

    pub async fn ask(&self, who: Who, mut request: Request<Body>) -> Answer {
        if let Some(cookie) = self.cookies.get(&who) {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        self.send(request).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().entry(header::ACCEPT).or_insert("application/json".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

pub fn get(path: &str) -> Request<Body> {
    Request::builder().uri(path).body(Body::empty()).unwrap()
}

pub fn page(path: &str) -> Request<Body> {
    Request::builder().uri(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()
}

pub fn form(path: &str, body: impl Into<String>) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.into()))
        .unwrap()
}

pub fn json(path: &str, body: &serde_json::Value) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// A bill with one line for each of the three customers.
pub fn bill(month: &str) -> String {
    let mut csv = String::from(
        "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,\
         ServiceName,ProviderName,SubAccountId,SubAccountName,ListCost\n",
    );
    for ((account, name), amount) in ACCOUNTS.iter().zip(NAMES).zip(AMOUNTS) {
        csv.push_str(&format!(
            "{amount},payer-1,CNY,{month}-01T00:00:00+08:00,,Usage,{month}-10T08:00:00+08:00,弹性云服务器,华为云,{account},{name},{amount}\n"
        ));
    }
    csv
}

async fn import(center: &TestCenter, partner: &PartnerId, month: &str) -> DeliveryId {
    let path = center.folder().join("bill.csv");
    std::fs::write(&path, bill(month)).unwrap();
    let delivery = NewDelivery::new(vec![SourceFile { path, name: "bill.csv".into() }], ImportOptions::default());
    let reports = services::imports::import(center, &Importer::Job(partner.clone()), &delivery, |_| {}).await.unwrap();
    assert_eq!(reports[0].rows.imported, 3, "{reports:?}");
    reports[0].delivery.clone().unwrap()
}
