//! What a file is, from its first rows: which layout, in which row its header is, and where its columns are.

use std::collections::BTreeSet;

use csv::ByteRecord;
use domain::imports::fields::{BillField, FieldSource, FieldSources, missing};
use jiff::tz::TimeZone;

use super::layouts::{self, Kind, LAYOUTS, Layout, normal};

pub use super::layouts::REJECTED_COLUMNS;

/// Rows in which a header is looked for: titles may stand above it.
pub const HEADER_ROWS: usize = 30;

/// Where the columns are that we read.
#[derive(Debug, Clone)]
pub struct Columns {
    fields: [Option<usize>; BillField::COUNT],
    /// Delivery, file and row, in a file of rejected rows.
    pub rejected: Option<[usize; 3]>,
}

impl Columns {
    /// The column of a field.
    pub const fn of(&self, field: BillField) -> Option<usize> {
        self.fields[field.index()]
    }

    /// The columns whose texts go into the dictionary as they are.
    pub fn texts(&self) -> impl Iterator<Item = usize> {
        const TEXTS: [BillField; 9] = [
            BillField::Service,
            BillField::ResourceType,
            BillField::ResourceId,
            BillField::ResourceName,
            BillField::Region,
            BillField::Order,
            BillField::Description,
            BillField::Tags,
            BillField::SourceManager,
        ];
        let fields = self.fields;
        TEXTS.into_iter().filter_map(move |field| fields[field.index()])
    }
}

/// A recognised header.
#[derive(Debug, Clone)]
pub struct Header {
    /// As in the file.
    pub record: ByteRecord,
    /// The names of its columns.
    pub names: Vec<String>,
    /// e.g. `FOCUS 1.0`, or the name of a saved mapping.
    pub format: String,
    /// How its rows are understood.
    pub kind: Kind,
    /// Where its columns are.
    pub columns: Columns,
    /// What holds for the whole file.
    pub constants: Vec<(BillField, String)>,
    /// Names that the file's supplier may be known by; empty where a column or a person names it.
    pub suppliers: &'static [&'static str],
    /// The zone of times without an offset; the partner's where none.
    pub zone: Option<TimeZone>,
    /// Built from documents only.
    pub unverified: bool,
    /// What a person must add.
    pub missing: Vec<BillField>,
}

impl Header {
    /// The value that a field has in the whole file.
    pub fn constant(&self, field: BillField) -> Option<&str> {
        self.constants.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// Whether the file gives a field at all.
    pub fn has(&self, field: BillField) -> bool {
        self.columns.of(field).is_some() || self.constant(field).is_some()
    }

    /// Where its fields are, as a person is shown it.
    pub fn sources(&self) -> FieldSources {
        let column =
            |field: BillField| self.columns.of(field).map(|at| (field, layouts::column_source(&self.names, at)));
        let mut sources: FieldSources = BillField::ALL.iter().filter_map(|field| column(*field)).collect();
        let constants = self.constants.iter().cloned();
        sources.extend(constants.map(|(field, value)| (field, FieldSource::Constant(value))));
        sources
    }

    /// Puts a person's answer in place.
    fn answer(&mut self, answer: &FieldSources) {
        for (field, source) in answer {
            self.constants.retain(|(known, _)| known != field);
            match source {
                FieldSource::Column { name, nth } => {
                    self.columns.fields[field.index()] = layouts::column_of(&self.names, name, *nth);
                }
                FieldSource::Constant(value) => {
                    self.columns.fields[field.index()] = None;
                    self.constants.push((*field, value.trim().to_owned()));
                }
            }
        }
        if self.kind == Kind::Details {
            self.missing = missing(|field| self.has(field));
        }
    }
}

/// A partner's saved mapping, as far as files are recognised by it.
#[derive(Debug, Clone)]
pub struct SavedLayout {
    pub name: String,
    pub header: Vec<String>,
    pub sources: FieldSources,
}

/// What helps to understand files beside the layouts that we know.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// The partner's saved mappings.
    pub saved: Vec<SavedLayout>,
    /// The mapping that a person named.
    pub wanted: Option<String>,
    /// What a person said of a file, by its name; of all files where the name is empty.
    pub answers: Vec<(String, FieldSources)>,
}

/// A header that nobody knows.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The row that looks most like a header.
    pub row: usize,
    /// Its names.
    pub names: Vec<String>,
    /// What the nearest layout lacks.
    pub lacks: Vec<&'static str>,
    /// No row is text.
    pub no_text: bool,
}

impl Unknown {
    /// A sentence for the person who sent the file: what is missing, what was found, what is known.
    pub fn sentence(&self) -> String {
        let why = if self.no_text {
            "it is no text".to_owned()
        } else if self.lacks.is_empty() {
            "no header".to_owned()
        } else {
            let plural = if self.lacks.len() == 1 { "column" } else { "columns" };
            format!("{plural} {} missing", self.lacks.join(", "))
        };
        let header: String = self.names.join(",").chars().take(400).collect();
        let formats: Vec<&str> = LAYOUTS.iter().skip(1).map(|layout| layout.format).collect();
        format!(
            "This is no bill: {why}. The header found: {header}. Known formats: FOCUS 1.0, 1.1 and 1.2, {}, as CSV, XLSX, \
             ZIP or gzipped CSV. Upload the file on the page of bill import to say what its columns are, or name a saved \
             mapping with --mapping.",
            formats.join(", ")
        )
    }
}

/// Finds the header among the first rows of the file `name`: the row's index and what it is.
///
/// # Errors
/// [`Unknown`] with the row that looks most like a header.
pub fn recognise(rows: &[ByteRecord], file: &str, knowledge: &Knowledge) -> Result<(usize, Header), Unknown> {
    let names: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let mut found = find(rows, &names, knowledge)?;
    for (named, answer) in &knowledge.answers {
        if named.is_empty() {
            // said of all files: only what a file leaves open
            let open = |field: &BillField| found.1.missing.contains(field);
            let answer = answer.iter().filter(|(field, _)| open(field)).map(|(f, s)| (*f, s.clone())).collect();
            found.1.answer(&answer);
        } else if named == file {
            found.1.answer(answer);
        }
    }
    Ok(found)
}

fn find(rows: &[ByteRecord], names: &[Vec<String>], knowledge: &Knowledge) -> Result<(usize, Header), Unknown> {
    let mut best: Option<(usize, usize, Header)> = None;
    let mut nearest: Option<(usize, usize, Vec<&'static str>)> = None;
    for (row, names) in names.iter().enumerate() {
        if names.iter().filter(|name| !name.is_empty()).count() < 2 {
            continue;
        }
        let normals: Vec<String> = names.iter().map(|name| normal(name)).collect();
        if let Some(saved) = saved_for(&normals, names, knowledge) {
            return Ok((row, of_saved(&rows[row], names, saved)));
        }
        if knowledge.wanted.is_some() {
            continue;
        }
        for layout in LAYOUTS {
            let found = layouts::columns(layout, &normals);
            let (score, lacks) = (found.iter().flatten().count(), layouts::lacks(layout, &found));
            if lacks.is_empty() && best.as_ref().is_none_or(|(most, ..)| score > *most) {
                best = Some((score, row, of_layout(&rows[row], names, layout, &found)));
                if row == 0 && layout.kind == Kind::Focus {
                    break;
                }
            } else if score > 1 && nearest.as_ref().is_none_or(|(most, ..)| score > *most) {
                nearest = Some((score, row, lacks));
            }
        }
        if row == 0 && best.as_ref().is_some_and(|(.., header)| header.kind == Kind::Focus) {
            break;
        }
    }
    if let Some((_, row, header)) = best {
        return Ok((row, header));
    }
    let no_text = rows.iter().take(1).any(|row| row.iter().any(is_binary))
        || rows.iter().any(|row| row.iter().any(|cell| cell.contains(&0)));
    let (row, lacks) = nearest.map_or_else(|| (likeliest(names), required_of_focus()), |(_, row, lacks)| (row, lacks));
    Err(Unknown { row, names: names.get(row).cloned().unwrap_or_default(), lacks, no_text })
}

fn required_of_focus() -> Vec<&'static str> {
    layouts::lacks(LAYOUTS[0], &[None; BillField::COUNT])
}

/// The row with the most different texts that are no numbers, the first of equals.
fn likeliest(names: &[Vec<String>]) -> usize {
    let texts = |row: &Vec<String>| {
        let words = row.iter().filter(|name| name.chars().any(char::is_alphabetic));
        words.collect::<BTreeSet<_>>().len()
    };
    let most = names.iter().map(texts).max().unwrap_or(0);
    names.iter().position(|row| texts(row) == most).unwrap_or(0)
}

fn is_binary(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).map_or(true, |text| text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// The texts of a row.
pub fn cells(record: &ByteRecord) -> Vec<String> {
    record
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim_matches(['\u{feff}', ' ', '\t']).trim().to_owned())
        .collect()
}

/// The set of names by which a saved mapping knows its header, whatever we added to it.
fn name_set<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let ours: Vec<String> = REJECTED_COLUMNS.iter().map(|name| normal(name)).collect();
    names.map(normal).filter(|name| !name.is_empty() && !ours.contains(name)).collect()
}

/// Whether two headers have the same names.
pub fn same_names(one: &[String], other: &[String]) -> bool {
    name_set(one.iter().map(String::as_str)) == name_set(other.iter().map(String::as_str))
}

fn saved_for<'a>(normals: &[String], names: &[String], knowledge: &'a Knowledge) -> Option<&'a SavedLayout> {
    if knowledge.saved.is_empty() {
        return None;
    }
    if let Some(wanted) = &knowledge.wanted {
        let has = |source: &FieldSource| match source {
            FieldSource::Column { name, nth } => layouts::column_of(names, name, *nth).is_some(),
            FieldSource::Constant(_) => true,
        };
        return knowledge.saved.iter().find(|saved| saved.name == *wanted && saved.sources.values().all(has));
    }
    let set = name_set(normals.iter().map(String::as_str));
    knowledge.saved.iter().find(|saved| name_set(saved.header.iter().map(String::as_str)) == set)
}

fn rejected(names: &[String]) -> Option<[usize; 3]> {
    let find = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    match [REJECTED_COLUMNS[0], REJECTED_COLUMNS[1], REJECTED_COLUMNS[2]].map(find) {
        [Some(delivery), Some(file), Some(row)] => Some([delivery, file, row]),
        _ => None,
    }
}

fn of_saved(record: &ByteRecord, names: &[String], saved: &SavedLayout) -> Header {
    let mut header = Header {
        record: record.clone(),
        names: names.to_vec(),
        format: saved.name.clone(),
        kind: Kind::Details,
        columns: Columns { fields: [None; BillField::COUNT], rejected: rejected(names) },
        constants: Vec::new(),
        suppliers: &[],
        zone: None,
        unverified: false,
        missing: Vec::new(),
    };
    header.answer(&saved.sources);
    header
}

fn of_layout(
    record: &ByteRecord,
    names: &[String],
    layout: &Layout,
    fields: &[Option<usize>; BillField::COUNT],
) -> Header {
    let mut header = Header {
        record: record.clone(),
        names: names.to_vec(),
        format: layout.format.to_owned(),
        kind: layout.kind,
        columns: Columns { fields: *fields, rejected: rejected(names) },
        constants: Vec::new(),
        suppliers: layout.suppliers,
        zone: (layout.kind == Kind::Details).then(|| layout.zone()),
        unverified: layout.unverified,
        missing: Vec::new(),
    };
    if layout.kind == Kind::Focus {
        layouts::focus_version(names).clone_into(&mut header.format);
        return header;
    }
    let due = fields[BillField::Due.index()].and_then(|at| names.get(at)).map_or("", String::as_str);
    let chinese = !due.is_ascii();
    if let [home, abroad, ..] = layout.suppliers {
        header.constants.push((BillField::Supplier, if chinese { home } else { abroad }.to_string()));
    }
    // a Chinese bill is in yuan unless it says otherwise; an English one must say
    let currency = layouts::unit(due).map(|(_, code)| code).or_else(|| chinese.then_some("CNY"));
    if let Some(code) = currency.filter(|_| header.columns.of(BillField::Currency).is_none()) {
        header.constants.push((BillField::Currency, code.to_owned()));
    }
    header.missing = missing(|field| header.has(field));
    header
}

#[cfg(test)]
mod tests;
