//! Why a row is refused: a stable code with a detail. The pages say it in the reader's language, reports in English.

use crate::money::AmountError;
use crate::text::coded_enum;

coded_enum! {
    /// Why a row is refused.
    pub enum Reason {
        /// A required cell has nothing.
        Empty = "empty",
        /// No UTF-8 (or what the file's encoding is).
        NotText = "not_text",
        /// The row is longer or shorter than the header. Detail: `fields/columns`.
        FieldCount = "field_count",
        /// No currency code.
        NoCurrency = "no_currency",
        /// None of FOCUS' charge categories.
        NoCategory = "no_category",
        /// None of the codes of an extension column.
        NoCode = "no_code",
        /// No day or time.
        NoInstant = "no_instant",
        /// No month.
        NoMonth = "no_month",
        /// The period ends before it begins.
        EndBeforeStart = "end_before_start",
        /// No decimal number.
        NoNumber = "no_number",
        /// More digits than can be kept.
        TooPrecise = "too_precise",
        /// Beyond what an amount can hold.
        TooLarge = "too_large",
        /// A sum would pass what can be kept.
        SumTooLarge = "sum_too_large",
        /// A mended row that names no rejected row.
        NoRejectedRow = "no_rejected_row",
        /// A mended row that comes twice.
        RejectedTwice = "rejected_twice",
        /// The header again, or a second one.
        SecondHeader = "second_header",
        /// A formula that the spreadsheet could not work out.
        FormulaError = "formula_error",
    }
}

impl Reason {
    /// In English, for reports and files of rejected rows; stable.
    pub fn english(self, detail: &str) -> String {
        let text = match self {
            Self::Empty => "is empty",
            Self::NotText => "is no UTF-8 text",
            Self::FieldCount => {
                let (fields, columns) = detail.split_once('/').unwrap_or((detail, "fewer or more"));
                return format!("has {fields} fields where the header has {columns}");
            }
            Self::NoCurrency => "is no currency code",
            Self::NoCategory => "is none of Usage, Purchase, Tax, Credit, Adjustment",
            Self::NoCode => "is no known code",
            Self::NoInstant => "is no date or time",
            Self::NoMonth => "is no month",
            Self::EndBeforeStart => "is before BillingPeriodStart",
            Self::NoNumber => "is no decimal number",
            Self::TooPrecise => "has more digits than can be kept exactly",
            Self::TooLarge => "is too large",
            Self::SumTooLarge => "makes a sum too large",
            Self::NoRejectedRow => "names no rejected row",
            Self::RejectedTwice => "names a rejected row twice",
            Self::SecondHeader => "is a second header row",
            Self::FormulaError => "is a formula that could not be worked out",
        };
        text.to_owned()
    }
}

impl From<AmountError> for Reason {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::Empty => Self::Empty,
            AmountError::Malformed => Self::NoNumber,
            AmountError::TooPrecise => Self::TooPrecise,
            AmountError::TooLarge => Self::TooLarge,
        }
    }
}
