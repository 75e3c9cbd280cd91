use super::*;

const FOCUS: [&str; 7] = [
    "BilledCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodStart",
    "ServiceName",
];

fn rows(rows: &[&[&str]]) -> Vec<ByteRecord> {
    rows.iter().map(|row| ByteRecord::from(row.to_vec())).collect()
}

fn header(extra: &[&str]) -> Header {
    let names: Vec<&str> = FOCUS.iter().chain(extra).copied().collect();
    recognise(&rows(&[&names]), "f", &Knowledge::default()).unwrap().1
}

#[test]
fn the_version_is_told_by_its_newest_column() {
    assert_eq!(header(&["Tags"]).format, "FOCUS 1.0");
    assert_eq!(header(&["SkuMeter"]).format, "FOCUS 1.1");
    assert_eq!(header(&["SkuMeter", "invoiceid"]).format, "FOCUS 1.2");
}

#[test]
fn older_names_of_the_supplier_are_known() {
    assert_eq!(header(&["Publisher", "Provider"]).columns.of(BillField::Supplier), Some(8));
    assert_eq!(header(&["PUBLISHER"]).columns.of(BillField::Supplier), Some(7));
}

#[test]
fn what_is_no_bill_is_told_what_is_missing_and_what_is_known() {
    let unknown = |given: &[&[&str]]| recognise(&rows(given), "f", &Knowledge::default()).unwrap_err();
    let error = unknown(&[&["BilledCost", "Name"]]);
    for part in ["BillingAccountId", "BilledCost,Name", "FOCUS 1.0"] {
        assert!(error.sentence().contains(part), "{error:?}");
    }
    assert!(unknown(&[&["P\u{3}K\u{4}", "x"]]).no_text);
    let error = unknown(&[&["客户消费", ""], &["", ""], &["名称", "数量", "金额"], &["a", "1", "2"]]);
    assert_eq!((error.row, error.names.join("/").as_str()), (2, "名称/数量/金额"));
}

const HUAWEI: [&str; 7] = ["账期", "客户账号ID", "产品类型", "计费模式", "消费时间", "应付金额", "官网价"];

#[test]
fn titles_may_stand_above_the_header_and_columns_in_any_order() {
    let mut turned = HUAWEI;
    turned.reverse();
    for names in [HUAWEI, turned] {
        let given = rows(&[&["2026年9月消费明细"], &["导出时间", "2026-10-05"], &names, &["x"; 7]]);
        let (row, header) = recognise(&given, "f", &Knowledge::default()).unwrap();
        assert_eq!((row, header.format.as_str(), header.unverified), (2, "Huawei Cloud consumption details", true));
        assert_eq!(header.constant(BillField::Currency), Some("CNY"));
        assert_eq!(header.constant(BillField::Supplier), Some("华为云"));
        assert_eq!(header.missing, []);
    }
}

#[test]
fn whose_bill_it_is_and_in_which_currency_is_asked_where_the_file_does_not_say() {
    let names = ["Billing Cycle", "Product Type", "Billing Mode", "Amount Due", "List Price"];
    let (_, header) = recognise(&rows(&[&names]), "f", &Knowledge::default()).unwrap();
    assert_eq!(header.missing, [BillField::CustomerAccount, BillField::Currency]);
    let answer = |field, value: &str| FieldSources::from([(field, FieldSource::Constant(value.into()))]);
    let answers = vec![
        (String::new(), answer(BillField::CustomerAccount, "acc")),
        ("f".to_owned(), answer(BillField::Currency, "USD")),
        ("other".to_owned(), answer(BillField::Currency, "EUR")),
    ];
    let (_, header) = recognise(&rows(&[&names]), "f", &Knowledge { answers, ..Knowledge::default() }).unwrap();
    assert_eq!(header.missing, []);
    assert_eq!(header.constant(BillField::Currency), Some("USD"));
    let (_, priced) = recognise(
        &rows(&[&["Billing Cycle", "Product Type", "Billing Mode", "Amount Due (USD)"]]),
        "f",
        &Knowledge::default(),
    )
    .unwrap();
    assert_eq!(priced.constant(BillField::Currency), Some("USD"));
}

#[test]
fn a_saved_mapping_is_known_again_by_the_set_of_names() {
    let column = |name: &str, nth| FieldSource::Column { name: name.into(), nth };
    let sources = FieldSources::from([
        (BillField::Due, column("钱", 1)),
        (BillField::Currency, FieldSource::Constant("CNY".into())),
    ]);
    let saved = SavedLayout { name: "分销".into(), header: vec!["钱".into(), "人".into(), "钱".into()], sources };
    let knowledge = Knowledge { saved: vec![saved], ..Knowledge::default() };
    let given = rows(&[&["title", ""], &["人", "钱", "钱"]]);
    let (row, header) = recognise(&given, "f", &knowledge).unwrap();
    assert_eq!((row, header.format.as_str(), header.columns.of(BillField::Due)), (1, "分销", Some(2)));
    assert_eq!(header.missing, [BillField::CustomerAccount, BillField::Month, BillField::Supplier]);
    assert!(recognise(&rows(&[&["人", "钱", "钱", "more"]]), "f", &knowledge).is_err());
    let named = Knowledge { wanted: Some("分销".into()), ..knowledge };
    assert!(recognise(&rows(&[&["人", "钱", "钱", "more"]]), "f", &named).is_ok());
}
