//! Month close: the steps, what is looked at before, what adds up, and that nothing changes afterwards.
#![allow(clippy::unwrap_used, clippy::panic, clippy::format_push_string)] // the helpers of these tests are no tests to clippy

use domain::access::{Actor, Role};
use domain::assignments::{Assign, TakeBack};
use domain::bills::MonthState;
use domain::consumption::DashboardQuery;
use domain::customers::CustomerQuery;
use domain::ids::{CustomerId, DeliveryId, MemberId, PartnerId};
use domain::imports::{Covers, ImportOptions, ImportReport, VersionState};
use domain::money::Total;
use domain::months::{CheckKind, MonthCheck, MonthEvent, MonthSheet, Place};
use domain::periods::Month;
use services::db::Database;
use services::imports::{self, Importer, NewDelivery, SourceFile};
use services::{Center, Clock, Error, assignments, consumption, customers, months, partners};

const HEADER: &str = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,\
                      ServiceName,ProviderName,SubAccountId,SubAccountName,x_CashAmount,x_DebtAmount\n";

struct House {
    folder: tempfile::TempDir,
    center: Center,
    partner: PartnerId,
    finance: Actor,
    manager: MemberId,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let center = Center::new(Database::open(&url).await.unwrap(), at("2026-11-22T04:00:00Z"));
        let partner = partner(&center, "Partner").await;
        let finance = member(&center, &partner, "吴晓梅", Role::Finance).await;
        let manager = member(&center, &partner, "王芳", Role::AccountManager).await.member;
        Self { folder, center, partner, finance, manager }
    }

    fn actor(&self, role: Role) -> Actor {
        Actor { roles: vec![role], ..self.finance.clone() }
    }

    fn job(&self) -> Importer {
        Importer::Job(self.partner.clone())
    }

    async fn deliver(&self, content: impl AsRef<[u8]>, covers: Covers) -> Result<ImportReport, Error> {
        let path = self.folder.path().join("bill.csv");
        std::fs::write(&path, content).unwrap();
        let options = ImportOptions { covers, ..ImportOptions::default() };
        let delivery = NewDelivery::new(vec![SourceFile::at(path)], options);
        let reports = imports::import(&self.center, &self.job(), &delivery, |_| ()).await?;
        Ok(reports.into_iter().next().unwrap())
    }

    /// Imports lines `customer,day,due,cash`.
    async fn bill(&self, month: &str, lines: &[(&str, u8, &str, &str)]) -> Result<ImportReport, Error> {
        self.deliver(bill(month, lines), Covers::Customers).await
    }

    async fn customer(&self, account: &str) -> CustomerId {
        let query = CustomerQuery { id: account.into(), ..CustomerQuery::default() };
        customers::list(&self.center, &self.finance, &query).await.unwrap().items[0].id.clone()
    }

    async fn assign(&self, account: &str, day: &str) -> Result<(), Error> {
        let what = Assign {
            customers: vec![self.customer(account).await],
            manager: self.manager.clone(),
            day: day.parse().unwrap(),
            seen: String::new(),
        };
        assignments::assign(&self.center, &self.actor(Role::Administrator), &what).await.map(|_| ())
    }

    async fn sheet(&self, month: &str) -> MonthSheet {
        months::sheet(&self.center, &self.finance, at_month(month)).await.unwrap()
    }

    async fn execute(&self, sql: &'static str) {
        let mut tx = self.center.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn texts(&self, sql: &'static str) -> Vec<String> {
        let mut tx = self.center.db.read().await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut *tx).await.unwrap()
    }

    /// Customer `a`, managed, with a line on each day of October: nothing to find.
    async fn clean_october(&self) {
        let lines: Vec<_> = (1..=31).map(|day| ("a", day, "1.5", "")).collect();
        self.bill("2026-10", &lines).await.unwrap();
        self.assign("a", "2026-01-01").await.unwrap();
    }
}

async fn partner(center: &Center, name: &str) -> PartnerId {
    let new = partners::NewPartner {
        name: name.into(),
        zone_name: "Asia/Shanghai".into(),
        assignment_day_counts: true,
        demo: false,
    };
    partners::create_unscoped(center, &new).await.unwrap()
}

async fn member(center: &Center, partner: &PartnerId, name: &str, role: Role) -> Actor {
    let id = format!("{partner} {name}");
    let mut tx = center.db.write().await.unwrap();
    sqlx::query(
        "insert into member (id, partner_id, login, name, password_hash, must_change_password, state, failed_sign_ins,
           created_at) values ($1, $2, $1, $3, '-', false, 'active', 0, '')",
    )
    .bind(&id)
    .bind(partner.as_str())
    .bind(name)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("insert into member_role (member_id, role) values ($1, $2)")
        .bind(&id)
        .bind(role.code())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Actor {
        member: MemberId::new(id.as_str()),
        partner: partner.clone(),
        login: id,
        name: name.into(),
        roles: vec![role],
    }
}

fn at(instant: &str) -> Clock {
    Clock::fixed(instant.parse().unwrap())
}

fn at_month(text: &str) -> Month {
    text.parse().unwrap()
}

fn bill(month: &str, lines: &[(&str, u8, &str, &str)]) -> String {
    let mut text = HEADER.to_owned();
    for (customer, day, due, cash) in lines {
        text += &format!(
            "{due},payer,CNY,{month}-01T00:00:00+08:00,Usage,{month}-{day:02}T12:00:00+08:00,ECS,Cloud,{customer},\
             Name {customer},{cash},\n"
        );
    }
    text
}

fn conflict<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Conflict(code)) => code,
        other => panic!("a conflict was expected: {other:?}"),
    }
}

fn check(sheet: &MonthSheet, kind: CheckKind) -> MonthCheck {
    sheet.checks.iter().find(|check| check.kind == kind).unwrap().clone()
}

/// Label and count of what a check names.
fn found(sheet: &MonthSheet, kind: CheckKind) -> Vec<(String, u64)> {
    check(sheet, kind).findings.into_iter().map(|finding| (finding.label, finding.count)).collect()
}

fn one(label: &str, count: u64) -> Vec<(String, u64)> {
    vec![(label.to_owned(), count)]
}

#[tokio::test]
async fn a_month_is_billed_closed_and_reopened_and_each_step_is_told() {
    let house = House::new().await;
    let (center, finance, october) = (&house.center, &house.finance, at_month("2026-10"));
    assert_eq!(months::list(center, finance).await.unwrap(), []);
    house.clean_october().await;
    let fresh = months::list(center, finance).await.unwrap();
    assert_eq!((fresh.len(), fresh[0].month, fresh[0].state, fresh[0].lines), (1, october, MonthState::Open, 31));
    assert_eq!(fresh[0].due.values().map(ToString::to_string).collect::<Vec<_>>(), ["46.5"]);
    assert_eq!(fresh[0].last, None);

    assert_eq!(conflict(months::close(center, finance, october, "").await), "month_state");
    assert_eq!(conflict(months::unbill(center, finance, october).await), "month_state");
    months::bill(center, finance, october).await.unwrap();
    assert_eq!(conflict(months::bill(center, finance, october).await), "month_state");
    assert_eq!(conflict(months::reopen(center, finance, october, "why").await), "month_state");
    months::close(center, finance, october, "").await.unwrap();
    for reason in ["", "  ", &"长".repeat(501)] {
        assert!(matches!(months::reopen(center, finance, october, reason).await, Err(Error::Invalid(_))));
    }
    months::reopen(center, finance, october, " 供应商更正了账单 ").await.unwrap();
    months::unbill(center, finance, october).await.unwrap();

    let sheet = house.sheet("2026-10").await;
    assert_eq!(sheet.summary.state, MonthState::Open);
    let events: Vec<_> = sheet.history.iter().map(|change| change.event).collect();
    assert_eq!(events, [MonthEvent::Unbill, MonthEvent::Reopen, MonthEvent::Close, MonthEvent::Bill]);
    let reopened = &sheet.history[1];
    assert_eq!((reopened.reason.as_str(), reopened.by.as_str()), ("供应商更正了账单", "吴晓梅"));
    assert_eq!(reopened.at, "2026-11-22T12:00:00+08:00", "in the billing zone");
    assert_eq!(sheet.summary.last.as_ref(), sheet.history.first());
    assert_eq!(
        house.texts("select action from audit_record where action like 'month.%' order by id").await,
        ["month.bill", "month.close", "month.reopen", "month.unbill"]
    );
}

#[tokio::test]
async fn a_month_to_come_is_neither_billed_nor_closed() {
    let mut house = House::new().await;
    house.clean_october().await;
    let october = at_month("2026-10");
    house.center.clock = at("2026-09-30T15:59:59Z");
    assert!(house.sheet("2026-10").await.future);
    assert_eq!(conflict(months::bill(&house.center, &house.finance, october).await), "month_in_future");
    // The first second of October in the billing zone.
    house.center.clock = at("2026-09-30T16:00:00Z");
    months::bill(&house.center, &house.finance, october).await.unwrap();
    house.center.clock = at("2026-09-30T15:59:59Z");
    assert_eq!(conflict(months::close(&house.center, &house.finance, october, "").await), "month_in_future");
}

#[tokio::test]
async fn in_a_closed_month_nothing_changes_and_the_refusal_says_who_closed_it() {
    let house = House::new().await;
    house.clean_october().await;
    house.bill("2026-11", &[("a", 1, "1", "")]).await.unwrap();
    let october = at_month("2026-10");
    months::bill(&house.center, &house.finance, october).await.unwrap();
    months::close(&house.center, &house.finance, october, "").await.unwrap();
    let before = house.sheet("2026-10").await;

    let Err(Error::MonthClosed(closing)) = house.bill("2026-10", &[("a", 1, "9", "")]).await else { panic!() };
    assert_eq!(closing.to_string(), "2026-10 2026-11-22T12:00:00+08:00 吴晓梅");
    assert_eq!(
        house.texts("select error from delivery where state = 'refused'").await,
        ["month_closed 2026-10 2026-11-22T12:00:00+08:00 吴晓梅"]
    );
    let id =
        DeliveryId::new(house.texts("select id from delivery where state = 'finished' order by id").await[0].as_str());
    let withdrawn = imports::withdraw(&house.center, &house.job(), &id).await;
    assert!(matches!(withdrawn, Err(Error::MonthClosed(_))), "{withdrawn:?}");
    for day in ["2026-10-31", "2026-05-01"] {
        let (a, admin) = (house.customer("a").await, house.actor(Role::Administrator));
        let what = TakeBack { customers: vec![a], day: day.parse().unwrap(), seen: String::new() };
        let back = assignments::take_back(&house.center, &admin, &what).await;
        let Err(Error::MonthClosed(closing)) = back else { panic!("{day}: {back:?}") };
        assert_eq!(closing.by, "吴晓梅");
    }
    assert_eq!(house.sheet("2026-10").await, before);

    // Other months go on, and a reopened one can be corrected.
    house.bill("2026-11", &[("a", 1, "2", "")]).await.unwrap();
    months::reopen(&house.center, &house.finance, october, "更正").await.unwrap();
    let report = house.bill("2026-10", &[("b", 1, "9", "")]).await.unwrap();
    assert_eq!(report.versions[0].state, VersionState::Switched);
}

/// September: a, b and c. October: a with a faulty line, b for half the month, c missing, a rejected row, b held.
async fn october_with_everything(house: &House) -> DeliveryId {
    house.bill("2026-09", &[("a", 1, "1", ""), ("b", 1, "1", ""), ("c", 1, "1", "")]).await.unwrap();
    let mut lines = vec![("a", 5, "10", "10"), ("a", 6, "10", "7"), ("a", 6, "twelve", "")];
    lines.extend((10..=14).map(|day| ("b", day, "2", "")));
    let report = house.bill("2026-10", &lines).await.unwrap();
    assert_eq!((report.unbalanced, report.rows.rejected), (1, 1));
    house.assign("a", "2026-01-01").await.unwrap();
    house.assign("b", "2026-10-12").await.unwrap();
    let held = house.bill("2026-10", &[("b", 10, "2", "")]).await.unwrap();
    assert_eq!(held.versions[0].state, VersionState::Held);
    report.delivery.unwrap()
}

#[tokio::test]
async fn each_check_finds_what_it_should() {
    let house = House::new().await;
    let first = october_with_everything(&house).await;
    let sheet = house.sheet("2026-10").await;
    let kinds: Vec<_> = sheet.checks.iter().map(|check| check.kind).collect();
    assert_eq!(kinds, CheckKind::ALL);

    assert_eq!(found(&sheet, CheckKind::Unbalanced), one("Name a", 1));
    assert_eq!(found(&sheet, CheckKind::MissingCustomers), one("Name c", 1));
    let days = check(&sheet, CheckKind::EmptyDays);
    assert_eq!((days.count, days.findings.len()), (31 - 7, 20));
    assert_eq!(days.findings[4].place, Place::Day("2026-10-07".parse().unwrap()));
    let unassigned = check(&sheet, CheckKind::Unassigned);
    assert_eq!((unassigned.count, found(&sheet, CheckKind::Unassigned)), (1, one("Name b", 2)));
    assert_eq!(unassigned.due.values().map(ToString::to_string).collect::<Vec<_>>(), ["4"]);
    assert_eq!(unassigned.findings[0].place, Place::Customer(house.customer("b").await));
    assert_eq!(found(&sheet, CheckKind::Rejected), one("bill.csv", 1));
    assert_eq!(check(&sheet, CheckKind::Rejected).findings[0].place, Place::Delivery(first.clone()));
    assert_eq!(found(&sheet, CheckKind::Held), one("bill.csv", 1));

    // Each goes away once it is put right.
    let (_, rejects) = imports::rejects_csv(&house.center, &house.job(), &first).await.unwrap();
    let again = house.deliver(&rejects, Covers::Append).await;
    assert!(again.is_ok(), "{again:?}");
    assert_eq!(check(&house.sheet("2026-10").await, CheckKind::Rejected).count, 1, "rejected again");
    let second = house.texts("select id from delivery where mends is not null").await[0].clone();
    let (_, rejects) = imports::rejects_csv(&house.center, &house.job(), &DeliveryId::new(second)).await.unwrap();
    let mended = String::from_utf8(rejects).unwrap().replace("twelve", "12");
    let held = house.texts("select delivery_id from bill_version where state = 'held'").await[0].clone();
    imports::withdraw(&house.center, &house.job(), &DeliveryId::new(held)).await.unwrap();
    house.deliver(mended, Covers::Append).await.unwrap();
    house.bill("2026-10", &[("c", 1, "1", "")]).await.unwrap();
    house.assign("b", "2026-10-10").await.unwrap();
    house.assign("c", "2026-10-01").await.unwrap();
    let sheet = house.sheet("2026-10").await;
    for kind in [CheckKind::MissingCustomers, CheckKind::Unassigned, CheckKind::Rejected, CheckKind::Held] {
        assert_eq!(check(&sheet, kind).count, 0, "{kind}");
    }
}

#[tokio::test]
async fn the_days_of_the_current_month_are_looked_at_up_to_today() {
    let house = House::new().await;
    house.bill("2026-11", &[("a", 1, "1", ""), ("a", 22, "1", "")]).await.unwrap();
    assert_eq!(check(&house.sheet("2026-11").await, CheckKind::EmptyDays).count, 20);
}

#[tokio::test]
async fn lines_are_unbalanced_where_the_import_says_so() {
    let house = House::new().await;
    let lines =
        [("a", 1, "5", ""), ("a", 2, "5", "5"), ("a", 3, "5", "4.99999999"), ("b", 3, "-5", "5"), ("b", 3, "0", "")];
    let report = house.bill("2026-10", &lines).await.unwrap();
    assert_eq!((report.unbalanced, check(&house.sheet("2026-10").await, CheckKind::Unbalanced).count), (2, 2));
}

#[tokio::test]
async fn what_was_found_must_be_confirmed() {
    let house = House::new().await;
    october_with_everything(&house).await;
    let october = at_month("2026-10");
    months::bill(&house.center, &house.finance, october).await.unwrap();
    let found = house.sheet("2026-10").await.found();
    for seen in ["", "held:1"] {
        assert_eq!(conflict(months::close(&house.center, &house.finance, october, seen).await), "checks_found");
    }
    assert_eq!(house.sheet("2026-10").await.summary.state, MonthState::Billed);
    months::close(&house.center, &house.finance, october, &found).await.unwrap();
    assert_eq!(house.sheet("2026-10").await.summary.state, MonthState::Closed);
}

#[tokio::test]
async fn the_control_sheet_adds_up_and_is_what_the_dashboard_shows() {
    let house = House::new().await;
    october_with_everything(&house).await;
    let sheet = house.sheet("2026-10").await;
    let [control] = sheet.control.as_slice() else { panic!("{:?}", sheet.control) };
    assert!(control.adds_up(), "{control:?}");
    assert_eq!((control.lines.lines, control.lines.due.to_string()), (7, "30".into()));
    let shares: Vec<_> = control
        .managers
        .iter()
        .map(|share| (share.manager.as_ref().map(|manager| manager.name.as_str()), share.sums.due.to_string()))
        .collect();
    assert_eq!(shares, [(Some("王芳"), "26".into()), (None, "4".into())]);

    let query = DashboardQuery { from: Some(at_month("2026-10")), to: Some(at_month("2026-10")), ..Default::default() };
    let dashboard = consumption::dashboard(&house.center, &house.finance, &query).await.unwrap();
    assert_eq!((dashboard.tiles.due.now, dashboard.tiles.paid.now), (control.lines.due, control.lines.paid()));
    let due: Vec<Total> = dashboard.managers.iter().map(|share| share.due).collect();
    assert_eq!(due, control.managers.iter().map(|share| share.sums.due).collect::<Vec<_>>());

    // A sum that does not agree is found.
    house.clean_november().await;
    house.execute("update rollup_service set due = due + 1 where month = '2026-11'").await;
    let sheet = house.sheet("2026-11").await;
    assert_eq!(sheet.checks.iter().filter(|check| check.count > 0).count(), 0, "{:?}", sheet.checks);
    assert!(!sheet.found().is_empty());
    assert_eq!(sheet.control[0].by_service.difference(&sheet.control[0].lines).due, Total::from_units(1));
}

impl House {
    /// Every customer of October on each day up to today, all managed.
    async fn clean_november(&self) {
        let lines: Vec<_> = (1..=22).flat_map(|day| [("a", day, "1", ""), ("b", day, "2", "")]).collect();
        self.bill("2026-11", &lines).await.unwrap();
    }
}

#[tokio::test]
async fn who_may_not_close_months_sees_nothing_of_it() {
    let house = House::new().await;
    house.clean_october().await;
    let october = at_month("2026-10");
    for role in [Role::AccountManager, Role::AccountDirector] {
        let actor = house.actor(role);
        let center = &house.center;
        assert!(matches!(months::list(center, &actor).await, Err(Error::Denied(_))));
        assert!(matches!(months::sheet(center, &actor, october).await, Err(Error::Denied(_))));
        assert!(matches!(months::bill(center, &actor, october).await, Err(Error::Denied(_))));
        assert!(matches!(months::unbill(center, &actor, october).await, Err(Error::Denied(_))));
        assert!(matches!(months::close(center, &actor, october, "").await, Err(Error::Denied(_))));
        assert!(matches!(months::reopen(center, &actor, october, "x").await, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn the_months_of_another_partner_do_not_exist() {
    let house = House::new().await;
    house.clean_october().await;
    let (center, october) = (&house.center, at_month("2026-10"));
    let other = partner(center, "Other").await;
    let stranger = member(center, &other, "外人", Role::Administrator).await;
    assert_eq!(months::list(center, &stranger).await.unwrap(), []);
    assert!(matches!(months::sheet(center, &stranger, october).await, Err(Error::NotFound)));
    assert!(matches!(months::bill(center, &stranger, october).await, Err(Error::NotFound)));
    months::bill(center, &house.finance, october).await.unwrap();
    assert!(matches!(months::close(center, &stranger, october, "").await, Err(Error::NotFound)));
    assert_eq!(months::list(center, &stranger).await.unwrap(), []);
}

#[tokio::test]
async fn the_lines_of_a_month_are_summed_once_for_what_is_shown_and_check_proves_the_sums() {
    let house = House::new().await;
    house.clean_october().await;
    let first = house.sheet("2026-10").await;
    let of = "select shown from month_lines_of";
    let [kept] = <[String; 1]>::try_from(house.texts(of).await).unwrap();
    assert_eq!(house.sheet("2026-10").await, first);
    assert_eq!(house.texts(of).await, [kept.as_str()]);
    assert_eq!(services::check::run_unscoped(&house.center).await.unwrap(), Vec::<String>::new());

    house.bill("2026-10", &[("b", 1, "2", "")]).await.unwrap();
    let lines = house.sheet("2026-10").await.control[0].lines.lines;
    assert_eq!(lines, first.control[0].lines.lines + 1, "what is shown has changed");
    assert_ne!(house.texts(of).await, [kept.as_str()]);

    house.execute("update month_lines set lines = lines + 1").await;
    let faults = services::check::run_unscoped(&house.center).await.unwrap();
    assert!(faults.iter().any(|fault| fault.contains("control sheet of 2026-10")), "{faults:?}");
}
