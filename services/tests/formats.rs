//! The same bill through every door: text in several encodings, workbooks, archives, consoles' headers; files that are none;
//! and what is asked where a file leaves something open.
#![allow(clippy::unwrap_used, clippy::panic, clippy::format_push_string)] // the helpers of these tests are no tests to clippy

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use domain::access::{Actor, Role};
use domain::ids::{DeliveryId, MemberId, PartnerId};
use domain::imports::fields::{BillField, FieldSource, FieldSources};
use domain::imports::mapping::{MAX_WAITING, MappingAnswer};
use domain::imports::{
    ARCHIVE_BILLS, ARCHIVE_ENTRIES, DELIVERY_BILLS, DeliveryState, ImportOptions, ImportReport, ReportNote,
    VersionState,
};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use services::db::Database;
use services::imports::{self, Importer, NewDelivery, SourceFile};
use services::{Center, Clock, Error, check, partners};

struct House {
    folder: tempfile::TempDir,
    center: Center,
    partner: PartnerId,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let clock = Clock::fixed("2026-11-22T00:00:00Z".parse().unwrap());
        let center = Center::new(Database::open(&url).await.unwrap(), clock);
        let partner = partners::create_unscoped(&center, &new_partner("Partner")).await.unwrap();
        Self { folder, center, partner }
    }

    fn later(&self, now: &str) -> Center {
        Center::new(self.center.db.clone(), Clock::fixed(now.parse().unwrap()))
    }

    fn actor(&self, role: Role) -> Actor {
        let partner = self.partner.clone();
        Actor { member: MemberId::new("m"), partner, login: "m".into(), name: "M".into(), roles: vec![role] }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> SourceFile {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        SourceFile::at(path)
    }

    async fn import(&self, delivery: &NewDelivery) -> Result<Vec<ImportReport>, Error> {
        let reports = imports::import(&self.center, &Importer::Job(self.partner.clone()), delivery, |_| ()).await?;
        assert_eq!(check::run_unscoped(&self.center).await.unwrap(), Vec::<String>::new());
        Ok(reports)
    }

    async fn deliver(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<Vec<ImportReport>, Error> {
        self.import(&NewDelivery::new(vec![self.file(name, bytes)], ImportOptions::default())).await
    }

    /// Uploads as a member: what must be asked waits.
    async fn upload(&self, name: &str, bytes: impl AsRef<[u8]>) -> DeliveryId {
        let mut delivery = NewDelivery::new(vec![self.file(name, bytes)], ImportOptions::default());
        delivery.keep = true;
        let who = Importer::Member(self.actor(Role::Finance));
        let id = imports::start(&self.center, &who, &delivery).await.unwrap();
        let _ = imports::run(&self.center, &who, (&id, &delivery), |_| ()).await;
        id
    }

    /// Waits until a delivery is neither waiting nor being read.
    async fn settled(&self, id: &DeliveryId) -> domain::imports::DeliverySummary {
        for _ in 0..500 {
            let delivery = imports::get(&self.center, &self.actor(Role::Finance), id).await.unwrap();
            if !matches!(delivery.state, DeliveryState::Waiting | DeliveryState::Running) {
                return delivery;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not end");
    }

    async fn sums(&self, sql: &'static str) -> BTreeMap<String, i64> {
        let mut tx = self.center.db.read().await.unwrap();
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap();
        rows.into_iter().collect()
    }

    /// Characters stored of what each delivery asks, sample rows among them.
    async fn asked(&self) -> BTreeMap<String, i64> {
        self.sums("select id, length(asks) from delivery").await
    }

    /// Everything that is shown, line by line, but for texts that only some sources have.
    async fn lines(&self) -> BTreeMap<String, i64> {
        self.sums(
            "select c.account_id || ' ' || l.day || ' ' || v.month || ' ' || t.value || ' ' || b.value || ' ' || m.value || ' ' ||
               coalesce(l.list, 'none') || ' ' || coalesce(l.discount, 'none') || ' ' || l.coupon || ' ' ||
               coalesce(l.cash, 'none') || ' ' || coalesce(l.debt, 'none'), l.due
             from shown_part s
             join customer_line i on i.version_no = s.version_no and i.customer_no = s.customer_no
             join bill_line l on l.version_no = i.version_no and l.line_no = i.line_no
             join bill_version v on v.no = s.version_no join customer c on c.no = l.customer_no
             join bill_text t on t.no = l.service_no join bill_text b on b.no = l.bill_type_no
             join bill_text m on m.no = l.charge_mode_no",
        )
        .await
    }

    /// Shown due by account, in 10⁻⁸.
    async fn due(&self) -> BTreeMap<String, i64> {
        self.sums(
            "select c.account_id, cast(sum(r.due) as bigint)
             from rollup_customer r join customer c on c.no = r.customer_no group by c.account_id",
        )
        .await
    }
}

fn new_partner(name: &str) -> partners::NewPartner {
    partners::NewPartner {
        name: name.into(),
        zone_name: "Asia/Shanghai".into(),
        assignment_day_counts: true,
        demo: false,
    }
}

fn refusal(result: Result<Vec<ImportReport>, Error>) -> (String, String) {
    match result {
        Err(Error::Invalid(fields)) => (fields[0].code.clone(), fields[0].detail.clone()),
        other => panic!("a refusal was expected: {other:?}"),
    }
}

/// 账期, account, name, day and clock, service, bill type, billing mode, list, discount, truncated, due, coupon, cash, debt,
/// manager.
type Line = [&'static str; 15];

#[rustfmt::skip] // a table
const HEADER: [&str; 15] = [
    "账期", "客户账号ID", "客户名称", "消费时间", "产品类型", "账单类型", "计费模式", "官网价", "优惠金额", "抹零金额", "应付金额",
    "代金券抵扣", "现金支付", "欠费金额", "客户经理",
];
#[rustfmt::skip] // a table
const ENGLISH: [&str; 15] = [
    "Billing Cycle", "Customer ID", "Customer Name", "Expenditure Time", "Product Type", "Bill Type", "Billing Mode", "List Price",
    "Discount Amount", "Truncated Amount", "Amount Due", "Cash Coupons", "Cash Payment", "Outstanding Amount", "Account Manager",
];
#[rustfmt::skip] // a table
const LINES: [Line; 5] = [
    ["2026-09", "0012", "北京云帆", "2026-09-01 00:30:00", "弹性云服务器", "消费-使用", "按需", "12.00000001", "2", "0.00000001", "10", "1", "9", "0", "王芳"],
    ["2026-09", "0012", "北京云帆", "2026-09-30 23:59:59", "云硬盘", "消费-新购", "包年/包月", "1234.5", "0", "0", "1234.5", "0", "1000", "234.5", "王芳"],
    ["2026-09", "acc-b", "上海星河", "2026-09-15 12:00:00", "弹性云服务器", "退款-退订", "包年/包月", "-5", "-1", "0", "-4", "0", "-4", "0", ""],
    ["2026-08", "acc-b", "上海星河", "2026-08-02 08:00:00", "对象存储", "调账-补偿", "按需", "-0.12345678", "0", "0", "-0.12345678", "0", "-0.12345678", "0", ""],
    ["2026-09", "acc-c", "广州海珠", "2026-09-03 03:00:00", "对象存储", "消费-使用", "按需", "0.5", "0", "0", "0.5", "0.5", "0", "0", "李伟"],
];

fn csv_of(header: &[&str], lines: &[Line], separator: char) -> String {
    let row = |cells: &[&str]| cells.join(&separator.to_string()) + "\n";
    row(header) + &lines.iter().map(|line| row(line)).collect::<String>()
}

/// Amounts as numbers, days as days, months as a spreadsheet makes them of text, ids as text; titles above, totals below.
fn workbook(lines: &[Line]) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "说明").unwrap();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "2026年9月 客户消费明细").unwrap();
    sheet.write_string(1, 0, "导出时间").unwrap();
    sheet.write_string(1, 1, "2026-10-05").unwrap();
    for (column, name) in (0_u16..).zip(HEADER) {
        sheet.write_string(3, column, name).unwrap();
    }
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let month = Format::new().set_num_format("yyyy-mm");
    for (row, line) in (4_u32..).zip(lines) {
        for (column, text) in (0_u16..).zip(line) {
            match column {
                0 => {
                    let first = ExcelDateTime::parse_from_str(&format!("{text}-01")).unwrap();
                    sheet.write_datetime_with_format(row, column, &first, &month).unwrap();
                }
                3 => {
                    let at = ExcelDateTime::parse_from_str(text).unwrap();
                    sheet.write_datetime_with_format(row, column, &at, &time).unwrap();
                }
                7..=13 => drop(sheet.write_number(row, column, text.parse::<f64>().unwrap()).unwrap()),
                _ => drop(sheet.write_string(row, column, *text).unwrap()),
            }
        }
    }
    let last = 4 + u32::try_from(lines.len()).unwrap();
    sheet.write_string(last, 0, "合计").unwrap();
    sheet.write_number(last, 10, 1240.38).unwrap();
    sheet.write_string(last + 2, 0, "注：金额单位为元").unwrap();
    book.save_to_buffer().unwrap()
}

fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[tokio::test]
async fn the_same_bill_gives_the_same_lines_whatever_door_it_comes_through() {
    let plain = csv_of(&HEADER, &LINES, ',');
    let dressed =
        plain.replace(",1234.5,", ",\"￥1,234.50\",").replace(",0,李伟", ",--,李伟").replace(",0012,", ",\t0012,")
            + "小计,,,,,,,,,,\"1,240.38\",,,,\n,,,,,,,,,,,,,,\n注：金额单位为元,,,,,,,,,,,,,,\n";
    let titled = format!("客户消费明细,,,,,,,,,,,,,,\n\"导出人：王芳, 财务\"\n{dressed}");
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut turned = HEADER.to_vec();
    turned.reverse();
    let mut turned_lines = LINES;
    for line in &mut turned_lines {
        line.reverse();
    }
    let (one, two) = LINES.split_at(2);
    let files = [
        ("plain.csv", plain.clone().into_bytes()),
        ("gb18030.csv", gbk(&titled)),
        ("titled.csv", titled.into_bytes()),
        ("utf16.txt", utf16),
        ("tabs.tsv", csv_of(&HEADER, &LINES, '\t').into_bytes()),
        ("semicolons.csv", csv_of(&HEADER, &LINES, ';').into_bytes()),
        ("zipped.csv.gz", gzip(plain.as_bytes())),
        ("turned.csv", csv_of(&turned, &turned_lines, ',').into_bytes()),
        ("book.xlsx", workbook(&LINES)),
        (
            "archive.zip",
            archive(&[
                ("readme.pdf", b"%PDF".to_vec()),
                ("__MACOSX/._a.csv", b"junk".to_vec()),
                ("九月/一.csv", gbk(&csv_of(&HEADER, one, ','))),
                ("九月/二.xlsx", workbook(two)),
            ]),
        ),
    ];
    let house = House::new().await;
    house.deliver("expected.csv", plain.as_bytes()).await.unwrap();
    let expected = house.lines().await;
    assert_eq!(expected.len(), 5);
    assert!(expected.contains_key(
        "0012 2026-09-30 2026-09 云硬盘 consumption subscription 123450000000 0 0 100000000000 23450000000"
    ));
    assert!(expected.keys().any(|line| line.starts_with("acc-b 2026-09-15 2026-09 弹性云服务器 refund subscription")));
    for (name, bytes) in files {
        let house = House::new().await;
        let reports = house.deliver(name, bytes).await.unwrap();
        assert_eq!(house.lines().await.values().sum::<i64>(), expected.values().sum::<i64>(), "{name}");
        if name != "gb18030.csv" && name != "titled.csv" {
            assert_eq!(house.lines().await, expected, "{name}");
        }
        let rows: u64 = reports.iter().map(|report| report.rows.imported).sum();
        assert_eq!((rows, reports.iter().map(|report| report.rows.rejected).sum::<u64>()), (5, 0), "{name}");
        assert!(reports.iter().all(|report| report.unverified && report.unbalanced == 0), "{name}: {reports:?}");
        assert_eq!(reports[0].format, "Huawei Cloud consumption details");
        let billed =
            reports.iter().fold(domain::money::Decimal::ZERO, |sum, report| sum.plus(report.currencies["CNY"].billed));
        assert_eq!(billed.to_string(), "1239.37654322", "{name}");
    }
}

#[tokio::test]
async fn each_file_of_an_archive_is_reported_as_its_own() {
    let house = House::new().await;
    let bytes = archive(&[
        ("a/one.csv", csv_of(&HEADER, &LINES[..1], ',').into_bytes()),
        ("b/two.csv", csv_of(&HEADER, &LINES[1..], ',').into_bytes()),
    ]);
    let reports = house.deliver("bills.zip", bytes).await.unwrap();
    let names: Vec<_> = reports.iter().map(|report| (report.file.as_str(), report.rows.imported)).collect();
    assert_eq!(names, [("bills.zip/a/one.csv", 1), ("bills.zip/b/two.csv", 4)]);
    assert!(std::fs::read_dir(house.folder.path().join("unpacked")).unwrap().next().is_none(), "nothing is left");
}

#[tokio::test]
async fn total_rows_are_skipped_counted_and_compared() {
    let house = House::new().await;
    let total = |amount: &str| format!("合计,,,,,,,,,,{amount},,,,\n");
    let right = csv_of(&HEADER, &LINES, ',') + &total("1240.88");
    let report = &house.deliver("right.csv", right).await.unwrap()[0];
    assert_eq!((report.rows.read, report.rows.rejected, report.skipped.totals), (5, 0, 1));
    assert_eq!(report.skipped.differing, []);
    let wrong = csv_of(&HEADER, &LINES, ',') + &total("\"1,240.98\"");
    let report = &house.deliver("wrong.csv", wrong).await.unwrap()[0];
    let [difference] = report.skipped.differing.as_slice() else { panic!("{:?}", report.skipped) };
    assert_eq!((difference.row, difference.total.to_string().as_str()), (6, "1240.98"));
    assert_eq!(difference.sum.to_string(), "1240.87654322");
}

#[tokio::test]
async fn identities_are_checked_line_by_line_and_what_is_derived_is_said() {
    let house = House::new().await;
    let mut lines = LINES;
    lines[0][8] = "1";
    lines[4][12] = "0.3";
    let report = &house.deliver("off.csv", csv_of(&HEADER, &lines, ',')).await.unwrap()[0];
    assert_eq!((report.rows.imported, report.unbalanced), (5, 2));
    assert_eq!(report.notes, []);
    let without = |column: usize| {
        let drop = |row: &[&str]| {
            let cells = row.iter().enumerate().filter(|(at, _)| *at != column).map(|(_, cell)| *cell);
            cells.collect::<Vec<_>>().join(",") + "\n"
        };
        drop(&HEADER) + &LINES.iter().map(|line| drop(line)).collect::<String>()
    };
    for (column, note) in [
        (9, ReportNote::TruncatedDerived),
        (8, ReportNote::DiscountDerived),
        (0, ReportNote::MonthFromDay),
        (3, ReportNote::NoDays),
    ] {
        let house = House::new().await;
        let report = &house.deliver("part.csv", without(column)).await.unwrap()[0];
        assert_eq!((report.notes.as_slice(), report.unbalanced), (&[note][..], 0), "{note}");
    }
}

#[tokio::test]
async fn details_re_state_what_focus_brought_instead_of_standing_beside_it() {
    let house = House::new().await;
    let focus = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,\
                 ProviderName,SubAccountId\n\
                 7,payer-1,CNY,2026-08-31T16:00:00Z,Usage,2026-09-02T00:00:00Z,ECS,Huawei Cloud,acc-c\n";
    house.deliver("focus.csv", focus).await.unwrap();
    let report = &house.deliver("details.csv", csv_of(&HEADER, &LINES[4..], ',')).await.unwrap()[0];
    let version = &report.versions[0];
    assert_eq!((version.supplier.as_str(), version.account.as_str()), ("Huawei Cloud", "payer-1"));
    assert_eq!((version.state, report.customers.known), (VersionState::Switched, 1));
    assert_eq!(house.due().await, BTreeMap::from([("acc-c".to_owned(), 50_000_000)]));
}

#[tokio::test]
async fn headers_of_apis_and_of_other_suppliers_are_recognised() {
    let house = House::new().await;
    for (format, account, text) in [
        (
            "Huawei Cloud consumption details",
            "h",
            "bill_cycle,customer_id,service_type_name,charging_mode,bill_detail_type,official_amount,payment_amount,coupon_amount,currency,consume_time\n\
             2026-09,h,ECS,3,5,3,2,1,CNY,2026-09-01T00:00:00Z\n",
        ),
        (
            "Alibaba Cloud instance bill",
            "a",
            "BillingCycle,OwnerID,ProductName,Item,SubscriptionType,PretaxGrossAmount,InvoiceDiscount,PretaxAmount,Currency,PaymentAmount\n\
             2026-09,a,ECS,PayAsYouGoBill,PayAsYouGo,3,1,2,CNY,2\n",
        ),
        (
            "Tencent Cloud bill details",
            "t",
            "OwnerAccountId,ProductName,OriginalCost,TotalAmountAfterDiscount,VoucherDeduction,TotalCost,UsageStartTime,Currency\n\
             t,CVM,3,2,0.5,1.5,2026-09-01 00:00:00,USD\n",
        ),
    ] {
        let report = &house.deliver("x.csv", text).await.unwrap()[0];
        assert_eq!((report.format.as_str(), report.unverified, report.unbalanced), (format, true, 0));
        assert_eq!(house.due().await[account], 200_000_000, "{format}");
    }
    let english = csv_of(&ENGLISH, &LINES[..1], ',').replacen("Amount Due", "Amount Due (USD)", 1);
    let report = &house.deliver("english.csv", english).await.unwrap()[0];
    assert_eq!(report.currencies["USD"].billed.to_string(), "9");
}

#[tokio::test]
async fn a_single_customers_bill_must_say_whose_it_is() {
    let house = House::new().await;
    let drop = |row: &[&str]| {
        row.iter().enumerate().filter(|(at, _)| !(1..=2).contains(at)).map(|(_, c)| *c).collect::<Vec<_>>().join(",")
    };
    let text = format!("{}\n{}\n{}\n", drop(&HEADER), drop(&LINES[0]), drop(&LINES[4]));
    let (code, detail) = refusal(house.deliver("acme.csv", &text).await);
    assert!(code == "incomplete" && detail.contains("customer_account") && detail.contains("--customer"), "{detail}");
    let mut delivery = NewDelivery::new(vec![house.file("acme.csv", &text)], ImportOptions::default());
    let said = FieldSource::Constant("acme".into());
    delivery.answers = vec![(String::new(), FieldSources::from([(BillField::CustomerAccount, said.clone())]))];
    house.import(&delivery).await.unwrap();
    assert_eq!(house.due().await, BTreeMap::from([("acme".to_owned(), 1_050_000_000)]));

    // The page asks the same, and only that.
    let id = house.upload("beta.csv", &text).await;
    let actor = house.actor(Role::Finance);
    let question = imports::question(&house.center, &actor, &id).await.unwrap();
    assert_eq!((question.missing.as_slice(), question.format.is_empty()), (&[BillField::CustomerAccount][..], false));
    let answer =
        MappingAnswer { sources: FieldSources::from([(BillField::CustomerAccount, said)]), name: String::new() };
    imports::answer(&house.center, &actor, (&id, &answer)).await.unwrap();
    assert_eq!(house.settled(&id).await.reports[0].rows.unchanged, 2, "the same lines of the same customer");
    assert_eq!(imports::list_mappings(&house.center, &actor).await.unwrap(), []);
}

const STRANGE: &str = "代理商对账单\n编号,单位,费用(元),备注\nu-1,甲公司,\"1,000.50\",x\nu-2,乙公司,--,y\nu-2,乙公司,2.25,z\n总计,,1002.75,\n";

fn column(name: &str) -> FieldSource {
    FieldSource::Column { name: name.into(), nth: 0 }
}

fn strange_answer() -> MappingAnswer {
    let constant = |value: &str| FieldSource::Constant(value.into());
    let sources = FieldSources::from([
        (BillField::CustomerAccount, column("编号")),
        (BillField::CustomerName, column("单位")),
        (BillField::Due, column("费用(元)")),
        (BillField::Currency, constant("cny")),
        (BillField::Supplier, constant("某云")),
        (BillField::Month, constant("2026年9月")),
    ]);
    MappingAnswer { sources, name: " 代理商对账单 ".into() }
}

#[tokio::test]
async fn an_unknown_header_is_asked_about_once_and_known_the_next_time() {
    let house = House::new().await;
    let actor = house.actor(Role::Finance);
    let id = house.upload("strange.csv", gbk(STRANGE)).await;
    assert_eq!(house.settled(&id).await.state, DeliveryState::Mapping);
    assert!(!house.folder.path().join("strange.csv").exists(), "it is kept elsewhere");
    let question = imports::question(&house.center, &actor, &id).await.unwrap();
    let names: Vec<_> = question.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["编号", "单位", "费用(元)", "备注"]);
    assert_eq!(question.columns[1].samples, ["甲公司", "乙公司", "乙公司"]);
    assert_eq!(question.sources[&BillField::Currency], FieldSource::Constant("CNY".into()));

    let rows = imports::preview(&house.center, &actor, (&id, &strange_answer())).await.unwrap();
    assert_eq!(rows.len(), 3, "a total is no line");
    let line = rows[0].result.as_ref().unwrap();
    assert_eq!(
        (line.account.as_str(), line.due.to_string().as_str(), line.month.to_string().as_str()),
        ("u-1", "1000.5", "2026-09")
    );
    assert_eq!(rows[1].result.as_ref().unwrap_err().code, "empty");

    let mut short = strange_answer();
    short.sources.remove(&BillField::Month);
    short.sources.insert(BillField::Due, FieldSource::Constant("1".into()));
    short.sources.insert(BillField::Currency, FieldSource::Constant("元".into()));
    let Err(Error::Invalid(fields)) = imports::answer(&house.center, &actor, (&id, &short)).await else { panic!() };
    let found: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.code.as_str())).collect();
    assert_eq!(found, [("currency", "malformed"), ("month", "required"), ("due", "not_allowed")]);

    imports::answer(&house.center, &actor, (&id, &strange_answer())).await.unwrap();
    let delivery = house.settled(&id).await;
    assert_eq!(delivery.state, DeliveryState::Finished, "{}", delivery.error);
    let report = &delivery.reports[0];
    assert_eq!((report.format.as_str(), report.rows.imported, report.rows.rejected), ("代理商对账单", 2, 1));
    assert_eq!((report.skipped.totals, report.skipped.differing.len()), (1, 0));
    assert_eq!(house.due().await["u-1"], 100_050_000_000);
    assert!(std::fs::read_dir(house.folder.path().join("kept")).unwrap().next().is_none(), "kept no longer");
    assert_eq!(house.asked().await[id.as_str()], 0, "its sample rows neither");

    // The next one, in another encoding and order, only leaves the month open: that belonged to the file.
    let next = "备注,费用(元),单位,编号\nx,3,甲公司,u-1\n";
    let id = house.upload("next.csv", next).await;
    let question = imports::question(&house.center, &actor, &id).await.unwrap();
    assert_eq!((question.format.as_str(), question.missing.as_slice()), ("代理商对账单", &[BillField::Month][..]));
    let answer = FieldSources::from([(BillField::Month, FieldSource::Constant("2026-10".into()))]);
    let answer = MappingAnswer { sources: answer, name: String::new() };
    imports::answer(&house.center, &actor, (&id, &answer)).await.unwrap();
    assert_eq!(house.settled(&id).await.reports[0].versions[0].month.to_string(), "2026-10");

    // The command line names it for files that have more columns.
    let more = "编号,费用(元),单位,更多\nu-1,5,甲公司,1\n";
    let mut delivery = NewDelivery::new(vec![house.file("more.csv", more)], ImportOptions::default());
    assert_eq!(refusal(house.import(&delivery).await).0, "unknown_format");
    delivery.mapping = Some("代理商对账单".into());
    delivery.answers =
        vec![(String::new(), FieldSources::from([(BillField::Month, FieldSource::Constant("2026-11".into()))]))];
    assert_eq!(house.import(&delivery).await.unwrap()[0].rows.imported, 1);
    delivery.mapping = Some("none".into());
    assert_eq!(refusal(house.import(&delivery).await).0, "unknown");

    let saved = imports::list_mappings(&house.center, &actor).await.unwrap();
    assert_eq!(
        (saved.len(), saved[0].name.as_str(), saved[0].sources.contains_key(&BillField::Month)),
        (1, "代理商对账单", false)
    );
    imports::delete_mapping(&house.center, &actor, &saved[0].id).await.unwrap();
    let id = house.upload("again.csv", next).await;
    assert_eq!(imports::question(&house.center, &actor, &id).await.unwrap().format, "");
}

#[tokio::test]
async fn nobody_answers_for_another_and_what_is_not_answered_goes() {
    let house = House::new().await;
    let finance = house.actor(Role::Finance);
    let id = house.upload("strange.csv", STRANGE).await;
    let mut foreign = finance.clone();
    foreign.partner = partners::create_unscoped(&house.center, &new_partner("Another")).await.unwrap();
    let manager = house.actor(Role::AccountManager);
    let answer = strange_answer();
    for (actor, denied) in [(&manager, true), (&foreign, false)] {
        let is =
            |error: Error| matches!(error, Error::Denied(_)) == denied && (denied || matches!(error, Error::NotFound));
        assert!(is(imports::question(&house.center, actor, &id).await.unwrap_err()));
        assert!(is(imports::preview(&house.center, actor, (&id, &answer)).await.unwrap_err()));
        assert!(is(imports::answer(&house.center, actor, (&id, &answer)).await.unwrap_err()));
        assert!(is(imports::discard(&house.center, actor, &id).await.unwrap_err()));
    }
    let kept = house.folder.path().join("kept").join(id.as_str());
    imports::sweep_unscoped(&house.later("2026-11-28T23:00:00Z")).await.unwrap();
    assert!(kept.exists() && house.asked().await[id.as_str()] > 0);
    imports::sweep_unscoped(&house.later("2026-11-29T01:00:00Z")).await.unwrap();
    assert!(!kept.exists());
    assert_eq!(house.asked().await[id.as_str()], 0);
    let delivery = house.settled(&id).await;
    assert!(delivery.state == DeliveryState::Refused && delivery.error.contains("answer_expired"));
    assert!(matches!(imports::question(&house.center, &finance, &id).await, Err(Error::Conflict("not_asked"))));

    let id = house.upload("strange.csv", STRANGE).await;
    let other = house.upload("other.csv", STRANGE).await;
    let left = house.folder.path().join("kept").join("left");
    std::fs::create_dir(&left).unwrap();
    imports::discard(&house.center, &finance, &id).await.unwrap();
    assert_eq!(house.settled(&id).await.state, DeliveryState::Withdrawn);
    let kept = |id: &DeliveryId| house.folder.path().join("kept").join(id.as_str());
    assert!(!kept(&id).exists() && kept(&other).exists());
    assert!(left.exists(), "only its own files go; the rest is swept");
    assert_eq!(house.asked().await[id.as_str()], 0);

    // Files that are gone already are no error.
    std::fs::remove_dir_all(kept(&other)).unwrap();
    imports::discard(&house.center, &finance, &other).await.unwrap();
    assert_eq!(house.settled(&other).await.state, DeliveryState::Withdrawn);
}

#[tokio::test]
async fn only_so_many_imports_wait_for_an_answer_and_an_answered_one_keeps_its_place() {
    let house = House::new().await;
    let finance = house.actor(Role::Finance);
    let mut ids = Vec::new();
    for number in 0..MAX_WAITING {
        ids.push(house.upload(&format!("{number}.csv"), STRANGE).await);
    }
    let refused = house.settled(&house.upload("more.csv", STRANGE).await).await;
    assert_eq!(refused.state, DeliveryState::Refused);
    assert!(refused.error.contains("too_many_waiting") && refused.error.contains("more.csv"), "{}", refused.error);
    assert!(!house.folder.path().join("kept").join(refused.id.as_str()).exists());
    assert!(house.folder.path().join("more.csv").exists(), "it was not even moved");
    house.deliver("bill.csv", csv_of(&HEADER, &LINES, ',')).await.unwrap();

    // One that is read again after its answer counts; once it ended there is room.
    let mut tx = house.center.db.write().await.unwrap();
    sqlx::query("update delivery set state = 'waiting', answers = '[[\"x\",{}]]', lease_until = $2 where id = $1")
        .bind(ids[0].as_str())
        .bind("2026-11-23T00:00:00Z")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let refused = house.settled(&house.upload("more.csv", STRANGE).await).await;
    assert!(refused.error.contains("too_many_waiting"), "{}", refused.error);
    imports::discard(&house.center, &finance, &ids[1]).await.unwrap();
    let id = house.upload("more.csv", STRANGE).await;
    assert_eq!(house.settled(&id).await.state, DeliveryState::Mapping);
}

#[tokio::test]
async fn too_many_files_are_refused_as_a_whole() {
    let house = House::new().await;
    let bill = csv_of(&HEADER, &LINES[..1], ',').into_bytes();
    let packed = |bills: usize, others: usize| {
        let names: Vec<_> = (0..others)
            .map(|at| format!("__MACOSX/{at}.csv"))
            .chain((0..bills).map(|at| format!("{at}.csv")))
            .collect();
        let entries = names
            .iter()
            .zip(0..)
            .map(|(name, at)| (name.as_str(), if at < others { Vec::new() } else { bill.clone() }));
        archive(&entries.collect::<Vec<_>>())
    };
    // Only bills count, and one behind many others is not left out.
    let reports = house.deliver("full.zip", packed(ARCHIVE_BILLS, 1_000)).await.unwrap();
    assert_eq!(reports.len(), ARCHIVE_BILLS);
    for (name, bytes) in [("bills.zip", packed(ARCHIVE_BILLS + 1, 0)), ("others.zip", packed(1, ARCHIVE_ENTRIES))] {
        let (code, detail) = refusal(house.deliver(name, bytes).await);
        assert!(code == "too_many_files" && detail.starts_with(name), "{name}: {code} {detail}");
    }

    // A delivery's limit counts what is unpacked, and holds for a rehearsal, too.
    let zip = house.file("full.zip", packed(ARCHIVE_BILLS, 0));
    let csv = house.file("one.csv", &bill);
    let most = DELIVERY_BILLS / ARCHIVE_BILLS;
    let mut unpacked = vec![zip; most];
    unpacked.extend(vec![csv.clone(); DELIVERY_BILLS % ARCHIVE_BILLS + 1]);
    for files in [unpacked, vec![csv; DELIVERY_BILLS + 1]] {
        for dry_run in [true, false] {
            let options = ImportOptions { dry_run, ..ImportOptions::default() };
            let (code, detail) = refusal(house.import(&NewDelivery::new(files.clone(), options)).await);
            assert!(code == "too_many_files" && detail.starts_with("one.csv"), "{code} {detail}");
        }
    }
    assert!(std::fs::read_dir(house.folder.path().join("unpacked")).unwrap().next().is_none(), "nothing is left");
}

#[tokio::test]
async fn a_mended_row_of_details_comes_in_like_one_of_focus() {
    let house = House::new().await;
    let mut lines = LINES;
    lines[4][10] = "half";
    let report = house.deliver("bad.csv", csv_of(&HEADER, &lines, ',')).await.unwrap().remove(0);
    assert_eq!((report.rejects[0].column.as_str(), report.rejects[0].code.as_str()), ("应付金额", "no_number"));
    let job = Importer::Job(house.partner.clone());
    let (_, rejected) = imports::rejects_csv(&house.center, &job, &report.delivery.unwrap()).await.unwrap();
    let mended = String::from_utf8(rejected).unwrap().replace("half", "0.5");
    assert_eq!(house.deliver("mended.csv", mended).await.unwrap()[0].rows.imported, 1);
    assert_eq!(house.due().await["acc-c"], 50_000_000);
}

#[tokio::test]
async fn a_header_that_comes_twice_is_a_rejected_row_that_says_so() {
    let house = House::new().await;
    let text =
        csv_of(&HEADER, &LINES[..1], ',') + &csv_of(&HEADER, &LINES[1..2], ',') + &csv_of(&ENGLISH, &LINES[2..3], ',');
    let report = &house.deliver("twice.csv", text).await.unwrap()[0];
    assert_eq!(report.rows.imported, 3);
    let codes: Vec<_> = report.rejects.iter().map(|reject| (reject.row, reject.code.as_str())).collect();
    assert_eq!(codes, [(2, "second_header"), (4, "second_header")]);
}

#[tokio::test]
async fn files_that_are_no_bills_are_refused_with_a_reason_of_their_own() {
    let house = House::new().await;
    let mut encrypted = archive(&[("bill.csv", b"x".to_vec())]);
    encrypted[6] |= 1;
    let central = encrypted.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    encrypted[central + 8] |= 1;
    let mut old_excel = vec![0_u8; 4096];
    old_excel[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    old_excel[30] = 9;
    let mut locked = old_excel.clone();
    let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    locked[640..640 + stream.len()].copy_from_slice(&stream);
    let mut empty = Workbook::new();
    empty.add_worksheet();
    let files: [(&str, Vec<u8>, &str); 11] = [
        ("old.xls", old_excel, "old_excel"),
        ("locked.xlsx", locked, "encrypted"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>".to_vec(), "html"),
        ("empty.xlsx", empty.save_to_buffer().unwrap(), "empty"),
        ("empty.csv", Vec::new(), "empty"),
        ("blank.csv", b",,,\n,,,\n".to_vec(), "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "no_text"),
        ("locked.zip", encrypted, "encrypted"),
        ("pictures.zip", archive(&[("a.png", b"x".to_vec())]), "archive_empty"),
        ("nested.zip", archive(&[("inner.zip", archive(&[("a.csv", b"x".to_vec())]))]), "nested_archive"),
        ("cut.xlsx", workbook(&LINES)[..3000].to_vec(), "unreadable"),
    ];
    for (name, bytes, expected) in files {
        let (code, detail) = refusal(house.deliver(name, bytes).await);
        assert!(code == expected && detail.starts_with(name), "{name}: {code} {detail}");
    }
    // What a bomb says of itself counts for nothing.
    let zeros = vec![b'0'; 8 << 20];
    let mut sheet = Workbook::new();
    sheet.add_worksheet().write_string(0, 0, "x".repeat(30_000)).unwrap();
    for (name, bytes) in [("bomb.zip", archive(&[("a.csv", zeros)])), ("bomb.xlsx", sheet.save_to_buffer().unwrap())] {
        let mut delivery = NewDelivery::new(vec![house.file(name, &bytes)], ImportOptions::default());
        delivery.max_bytes = bytes.len() as u64 + 5_000;
        assert_eq!(refusal(house.import(&delivery).await).0, "unpacks_too_large", "{name}");
    }
    let mut tx = house.center.db.read().await.unwrap();
    let lines: i64 = sqlx::query_scalar("select count(*) from bill_line").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(lines, 0);
}
