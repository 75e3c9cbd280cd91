//! A partner with an imported bill, and files as texts.

use std::io::Read as _;

use domain::access::{Actor, Role};
use domain::assignments::FileLanguage;
use domain::bills::LineQuery;
use domain::customers::CustomerQuery;
use domain::exports::{ExportFormat, ExportQuery};
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::imports::{Covers, ImportOptions};

use crate::exports::{ExportFile, NewExport, Started, start};
use crate::imports::{self, Importer, NewDelivery, SourceFile};
use crate::testing::TestCenter;

pub const HEADER: &str = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,\
    ChargePeriodStart,ChargePeriodEnd,ServiceName,ProviderName,SubAccountId,SubAccountName,ListCost,ChargeFrequency,\
    ResourceId,ResourceName,x_BillType,x_TradeTime,x_CashAmount,x_DebtAmount,x_AssociationType,x_OrderId,Tags\n";

/// A partner whose bills tests import.
pub struct House {
    pub center: TestCenter,
    pub partner: PartnerId,
    pub admin: Actor,
    pub finance: Actor,
    /// Two account managers.
    pub managers: [Actor; 2],
}

impl House {
    pub async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("伙伴", "Asia/Shanghai").await;
        let mut actors = Vec::new();
        for (login, role) in [
            ("admin", Role::Administrator),
            ("finance", Role::Finance),
            ("a", Role::AccountManager),
            ("b", Role::AccountManager),
        ] {
            let member = center.member(&partner, login, &[role]).await;
            actors.push(center.actor(&member).await);
        }
        let [admin, finance, a, b] = actors.try_into().unwrap();
        Self { center, partner, admin, finance, managers: [a, b] }
    }

    /// Imports rows below [`HEADER`].
    pub async fn import(&self, rows: &str) {
        self.import_file(format!("{HEADER}{rows}").as_bytes(), Covers::default()).await;
    }

    pub async fn import_file(&self, bytes: &[u8], covers: Covers) {
        let path = self.center.folder().join("bill.csv");
        std::fs::write(&path, bytes).unwrap();
        let options = ImportOptions { covers, ..ImportOptions::default() };
        let delivery = NewDelivery::new(vec![SourceFile::at(path)], options);
        let job = Importer::Job(self.partner.clone());
        let reports = imports::import(&self.center, &job, &delivery, |_| ()).await.unwrap();
        assert_eq!(reports[0].rows.rejected, 0, "{:?}", reports[0].rejects);
    }

    pub async fn customer(&self, account: &str) -> CustomerId {
        let query = CustomerQuery { id: account.into(), ..CustomerQuery::default() };
        crate::customers::list(&self.center, &self.admin, &query).await.unwrap().items[0].id.clone()
    }

    pub async fn assign(&self, account: &str, manager: &MemberId, from: &str, until: Option<&str>) {
        let customer = self.customer(account).await;
        self.center.assign(&customer, manager, from, until).await;
    }

    /// The file of bill lines.
    pub async fn lines(&self, actor: &Actor, query: &LineQuery, format: ExportFormat) -> Vec<u8> {
        self.file(actor, ExportQuery::Lines(Box::new(query.clone())), format).await
    }

    pub async fn file(&self, actor: &Actor, query: ExportQuery, format: ExportFormat) -> Vec<u8> {
        match start(&self.center, actor, &new(query, format)).await.unwrap() {
            Started::File(file) => read(file),
            Started::Job(id) => panic!("{id} is written in the background"),
        }
    }
}

pub fn new(query: ExportQuery, format: ExportFormat) -> NewExport {
    NewExport { query, format, language: FileLanguage::English }
}

pub fn read(mut file: ExportFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, file.bytes);
    bytes
}

/// Cells of all rows, of CSV or of every sheet of a workbook.
pub fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    if bytes.starts_with(b"PK") {
        let mut book = <calamine::Xlsx<_> as calamine::Reader<_>>::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
        let sheets = calamine::Reader::worksheets(&mut book);
        let rows = sheets.iter().flat_map(|(_, sheet)| sheet.rows());
        return rows.map(|row| row.iter().map(ToString::to_string).collect()).collect();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

/// The rows below the header that begins with `first`, by the header's names, up to an empty row.
pub fn table(cells: &[Vec<String>], first: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let at = cells.iter().position(|row| row[0] == first && row.get(1).is_some_and(|cell| !cell.is_empty())).unwrap();
    let header = &cells[at];
    let rows = cells[at + 1..].iter().take_while(|row| row.iter().any(|cell| !cell.is_empty()));
    rows.map(|row| header.iter().cloned().zip(row.iter().cloned()).filter(|(name, _)| !name.is_empty()).collect())
        .collect()
}

/// The value of a label in the head.
pub fn told(cells: &[Vec<String>], label: &str) -> String {
    cells.iter().find(|row| row[0] == label).unwrap_or_else(|| panic!("no {label} in {cells:?}"))[1].clone()
}

/// The currency's row of sums in the head of lines: due, coupon, paid.
pub fn sums(cells: &[Vec<String>], currency: &str) -> [String; 3] {
    let row = cells.iter().find(|row| row[0] == currency).unwrap();
    [row[1].clone(), row[2].clone(), row[3].clone()]
}
