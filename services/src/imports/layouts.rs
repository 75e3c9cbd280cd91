//! The layouts of bill files that we know: for each field, the names that its column may have. A new supplier is a new table.
//!
//! Letter case, spaces and punctuation of names do not matter ([`normal`]); a unit in brackets (`应付金额(元)`) tells the
//! currency. Where several names of a field are in a header, the first of the table counts.

mod alibaba;
mod focus;
mod huawei;
mod tencent;

use domain::imports::fields::{BillField, FieldSource, FieldSources};
use jiff::tz::TimeZone;

pub use focus::version as focus_version;

/// Rejected rows, mended, come with the columns that our file of rejected rows added.
pub const REJECTED_COLUMNS: [&str; 5] =
    ["x_RejectedDelivery", "x_RejectedFile", "x_RejectedRow", "x_RejectedColumn", "x_RejectedReason"];

/// How rows are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// FOCUS: categories, credits as rows of their own, periods.
    Focus,
    /// A list of details: each row with its amounts beside each other.
    Details,
}

/// A field and the names of its column, the preferred one first.
pub type Names = (BillField, &'static [&'static str]);

/// A layout that we know.
#[derive(Debug)]
pub struct Layout {
    /// Its name in reports.
    pub format: &'static str,
    /// How its rows are understood.
    pub kind: Kind,
    /// Its columns.
    pub names: &'static [Names],
    /// One field of each group must be there.
    pub required: &'static [&'static [BillField]],
    /// Suppliers whose files these are, the usual name first; the second where the header is English. None for FOCUS, which
    /// names the supplier itself.
    pub suppliers: &'static [&'static str],
    /// Hours that times without an offset are ahead of UTC.
    pub offset: i8,
    /// Built from documents only.
    pub unverified: bool,
}

impl Layout {
    /// The zone of times without an offset.
    pub fn zone(&self) -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(self.offset))
    }
}

/// All layouts, the one that wins a tie first.
pub const LAYOUTS: [&Layout; 4] = [&focus::LAYOUT, &huawei::LAYOUT, &alibaba::LAYOUT, &tencent::LAYOUT];

/// Whether a format is one of ours.
pub fn is_built_in(format: &str) -> bool {
    LAYOUTS.iter().any(|layout| layout.format == format)
}

/// A name without what differs from file to file: case, spaces, punctuation, a unit in brackets.
pub fn normal(name: &str) -> String {
    let name = unit(name).map_or(name, |(name, _)| name);
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Splits a unit of currency from the end of a name: the name and the currency's code.
pub fn unit(name: &str) -> Option<(&str, &'static str)> {
    let name = name.trim();
    let inner = name.strip_suffix([')', '）'])?;
    let (rest, unit) = inner.rsplit_once(['(', '（'])?;
    let unit = match unit.trim().to_ascii_uppercase().as_str() {
        "元" | "人民币" | "人民币元" | "CNY" | "RMB" | "¥" | "￥" => "CNY",
        "美元" | "USD" | "US$" | "$" => "USD",
        "欧元" | "EUR" | "€" => "EUR",
        "港元" | "HKD" | "HK$" => "HKD",
        _ => return None,
    };
    Some((rest.trim_end(), unit))
}

/// Where a header has a layout's fields, by column number.
pub fn columns(layout: &Layout, normals: &[String]) -> [Option<usize>; BillField::COUNT] {
    let mut found = [None; BillField::COUNT];
    for (field, names) in layout.names {
        let at = names.iter().find_map(|name| {
            let wanted = normal(name);
            normals.iter().position(|name| *name == wanted)
        });
        // one column is one field: a name that two fields share belongs to the first of them that lacks another
        found[field.index()] = at.filter(|at| !found.contains(&Some(*at)));
    }
    found
}

/// The groups of required fields that a header lacks, each by its first name.
pub fn lacks(layout: &Layout, found: &[Option<usize>; BillField::COUNT]) -> Vec<&'static str> {
    let name = |field: BillField| {
        let names = layout.names.iter().find(|(known, _)| *known == field);
        names.and_then(|(_, names)| names.first()).copied().unwrap_or_default()
    };
    let missing = layout.required.iter().filter(|group| group.iter().all(|field| found[field.index()].is_none()));
    missing.filter_map(|group| group.first()).map(|field| name(*field)).collect()
}

/// A guess where an unknown header has the fields: by every name that any layout knows.
pub fn guess(header: &[String]) -> FieldSources {
    let normals: Vec<String> = header.iter().map(|name| normal(name)).collect();
    let mut sources = FieldSources::new();
    let mut taken = Vec::new();
    for layout in LAYOUTS {
        for (field, at) in BillField::ALL.iter().zip(columns(layout, &normals)) {
            let Some(at) = at.filter(|at| field.is_mappable() && !taken.contains(at)) else { continue };
            if !sources.contains_key(field) {
                taken.push(at);
                sources.insert(*field, column_source(header, at));
            }
        }
    }
    if !sources.contains_key(&BillField::Currency)
        && let Some((_, code)) = header.iter().find_map(|name| unit(name))
    {
        sources.insert(BillField::Currency, FieldSource::Constant(code.to_owned()));
    }
    sources
}

/// A column of a header as a source: its name, and which of its name it is.
pub fn column_source(header: &[String], at: usize) -> FieldSource {
    let name = header.get(at).cloned().unwrap_or_default();
    let nth = header.iter().take(at).filter(|other| **other == name).count();
    FieldSource::Column { name, nth }
}

/// The column that a source names.
pub fn column_of(header: &[String], name: &str, nth: usize) -> Option<usize> {
    header.iter().enumerate().filter(|(_, other)| *other == name).nth(nth).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normals(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| normal(name)).collect()
    }

    #[test]
    fn spelling_of_names_does_not_matter() {
        for name in ["Order No./Transaction ID", "order no / transaction id", "ORDER_NO_TRANSACTION_ID"] {
            assert_eq!(normal(name), "ordernotransactionid");
        }
        assert_eq!(normal(" 应付金额（元） "), "应付金额");
        assert_eq!(unit("Amount Due (USD)"), Some(("Amount Due", "USD")));
        assert_eq!(unit("规格(GB)"), None);
        assert_eq!(normal("规格(GB)"), "规格gb");
    }

    #[test]
    fn no_name_means_two_fields_of_a_layout() {
        for layout in LAYOUTS {
            let mut seen = std::collections::HashMap::new();
            for (field, names) in layout.names {
                for name in *names {
                    let other = seen.insert(normal(name), *field);
                    assert!(
                        other.is_none_or(|other| other == *field),
                        "{}: {name} is {field} and {other:?}",
                        layout.format
                    );
                }
            }
        }
    }

    #[test]
    fn the_preferred_name_wins_wherever_it_stands() {
        let found = columns(&huawei::LAYOUT, &normals(&["产品类型编码", "产品类型", "资源ID"]));
        assert_eq!(found[BillField::Service.index()], Some(1));
        assert_eq!(found[BillField::ResourceId.index()], Some(2));
    }

    #[test]
    fn a_guess_takes_each_column_once() {
        let header = ["客户", "应付金额(元)", "账期", "客户ID"].map(str::to_owned);
        let sources = guess(&header);
        assert_eq!(sources[&BillField::Due], FieldSource::Column { name: "应付金额(元)".into(), nth: 0 });
        assert_eq!(sources[&BillField::Currency], FieldSource::Constant("CNY".into()));
        assert_eq!(sources[&BillField::CustomerAccount], FieldSource::Column { name: "客户ID".into(), nth: 0 });
    }
}
