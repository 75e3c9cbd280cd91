//! A page as a file: a head that says what the figures stand on, then the page's tables. A new view makes a [`Sheet`] and is
//! done.

use std::io::Write;
use std::path::Path;

use domain::assignments::Attribution;
use domain::consumption::Basis;
use domain::imports::DataStatus;
use domain::money::{Amount, Total};
use domain::periods::MonthRange;

use super::words::{self, Word, Words};
use crate::error::Result;
use crate::tables::{Cell, TableFormat, TableWriter};

/// What every file says before its first table.
pub(super) struct Head {
    pub title: Word,
    pub range: MonthRange,
    /// Label and value of each condition, no value where the label says it all; nothing filtered where empty.
    pub filters: Vec<(String, String)>,
    /// None where the file has several.
    pub currency: Option<String>,
    pub attribution: Attribution,
    /// Of the billing days.
    pub zone: String,
    /// As of when, which version, how final.
    pub status: DataStatus,
    /// In the billing zone, RFC 3339.
    pub made_at: String,
    /// Whether the file has names of columns that the pages mask.
    pub has_masked_columns: bool,
    /// What else the view says of itself.
    pub more: Vec<(Word, String)>,
}

impl Head {
    /// The head of a view with one basis.
    pub fn of(title: Word, basis: &Basis, filters: Vec<(String, String)>, made_at: String) -> Self {
        Self {
            title,
            range: basis.range,
            filters,
            currency: basis.currency.as_ref().map(ToString::to_string),
            attribution: basis.attribution,
            zone: basis.zone.clone(),
            status: basis.status.clone(),
            made_at,
            has_masked_columns: false,
            more: Vec::new(),
        }
    }

    /// The conditions in one line.
    pub fn filters_in_words(&self, words: Words) -> String {
        if self.filters.is_empty() {
            return words.word(words::ALL).to_owned();
        }
        self.conditions().collect::<Vec<_>>().join("; ")
    }

    /// Each condition in words.
    pub fn conditions(&self) -> impl Iterator<Item = String> {
        self.filters.iter().map(|(label, value)| match value.as_str() {
            "" => label.clone(),
            value => format!("{label}: {value}"),
        })
    }

    /// The states of the months with data.
    pub fn states(&self, words: Words) -> String {
        let months = &self.status.months;
        if months.is_empty() {
            return words.word(words::NOBODY).to_owned();
        }
        let told = months.iter().map(|(month, state)| format!("{month} {}", words.month_state(*state)));
        told.collect::<Vec<_>>().join("; ")
    }

    /// Its rows: a label and a text.
    pub fn rows(&self, words: Words) -> Vec<[Cell; 2]> {
        let mut rows = vec![
            (words::RANGE, format!("{} – {}", self.range.from, self.range.to)),
            (words::FILTERS, self.filters_in_words(words)),
        ];
        rows.extend(self.currency.clone().map(|currency| (words::CURRENCY, currency)));
        rows.extend([
            (words::ATTRIBUTION, words.attribution(self.attribution).to_owned()),
            (words::ZONE, self.zone.clone()),
            (words::VERSION, self.status.version.to_string()),
            (words::AS_OF, self.status.as_of.clone().unwrap_or_else(|| words.word(words::NOBODY).to_owned())),
            (words::STATES, self.states(words)),
        ]);
        rows.extend(self.more.iter().cloned());
        if self.has_masked_columns {
            let how = if words.whole_names { words::NAMES_WHOLE } else { words::NAMES_MASKED };
            rows.push((words::NAMES, words.word(how).to_owned()));
        }
        rows.push((words::MADE_AT, self.made_at.clone()));
        rows.push((words::NOTE, words.word(words::NO_BILL).to_owned()));
        rows.into_iter().map(|(label, text)| [Cell::text(words.word(label)), Cell::Text(text)]).collect()
    }
}

/// One table of a page.
pub(super) struct Section {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A page as a file.
pub(super) struct Sheet {
    pub head: Head,
    pub sections: Vec<Section>,
}

impl Sheet {
    /// Rows of all tables, without their headers.
    pub fn rows(&self) -> u64 {
        self.sections.iter().map(|section| section.rows.len() as u64).sum()
    }

    /// Writes it.
    ///
    /// # Errors
    /// `Internal`.
    pub fn write<W: Write + Send>(&self, words: Words, (format, output, folder): (TableFormat, W, &Path)) -> Result<W> {
        let mut writer = TableWriter::flat(format, output, folder)?;
        begin(&mut writer, &self.head, words)?;
        for section in &self.sections {
            writer.row(&[Cell::Empty])?;
            writer.title(&section.title)?;
            writer.header(&section.columns)?;
            for row in &section.rows {
                writer.row(row)?;
            }
        }
        writer.finish()
    }
}

/// Writes the title and the head.
///
/// # Errors
/// `Internal`.
pub(super) fn begin<W: Write + Send>(writer: &mut TableWriter<W>, head: &Head, words: Words) -> Result<()> {
    writer.title(words.word(head.title))?;
    for row in head.rows(words) {
        writer.row(&row)?;
    }
    Ok(())
}

/// A sum, every digit.
pub(super) fn sum(total: Total) -> Cell {
    Cell::Amount(total.to_string())
}

/// A sum that the source may not give.
pub(super) fn sum_or_unknown(total: Option<Total>, words: Words) -> Cell {
    total.map_or_else(|| Cell::text(words.word(words::NOT_PROVIDED)), sum)
}

/// An amount that the source may not give.
pub(super) fn amount(amount: Option<Amount>, words: Words) -> Cell {
    sum_or_unknown(amount.map(Total::from), words)
}

/// A change in percent: without a plus, which a spreadsheet would take for the begin of a formula.
pub(super) fn change(text: Option<String>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::text(text.trim_start_matches('+')))
}
