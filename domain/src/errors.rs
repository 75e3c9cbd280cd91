//! What can be wrong with a single value.

use serde::{Deserialize, Serialize};

/// A field of a form, a query or a file that cannot be accepted, and why.
///
/// `code` is stable: the pages turn it into a sentence in the reader's language. `detail` is a value to show with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name as the form or the URL spells it.
    pub field: String,
    /// Stable reason, e.g. `required`, `too_long`, `start_after_end`.
    pub code: String,
    /// A value that belongs to the reason: a limit, the offending text. May be empty.
    pub detail: String,
}

impl FieldError {
    /// An error of `field` for the reason `code`.
    pub fn new(field: impl Into<String>, code: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), detail: String::new() }
    }

    /// The same with a value to show.
    #[must_use]
    pub fn with(mut self, detail: impl ToString) -> Self {
        self.detail = detail.to_string();
        self
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.code.replace('_', " "))?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        Ok(())
    }
}

/// A code that names no variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no {kind}")]
pub struct UnknownCode {
    /// The type that was expected.
    pub kind: &'static str,
    /// What was found.
    pub code: String,
}
