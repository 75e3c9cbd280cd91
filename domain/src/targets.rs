//! Targets (业绩目标): what an account manager is to reach in a month, and how far they came.
//!
//! A target is an amount of 应付金额 (due) of one account manager, one bill month and one currency. 完成率 (completion) =
//! due ÷ target, of the months and account managers that have a target: due without a target is compared with nothing.

mod by_file;
mod sheet;

pub use by_file::{MAX_LISTED_CHANGES, TargetChange, TargetReport};
pub use sheet::{Figure, ManagerFigures, ManagerLine, Sheet, SheetLine, TeamLines, by_team};

use serde::{Deserialize, Serialize};

use crate::assignments::Attribution;
use crate::consumption::DashboardQuery;
use crate::customers::ManagerName;
use crate::errors::FieldError;
use crate::ids::MemberId;
use crate::money::{Amount, AmountError, Currency, Decimal};
use crate::periods::{Month, MonthRange};

/// Months whose targets one view shows.
pub const MAX_TARGET_MONTHS: i32 = 24;

/// Which account managers, months and currency the sheet shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetQuery {
    /// First bill month; five months before the last where none.
    pub from: Option<Month>,
    /// Last bill month; the current one where none.
    pub to: Option<Month>,
    /// Only these account managers (member ids), with `none` for unassigned; together with `teams`, either of them.
    pub managers: Vec<String>,
    /// Only the account managers who are in these teams today.
    pub teams: Vec<String>,
    /// Which currency; the one with most lines where none.
    pub currency: Option<Currency>,
    /// Only who sees all may choose `today`.
    pub attribution: Option<Attribution>,
}

impl SheetQuery {
    /// The same as a question to the consumption dashboard: it shows the same due.
    pub fn consumption(&self) -> DashboardQuery {
        DashboardQuery {
            from: self.from,
            to: self.to,
            managers: self.managers.clone(),
            teams: self.teams.clone(),
            currency: self.currency.clone(),
            attribution: self.attribution,
            ..DashboardQuery::default()
        }
    }
}

/// A target as it stands, with who wrote it last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetEntry {
    /// The amount; none where there is no target.
    pub amount: Option<Amount>,
    /// Grows with every change; 0 where there never was a target. Who changes says which one they saw.
    pub version: i64,
    /// Who changed it last, by name; empty where nobody did.
    pub by: String,
    /// When, in the billing zone (RFC 3339); empty where nobody did.
    pub at: String,
}

/// An account manager's targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRow {
    /// The account manager.
    pub manager: ManagerName,
    /// Whether a new target can be set: an active member who is an account manager.
    pub settable: bool,
    /// A month each, as [`TargetBoard::months`].
    pub entries: Vec<TargetEntry>,
}

/// The targets of some months in one currency, to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetBoard {
    /// The months shown.
    pub range: MonthRange,
    /// Each, and whether it is closed: then its targets stay as they are.
    pub months: Vec<(Month, bool)>,
    /// The currencies of bills and targets.
    pub currencies: Vec<Currency>,
    /// The one shown.
    pub currency: Currency,
    /// Account managers who are active or have a target here, by name.
    pub rows: Vec<TargetRow>,
}

/// A target to set or to take away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTarget {
    /// The account manager.
    pub manager: MemberId,
    /// The bill month.
    pub month: Month,
    /// The currency.
    pub currency: Currency,
    /// The amount; none takes the target away.
    pub amount: Option<Amount>,
    /// The version that was seen.
    pub seen: i64,
}

/// 10⁻⁸ units in the smallest part of a target, two decimals.
const HUNDREDTH: i64 = 1_000_000;

/// Reads a target as a person or a file writes it; none where nothing is written.
///
/// # Errors
/// A [`FieldError`] of `amount`: `amount_malformed`; `amount_not_positive` for zero and less; `amount_too_precise` beyond two
/// decimals; `amount_too_large`.
pub fn parse_amount(text: &str) -> Result<Option<Amount>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let error = |code: &str| FieldError::new("amount", code).with(text);
    let decimal = Decimal::parse(text).map_err(|why| match why {
        AmountError::TooLarge => error("amount_too_large"),
        AmountError::TooPrecise => error("amount_too_precise"),
        AmountError::Empty | AmountError::Malformed => error("amount_malformed"),
    })?;
    let amount = decimal.to_amount().map_err(|_| error("amount_too_large"))?;
    if amount.to_decimal() != decimal || amount.units() % HUNDREDTH != 0 {
        return Err(error("amount_too_precise"));
    }
    if amount <= Amount::ZERO {
        return Err(error("amount_not_positive"));
    }
    Ok(Some(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_positive_amount_of_at_most_two_decimals() {
        let read = |text: &str| parse_amount(text).map(|amount| amount.map(|amount| amount.to_string()));
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read("1,234,567.5"), Ok(Some("1234567.5".into())));
        assert_eq!(read("0.01"), Ok(Some("0.01".into())));
        let code = |text: &str| read(text).unwrap_err().code;
        for (text, expected) in [
            ("0", "amount_not_positive"),
            ("-5", "amount_not_positive"),
            ("0.001", "amount_too_precise"),
            ("0.000000001", "amount_too_precise"),
            ("99999999999999", "amount_too_large"),
            ("a lot", "amount_malformed"),
            ("1,5", "amount_malformed"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
