//! Who manages which customer from when: portfolios that change hands.

use domain::periods::Day;

use super::companies::DemoCustomer;
use super::people::{DemoSignIn, FIRST_MANAGER, MANAGERS};
use super::random::Random;

/// An interval in a customer's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoAssignment {
    /// Index of the customer.
    pub customer: usize,
    /// Index of the account manager among the members.
    pub manager: usize,
    /// First day that counts.
    pub from: Day,
    /// First day that no longer counts; none while it goes on.
    pub until: Option<Day>,
}

/// The newest manager, who took over the portfolio of the one before in the list.
const SUCCESSOR: usize = MANAGERS - 1;
const PREDECESSOR: usize = MANAGERS - 2;
/// Ranks of customers that nobody manages today: two never had a manager, the last one was taken back.
const UNASSIGNED: [usize; 3] = [16, 37, 43];
const TAKEN_BACK: usize = UNASSIGNED[2];
/// The customer with a move planned after today.
const PLANNED: usize = 20;

/// All assignments, customer by customer, oldest first.
pub(super) fn assignments(customers: &[DemoCustomer], first_day: Day, today: Day, seed: u64) -> Vec<DemoAssignment> {
    let mut all = Vec::new();
    for (customer, DemoCustomer { profile, .. }) in customers.iter().enumerate() {
        let mut random = Random::at(seed, &[4, super::random::place(customer)]);
        let starts = profile.starts;
        let known = first_day.month().plus(starts).first_day();
        // Who came later was assigned some days after its first consumption.
        let from = if starts > 0 { known.plus(small(random.between(2, 12))) } else { known };
        all.extend(history(customer, (from, today), &mut random));
    }
    all
}

/// The customer whose supplier has had two account managers on record, and never one of ours.
const NAMED: usize = UNASSIGNED[0];
/// The one for whom it has somebody whom nobody knows.
const NAMED_UNKNOWN: usize = UNASSIGNED[1];
/// Somebody of the supplier.
const UNKNOWN: &str = "陈晨";

/// Whom the supplier has on record as a customer's account manager on a day; empty where nobody. It learns of changes late,
/// and of some customers never.
pub(super) fn on_record(
    (assignments, members): (&[DemoAssignment], &[DemoSignIn]),
    customer: usize,
    (first_day, day): (Day, Day),
) -> &'static str {
    let on = |day: Day| {
        let holds = |one: &&DemoAssignment| {
            one.customer == customer && one.from <= day && one.until.is_none_or(|until| day < until)
        };
        assignments.iter().find(holds).map(|one| members[one.manager].name)
    };
    let later = first_day.month().plus(9).first_day();
    match customer {
        NAMED => members[FIRST_MANAGER + if day < later { 2 } else { 3 }].name,
        NAMED_UNKNOWN => UNKNOWN,
        _ if customer % 10 == 9 => "",
        _ if customer % 6 == 1 => on(day.plus(-45)).or_else(|| on(day)).unwrap_or_default(),
        _ => on(day).unwrap_or_default(),
    }
}

fn history(customer: usize, (from, today): (Day, Day), random: &mut Random) -> Vec<DemoAssignment> {
    let interval = |manager: usize, from: Day, until: Option<Day>| DemoAssignment {
        customer,
        manager: FIRST_MANAGER + manager,
        from,
        until,
    };
    // The take-over, seven months ago, in the middle of a month.
    let take_over = today.month().plus(-7).first_day().plus(10);
    let manager = (customer + customer / SUCCESSOR) % SUCCESSOR;
    let next = (manager + 1) % PREDECESSOR;
    let move_day = today.month().plus(-small(random.between(1, 9))).first_day().plus(small(random.between(7, 22)));
    match customer {
        TAKEN_BACK => vec![interval(manager, from, Some(today.plus(-40).max(from.plus(1))))],
        _ if UNASSIGNED.contains(&customer) => Vec::new(),
        PLANNED => {
            let day = today.plus(9);
            vec![interval(manager, from, Some(day)), interval(next, day, None)]
        }
        _ if manager == PREDECESSOR && from < take_over => {
            vec![interval(PREDECESSOR, from, Some(take_over)), interval(SUCCESSOR, take_over, None)]
        }
        _ if customer % 6 == 1 && manager != PREDECESSOR && from < move_day => {
            vec![interval(manager, from, Some(move_day)), interval(next, move_day, None)]
        }
        _ => vec![interval(manager, from, None)],
    }
}

fn small(value: i64) -> i32 {
    i32::try_from(value).unwrap_or_default()
}
