//! Import reports as texts.

use domain::imports::fields::{BillField, FieldSource};
use domain::imports::mapping::{MappedLine, SavedMapping};
use domain::imports::{CurrencySums, ImportReport, TotalDifference};
use domain::money::{Amount, Total};

/// The sums of a currency, with every digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumTexts {
    /// 官网价.
    pub list: String,
    /// As billed.
    pub billed: String,
    /// As stored.
    pub stored: String,
    /// stored − billed.
    pub difference: String,
}

/// The texts of a currency's sums.
pub fn sum_texts(sums: &CurrencySums) -> SumTexts {
    SumTexts {
        list: sums.list.grouped(),
        billed: sums.billed.grouped(),
        stored: sums.stored.exact(),
        difference: sums.difference.grouped(),
    }
}

/// What reports billed, by currency: `CNY 1,234.50 · USD 2.00`.
pub fn billed(reports: &[ImportReport]) -> String {
    let sums = reports.iter().flat_map(|report| &report.currencies);
    sums.map(|(currency, sums)| format!("{currency} {}", sums.billed.grouped())).collect::<Vec<_>>().join(" · ")
}

/// A total row's amount and the sum of the rows above it.
pub fn total_texts(total: &TotalDifference) -> (String, String) {
    (total.total.grouped(), total.sum.grouped())
}

/// The amounts of a previewed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAmountTexts {
    /// 官网价; none where the file gives none.
    pub list: Option<String>,
    /// 应付金额.
    pub due: String,
    /// 代金券抵扣.
    pub coupon: String,
    /// 实付金额.
    pub paid: String,
}

/// The texts of a previewed line's amounts.
pub fn line_amounts(line: &MappedLine) -> LineAmountTexts {
    let exact = |amount: Amount| Total::from(amount).exact();
    LineAmountTexts {
        list: line.list.map(exact),
        due: exact(line.due),
        coupon: exact(line.coupon),
        paid: exact(line.paid),
    }
}

/// Which column is which field: `应付金额 = 金额, 币种 = CNY`.
pub fn mapped_columns(mapping: &SavedMapping, name: impl Fn(BillField) -> String) -> String {
    let one = |(field, source): (&BillField, &FieldSource)| match source {
        FieldSource::Column { name: column, .. } => format!("{} = {column}", name(*field)),
        FieldSource::Constant(value) => format!("{} = “{value}”", name(*field)),
    };
    mapping.sources.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_thousands_separators_and_every_digit() {
        let sums = CurrencySums {
            list: "1234567.5".parse().unwrap(),
            billed: "-1234.123456789".parse().unwrap(),
            stored: "-1234.12345679".parse().unwrap(),
            difference: "-0.000000001".parse().unwrap(),
        };
        let texts = sum_texts(&sums);
        assert_eq!((texts.list.as_str(), texts.billed.as_str()), ("1,234,567.50", "−1,234.123456789"));
        assert_eq!((texts.stored.as_str(), texts.difference.as_str()), ("−1,234.12345679", "−0.000000001"));
    }
}
