//! The rejected rows of a delivery as a file: to be mended and imported again.

use csv::StringRecord;
use domain::ids::DeliveryId;

use crate::center::Center;
use crate::error::{Error, Result};

use super::Importer;
use super::format::REJECTED_COLUMNS;

/// A delivery's rejected rows as CSV: a name for the file, and its bytes. The columns are those of its files, then which
/// delivery, row, column and reason. Importing it mended adds the rows to what the delivery brought.
///
/// # Errors
/// `Denied` without `Permission::ImportBills`; `NotFound`, also where nothing was rejected.
pub async fn rejects_csv(center: &Center, who: &Importer, id: &DeliveryId) -> Result<(String, Vec<u8>)> {
    let partner = who.partner()?;
    let mut tx = center.db.read().await?;
    let rows: Vec<Stored> = sqlx::query_as(
        "select r.file_no, r.row_no, r.column_name, r.reason, r.record
         from rejected_row r join delivery d on d.id = r.delivery_id
         where d.id = $1 and d.partner_id = $2 order by r.file_no, r.row_no",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    if rows.iter().all(|(_, row, ..)| *row == 0) {
        return Err(Error::NotFound);
    }
    let bytes = write(id, &rows)?;
    let mut tx = center.db.write().await?;
    who.record(center, &mut tx, ("import.export_rejects", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok((format!("rejected-{id}.csv"), bytes))
}

/// File, row, column at fault, reason, and the record as it came; row 0 is the file's header.
type Stored = (i64, i64, String, String, String);

/// Several files may have different columns: the file has them all.
fn write(id: &DeliveryId, rows: &[Stored]) -> Result<Vec<u8>> {
    let mut columns: Vec<String> = Vec::new();
    for (_, row, _, _, record) in rows {
        if *row == 0 {
            for name in &parse(record)? {
                if !is_ours(name) && !columns.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                    columns.push(name.to_owned());
                }
            }
        }
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns.iter().map(String::as_str).chain(REJECTED_COLUMNS)).map_err(Error::internal)?;
    let mut header = StringRecord::new();
    for (file, row, column, reason, record) in rows {
        let record = parse(record)?;
        if *row == 0 {
            header = record;
            continue;
        }
        let value = |name: &String| {
            let at = header.iter().position(|known| known.eq_ignore_ascii_case(name));
            at.and_then(|at| record.get(at)).unwrap_or_default()
        };
        let (file, row) = (file.to_string(), row.to_string());
        let ours = [id.as_str(), &file, &row, column, reason];
        out.write_record(columns.iter().map(value).chain(ours)).map_err(Error::internal)?;
    }
    out.into_inner().map_err(Error::internal)
}

fn is_ours(name: &str) -> bool {
    REJECTED_COLUMNS.iter().any(|ours| ours.eq_ignore_ascii_case(name.trim()))
}

fn parse(record: &str) -> Result<StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(record.as_bytes());
    let mut parsed = StringRecord::new();
    reader.read_record(&mut parsed).map_err(Error::internal)?;
    Ok(parsed)
}
