//! What a file leaves open: its columns where nobody knows them, whose bill it is where it does not say. A person answers
//! once; what belongs to the layout is kept by name and known again by the set of its column names.

use serde::{Deserialize, Serialize};

use super::Reject;
use super::fields::{BillField, FieldSources};
use crate::bills::{BillType, ChargeMode};
use crate::errors::FieldError;
use crate::ids::{DeliveryId, MappingId};
use crate::money::Amount;
use crate::periods::{Day, Month};

/// Rows of a preview.
pub const PREVIEW_ROWS: usize = 10;
/// Characters that a mapping's name may have.
pub const NAME_LENGTH: usize = 100;
/// Days that a file is kept while an answer is waited for.
pub const KEPT_DAYS: i64 = 7;
/// Deliveries of a partner that may wait for an answer, or be read again after one, at a time.
pub const MAX_WAITING: i64 = 20;

/// A column of the file that is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSample {
    /// As in the header; empty where the header has nothing.
    pub name: String,
    /// Among columns of that name, from 0.
    pub nth: usize,
    /// What stands in the first rows.
    pub samples: Vec<String>,
}

/// What a delivery waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingQuestion {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The file asked about.
    pub file: String,
    /// What it was recognised as; empty where its header is unknown, and its columns are asked for.
    pub format: String,
    /// Its columns.
    pub columns: Vec<ColumnSample>,
    /// Where its fields are, as far as that is known or can be guessed.
    pub sources: FieldSources,
    /// What must be answered.
    pub missing: Vec<BillField>,
    /// Until when the file is kept (RFC 3339, billing zone).
    pub kept_until: String,
}

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MappingAnswer {
    /// Where the fields are: all of them for an unknown header, else what was missing.
    pub sources: FieldSources,
    /// The name under which an unknown header is kept.
    pub name: String,
}

impl MappingAnswer {
    /// Checks the answer to a question about a header that is unknown (`unknown`) or recognised.
    ///
    /// # Errors
    /// `required` for a field that is still missing or for `name`; `not_allowed` for a constant where none may be;
    /// `too_long` for the name.
    pub fn check(&self, unknown: bool, missing: &[BillField]) -> Result<(), Vec<FieldError>> {
        let mut errors: Vec<FieldError> =
            missing.iter().map(|field| FieldError::new(field.code(), "required")).collect();
        for (field, source) in &self.sources {
            let constant = matches!(source, super::fields::FieldSource::Constant(_));
            if !field.is_mappable() || constant && !field.may_be_constant() {
                errors.push(FieldError::new(field.code(), "not_allowed"));
            }
        }
        if unknown && self.name.trim().is_empty() {
            errors.push(FieldError::new("name", "required"));
        }
        if self.name.chars().count() > NAME_LENGTH {
            errors.push(FieldError::new("name", "too_long"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A row as the answer maps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedRow {
    /// Row number below the header.
    pub row: u64,
    /// What it becomes, or what is wrong with it.
    pub result: Result<MappedLine, Reject>,
}

/// A row in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedLine {
    /// The supplier.
    pub supplier: String,
    /// The customer's account id.
    pub account: String,
    /// The customer's name.
    pub name: String,
    /// 账期.
    pub month: Month,
    /// Billing-zone day.
    pub day: Day,
    /// 产品类型.
    pub service: String,
    /// 账单类型.
    pub bill_type: BillType,
    /// 计费模式.
    pub charge_mode: ChargeMode,
    /// The currency.
    pub currency: String,
    /// 官网价.
    pub list: Option<Amount>,
    /// 应付金额.
    pub due: Amount,
    /// 代金券抵扣.
    pub coupon: Amount,
    /// 实付金额.
    pub paid: Amount,
    /// Whether the identities hold.
    pub balanced: bool,
}

/// A mapping that is kept for a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMapping {
    /// Its id.
    pub id: MappingId,
    /// Its name; the format of its files in reports.
    pub name: String,
    /// The header that it knows, as the first file had it.
    pub header: Vec<String>,
    /// Where the fields are.
    pub sources: FieldSources,
    /// Who made it.
    pub by: String,
    /// When (RFC 3339, billing zone).
    pub at: String,
}

#[cfg(test)]
mod tests {
    use super::super::fields::FieldSource;
    use super::*;

    #[test]
    fn an_answer_must_be_complete_and_amounts_are_no_constants() {
        let mut answer = MappingAnswer { name: "A".into(), ..MappingAnswer::default() };
        assert_eq!(answer.check(true, &[]), Ok(()));
        let codes = |answer: &MappingAnswer, missing: &[BillField]| {
            answer.check(true, missing).unwrap_err().iter().map(|error| error.field.clone()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&answer, &[BillField::Due]), ["due"]);
        answer.sources.insert(BillField::Due, FieldSource::Constant("1".into()));
        answer.name = String::new();
        assert_eq!(codes(&answer, &[]), ["due", "name"]);
    }
}
