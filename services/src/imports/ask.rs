//! What a delivery waits for, asked and answered: which column is what, whose bill it is.

use csv::ByteRecord;
use domain::access::{Actor, Permission};
use domain::customers::folded;
use domain::errors::FieldError;
use domain::ids::{DeliveryId, PartnerId};
use domain::imports::fields::{BillField, FieldSource, FieldSources, missing};
use domain::imports::mapping::{ColumnSample, MappedLine, MappedRow, MappingAnswer, MappingQuestion};
use domain::imports::{Covers, ImportOptions, Reject};
use domain::money::{Amount, Currency};
use domain::periods::parse_written_month;
use jiff::tz::TimeZone;

use crate::center::Center;
use crate::clock::local;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::format::{Header, Knowledge, SavedLayout, recognise};
use super::kept::Asks;
use super::layouts::{column_of, column_source, is_built_in};
use super::rows::{Homes, Row, RowReader, is_total};
use super::source::SourceFile;
use super::{Importer, NewDelivery, lease, mappings, spawn};

/// What was said of the files of a delivery, by name.
type Answers = Vec<(String, FieldSources)>;

/// What a delivery waits for.
///
/// # Errors
/// `Denied` without `Permission::ImportBills`; `NotFound`; `Conflict` `not_asked` where it waits for nothing.
pub async fn question(center: &Center, actor: &Actor, id: &DeliveryId) -> Result<MappingQuestion> {
    actor.require(Permission::ImportBills)?;
    let mut tx = center.db.read().await?;
    let Waiting { asks, keep_until, .. } = waiting(&mut tx, &actor.partner, id).await?;
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    let column = |at: usize| {
        let FieldSource::Column { name, nth } = column_source(&asks.names, at) else { return None };
        let samples = asks.samples.iter().take(3).filter_map(|row| row.get(at).cloned());
        Some(ColumnSample { name, nth, samples: samples.filter(|text| !text.is_empty()).collect() })
    };
    Ok(MappingQuestion {
        delivery: id.clone(),
        file: asks.file.clone(),
        format: asks.format.clone(),
        columns: (0..asks.names.len()).filter_map(column).collect(),
        sources: asks.sources.clone(),
        missing: asks.missing.clone(),
        kept_until: local(&keep_until, &zone),
    })
}

/// The first rows as an answer maps them, with what would be wrong.
///
/// # Errors
/// As [`question`], and `Invalid` for an answer that is not complete.
pub async fn preview(
    center: &Center,
    actor: &Actor,
    (id, answer): (&DeliveryId, &MappingAnswer),
) -> Result<Vec<MappedRow>> {
    actor.require(Permission::ImportBills)?;
    let mut tx = center.db.read().await?;
    let Waiting { asks, .. } = waiting(&mut tx, &actor.partner, id).await?;
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    drop(tx);
    let named = MappingAnswer { name: "preview".to_owned(), ..answer.clone() };
    let answer = checked(&asks, &named)?;
    let header = header(&asks, &answer)?;
    Ok(mapped(&asks, header, zone))
}

/// Takes an answer: keeps the mapping, where the header was unknown, and imports the delivery in a task of its own.
///
/// # Errors
/// As [`preview`]; `Invalid` for `name`: `required`, `name_taken`.
pub async fn answer(center: &Center, actor: &Actor, (id, answer): (&DeliveryId, &MappingAnswer)) -> Result<()> {
    actor.require(Permission::ImportBills)?;
    let mut tx = center.db.write().await?;
    let Waiting { asks, mut answers, covers, .. } = waiting(&mut tx, &actor.partner, id).await?;
    let answer = checked(&asks, answer)?;
    header(&asks, &answer)?;
    let (of_layout, of_file): (FieldSources, FieldSources) =
        answer.sources.clone().into_iter().partition(|(field, source)| {
            asks.is_unknown() && (matches!(source, FieldSource::Column { .. }) || field.is_constant_of_layout())
        });
    if asks.is_unknown() {
        let layout = SavedLayout { name: answer.name.clone(), header: asks.names.clone(), sources: of_layout };
        mappings::save(center, &mut tx, actor, &layout).await?;
    }
    answers.retain(|(file, _)| *file != asks.file);
    answers.push((asks.file.clone(), of_file));
    sqlx::query(
        "update delivery set state = 'waiting', lease_until = $2, keep_until = null, answers = $3, asks = ''
         where id = $1 and state = 'mapping'",
    )
    .bind(id.as_str())
    .bind(lease::until(center))
    .bind(serde_json::to_string(&answers)?)
    .execute(&mut *tx)
    .await?;
    crate::audit::record(center, &mut tx, actor, ("import.answer", id.as_str(), "")).await?;
    tx.commit().await?;
    let files = asks.files.iter().map(|(path, name)| SourceFile { path: path.clone(), name: name.clone() }).collect();
    let options = ImportOptions { covers, confirm: false, dry_run: false };
    let delivery = NewDelivery { files, options, max_bytes: asks.max_bytes, answers, mapping: None, keep: true };
    spawn(center, Importer::Member(actor.clone()), (id.clone(), delivery), || {});
    Ok(())
}

/// Gives a delivery up that waits for an answer; its files are deleted.
///
/// # Errors
/// As [`question`].
pub async fn discard(center: &Center, actor: &Actor, id: &DeliveryId) -> Result<()> {
    actor.require(Permission::ImportBills)?;
    let mut tx = center.db.write().await?;
    waiting(&mut tx, &actor.partner, id).await?;
    sqlx::query(
        "update delivery set state = 'withdrawn', finished_at = $2, keep_until = null, asks = '' where id = $1",
    )
    .bind(id.as_str())
    .bind(crate::clock::stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    crate::audit::record(center, &mut tx, actor, ("import.discard", id.as_str(), "")).await?;
    tx.commit().await?;
    // It is discarded whatever becomes of the files: what cannot be deleted now is swept.
    if let Err(error) = super::kept::delete(center, id) {
        tracing::warn!(delivery = id.as_str(), %error, "kept files were not deleted");
    }
    Ok(())
}

/// A delivery that waits for an answer.
struct Waiting {
    asks: Asks,
    answers: Answers,
    covers: Covers,
    keep_until: String,
}

async fn waiting(connection: &mut Connection, partner: &PartnerId, id: &DeliveryId) -> Result<Waiting> {
    let (state, asks, answers, covers, keep_until): (String, String, String, String, Option<String>) = sqlx::query_as(
        "select state, asks, answers, covers, keep_until from delivery where id = $1 and partner_id = $2",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .fetch_one(connection)
    .await?;
    if state != "mapping" {
        return Err(Error::Conflict("not_asked"));
    }
    Ok(Waiting {
        asks: serde_json::from_str(&asks)?,
        answers: serde_json::from_str(&answers)?,
        covers: covers.parse().map_err(Error::internal)?,
        keep_until: keep_until.unwrap_or_default(),
    })
}

/// An answer that is complete and makes sense, trimmed. Of a recognised file only what was missing counts.
fn checked(asks: &Asks, answer: &MappingAnswer) -> Result<MappingAnswer> {
    let mut sources = FieldSources::new();
    let mut errors = Vec::new();
    let mut taken: Vec<(&str, usize)> = Vec::new();
    for (field, source) in &answer.sources {
        if !asks.is_unknown() && !asks.missing.contains(field) {
            continue;
        }
        match source {
            FieldSource::Constant(value) if value.trim().is_empty() => {}
            FieldSource::Constant(value) => match constant(*field, value.trim()) {
                Some(value) => {
                    sources.insert(*field, FieldSource::Constant(value));
                }
                None => errors.push(FieldError::new(field.code(), "malformed").with(value.trim())),
            },
            FieldSource::Column { name, nth } => {
                if column_of(&asks.names, name, *nth).is_none() {
                    errors.push(FieldError::new(field.code(), "unknown").with(name));
                } else if taken.contains(&(name, *nth)) {
                    errors.push(FieldError::new(field.code(), "column_twice").with(name));
                }
                taken.push((name, *nth));
                sources.insert(*field, source.clone());
            }
        }
    }
    let lacks = if asks.is_unknown() { missing(|field| sources.contains_key(&field)) } else { asks.missing.clone() };
    let told =
        |field: &BillField| sources.contains_key(field) || errors.iter().any(|error| error.field == field.code());
    let lacks: Vec<BillField> = lacks.into_iter().filter(|field| !told(field)).collect();
    let answer = MappingAnswer { sources, name: answer.name.trim().to_owned() };
    errors.extend(answer.check(asks.is_unknown(), &lacks).err().unwrap_or_default());
    if errors.is_empty() { Ok(answer) } else { Err(Error::Invalid(errors)) }
}

/// A constant as it is meant; none where it cannot be.
fn constant(field: BillField, value: &str) -> Option<String> {
    match field {
        BillField::Currency => value.parse::<Currency>().ok().map(|currency| currency.code().to_owned()),
        BillField::Month => parse_written_month(value).ok().map(|month| month.to_string()),
        _ => (value.chars().count() <= 200 && !folded(value).is_empty()).then(|| value.to_owned()),
    }
}

/// The header as the answer makes it.
fn header(asks: &Asks, answer: &MappingAnswer) -> Result<Header> {
    let record = ByteRecord::from(asks.names.clone());
    let layout = |name: &str, sources: &FieldSources| SavedLayout {
        name: name.to_owned(),
        header: asks.names.clone(),
        sources: sources.clone(),
    };
    let saved = if asks.is_unknown() {
        vec![layout(&answer.name, &answer.sources)]
    } else if is_built_in(&asks.format) {
        Vec::new()
    } else {
        vec![layout(&asks.format, &asks.sources)]
    };
    let answers = vec![(asks.file.clone(), answer.sources.clone())];
    let wanted = asks.is_unknown().then(|| answer.name.clone());
    let knowledge = Knowledge { saved, wanted, answers };
    let (_, header) = recognise(&[record], &asks.file, &knowledge).map_err(|_| Error::Conflict("not_asked"))?;
    Ok(header)
}

fn mapped(asks: &Asks, header: Header, zone: TimeZone) -> Vec<MappedRow> {
    let width = header.record.len();
    let mut reader = RowReader::new(&header, zone, Homes::default());
    let mut rows = Vec::new();
    for (sample, row) in asks.samples.iter().zip(1..) {
        let mut record = ByteRecord::from(sample.clone());
        while record.len() < width {
            record.push_field(b"");
        }
        if is_total(&record) {
            continue;
        }
        let result = reader.read(&record).map_err(|fault| fault.reject(row)).and_then(|read| line(&read, row));
        rows.push(MappedRow { row, result });
    }
    rows
}

fn line(row: &Row<'_>, number: u64) -> Result<MappedLine, Reject> {
    let too_large = || super::rows::Fault::new("", domain::imports::reasons::Reason::TooLarge).reject(number);
    let amounts = &row.amounts;
    let paid: Amount = amounts.paid().ok_or_else(too_large)?;
    Ok(MappedLine {
        supplier: row.supplier.to_owned(),
        account: row.customer_account.to_owned(),
        name: row.customer_name.to_owned(),
        month: row.month,
        day: row.day,
        service: row.service.to_owned(),
        bill_type: row.bill_type,
        charge_mode: row.charge_mode,
        currency: row.currency.to_ascii_uppercase(),
        list: amounts.list,
        due: amounts.due,
        coupon: amounts.coupon,
        paid,
        balanced: amounts.balanced(),
    })
}
