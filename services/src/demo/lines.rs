//! The lines of a bill: what each resource cost, and how that was settled.

use domain::bills::{BillType, ChargeMode};
use domain::periods::{Day, Month};

use super::catalogue::Site;
use super::companies::DemoCustomer;
use super::random::{Random, place};
use super::resources::{Plan, Resource};
use super::wallet::{Settled, Wallet};

/// 10⁻⁸ units in a cent.
pub(super) const CENT: i64 = 1_000_000;

/// Why there is a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Use,
    Purchase,
    Renewal,
    Once,
    /// A subscription given back.
    Refund,
    /// The supplier's compensation for a breach of its service level.
    Compensation,
    /// A voucher that takes from the line before.
    Coupon,
}

impl Kind {
    /// FOCUS `ChargeCategory`. Source: the supplier's mapping of its bill types.
    pub(super) fn category(self) -> &'static str {
        match self {
            Self::Use => "Usage",
            Self::Purchase | Self::Renewal | Self::Once => "Purchase",
            Self::Refund | Self::Compensation => "Adjustment",
            Self::Coupon => "Credit",
        }
    }

    pub(super) fn bill_type(self) -> BillType {
        match self {
            Self::Use | Self::Purchase | Self::Renewal | Self::Once => BillType::Consumption,
            Self::Refund => BillType::Refund,
            Self::Compensation | Self::Coupon => BillType::Adjustment,
        }
    }

    /// In Chinese and English.
    pub(super) fn description(self) -> [&'static str; 2] {
        match self {
            Self::Use => ["按需使用", "Pay-per-use"],
            Self::Purchase => ["包年/包月新购", "New subscription"],
            Self::Renewal => ["自动续费", "Automatic renewal"],
            Self::Once => ["一次性购买", "One-time purchase"],
            Self::Refund => ["退订退款", "Refund for unsubscription"],
            Self::Compensation => ["服务等级赔偿", "Service level compensation"],
            Self::Coupon => ["代金券抵扣", "Voucher deduction"],
        }
    }
}

/// A line, amounts in 10⁻⁸ units: list = discount + truncated + billed, but for coupons, which have a billed amount only.
pub(super) struct Line<'a> {
    pub(super) customer: &'a DemoCustomer,
    pub(super) resource: &'a Resource,
    pub(super) kind: Kind,
    /// The day of use, or of the trade.
    pub(super) day: Day,
    /// First and last day charged for.
    pub(super) period: (Day, Day),
    /// Empty for use.
    pub(super) order: String,
    /// UTC.
    pub(super) traded_at: String,
    /// Price of a unit, in 10⁻⁴.
    pub(super) price: i64,
    /// Units, in 10⁻⁴.
    pub(super) quantity: i64,
    pub(super) list: i64,
    pub(super) discount: i64,
    pub(super) truncated: i64,
    pub(super) billed: i64,
    pub(super) settled: Settled,
}

impl Line<'_> {
    pub(super) fn charge_mode(&self) -> ChargeMode {
        match self.resource.plan {
            Plan::PayPerUse => ChargeMode::PayPerUse,
            Plan::Monthly | Plan::Yearly => ChargeMode::Subscription,
            Plan::Once => ChargeMode::OneTime,
        }
    }
}

/// A month as the generator sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) seed: u64,
    /// Number of the month, the demo's first is 0.
    pub(super) index: i32,
    /// How many months the demo has.
    pub(super) months: i32,
    pub(super) month: Month,
    /// Last day with lines.
    pub(super) last_day: Day,
}

impl Window {
    /// The month's place in a stream's name.
    pub(super) fn place(self) -> u64 {
        u64::from(self.index.unsigned_abs())
    }
}

/// A customer's lines in a month, resource by resource and day by day.
pub(super) fn lines<'a>(customer: &'a DemoCustomer, resources: &'a [Resource], window: Window) -> Vec<Line<'a>> {
    if !customer.profile.active(window.index) {
        return Vec::new();
    }
    let mut wallet = Wallet::of(customer, window);
    let mut lines = Vec::new();
    for (index, resource) in resources.iter().enumerate() {
        let random = customer.profile.random(window.seed, [100 + place(index), window.place()]);
        let mut writer = Writer { customer, resource, window, random };
        let of_resource = if resource.plan == Plan::PayPerUse { writer.used() } else { writer.ordered() };
        for mut line in of_resource {
            wallet.settle(&mut line);
            let coupon = wallet.coupon(&line);
            lines.push(line);
            lines.extend(coupon);
        }
    }
    lines
}

/// Writes the lines of one resource in one month.
struct Writer<'a> {
    customer: &'a DemoCustomer,
    resource: &'a Resource,
    window: Window,
    random: Random,
}

impl<'a> Writer<'a> {
    /// Cents at list price that the resource costs in this month.
    fn month_cents(&self) -> i64 {
        self.resource.monthly * self.customer.profile.level(self.window.index) / 1000
    }

    fn used(&mut self) -> Vec<Line<'a>> {
        let profile = &self.customer.profile;
        let month = self.window.month;
        let season = profile.industry.season[month_of_year(month)];
        let mood = self.random.between(950, 1050);
        let month_cents = self.month_cents() * season / 1000 * mood / 1000;
        // Who leaves does so in the middle of the last month.
        let last = if profile.ends == Some(self.window.index) { month.first_day().plus(16) } else { month.last_day() };
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut day = month.first_day();
        while day <= last.min(self.window.last_day) {
            let week = if is_weekend(day) { profile.industry.weekend } else { 1020 };
            let units = month_cents * CENT / 30 / 1000 * week / 1000 * self.random.between(930, 1070);
            let price = self.price(self.resource.product.price);
            let mut line = self.line(Kind::Use, (day, day), (price, units / price));
            line.traded_at = format!("{}T18:{:02}:00Z", day, self.random.between(0, 59));
            lines.push(line);
            day = day.plus(1);
        }
        if self.random.chance(6)
            && let Some(worst) = lines.last()
        {
            let (day, price, quantity) = (worst.day, worst.price, worst.quantity);
            lines.push(self.line(Kind::Compensation, (day, day), (price, -quantity / 4)));
        }
        lines
    }

    fn ordered(&mut self) -> Vec<Line<'a>> {
        let index = self.window.index;
        let day = self.window.month.first_day().plus(i32::from(self.resource.order_day) - 1);
        let gone = self.customer.profile.ends == Some(index);
        if day > self.window.last_day || gone && day.of_month() > 17 {
            return Vec::new();
        }
        let (months, kind) = match self.resource.plan {
            _ if self.resource.returned == Some(index) => (1, Kind::Refund),
            _ if !self.resource.ordered_in(index) => return Vec::new(),
            Plan::Once => (1, Kind::Once),
            plan => {
                let kind = if index == self.resource.bought { Kind::Purchase } else { Kind::Renewal };
                (if plan == Plan::Yearly { 12 } else { 1 }, kind)
            }
        };
        // A year costs ten months.
        let paid_months: i64 = if months == 12 { 10 } else { 1 };
        let price = self.price(self.resource.product.month_price) * paid_months;
        let cents = if kind == Kind::Once { self.resource.monthly } else { self.month_cents() * paid_months };
        let instances = (cents * 100 / price).max(1);
        let quantity =
            if kind == Kind::Refund { -instances * self.random.between(30, 80) * 100 } else { instances * 10_000 };
        let last = day.month().plus(months).first_day().plus(i32::from(self.resource.order_day) - 2);
        let mut line = self.line(kind, (day, last), (price, quantity));
        let (hour, minute) = (self.random.between(1, 11), self.random.between(0, 59));
        line.traded_at = format!("{day}T{hour:02}:{minute:02}:{:02}Z", self.random.between(0, 59));
        line.order = format!("CS{}{}", day.to_string().replace('-', ""), self.random.hex(8).to_uppercase());
        vec![line]
    }

    /// The price on the customer's site: the international one counts in dollars.
    fn price(&self, yuan: i64) -> i64 {
        if self.customer.site == Site::International { (yuan / 7).max(1) } else { yuan }
    }

    /// A line of the period's first day that is not settled yet, for so many units at a price. What is due is debited in cents; the rest is truncated.
    fn line(&self, kind: Kind, period: (Day, Day), (price, quantity): (i64, i64)) -> Line<'a> {
        let day = period.0;
        let list = price * quantity;
        let discount = list / 100 * self.customer.profile.discount;
        let billed = (list - discount) / CENT * CENT;
        Line {
            customer: self.customer,
            resource: self.resource,
            kind,
            day,
            period,
            order: String::new(),
            traded_at: format!("{day}T15:59:59Z"),
            price,
            quantity,
            list,
            discount,
            truncated: list - discount - billed,
            billed,
            settled: Settled::default(),
        }
    }
}

fn is_weekend(day: Day) -> bool {
    matches!(day.date().weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
}

/// From 0.
fn month_of_year(month: Month) -> usize {
    usize::try_from(month.first_day().date().month() - 1).unwrap_or_default()
}
