//! Exports as texts.

/// A size in bytes for people, in steps of 1,024 with one decimal; a dash where there is no file.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    match bytes {
        0 => return "–".into(),
        1..1_024 => return format!("{bytes} B"),
        _ => {}
    }
    let (mut tenths, mut unit) = (u128::from(bytes) * 10 / 1_024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1_024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        assert_eq!([0, 1_023, 1_024, 1_536].map(size), ["–", "1023 B", "1.0 KB", "1.5 KB"]);
        assert_eq!([1_048_575, 1 << 20, 5 << 30].map(size), ["1023.9 KB", "1.0 MB", "5.0 GB"]);
    }
}
