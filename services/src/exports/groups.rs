//! The consumption dashboard, tabs 费用走势 and 费用分布. By account manager the first is the sheet account manager × month.

use domain::consumption::groups::{Group, GroupBy, Groups};

use super::sheet::{Head, Section, Sheet, sum, sum_or_unknown};
use super::words::{self, Words};
use crate::tables::Cell;

/// Tab 费用走势 as a file.
pub(super) fn trend(groups: &Groups, mut head: Head, words: Words) -> Sheet {
    tell(&mut head, groups, words);
    let whole = groups.figure(&groups.whole.sums);
    let mut columns = words.list(&[words::DETAIL, words::TOTAL, words::SHARE, words::CHANGE]);
    columns.insert(0, words.group_by(groups.grouping.by).to_owned());
    columns.extend(groups.periods.iter().map(ToString::to_string));
    let rows = all(groups, words).map(|(name, detail, group)| {
        let total = groups.figure(&group.sums);
        let mut row = vec![
            Cell::Text(name),
            Cell::Text(detail),
            sum(total),
            Cell::Text(total.share_of(whole)),
            group.change().map_or(Cell::Empty, sum),
        ];
        row.extend(group.by_period.iter().map(|sums| sum(groups.figure(sums))));
        row
    });
    let rows = rows.collect();
    Sheet { head, sections: vec![Section { title: words.word(words::TREND_TITLE).to_owned(), columns, rows }] }
}

/// Tab 费用分布 as a file.
pub(super) fn distribution(groups: &Groups, mut head: Head, words: Words) -> Sheet {
    tell(&mut head, groups, words);
    let whole = groups.figure(&groups.whole.sums);
    let mut columns = words.list(&[words::DETAIL, words::DUE, words::COUPON, words::PAID, words::SHARE]);
    columns.insert(0, words.group_by(groups.grouping.by).to_owned());
    let rows = all(groups, words).map(|(name, detail, group)| {
        vec![
            Cell::Text(name),
            Cell::Text(detail),
            sum(group.sums.due),
            sum_or_unknown(group.sums.coupon, words),
            sum_or_unknown(group.sums.paid(), words),
            Cell::Text(groups.figure(&group.sums).share_of(whole)),
        ]
    });
    let rows = rows.collect();
    Sheet { head, sections: vec![Section { title: words.word(words::DISTRIBUTION_TITLE).to_owned(), columns, rows }] }
}

fn tell(head: &mut Head, groups: &Groups, words: Words) {
    let grouping = groups.grouping;
    head.more.extend([
        (words::GROUPED_BY, words.group_by(grouping.by).to_owned()),
        (words::SORTED_BY, words.sort_by(grouping.sort).to_owned()),
        (words::TOP, grouping.top.to_string()),
        (words::SHOWN, words.sort_by(groups.measure()).to_owned()),
    ]);
}

/// Every row of the page's table with its name and what tells equal names apart: groups, others, the whole.
fn all(groups: &Groups, words: Words) -> impl Iterator<Item = (String, String, &Group)> {
    let by = groups.grouping.by;
    let rows = groups.rows.iter().map(move |group| (name(by, group, words), group.detail.clone(), group));
    let others = groups
        .others
        .iter()
        .map(move |(count, group)| (format!("{} ({count})", words.word(words::OTHERS)), String::new(), group));
    let whole = (words.word(words::TOTAL).to_owned(), String::new(), &groups.whole);
    rows.chain(others).chain([whole])
}

fn name(by: GroupBy, group: &Group, words: Words) -> String {
    let name = group.name.as_str();
    let known = match by {
        GroupBy::ChargeMode => name.parse().ok().map(|mode| words.charge_mode(mode)),
        GroupBy::BillType => name.parse().ok().map(|bill_type| words.bill_type(bill_type)),
        GroupBy::Association => name.parse().ok().map(|association| words.association(association)),
        GroupBy::Manager if group.key.is_empty() => Some(words.word(words::UNASSIGNED)),
        GroupBy::Service if name.is_empty() => Some(words.word(words::UNNAMED)),
        GroupBy::Service | GroupBy::Manager | GroupBy::Customer => None,
    };
    known.unwrap_or(name).to_owned()
}
