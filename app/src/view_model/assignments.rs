//! What moves between account managers, as texts.

use domain::assignments::DueMove;
use domain::money::{Currency, Total};
use domain::periods::Day;

use super::count;

/// A count before and after: `3 → 5`, or `3` where it stays.
pub fn count_move((before, after): (u64, u64)) -> String {
    if before == after { count(after) } else { format!("{} → {}", count(before), count(after)) }
}

/// Dues before and after, a line for each currency that has one.
pub fn due_moves(due: &[DueMove]) -> Vec<String> {
    due.iter()
        .map(|one| {
            let (before, after) = (one.before.short(), one.after.short());
            if one.before == one.after {
                format!("{} {after}", one.currency)
            } else {
                format!("{} {before} → {after}", one.currency)
            }
        })
        .collect()
}

/// Sums by currency, one after the other.
pub fn dues(due: &[(Currency, Total)]) -> String {
    due.iter().map(|(currency, due)| format!("{currency} {}", due.short())).collect::<Vec<_>>().join(" · ")
}

/// First and last day within a month: `03-05 – 03-20`, or one day.
pub fn days((first, last): (Day, Day)) -> String {
    let short = |day: Day| format!("{:02}-{:02}", day.date().month(), day.of_month());
    if first == last { short(first) } else { format!("{} – {}", short(first), short(last)) }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn what_stays_has_one_figure_and_what_moves_has_two() {
        assert_eq!(count_move((1, 1)), "1");
        assert_eq!(count_move((999, 1000)), "999 → 1,000");
        let one = |before, after| DueMove {
            currency: "CNY".parse().unwrap(),
            before: Total::from_units(before),
            after: Total::from_units(after),
        };
        let due = due_moves(&[one(100_000_000, 250_000_000), one(0, 0)]);
        assert_eq!(due, ["CNY 1.00 → 2.50", "CNY 0.00"]);
    }

    #[test]
    fn sums_and_days_are_short() {
        let currency = |code: &str| code.parse::<Currency>().unwrap();
        let due = [(currency("CNY"), Total::from_units(150_000_000)), (currency("USD"), Total::ZERO)];
        assert_eq!(dues(&due), "CNY 1.50 · USD 0.00");
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(days((day("2026-03-05"), day("2026-03-20"))), "03-05 – 03-20");
        assert_eq!(days((day("2026-03-05"), day("2026-03-05"))), "03-05");
    }
}
