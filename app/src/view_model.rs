//! From domain types to texts that a view shows, and from URLs to domain types: no arithmetic and no parsing in views.
//! Pure, tested.

pub mod addresses;
pub mod assignments;
pub mod consumption;
pub mod exports;
pub mod groups;
pub mod imports;
pub mod mapping;
pub mod months;
pub mod query;
pub mod summary;
pub mod targets;

/// An instant (RFC 3339) for people, to the minute and with its offset: `2026-11-22 04:05 +08:00`.
pub fn instant(text: &str) -> String {
    match (text.get(..10), text.get(11..16), text.get(19..)) {
        (Some(day), Some(clock), Some(offset)) => format!("{day} {clock} {offset}"),
        _ => text.to_owned(),
    }
}

/// A count with thousands separators.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_to_the_minute_with_their_offset() {
        assert_eq!(instant("2026-11-22T04:05:06+08:00"), "2026-11-22 04:05 +08:00");
        assert_eq!(instant("?"), "?");
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
