//! Consumption by customer and bill month (消费汇总): the rows of all pages.

use domain::consumption::summary::{Summary, SummaryBy, SummaryRow, SummarySums};

use super::sheet::{Head, Section, Sheet, sum, sum_or_unknown};
use super::words::{self, Word, Words};
use crate::tables::Cell;

/// The page as a file. Names are masked there, and so they are here.
pub(super) fn sheet(summary: &Summary, mut head: Head, words: Words) -> Sheet {
    tell(&mut head, summary, words);
    let by = summary.view.by;
    let rows = summary.page.items.iter().map(|row| {
        let mut cells = vec![Cell::Text(words.name(&row.name)), Cell::text(&row.account_id)];
        cells.extend(row.month.map(|month| Cell::Text(month.to_string())));
        cells.extend(part_head(by).map(|_| Cell::Text(part(by, row, words))));
        figures(&row.sums, cells, words)
    });
    let mut whole = vec![Cell::text(words.word(words::TOTAL)), Cell::Empty];
    whole.extend(has_month(by).then_some(Cell::Empty));
    whole.extend(part_head(by).map(|_| Cell::Empty));
    let rows = rows.chain([figures(&summary.whole, whole, words)]).collect();
    let title = words.word(words::SUMMARY_TITLE).to_owned();
    Sheet { head, sections: vec![Section { title, columns: columns(by, words), rows }] }
}

fn tell(head: &mut Head, summary: &Summary, words: Words) {
    let view = summary.view;
    let way = if view.ascending { words::ASCENDING } else { words::DESCENDING };
    head.has_masked_columns = true;
    head.more.extend([
        (words::SUMMARISED_BY, words.summary_by(view.by).to_owned()),
        (words::ORDER_BY, format!("{}, {}", words.summary_sort(view.sort), words.word(way))),
    ]);
    head.more.extend(view.refunds.then(|| (words::ONLY_REFUNDS, words.word(words::YES).to_owned())));
}

fn columns(by: SummaryBy, words: Words) -> Vec<String> {
    let mut columns = vec![words::CUSTOMER_NAME, words::ACCOUNT_ID];
    columns.extend(has_month(by).then_some(words::MONTH));
    columns.extend(part_head(by));
    columns.extend([
        words::DUE,
        words::COUPON,
        words::PAID,
        words::LIST,
        words::DISCOUNT_WITH_TRUNCATED,
        ("消费", "Consumption"),
        ("退款", "Refund"),
        ("调账", "Adjustment"),
        words::DEBT,
        words::LINE_COUNT,
    ]);
    words.list(&columns)
}

fn has_month(by: SummaryBy) -> bool {
    by != SummaryBy::Customer
}

const fn part_head(by: SummaryBy) -> Option<Word> {
    match by {
        SummaryBy::Month | SummaryBy::Customer => None,
        SummaryBy::Association => Some(words::ASSOCIATION),
        SummaryBy::Service => Some(words::SERVICE),
        SummaryBy::ChargeMode => Some(words::CHARGE_MODE),
    }
}

fn part(by: SummaryBy, row: &SummaryRow, words: Words) -> String {
    let part = row.part.as_str();
    let known = match by {
        SummaryBy::Association => part.parse().ok().map(|association| words.association(association)),
        SummaryBy::ChargeMode => part.parse().ok().map(|mode| words.charge_mode(mode)),
        SummaryBy::Service if part.is_empty() => Some(words.word(words::UNNAMED)),
        SummaryBy::Service | SummaryBy::Month | SummaryBy::Customer => None,
    };
    known.unwrap_or(part).to_owned()
}

fn figures(sums: &SummarySums, mut cells: Vec<Cell>, words: Words) -> Vec<Cell> {
    cells.extend([
        sum(sums.due),
        sum(sums.coupon),
        sum(sums.paid()),
        sum_or_unknown(sums.list, words),
        sum_or_unknown(sums.discount(), words),
        sum(sums.consumption()),
        sum(sums.refund),
        sum(sums.adjustment),
        sum_or_unknown(sums.debt, words),
        Cell::Number(sums.lines),
    ]);
    cells
}
