//! Handing over what a leaving account manager has: what is asked, how it is shared out, what it answers.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::ids::MemberId;
use crate::money::{Currency, Total};
use crate::periods::{Day, Month};
use crate::text::coded_enum;

coded_enum! {
    /// How customers are shared out.
    #[derive(Default)]
    pub enum Split {
        /// Over all successors, so that what the customers consume is balanced.
        #[default]
        ByConsumption = "by_consumption",
        /// All to the one successor.
        One = "one",
    }
}

/// Hand over all customers that an account manager has on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Who leaves.
    pub from_manager: MemberId,
    /// Who takes over.
    pub successors: Vec<MemberId>,
    /// The day chosen; whether it counts itself is the partner's setting.
    pub day: Day,
    /// How they are shared out.
    #[serde(default)]
    pub split: Split,
}

/// What handing over did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverOutcome {
    /// First day that counts for the successors.
    pub from: Day,
    /// The last whole bill month, that of `HandOverShare::due`.
    pub month: Month,
    /// The currency with most lines in the months that were balanced; none where nothing was consumed.
    pub currency: Option<Currency>,
    /// One for each successor, in the order asked.
    pub shares: Vec<HandOverShare>,
    /// Customers that the manager gets only later, by a plan: they stay planned.
    pub planned_later: u64,
    /// Stands for exactly this plan, customer by customer: writing it asks for it back.
    pub plan: String,
}

/// What a successor gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverShare {
    /// The successor.
    pub manager: ManagerName,
    /// How many customers.
    pub customers: u64,
    /// Their due of the last whole bill month.
    pub due: Total,
    /// Their due of the last three whole bill months: what was balanced.
    pub balanced: Total,
}

/// A customer to share out: its number, and what it weighs.
pub type Weighed = (i64, Total);

/// Which of `among` successors gets each customer, so that their weights are balanced: the heaviest customer first, each
/// to whoever has least so far. Customers that weigh nothing balance the number. The order of `customers` does not matter.
pub fn share_out(customers: &[Weighed], among: usize) -> Vec<(i64, usize)> {
    let mut heaviest: Vec<&Weighed> = customers.iter().collect();
    heaviest.sort_by_key(|(number, weight)| (Reverse(*weight), *number));
    let mut loads = vec![(Total::default(), 0_usize); among];
    let mut shares = Vec::with_capacity(customers.len());
    for &(number, weight) in heaviest {
        let lightest = loads.iter().enumerate().min_by_key(|(at, load)| (**load, *at)).map(|(at, _)| at);
        let Some(at) = lightest else { break };
        // who refunds more than it consumes must not attract more customers
        loads[at].0 += weight.max(Total::default());
        loads[at].1 += 1;
        shares.push((number, at));
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_heaviest_go_first_and_each_goes_to_whoever_has_least() {
        let weigh = |weights: [i128; 5]| (1..).zip(weights.map(Total::from_units)).collect::<Vec<Weighed>>();
        assert_eq!(share_out(&weigh([10, 50, 20, 40, 30]), 2), [(2, 0), (4, 1), (5, 1), (3, 0), (1, 0)]);
        assert_eq!(share_out(&weigh([0, 0, 0, -5, 0]), 2), [(1, 0), (2, 1), (3, 0), (5, 1), (4, 0)]);
        assert_eq!(share_out(&weigh([1; 5]), 0), []);
    }

    proptest! {
        #[test]
        fn no_two_successors_differ_by_more_than_the_heaviest_customer(
            weights in prop::collection::vec(0..1_000_i128, 0..40), among in 1..5_usize,
        ) {
            let customers: Vec<Weighed> = (1..).zip(weights.iter().copied().map(Total::from_units)).collect();
            let shares = share_out(&customers, among);
            prop_assert_eq!(shares.len(), customers.len());
            let mut loads = vec![0; among];
            for (number, at) in shares {
                loads[at] += weights[usize::try_from(number).unwrap() - 1];
            }
            let spread = loads.iter().max().unwrap() - loads.iter().min().unwrap();
            prop_assert!(spread <= weights.iter().max().copied().unwrap_or_default());
        }
    }
}
