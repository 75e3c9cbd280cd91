//! One delivery from its files to its reports.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{DeliveryId, PartnerId};
use domain::imports::{Covers, ImportReport, VersionState};
use domain::months::MONTH_CLOSED;
use sqlx::Connection as _;
use tokio::sync::mpsc;

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::accept::{mark_mended, mended, write_customers};
use super::carry::{self, AllCarried, Carried};
use super::draft::{Draft, Message};
use super::kept;
use super::layouts::Kind;
use super::lease;
use super::parse::{Known, Parser};
use super::prepare::{Opened, known, open_all};
use super::report::{States, reports, summary};
use super::shown::{Shown, judge};
use super::source::{OpenBill, SourceFile};
use super::sweep::sweep_unscoped;
use super::switch;
use super::write::{Writer, index_lines, write_rejects};
use super::{Importer, NewDelivery, Progress};

/// Rows, and new texts, between two commits: in between others get to write.
const COMMIT_ROWS: u64 = 20_000;
const COMMIT_TEXTS: usize = 100_000;
/// Messages of the reading thread that may wait for the writer.
const WAITING_MESSAGES: usize = 4;

/// Runs a delivery that [`super::start`] noted: waits its turn, reads, writes and switches. The delivery's state tells how it ended.
///
/// # Errors
/// `Denied`; `Invalid` for field `file`: what [`super::source::open`] says, and `unknown_format` or `incomplete` where
/// something must be asked and the files are not kept for it; or `x_RejectedDelivery`: `unknown_delivery`;
/// `MonthClosed`; `Conflict`: `already_in`, `lease_lost`, and for mended rows `replaced_since`, `delivery_held`,
/// `several_deliveries`. Then nothing of it is shown.
pub async fn run(
    center: &Center,
    who: &Importer,
    (id, delivery): (&DeliveryId, &NewDelivery),
    on_progress: impl Fn(Progress) + Send + Sync,
) -> Result<Vec<ImportReport>> {
    let partner = who.partner()?;
    let result = Box::pin(run_unchecked(center, who, (partner, id, delivery), &on_progress)).await;
    if let Err(error) = &result {
        refuse(center, partner, id, error).await?;
    }
    // files that were kept for an answer go with it
    sweep_unscoped(center).await?;
    result
}

async fn run_unchecked(
    center: &Center,
    who: &Importer,
    (partner, id, delivery): (&PartnerId, &DeliveryId, &NewDelivery),
    on_progress: &(impl Fn(Progress) + Send + Sync),
) -> Result<Vec<ImportReport>> {
    let (bills, _unpacked) = match open_all(center, partner, delivery).await? {
        Opened::Bills(bills, unpacked) => (bills, unpacked),
        Opened::Asks(question) if delivery.keep => {
            kept::wait(center, who, (id, delivery), &question).await?;
            return Ok(Vec::new());
        }
        Opened::Asks(question) => return Err(question.refusal()),
    };
    lease::acquire(center, id, on_progress).await?;
    sweep_unscoped(center).await?;
    let mends = bills.iter().any(|(_, bill)| bill.header.columns.rejected.is_some());
    let covers = if mends { Covers::Append } else { delivery.options.covers };
    let details = bills.iter().any(|(_, bill)| bill.header.kind == Kind::Details);
    let known = known(center, partner, details).await?;
    let (receiver, reading) = read(center, known, bills);
    store(center, (partner, id, delivery), receiver, on_progress).await?;
    let mut draft = reading.await.map_err(Error::internal)??;
    let (read, confirm) = (rows_and_bytes(&draft, delivery)?, delivery.options.confirm);
    let ready = if covers == Covers::Days {
        carry::make_ready(center, (partner, id), (&draft.versions, confirm), read).await?
    } else {
        AllCarried::default()
    };

    let mut tx = center.db.write().await?;
    lease::renew(center, &mut tx, id, read).await?;
    let root = if mends { Some(mended(&mut tx, partner, &draft).await?) } else { None };
    write_customers(center, &mut tx, partner, &draft.customers).await?;
    let states = switch_all(center, &mut tx, (partner, id), (covers, confirm), (&mut draft, &ready)).await?;
    mark_mended(&mut tx, id, &draft).await?;
    let reports = reports(&draft, &states, Some(id));
    finish(center, &mut tx, id, (covers, root.as_ref(), &reports)).await?;
    who.record(center, &mut tx, ("import.finish", id.as_str(), &summary(&states))).await?;
    tx.commit().await?;
    Ok(reports)
}

/// Reads and judges a delivery without writing anything.
///
/// # Errors
/// As [`run`].
pub async fn rehearse(
    center: &Center,
    who: &Importer,
    delivery: &NewDelivery,
    on_progress: impl Fn(Progress) + Send + Sync,
) -> Result<Vec<ImportReport>> {
    let partner = who.partner()?;
    let bytes_total = delivery.check_size()?;
    let (bills, _unpacked) = match open_all(center, partner, delivery).await? {
        Opened::Bills(bills, unpacked) => (bills, unpacked),
        Opened::Asks(question) => return Err(question.refusal()),
    };
    let mends = bills.iter().any(|(_, bill)| bill.header.columns.rejected.is_some());
    let covers = if mends { Covers::Append } else { delivery.options.covers };
    let details = bills.iter().any(|(_, bill)| bill.header.kind == Kind::Details);
    let known = known(center, partner, details).await?;
    let (mut receiver, reading) = read(center, known, bills);
    while let Some(message) = receiver.recv().await {
        let Message { rows_read, bytes_read, .. } = message;
        on_progress(Progress { waiting_for: None, rows_read, bytes_read, bytes_total });
    }
    let draft = reading.await.map_err(Error::internal)??;
    let mut tx = center.db.read().await?;
    if mends {
        mended(&mut tx, partner, &draft).await?;
    }
    let mut states = BTreeMap::new();
    for version in &draft.versions {
        let shown = Shown::load(&mut tx, partner, version).await?;
        states.insert(version.no, judge(&mut tx, &shown, version, (covers, delivery.options.confirm), None).await?);
    }
    let mut reports = reports(&draft, &states, None);
    for version in reports.iter_mut().flat_map(|report| &mut report.versions) {
        version.version = 0;
    }
    Ok(reports)
}

type Reading = tokio::task::JoinHandle<Result<Draft>>;

fn read(center: &Center, known: Known, bills: Vec<(SourceFile, OpenBill)>) -> (mpsc::Receiver<Message>, Reading) {
    let (sender, receiver) = mpsc::channel(WAITING_MESSAGES);
    let parser = Parser::new(known, center.db.clone(), sender);
    (receiver, tokio::task::spawn_blocking(move || parser.read(bills)))
}

/// Writes what the reading thread hands over, in transactions of limited size.
async fn store(
    center: &Center,
    (partner, id, delivery): (&PartnerId, &DeliveryId, &NewDelivery),
    mut receiver: mpsc::Receiver<Message>,
    on_progress: &(impl Fn(Progress) + Send + Sync),
) -> Result<()> {
    let bytes_total = delivery.check_size()?;
    let mut connection = center.db.import_connection().await?;
    let (mut writer, mut versions, mut read) = (Writer::default(), Vec::new(), (0, 0));
    loop {
        let Some(mut message) = receiver.recv().await else { break };
        let _turn = center.db.turn().await;
        let mut tx = connection.begin_with("begin immediate").await?;
        let (rows_before, mut texts) = (message.rows_read, 0);
        loop {
            texts += message.texts.len();
            versions.extend(message.versions.iter().map(|(no, ..)| *no));
            write_versions(&mut tx, (partner, id, delivery), &message).await?;
            writer.write(&mut tx, &mut message).await?;
            write_rejects(&mut tx, id, &message.rejects).await?;
            let Message { rows_read, bytes_read, .. } = message;
            // what was packed counts with the bytes it unpacks to
            let bytes_read = bytes_read.min(bytes_total);
            on_progress(Progress { waiting_for: None, rows_read, bytes_read, bytes_total });
            if rows_read - rows_before >= COMMIT_ROWS || texts >= COMMIT_TEXTS {
                break;
            }
            let Some(next) = receiver.recv().await else { break };
            message = next;
        }
        writer.write_texts(&mut tx).await?;
        read = (message.rows_read, message.bytes_read.min(bytes_total));
        lease::renew(center, &mut tx, id, read).await?;
        tx.commit().await?;
    }
    let turn = center.db.turn().await;
    let mut tx = connection.begin_with("begin immediate").await?;
    writer.finish(&mut tx).await?;
    lease::renew(center, &mut tx, id, read).await?;
    tx.commit().await?;
    drop(turn);
    for version in versions {
        let _turn = center.db.turn().await;
        let mut tx = connection.begin_with("begin immediate").await?;
        index_lines(&mut tx, version, 0).await?;
        lease::renew(center, &mut tx, id, read).await?;
        tx.commit().await?;
    }
    connection.close().await?;
    Ok(())
}

async fn write_versions(
    connection: &mut Connection,
    (partner, id, delivery): (&PartnerId, &DeliveryId, &NewDelivery),
    message: &Message,
) -> Result<()> {
    for (no, supplier, account, month) in &message.versions {
        sqlx::query(
            "insert into bill_version (no, partner_id, delivery_id, supplier, account, month, covers, state, lines, kept)
             values ($1, $2, $3, $4, $5, $6, $7, 'staged', 0, true)",
        )
        .bind(no)
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(supplier)
        .bind(account)
        .bind(month.to_string())
        .bind(delivery.options.covers.code())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Judges and switches all versions of a delivery.
async fn switch_all(
    center: &Center,
    connection: &mut Connection,
    (partner, id): (&PartnerId, &DeliveryId),
    (covers, confirm): (Covers, bool),
    (draft, ready): (&mut Draft, &AllCarried),
) -> Result<States> {
    let mut states = States::new();
    let (mut months, mut versions) = (BTreeSet::new(), Vec::new());
    for version in &mut draft.versions {
        let shown = Shown::load(connection, partner, version).await?;
        let ready = ready.get(&version.no);
        let on_days = ready.and_then(|ready| ready.on_days(&shown));
        let state = judge(connection, &shown, version, (covers, confirm), on_days).await?;
        states.insert(version.no, state);
        if state == VersionState::Switched {
            switch::show(connection, (partner, id), (version, covers), (&shown, ready)).await?;
            months.insert(version.month);
            versions.push(version.no);
            versions.extend(shown.parts.iter().map(|(_, version, _)| *version));
        } else {
            crate::months::require_open(connection, partner, version.month).await?;
            if ready.is_some_and(Carried::is_written) {
                carry::drop_carried(connection, version.no).await?;
            }
            switch::write_parts(connection, version).await?;
            switch::set_state(connection, version.no, state).await?;
        }
    }
    if !months.is_empty() {
        switch::supersede(connection, id).await?;
        versions.sort_unstable();
        versions.dedup();
        switch::settle(center, connection, partner, (&months, &versions)).await?;
    }
    Ok(states)
}

fn rows_and_bytes(draft: &Draft, delivery: &NewDelivery) -> Result<(u64, u64)> {
    Ok((draft.files.iter().map(|file| file.rows.read).sum(), delivery.check_size()?))
}

async fn finish(
    center: &Center,
    connection: &mut Connection,
    id: &DeliveryId,
    (covers, mends, reports): (Covers, Option<&DeliveryId>, &[ImportReport]),
) -> Result<()> {
    sqlx::query(
        "update delivery set state = 'finished', finished_at = $2, lease_until = null, covers = $3, mends = $4,
           reports = $5 where id = $1",
    )
    .bind(id.as_str())
    .bind(stored(center.clock.now()))
    .bind(covers.code())
    .bind(mends.map(DeliveryId::as_str))
    .bind(serde_json::to_string(reports)?)
    .execute(&mut *connection)
    .await?;
    sqlx::query("update bill_version set covers = $2 where delivery_id = $1")
        .bind(id.as_str())
        .bind(covers.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a delivery that could not be imported; what it staged is swept.
async fn refuse(center: &Center, partner: &PartnerId, id: &DeliveryId, error: &Error) -> Result<()> {
    let shown = match error {
        Error::Internal(detail) => {
            tracing::error!(delivery = id.as_str(), %detail, "import failed");
            "internal".to_owned()
        }
        Error::Invalid(fields) => serde_json::to_string(fields)?,
        Error::Conflict(code) => (*code).to_owned(),
        Error::MonthClosed(closing) => format!("{MONTH_CLOSED}{closing}"),
        other => other.to_string(),
    };
    let mut tx = center.db.write().await?;
    sqlx::query(
        "update delivery set state = 'refused', finished_at = $2, lease_until = null, error = $3
         where id = $1 and partner_id = $4 and state in ('waiting', 'running')",
    )
    .bind(id.as_str())
    .bind(stored(center.clock.now()))
    .bind(shown)
    .bind(partner.as_str())
    .execute(&mut *tx)
    .await?;
    crate::audit::record_unscoped(center, &mut tx, partner, ("import.refuse", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}
