//! Writing staged lines: many rows a statement, always the same SQL texts, bare `?` (numbered ones are looked up one by one).

use std::fmt::Write as _;
use std::sync::LazyLock;

use domain::ids::DeliveryId;
use domain::money::Amount;

use crate::db::Connection;
use crate::error::{Error, Result};

use super::draft::{Message, RejectedRow};
use super::line::Line;
use super::rows::Fault;
use super::sums::{DayKey, ManagerKey, ManagerSums, RollupRows, ServiceKey, Sums};
use super::texts::NewText;

/// Lines a statement.
const LINES: usize = 150;
/// Rows a statement elsewhere.
const ROWS: usize = 100;

const LINE_COLUMNS: &str = "version_no, line_no, customer_no, day, bill_type_no, charge_mode_no, association_no, \
     currency_no, service_no, resource_type_no, resource_id_no, resource_name_no, region_no, order_no, description_no, \
     tags_no, source_manager_no, charge_start_no, charge_end_no, trade_time_no, list, discount, due, coupon";
const PART_COLUMNS: &str = "truncated, cash, credit, cash_coupon, stored_card, bonus, debt, written_off";
const SUM_COLUMNS: &str = "lines, charged, debt_lines, list_lines, list, due, coupon, refund, adjustment, debt";

/// `insert into table (columns) values (?, …), …`: one row, and as many as go into a full statement.
///
/// `or rollback`, which only this engine knows: a failure ends the whole transaction, as we would; otherwise every page that a statement
/// touches is copied first, in case that only the statement has to be undone.
struct Insert {
    one: String,
    many: String,
    rows: usize,
}

impl Insert {
    fn new(table: &str, columns: &str, rows: usize, ending: &str) -> Self {
        let row = format!("({})", vec!["?"; columns.split(',').count()].join(", "));
        let sql = |rows: usize| {
            format!("insert or rollback into {table} ({columns}) values {}{ending}", vec![&*row; rows].join(", "))
        };
        Self { one: sql(1), many: sql(rows), rows }
    }

    /// Inserts all items, `bind` binding one.
    async fn all<T>(
        &'static self,
        connection: &mut Connection,
        items: &[T],
        bind: impl for<'q> Fn(Query<'q>, &T) -> Query<'q>,
    ) -> Result<()> {
        let chunks = items.chunks_exact(self.rows);
        let rest = chunks.remainder();
        for chunk in chunks {
            let query = chunk.iter().fold(sqlx::query(self.many.as_str()), &bind);
            query.execute(&mut *connection).await?;
        }
        for item in rest {
            bind(sqlx::query(self.one.as_str()), item).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

static PLAIN_LINES: LazyLock<Insert> = LazyLock::new(|| Insert::new("bill_line", LINE_COLUMNS, LINES, ""));
static FULL_LINES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("bill_line", &format!("{LINE_COLUMNS}, {PART_COLUMNS}"), LINES, ""));
static TEXTS: LazyLock<Insert> = LazyLock::new(|| Insert::new("bill_text", "no, hash_high, hash_low, value", ROWS, ""));
static REJECTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new("rejected_row", "delivery_id, file_no, row_no, column_name, reason, record", ROWS, "")
});
static SERVICE_SUMS: LazyLock<Insert> = LazyLock::new(|| {
    let key = "version_no, customer_no, service_no, charge_mode_no, association_no, currency_no";
    sums_insert("rollup_part_service", key)
});
static DAY_SUMS: LazyLock<Insert> =
    LazyLock::new(|| sums_insert("rollup_part_day", "version_no, customer_no, day, association_no, currency_no"));

static MANAGER_SUMS: LazyLock<Insert> = LazyLock::new(|| {
    let key = "version_no, customer_no, source_manager_no, currency_no";
    let ending = format!(
        " on conflict ({key}) do update set days = rollup_part_manager.days | excluded.days,
           lines = rollup_part_manager.lines + excluded.lines, due = rollup_part_manager.due + excluded.due"
    );
    Insert::new("rollup_part_manager", &format!("{key}, days, lines, due"), ROWS, &ending)
});

/// Adds to the sums that are there.
fn sums_insert(table: &str, key: &str) -> Insert {
    let mut ending = format!(" on conflict ({key}) do update set ");
    for (index, column) in SUM_COLUMNS.split(", ").enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(ending, "{comma}{column} = {table}.{column} + excluded.{column}");
    }
    Insert::new(table, &format!("{key}, {SUM_COLUMNS}"), ROWS, &ending)
}

/// Collects lines until they fill a statement, and texts until the transaction ends.
#[derive(Default)]
pub struct Writer {
    lines: Vec<Line>,
    texts: Vec<NewText>,
}

impl Writer {
    /// Writes a message of the reading thread; some lines may wait for the next, and the texts for [`Self::write_texts`].
    ///
    /// # Errors
    /// `Internal`.
    pub async fn write(&mut self, connection: &mut Connection, message: &mut Message) -> Result<()> {
        self.texts.append(&mut message.texts);
        self.write_lines(connection, &mut message.lines).await?;
        write_rollups(connection, &message.rollups).await
    }

    /// Writes lines; some may wait for the next call.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn write_lines(&mut self, connection: &mut Connection, lines: &mut Vec<Line>) -> Result<()> {
        self.lines.append(lines);
        let whole = self.lines.len() / LINES * LINES;
        insert_lines(connection, &self.lines[..whole]).await?;
        self.lines.drain(..whole);
        Ok(())
    }

    /// Writes the texts that waited, in the order of their hashes: the index is then gone through once a transaction.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn write_texts(&mut self, connection: &mut Connection) -> Result<()> {
        self.texts.sort_unstable_by_key(|text| text.key.low.cast_signed());
        write_texts(connection, &self.texts).await?;
        self.texts.clear();
        Ok(())
    }

    /// Writes the lines that waited.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn finish(&mut self, connection: &mut Connection) -> Result<()> {
        insert_lines(connection, &self.lines).await?;
        self.lines.clear();
        Ok(())
    }
}

/// Indexes a version's lines from `first_line` on by customer and day, once they are all written.
///
/// # Errors
/// `Internal`.
pub async fn index_lines(connection: &mut Connection, version: i64, first_line: i64) -> Result<()> {
    sqlx::query(
        "insert into customer_line (version_no, customer_no, day, line_no)
         select version_no, customer_no, day, line_no from bill_line where version_no = $1 and line_no >= $2
         order by customer_no, day, line_no",
    )
    .bind(version)
    .bind(first_line)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_lines(connection: &mut Connection, lines: &[Line]) -> Result<()> {
    let full = lines.iter().any(Line::has_parts);
    let insert: &'static Insert = if full { &FULL_LINES } else { &PLAIN_LINES };
    insert.all(connection, lines, |query, line| bind_line(query, line, full)).await
}

fn bind_line<'q>(query: Query<'q>, line: &Line, with_parts: bool) -> Query<'q> {
    let amounts = &line.amounts;
    let units = |amount: Option<Amount>| amount.map(Amount::units);
    let mut query = query.bind(line.version).bind(line.no).bind(line.customer).bind(line.day.to_string());
    for no in line.texts.numbers() {
        query = query.bind(no);
    }
    query = query
        .bind(units(amounts.list))
        .bind(units(amounts.discount))
        .bind(amounts.due.units())
        .bind(amounts.coupon.units());
    if with_parts {
        let parts = [
            amounts.truncated,
            amounts.cash,
            amounts.credit,
            amounts.cash_coupon,
            amounts.stored_card,
            amounts.bonus,
            amounts.debt,
            amounts.written_off,
        ];
        for part in parts {
            query = query.bind(units(part));
        }
    }
    query
}

async fn write_texts(connection: &mut Connection, texts: &[NewText]) -> Result<()> {
    TEXTS
        .all(connection, texts, |query, text| {
            query
                .bind(text.no)
                .bind(text.key.high.cast_signed())
                .bind(text.key.low.cast_signed())
                .bind(text.value.clone())
        })
        .await?;
    for text in texts {
        super::texts::write_folded(connection, text.no, &text.value).await?;
    }
    Ok(())
}

/// Adds sums to the rollups of staged versions.
///
/// # Errors
/// `Internal`.
pub async fn write_rollups(connection: &mut Connection, rows: &RollupRows) -> Result<()> {
    SERVICE_SUMS
        .all(connection, &rows.services, |query, (key, sums): &(ServiceKey, Sums)| {
            let query = query
                .bind(i64::from(key.version))
                .bind(i64::from(key.customer))
                .bind(i64::from(key.service))
                .bind(i64::from(key.charge_mode))
                .bind(i64::from(key.association))
                .bind(i64::from(key.currency));
            bind_sums(query, sums)
        })
        .await?;
    DAY_SUMS
        .all(connection, &rows.days, |query, (key, sums): &(DayKey, Sums)| {
            let query = query
                .bind(i64::from(key.version))
                .bind(i64::from(key.customer))
                .bind(key.day.to_string())
                .bind(i64::from(key.association))
                .bind(i64::from(key.currency));
            bind_sums(query, sums)
        })
        .await?;
    MANAGER_SUMS
        .all(connection, &rows.managers, |query, (key, sums): &(ManagerKey, ManagerSums)| {
            query
                .bind(i64::from(key.version))
                .bind(i64::from(key.customer))
                .bind(i64::from(key.source_manager))
                .bind(i64::from(key.currency))
                .bind(i64::from(sums.days))
                .bind(i64::from(sums.lines))
                .bind(sums.due)
        })
        .await
}

/// In the order of [`SUM_COLUMNS`].
fn bind_sums<'q>(query: Query<'q>, sums: &Sums) -> Query<'q> {
    query
        .bind(i64::from(sums.lines))
        .bind(i64::from(sums.charged))
        .bind(i64::from(sums.debt_lines))
        .bind(i64::from(sums.list_lines))
        .bind(sums.list)
        .bind(sums.due)
        .bind(sums.coupon)
        .bind(sums.refund)
        .bind(sums.adjustment)
        .bind(sums.debt)
}

/// Keeps refused rows as they came; row 0 of a file is its header.
///
/// # Errors
/// `Internal`.
pub async fn write_rejects(connection: &mut Connection, delivery: &DeliveryId, rejects: &[RejectedRow]) -> Result<()> {
    let mut rows = Vec::with_capacity(rejects.len());
    for reject in rejects {
        rows.push((reject, as_csv(&reject.record)?));
    }
    REJECTS
        .all(connection, &rows, |query, (reject, record)| {
            query
                .bind(delivery.as_str().to_owned())
                .bind(reject.file)
                .bind(reject.row)
                .bind(reject.fault.as_ref().map(|fault| fault.column.clone()).unwrap_or_default())
                .bind(reject.fault.as_ref().map(Fault::english).unwrap_or_default())
                .bind(record.clone())
        })
        .await
}

fn as_csv(record: &csv::ByteRecord) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_byte_record(record).map_err(Error::internal)?;
    let bytes = writer.into_inner().map_err(Error::internal)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
