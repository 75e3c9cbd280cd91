//! How customers settle what is billed: in cash or on credit, with vouchers and cards, or not at all.

use domain::periods::Day;

use super::companies::DemoCustomer;
use super::lines::{CENT, Kind, Line, Window};

/// The parts in which a line was settled, in 10⁻⁸ units; they add up to what the line says is billed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Settled {
    pub(super) cash: i64,
    pub(super) credit: i64,
    pub(super) cash_coupon: i64,
    pub(super) stored_card: i64,
    pub(super) bonus: i64,
    pub(super) debt: i64,
    pub(super) written_off: i64,
}

/// One of the parts in which a line is settled.
type Means = fn(&mut Settled) -> &mut i64;

/// What a customer settles its lines with in one month.
pub(super) struct Wallet {
    postpaid: bool,
    /// Another means, and its share of each line in percent.
    other: Option<(Means, i64)>,
    /// Lines from this day on are not settled: owed, or written off where that is long ago.
    broke_from: Option<Day>,
    written_off: bool,
    /// What is left of this month's voucher.
    voucher: i64,
}

impl Wallet {
    pub(super) fn of(customer: &DemoCustomer, window: Window) -> Self {
        let profile = &customer.profile;
        let mut random = profile.random(window.seed, [3, window.place()]);
        let other: Option<(Means, i64)> = match random.between(1, 100) {
            1..=6 => Some((|settled| &mut settled.cash_coupon, random.between(10, 40))),
            7..=10 => Some((|settled| &mut settled.stored_card, random.between(10, 50))),
            11..=13 => Some((|settled| &mut settled.bonus, random.between(5, 20))),
            _ => None,
        };
        let voucher = if random.chance(170) { profile.monthly * random.between(4, 16) / 100 * CENT } else { 0 };
        // Every seventh customer is late with the last days; those who left never settled their last ones.
        let age = window.months - 1 - window.index;
        let late = profile.rank % 7 == 4 && (age == 0 || age == 1 && profile.rank.is_multiple_of(2));
        let left = profile.ends == Some(window.index);
        let from = window.month.first_day().plus(if left { 12 } else { 8 });
        Self {
            postpaid: profile.postpaid,
            other,
            broke_from: (late || left).then_some(from),
            written_off: left && age > 4,
            voucher,
        }
    }

    /// Divides what the line bills among the means.
    pub(super) fn settle(&self, line: &mut Line<'_>) {
        let settled = &mut line.settled;
        if self.broke_from.is_some_and(|from| line.day >= from) && line.billed > 0 {
            *(if self.written_off { &mut settled.written_off } else { &mut settled.debt }) = line.billed;
            return;
        }
        let mut rest = line.billed;
        if let Some((part, percent)) = self.other
            && line.billed > 0
        {
            let amount = line.billed / CENT * percent / 100 * CENT;
            *part(settled) = amount;
            rest -= amount;
        }
        *(if self.postpaid { &mut settled.credit } else { &mut settled.cash }) = rest;
    }

    /// The voucher's line for a settled line, while there is a voucher: what it pays comes off the main means.
    pub(super) fn coupon<'a>(&mut self, line: &Line<'a>) -> Option<Line<'a>> {
        let main = if self.postpaid { line.settled.credit } else { line.settled.cash };
        let amount = main.min(self.voucher);
        if amount <= 0 {
            return None;
        }
        self.voucher -= amount;
        let mut settled = Settled::default();
        *(if self.postpaid { &mut settled.credit } else { &mut settled.cash }) = -amount;
        Some(Line {
            kind: Kind::Coupon,
            order: line.order.clone(),
            traded_at: line.traded_at.clone(),
            list: 0,
            discount: 0,
            truncated: 0,
            billed: -amount,
            settled,
            ..*line
        })
    }
}
