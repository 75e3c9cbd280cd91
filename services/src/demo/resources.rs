//! What a customer has running: resources used by the day, subscriptions, and now and then something bought once.

use super::catalogue::{Product, language, product};
use super::companies::DemoCustomer;
use super::random::{Random, place};

/// How a resource is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// By use, a line a day.
    PayPerUse,
    /// Bought and renewed by the month.
    Monthly,
    /// The same by the year.
    Yearly,
    /// Bought once.
    Once,
}

/// A resource of a customer.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) product: &'static Product,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: (&'static str, &'static str),
    pub(super) zone: String,
    pub(super) plan: Plan,
    /// Cents a month at list price, before growth.
    pub(super) monthly: i64,
    /// Day of the month on which it is bought and renewed, 1 to 28.
    pub(super) order_day: i8,
    /// The month of the first order; before 0 for what was there already.
    pub(super) bought: i32,
    /// The month in which it is given back, with a refund.
    pub(super) returned: Option<i32>,
    /// The source's tags, JSON; empty where it has none.
    pub(super) tags: String,
}

const SUBSCRIBED: [&str; 8] = ["ECS", "EVS", "RDS", "WAF", "HSS", "EIP", "DCS", "OBS"];
const ENVIRONMENTS: [(&str, [&str; 2]); 4] = [
    ("prod", ["生产", "production"]),
    ("prod", ["生产", "production"]),
    ("test", ["测试", "test"]),
    ("dev", ["开发", "development"]),
];
/// Share of the consumption that is charged by use, percent.
const BY_USE: i64 = 62;

/// A customer's resources; the same ones in every month, whether they exist in it or not.
pub(super) fn resources(customer: &DemoCustomer, seed: u64, months: i32) -> Vec<Resource> {
    let profile = &customer.profile;
    let (daily, subscribed) = match profile.rank {
        0..6 => (5, 6),
        6..15 => (3, 4),
        15..30 => (2, 3),
        _ => (1, 2),
    };
    let mut all = Vec::new();
    for index in 0..daily + subscribed {
        let by_use = index < daily;
        let (count, position, part) =
            if by_use { (daily, index, BY_USE) } else { (subscribed, index - daily, 100 - BY_USE) };
        let code = if by_use {
            profile.industry.services[position]
        } else {
            SUBSCRIBED[(profile.rank + position * 3) % SUBSCRIBED.len()]
        };
        // The first of n gets n shares, the last one.
        let share = i64::try_from(count - position).unwrap_or(1) * 2;
        let shares = i64::try_from(count * (count + 1)).unwrap_or(2);
        let mut random = profile.random(seed, [1, place(index)]);
        let mut resource = resource(customer, product(code), &mut random);
        resource.monthly = profile.monthly * part / 100 * share / shares;
        if !by_use {
            subscribe(&mut resource, &mut random, (profile.starts, months));
        }
        all.push(resource);
    }
    all.extend(bought_once(customer, seed, months));
    all
}

fn resource(customer: &DemoCustomer, product: &'static Product, random: &mut Random) -> Resource {
    let region = *random.pick(customer.site.regions());
    let (short, environment) = *random.pick(&ENVIRONMENTS);
    let environment = environment[language(customer.site)];
    let tags = if random.chance(600) { format!(r#"{{"environment":"{environment}"}}"#) } else { String::new() };
    Resource {
        product,
        id: random.uuid(),
        name: format!("{}-{short}-{:02}", random.pick(product.stems), random.between(1, 12)),
        region,
        zone: format!("{}{}", region.0, random.pick(&["a", "b", "c"])),
        plan: Plan::PayPerUse,
        monthly: 0,
        order_day: 1,
        bought: i32::MIN,
        returned: None,
        tags,
    }
}

fn subscribe(resource: &mut Resource, random: &mut Random, (starts, months): (i32, i32)) {
    resource.plan = if random.chance(220) { Plan::Yearly } else { Plan::Monthly };
    resource.order_day = i8::try_from(random.between(1, 28)).unwrap_or(1);
    let age = i32::try_from(random.between(0, 11)).unwrap_or_default();
    resource.bought = match starts {
        0 => -age,
        _ => starts + age % 3,
    };
    if resource.plan == Plan::Monthly && random.chance(330) {
        let earliest = i64::from(resource.bought.max(0) + 3);
        let month = random.between(earliest, earliest.max(i64::from(months) - 1));
        resource.returned = i32::try_from(month).ok();
    }
}

/// A domain name here, a migration by the supplier's experts there.
fn bought_once(customer: &DemoCustomer, seed: u64, months: i32) -> Option<Resource> {
    let mut random = customer.profile.random(seed, [2, 0]);
    if !random.chance(450) {
        return None;
    }
    let code = if random.chance(700) { "Domains" } else { "Professional" };
    let mut resource = resource(customer, product(code), &mut random);
    let first = i64::from(customer.profile.starts);
    resource.plan = Plan::Once;
    resource.order_day = i8::try_from(random.between(1, 28)).unwrap_or(1);
    resource.bought = i32::try_from(random.between(first, i64::from(months) - 1)).unwrap_or_default();
    resource.monthly = if code == "Domains" { 6900 } else { 280_000 * random.between(2, 9) };
    Some(resource)
}

impl Resource {
    /// Whether it is ordered or renewed in that month.
    pub(super) fn ordered_in(&self, month: i32) -> bool {
        let age = month - self.bought;
        let kept = self.returned.is_none_or(|returned| month < returned);
        match self.plan {
            Plan::PayPerUse => false,
            Plan::Monthly => age >= 0 && kept,
            Plan::Yearly => age >= 0 && age % 12 == 0 && kept,
            Plan::Once => age == 0,
        }
    }
}
