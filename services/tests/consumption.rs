//! A real bill, imported and looked at.

use domain::access::{Actor, Role};
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::ids::MemberId;
use domain::imports::ImportOptions;
use domain::money::Total;
use services::consumption::{dashboard, line_filters, lines};
use services::db::Database;
use services::imports::{self, Importer, NewDelivery, SourceFile};
use services::{Center, Clock, partners};

#[tokio::test]
async fn the_dashboard_and_the_lines_of_the_sample_bill_are_what_was_imported() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let clock = Clock::fixed("2024-10-15T00:00:00Z".parse().unwrap());
    let center = Center::new(Database::open(&url).await.unwrap(), clock);
    let new = partners::NewPartner {
        name: "Partner".into(),
        zone_name: "Asia/Shanghai".into(),
        assignment_day_counts: true,
        demo: false,
    };
    let partner = partners::create_unscoped(&center, &new).await.unwrap();
    let shared = std::env::var("PARTNER_CENTER_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let sample = SourceFile::at(format!("{shared}/data/focus-1.0-sample/focus_sample.csv"));
    let delivery = NewDelivery::new(vec![sample], ImportOptions::default());
    let reports = imports::import(&center, &Importer::Job(partner.clone()), &delivery, |_| ()).await.unwrap();
    let actor = Actor {
        member: MemberId::new("m"),
        partner,
        login: "m".into(),
        name: "M".into(),
        roles: vec![Role::AccountDirector],
    };

    let view = dashboard(&center, &actor, &DashboardQuery::default()).await.unwrap();
    assert_eq!(view.basis.currency.as_ref().map(domain::money::Currency::code), Some("USD"));
    assert_eq!(view.tiles.paid.now, reports[0].currencies["USD"].stored);
    assert_eq!(view.tiles.due.now - view.tiles.coupon.now, view.tiles.paid.now);
    assert_eq!(view.trend.iter().map(|point| point.paid).sum::<Total>(), view.tiles.paid.now);
    assert_eq!(view.managers.iter().map(|share| share.paid).sum::<Total>(), view.tiles.paid.now);
    assert_eq!(view.managers.iter().map(|share| share.customers).sum::<u64>(), 73);
    assert_eq!(view.tiles.debt, None, "FOCUS does not say what is owed");

    let mut query = LineQuery::default();
    let (mut count, mut due) = (0, Total::ZERO);
    loop {
        let page = lines(&center, &actor, &query).await.unwrap();
        assert_eq!(page.totals.unwrap()[0].paid, view.tiles.paid.now);
        count += page.page.items.len();
        due += page.page.items.iter().map(|line| Total::from(line.amounts.due)).sum();
        let Some(next) = page.page.next else { break };
        query.after = next;
    }
    assert_eq!((count, due), (1000, view.tiles.due.now));

    let filters = line_filters(&center, &actor, view.basis.range).await.unwrap();
    assert!(filters.regions.len() > 10 && filters.services.len() > 10);
    for service in [&filters.services[0], &view.top_services[0].service] {
        let query = LineQuery { service: service.clone(), ..LineQuery::default() };
        assert!(!lines(&center, &actor, &query).await.unwrap().page.items.is_empty(), "{service}");
    }
}
