use super::write::exact_number;
use super::*;

const LIMITS: Limits = Limits { rows: 100, columns: 20, unpacked: 1 << 20 };
const FORMATS: [TableFormat; 2] = [TableFormat::Csv, TableFormat::Xlsx];

fn table(format: TableFormat, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = TableWriter::new(format, &["客户名称", "amount"]).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.finish().unwrap()
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let sheet = read(bytes, LIMITS).unwrap();
    assert_eq!(sheet.header, ["客户名称", "amount"]);
    sheet.rows.iter().map(|row| vec![row.cell(0).to_owned(), row.cell(1).to_owned()]).collect()
}

#[test]
fn text_that_begins_like_a_formula_is_quoted_in_csv_and_comes_back_as_it_was() {
    for text in ["=1+1", "+1", "-1", "@sum(a1)", "=cmd|' /C calc'!A0"] {
        let rows = [vec![Cell::text(text), Cell::Empty]];
        let csv = String::from_utf8(table(TableFormat::Csv, &rows)).unwrap();
        assert!(csv.contains(&format!("\n'{text}")) || csv.contains(&format!("\n\"'{text}")), "{csv}");
        for format in FORMATS {
            assert_eq!(cells(&table(format, &rows)), [[text, ""]], "{format:?}");
        }
    }
    for text in ["\tx", "\rx"] {
        let csv = String::from_utf8(table(TableFormat::Csv, &[vec![Cell::text(text), Cell::Empty]])).unwrap();
        assert!(csv.contains(&format!("'{text}")), "{csv:?}");
    }
    assert_eq!(cells(&table(TableFormat::Csv, &[vec![Cell::text("'tis"), Cell::Empty]])), [["'tis", ""]]);
}

#[test]
fn in_a_workbook_text_is_text_and_an_amount_a_number_where_nothing_is_lost() {
    assert_eq!(exact_number("12.50"), Some(12.5));
    assert_eq!(exact_number("-0.00000001"), Some(-0.000_000_01));
    assert_eq!(exact_number("23.13392672899"), Some(23.133_926_728_99));
    assert_eq!(exact_number("12345678901.12345678"), None, "19 digits");
    assert_eq!(exact_number("x"), None);
    let rows = [
        vec![Cell::text("0012"), Cell::Amount("12345678901.12345678".into())],
        vec![Cell::Day("2026-01-31".parse().unwrap()), Cell::Amount("-12.5".into())],
    ];
    for format in FORMATS {
        assert_eq!(cells(&table(format, &rows)), [["0012", "12345678901.12345678"], ["2026-01-31", "-12.5"]]);
    }
}

#[test]
fn what_a_sheet_cannot_hold_goes_on_in_the_next_under_the_same_header() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TableWriter::flat(TableFormat::Xlsx, Vec::new(), folder.path()).unwrap().with_sheet_rows(4);
    writer.title("标题").unwrap();
    writer.header(&["客户名称", "amount"]).unwrap();
    for number in 0..6 {
        writer.row(&[Cell::text("=1+1"), Cell::Number(number)]).unwrap();
    }
    let bytes = writer.finish().unwrap();
    let mut book = <calamine::Xlsx<_> as calamine::Reader<_>>::new(std::io::Cursor::new(bytes)).unwrap();
    let sheets: Vec<Vec<String>> = calamine::Reader::worksheets(&mut book)
        .into_iter()
        .map(|(_, sheet)| sheet.rows().map(|row| format!("{} {}", row[0], row[1])).collect())
        .collect();
    let header = "客户名称 amount";
    assert_eq!(
        sheets,
        [vec!["标题 ", header, "=1+1 0", "=1+1 1"], vec![header, "=1+1 2", "=1+1 3", "=1+1 4"], vec![header, "=1+1 5"],]
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left in the folder");
}

#[test]
fn full_width_signs_are_guarded_too() {
    for text in ["＝1+1", "＋1", "－1", "＠x"] {
        assert_eq!(guarded(text), format!("'{text}"));
        assert_eq!(unguarded(&guarded(text)), text);
    }
    assert_eq!(guarded("云=1"), "云=1");
}

#[test]
fn csv_begins_with_a_byte_order_mark() {
    assert!(table(TableFormat::Csv, &[]).starts_with("\u{feff}客户名称,amount".as_bytes()));
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_does() {
    let sheet = read("a;b\r\n1;2\r\n\r\n\"x\ny\";4\r\n5;6\r\n".as_bytes(), LIMITS).unwrap();
    let rows: Vec<_> = sheet.rows.iter().map(|row| (row.number, row.cell(1))).collect();
    assert_eq!(rows, [(2, "2"), (4, "4"), (5, "6")]);
    assert_eq!(sheet.rows[0].cell(7), "");
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    let code = |bytes: &[u8]| read(bytes, LIMITS).unwrap_err().code;
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b"\n,,\n"), "empty");
    assert_eq!(code(b"\xbf\xcd\xbb\xa7,x\n"), "not_utf8");
    assert_eq!(code(b"PK\x03\x04 no archive"), "unreadable");
    assert_eq!(code("a\n1\n".repeat(200).as_bytes()), "too_many_rows");
    let rows = vec![vec![Cell::text("x".repeat(10_000)), Cell::Number(1)]; 90];
    let small = Limits { unpacked: 10_000, ..LIMITS };
    assert_eq!(read(&table(TableFormat::Xlsx, &rows), small).unwrap_err().code, "too_large");
}

#[test]
fn a_workbook_with_one_far_cell_takes_no_memory_for_those_between() {
    let mut sheet = rust_xlsxwriter::Worksheet::new();
    sheet.write_string(0, 0, "客户名称").unwrap();
    sheet.write_string(0, 1, "amount").unwrap();
    sheet.write_number(1_048_575, 0, 7.0).unwrap();
    sheet.write_number(1_048_575, 16_383, 8.0).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    book.push_worksheet(sheet);
    let read = read(&book.save_to_buffer().unwrap(), LIMITS).unwrap();
    assert_eq!((read.rows.len(), read.rows[0].number, read.rows[0].cell(0)), (1, 1_048_576, "7"));
}
