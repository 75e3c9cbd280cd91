//! The customer dashboard: tiles and the lists of customers.

use domain::consumption::movement::{CustomerDashboard, Movements};

use super::overview::count_row;
use super::sheet::{Head, Section, Sheet, sum};
use super::words::{self, Word, Words};
use crate::tables::Cell;

/// The page as a file.
pub(super) fn sheet(dashboard: &CustomerDashboard, mut head: Head, words: Words) -> Sheet {
    let before = format!("{} – {}", dashboard.compared_with.from, dashboard.compared_with.to);
    head.more.push((words::COMPARED_WITH, before));
    let mut sections = vec![figures(dashboard, words)];
    sections
        .extend(dashboard.unassigned.as_ref().map(|unassigned| list(words::UNASSIGNED_CUSTOMERS, unassigned, words)));
    sections.extend(
        [
            (words::RISEN, &dashboard.risen),
            (words::FALLEN, &dashboard.fallen),
            (words::STARTED, &dashboard.started),
            (words::SILENT, &dashboard.silent),
        ]
        .map(|(title, movements)| list(title, movements, words)),
    );
    Sheet { head, sections }
}

fn figures(dashboard: &CustomerDashboard, words: Words) -> Section {
    let count = |label, number| vec![Cell::text(words.word(label)), Cell::Number(number), Cell::Empty, Cell::Empty];
    let (largest, whole) = dashboard.concentration;
    let concentration = vec![
        Cell::text(words.word(words::CONCENTRATION)),
        Cell::Text(largest.share_of(whole)),
        Cell::Empty,
        Cell::Empty,
    ];
    Section {
        title: words.word(words::FIGURES).to_owned(),
        columns: words.list(&[words::FIGURE, words::NOW, words::BEFORE, words::CHANGE]),
        rows: vec![
            count(words::CUSTOMERS_ALL, dashboard.customers),
            count(words::FIRST_SEEN, dashboard.first_seen),
            count(words::NEWLY_ASSIGNED, dashboard.newly_assigned),
            count_row(words.word(words::CONSUMING), dashboard.consuming),
            concentration,
        ],
    }
}

fn list(title: Word, movements: &Movements, words: Words) -> Section {
    let rows = movements.listed.iter().map(|customer| {
        vec![
            Cell::text(&customer.name),
            Cell::text(&customer.account_id),
            sum(customer.now),
            sum(customer.before),
            sum(customer.change()),
        ]
    });
    let columns = [words::CUSTOMER, words::ACCOUNT_ID, words::NOW, words::BEFORE, words::CHANGE];
    Section {
        title: format!("{} ({})", words.word(title), movements.count),
        columns: words.list(&columns),
        rows: rows.collect(),
    }
}
