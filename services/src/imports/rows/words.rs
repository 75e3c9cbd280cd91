//! The words and codes of consoles and APIs, Chinese and English, in ours.

use csv::ByteRecord;
use domain::bills::{BillType, ChargeMode};
use domain::customers::AssociationType;
use domain::money::Amount;

use super::super::layouts::normal;

/// A cell as it is meant: without what keeps a spreadsheet from taking it for a number (`="1"`, `'1`), nothing for dashes.
pub fn plain(value: &str) -> &str {
    let value = value.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let value = value.strip_prefix('\'').unwrap_or(value).trim();
    if matches!(value, "-" | "--" | "—" | "——" | "–" | "N/A" | "n/a") { "" } else { value }
}

/// A number without the unit behind it; signs of currency are read with the number.
pub fn bare_number(value: &str) -> &str {
    let value = value.trim_end_matches(['元', '%']).trim_end();
    ["CNY", "RMB", "USD"]
        .iter()
        .fold(value, |value, unit| {
            let value = value.strip_suffix(unit).unwrap_or(value).trim_end();
            value.strip_prefix(unit).unwrap_or(value).trim_start()
        })
        .trim()
}

/// 账单类型 by word or by the code of Huawei's API; what is negative and says nothing is a refund. Source: the API's
/// `bill_detail_type`; catching up on truncated parts (25) is an adjustment.
pub fn bill_type(value: &str, due: Amount) -> BillType {
    if let Ok(code) = value.parse::<u16>() {
        return match code {
            4 | 20 | 24 => BillType::Refund,
            9 | 15 | 16 | 17 | 25 | 100..=102 => BillType::Adjustment,
            _ => BillType::Consumption,
        };
    }
    let value = value.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| value.contains(word));
    if has(&["退款", "退订", "退费", "refund", "unsubscri"]) {
        BillType::Refund
    } else if has(&["调账", "调整", "补偿", "补扣", "税", "adjust", "compensat", "tax", "rounding"]) {
        BillType::Adjustment
    } else if value.is_empty() && due < Amount::ZERO {
        BillType::Refund
    } else {
        BillType::Consumption
    }
}

/// 计费模式 by word or code. Reserved instances and savings plans are bought for a period.
pub fn charge_mode(value: &str) -> ChargeMode {
    match value {
        "1" | "10" | "11" => return ChargeMode::Subscription,
        "3" => return ChargeMode::PayPerUse,
        _ => {}
    }
    let value = value.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| value.contains(word));
    if has(&["按需", "按量", "后付费", "pay-per-use", "pay per use", "payasyougo", "pay-as-you-go", "postpay", "usage"])
    {
        ChargeMode::PayPerUse
    } else if has(&[
        "包年",
        "包月",
        "包周期",
        "预付费",
        "预留",
        "节省计划",
        "year",
        "month",
        "subscription",
        "prepay",
        "reserved",
        "saving",
        "recurring",
    ]) {
        ChargeMode::Subscription
    } else if has(&["一次性", "one-time", "one time", "one_time"]) {
        ChargeMode::OneTime
    } else {
        ChargeMode::Unknown
    }
}

/// 关联类型 by word or code; none where it says nothing.
pub fn association(value: &str) -> Option<AssociationType> {
    let value = value.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| value.contains(word));
    if value == "1" || has(&["顾问", "referral", "推荐"]) {
        Some(AssociationType::Referral)
    } else if value == "2" || has(&["代售", "转售", "resale", "resell"]) {
        Some(AssociationType::Reseller)
    } else {
        None
    }
}

const TOTALS: [&str; 14] = [
    "合计",
    "总计",
    "小计",
    "总额",
    "汇总",
    "总合计",
    "本页合计",
    "本月合计",
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summary",
];

/// Whether a row sums others up: one of its first cells that are not empty says so.
pub fn is_total(record: &ByteRecord) -> bool {
    let filled = record.iter().filter(|cell| !cell.iter().all(u8::is_ascii_whitespace));
    filled.take(2).any(|cell| {
        // longest of the words with room for brackets and colons
        cell.len() <= 40
            && std::str::from_utf8(cell).is_ok_and(|text| {
                let text = normal(text);
                TOTALS.contains(&text.as_str()) || text.ends_with("小计") || text.ends_with("合计")
            })
    })
}

/// Whether a row is the header once more, or the header in other words: at least three of its cells are names of columns
/// and none is a number.
pub fn repeats_header(record: &ByteRecord, header: &[String]) -> bool {
    let cells = super::super::format::cells(record);
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    if filled.len() < 3 || filled.iter().any(|cell| cell.chars().all(|c| c.is_ascii_digit() || ".,-".contains(c))) {
        return false;
    }
    let same = filled.iter().filter(|cell| header.iter().any(|name| name == **cell)).count();
    same * 2 > filled.len() || super::super::layouts::guess(&cells).len() * 2 > filled.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_become_ours() {
        let due = Amount::from_units(1);
        for (value, expected) in [
            ("消费-使用", BillType::Consumption),
            ("消费-抹零补扣", BillType::Adjustment),
            ("退款-退订", BillType::Refund),
            ("调账-补偿", BillType::Adjustment),
            ("Refund", BillType::Refund),
            ("20", BillType::Refund),
            ("25", BillType::Adjustment),
            ("103", BillType::Consumption),
            ("PayAsYouGoBill", BillType::Consumption),
        ] {
            assert_eq!(bill_type(value, due), expected, "{value}");
        }
        assert_eq!(bill_type("", Amount::from_units(-1)), BillType::Refund);
        for (value, expected) in [
            ("包年/包月", ChargeMode::Subscription),
            ("Yearly/Monthly", ChargeMode::Subscription),
            ("按需", ChargeMode::PayPerUse),
            ("Pay-per-use", ChargeMode::PayPerUse),
            ("PayAsYouGo", ChargeMode::PayPerUse),
            ("3", ChargeMode::PayPerUse),
            ("预留实例-按时计费", ChargeMode::Subscription),
            ("", ChargeMode::Unknown),
        ] {
            assert_eq!(charge_mode(value), expected, "{value}");
        }
        assert_eq!(association("顾问销售类"), Some(AssociationType::Referral));
        assert_eq!(association("Reseller"), Some(AssociationType::Reseller));
        assert_eq!(association("--"), None);
    }

    #[test]
    fn numbers_lose_their_units_and_dashes_are_nothing() {
        assert_eq!(bare_number("12.30元"), "12.30");
        assert_eq!(bare_number("CNY 1,200.50"), "1,200.50");
        assert_eq!(bare_number("￥-3"), "￥-3");
        for empty in ["--", "-", "—", "=\"\""] {
            assert_eq!(plain(empty), "", "{empty}");
        }
        assert_eq!(plain("=\"0123\""), "0123");
    }

    #[test]
    fn total_rows_and_repeated_headers_are_told_from_lines() {
        let row = |cells: &[&str]| ByteRecord::from(cells.to_vec());
        for total in [&["合计", "", "12"][..], &["", "总计：", "12"], &["Grand Total", "12"], &["2026-09", "小计", "1"]]
        {
            assert!(is_total(&row(total)), "{total:?}");
        }
        for line in [&["2026-09", "客户合计公司", "12"][..], &["Total Energies", "x"], &["", "a", "b", "合计"]]
        {
            assert!(!is_total(&row(line)), "{line:?}");
        }
        let header = ["账期", "客户ID", "应付金额"].map(str::to_owned);
        assert!(repeats_header(&row(&["账期", "客户ID", "应付金额"]), &header));
        assert!(repeats_header(&row(&["bill_cycle", "customer_id", "consume_amount"]), &header));
        assert!(!repeats_header(&row(&["2026-09", "x", "12"]), &header));
    }
}
