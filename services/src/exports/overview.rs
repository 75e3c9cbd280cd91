//! The consumption dashboard, tab 总览: tiles, split, trend, rankings.

use domain::bills::BillType;
use domain::consumption::{Compared, Dashboard};
use domain::money::Total;

use super::sheet::{Head, Section, Sheet, change, sum};
use super::words::{self, Words};
use crate::tables::Cell;

/// The tab as a file.
pub(super) fn sheet(dashboard: &Dashboard, mut head: Head, words: Words) -> Sheet {
    let before = format!("{} – {}", dashboard.compared_with.from, dashboard.compared_with.to);
    head.more.push((words::COMPARED_WITH, before));
    let mut sections = vec![
        figures(dashboard, words),
        split(dashboard, words),
        trend(dashboard, words),
        customers(dashboard, words),
        services(dashboard, words),
    ];
    if dashboard.basis.sees_all {
        sections.push(managers(dashboard, words));
    }
    Sheet { head, sections }
}

fn figures(dashboard: &Dashboard, words: Words) -> Section {
    let tiles = &dashboard.tiles;
    let row = |label, figure: Compared| {
        let changed = change(figure.now.change_from(figure.before));
        vec![Cell::text(words.word(label)), sum(figure.now), sum(figure.before), changed]
    };
    let unknown = || {
        let unknown = Cell::text(words.word(words::NOT_PROVIDED));
        vec![Cell::text(words.word(words::DEBT)), unknown, Cell::Empty, Cell::Empty]
    };
    let (now, before) = tiles.customers;
    Section {
        title: words.word(words::FIGURES).to_owned(),
        columns: words.list(&[words::FIGURE, words::NOW, words::BEFORE, words::CHANGE]),
        rows: vec![
            row(words::DUE, tiles.due),
            row(words::PAID, tiles.paid),
            row(words::COUPON, tiles.coupon),
            tiles.debt.map_or_else(unknown, |debt| row(words::DEBT, debt)),
            count_row(words.word(words::CONSUMING), (now, before)),
        ],
    }
}

/// A count now and before, and its change.
pub(super) fn count_row(label: &str, (now, before): (u64, u64)) -> Vec<Cell> {
    let total = |count: u64| Total::from_units(i128::from(count));
    let changed = change(total(now).change_from(total(before)));
    vec![Cell::text(label), Cell::Number(now), Cell::Number(before), changed]
}

fn split(dashboard: &Dashboard, words: Words) -> Section {
    let row = |label: &str, total: Total| vec![Cell::text(label), sum(total)];
    Section {
        title: words.word(words::SPLIT).to_owned(),
        columns: words.list(&[words::BILL_TYPE, words::DUE]),
        rows: vec![
            row(words.bill_type(BillType::Consumption), dashboard.split.consumption),
            row(words.bill_type(BillType::Refund), dashboard.split.refund),
            row(words.bill_type(BillType::Adjustment), dashboard.split.adjustment),
            row(words.word(words::TOTAL), dashboard.tiles.due.now),
        ],
    }
}

fn trend(dashboard: &Dashboard, words: Words) -> Section {
    let rows = dashboard.trend.iter().map(|point| vec![Cell::text(&point.at), sum(point.due), sum(point.paid)]);
    Section {
        title: words.word(words::TREND).to_owned(),
        columns: words.list(&[words::PERIOD, words::DUE, words::PAID]),
        rows: rows.collect(),
    }
}

fn share(due: Total, dashboard: &Dashboard) -> Cell {
    Cell::Text(due.share_of(dashboard.tiles.due.now))
}

fn customers(dashboard: &Dashboard, words: Words) -> Section {
    let rows = dashboard.top_customers.iter().map(|customer| {
        vec![
            Cell::text(&customer.name),
            Cell::text(&customer.account_id),
            sum(customer.due),
            sum(customer.paid),
            share(customer.due, dashboard),
        ]
    });
    Section {
        title: words.word(words::TOP_CUSTOMERS).to_owned(),
        columns: words.list(&[words::CUSTOMER, words::ACCOUNT_ID, words::DUE, words::PAID, words::SHARE]),
        rows: rows.collect(),
    }
}

fn services(dashboard: &Dashboard, words: Words) -> Section {
    let rows = dashboard.top_services.iter().map(|service| {
        let name = if service.service.is_empty() { words.word(words::UNNAMED) } else { &service.service };
        vec![Cell::text(name), sum(service.due), sum(service.paid), share(service.due, dashboard)]
    });
    Section {
        title: words.word(words::TOP_SERVICES).to_owned(),
        columns: words.list(&[words::SERVICE, words::DUE, words::PAID, words::SHARE]),
        rows: rows.collect(),
    }
}

fn managers(dashboard: &Dashboard, words: Words) -> Section {
    let rows = dashboard.managers.iter().map(|share_of| {
        let (name, login) = match &share_of.manager {
            Some(manager) => (manager.name.as_str(), manager.login.as_str()),
            None => (words.word(words::UNASSIGNED), ""),
        };
        vec![
            Cell::text(name),
            Cell::text(login),
            Cell::Number(share_of.customers),
            sum(share_of.due),
            sum(share_of.paid),
            share(share_of.due, dashboard),
        ]
    });
    let columns = [words::MANAGER, words::DETAIL, words::CUSTOMER_COUNT, words::DUE, words::PAID, words::SHARE];
    Section { title: words.word(words::MANAGER).to_owned(), columns: words.list(&columns), rows: rows.collect() }
}
