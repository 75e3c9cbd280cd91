//! Starting an export: small ones are written at once, large ones noted for the background.

use domain::access::{Actor, Permission};
use domain::assignments::FileLanguage;
use domain::bills::{BillType, LineQuery};
use domain::consumption::{Basis, DashboardQuery};
use domain::exports::{DIRECT_ROWS, ExportFormat, ExportQuery, MAX_PENDING};
use domain::ids::ExportId;
use serde_json::json;

use super::files::{self, ExportFile, Progress};
use super::lines::Lines;
use super::sheet::{Head, Sheet};
use super::words::{self, Words};
use super::{conditions, groups, movement, overview, results, summary};
use crate::center::{Center, new_id};
use crate::clock::{local, stored};
use crate::error::{Error, Result};
use crate::tables::TableFormat;
use crate::{audit, consumption, partners, targets};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewExport {
    /// What, as its page shows it.
    pub query: ExportQuery,
    /// In which form; FOCUS holds the lines behind whatever is shown.
    pub format: ExportFormat,
    /// Of headings and head.
    pub language: FileLanguage,
}

/// What came of it.
#[derive(Debug)]
pub enum Started {
    /// The file.
    File(ExportFile),
    /// It is written in the background: [`super::work_unscoped`] does it.
    Job(ExportId),
}

/// Exports what is on screen, in the actor's scope, and leaves an audit record. Up to [`DIRECT_ROWS`] bill lines, and whatever
/// has fewer rows, come at once.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; as the page for a query that it refuses; `Conflict` `nothing_to_export`
/// without any line, `summary_too_long` where 消费汇总 has more than [`DIRECT_ROWS`], `too_many_exports` where the member has [`MAX_PENDING`] waiting.
pub async fn start(center: &Center, actor: &Actor, new: &NewExport) -> Result<Started> {
    actor.scope(Permission::ViewConsumption)?;
    let words = words_for(actor, new.language);
    let table = match (new.format, &new.query) {
        (_, ExportQuery::Lines(query)) => return lines(center, actor, (query, new), words).await,
        (ExportFormat::Focus, query) => {
            let query = behind(center, actor, query).await?;
            let new = NewExport { query: ExportQuery::Lines(Box::new(query.clone())), ..new.clone() };
            return lines(center, actor, (&query, &new), words).await;
        }
        (ExportFormat::Csv, _) => TableFormat::Csv,
        (ExportFormat::Xlsx, _) => TableFormat::Xlsx,
    };
    let sheet = sheet(center, actor, &new.query, words).await?;
    let (rows, version, range) = (sheet.rows(), sheet.head.status.version, sheet.head.range);
    let (output, folder) = (files::unnamed(center)?, center.export_folder.clone());
    let file = files::blocking(move || sheet.write(words, (table, output, &folder))).await?;
    record(center, actor, new, (rows, version)).await?;
    let months = (range.from.to_string(), range.to.to_string());
    let name = files::name(new.query.view().code(), months, version, new.format);
    Ok(Started::File(ExportFile::new(name, new.format, file)?))
}

/// The words of an actor's files.
pub(super) fn words_for(actor: &Actor, language: FileLanguage) -> Words {
    Words { language, whole_names: actor.may(Permission::ExportNames) }
}

async fn lines(
    center: &Center,
    actor: &Actor,
    (query, new): (&LineQuery, &NewExport),
    words: Words,
) -> Result<Started> {
    // a file is the whole list, not the page that is shown of it
    let query = LineQuery { after: String::new(), ..query.clone() };
    let _turn = center.exporting.acquire().await.map_err(Error::internal)?;
    let mut lines = Lines::open(center, actor, &query, words).await?;
    let count = lines.count(DIRECT_ROWS + 1).await?;
    if count == 0 {
        return Err(Error::Conflict("nothing_to_export"));
    }
    if count > DIRECT_ROWS {
        return Ok(Started::Job(note(center, actor, (&query, new), (&lines, words)).await?));
    }
    let range = lines.head.range;
    let output = files::unnamed(center)?;
    let written = Box::pin(lines.write(center, (new.format, output), &Progress::Direct)).await?;
    record(center, actor, new, (written.rows, written.version)).await?;
    let months = (range.from.to_string(), range.to.to_string());
    let name = files::name(new.query.view().code(), months, written.version, new.format);
    Ok(Started::File(ExportFile::new(name, new.format, written.file)?))
}

/// Notes an export for the background. What `today` makes of an open range is settled now.
async fn note(
    center: &Center,
    actor: &Actor,
    (query, new): (&LineQuery, &NewExport),
    (lines, words): (&Lines, Words),
) -> Result<ExportId> {
    let id = ExportId::new(new_id());
    let range = lines.head.range;
    let query = LineQuery { from: Some(range.from), to: Some(range.to), preset: None, ..query.clone() };
    let query = ExportQuery::Lines(Box::new(query));
    let filters = format!("{} – {} · {}", range.from, range.to, lines.head.filters_in_words(words));
    let mut tx = center.db.write().await?;
    let pending: i64 = sqlx::query_scalar(
        "select count(*) from export_job where partner_id = $1 and member_id = $2 and state in ('waiting', 'running')",
    )
    .bind(actor.partner.as_str())
    .bind(actor.member.as_str())
    .fetch_one(&mut *tx)
    .await?;
    if pending >= MAX_PENDING {
        return Err(Error::Conflict("too_many_exports"));
    }
    sqlx::query(
        "insert into export_job (id, partner_id, member_id, view, format, language, query, filters, state, sees_all,
                                 clear_names, created_at, attempts, file_name, row_count, byte_count, error)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, 0, '', 0, 0, '')",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(actor.member.as_str())
    .bind(query.view().code())
    .bind(new.format.code())
    .bind(new.language.code())
    .bind(serde_json::to_string(&query)?)
    .bind(filters)
    .bind(lines.sees_all())
    .bind(words.whole_names)
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "view": query.view().code(), "format": new.format.code() }).to_string();
    audit::record(center, &mut tx, actor, ("export.start", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Leaves the audit record of a file that is handed over at once.
async fn record(center: &Center, actor: &Actor, new: &NewExport, (rows, version): (u64, i64)) -> Result<()> {
    let view = new.query.view().code();
    let detail = json!({ "view": view, "format": new.format.code(), "rows": rows, "version": version }).to_string();
    let mut tx = center.db.write().await?;
    audit::record(center, &mut tx, actor, ("export.download", actor.partner.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// A page's tables.
async fn sheet(center: &Center, actor: &Actor, query: &ExportQuery, words: Words) -> Result<Sheet> {
    match query {
        ExportQuery::Lines(_) => Err(Error::internal("lines are no sheet")),
        ExportQuery::Overview(query) => {
            let dashboard = consumption::dashboard(center, actor, query).await?;
            let head = head(center, actor, (words::OVERVIEW_TITLE, query), (&dashboard.basis, words)).await?;
            Ok(overview::sheet(&dashboard, head, words))
        }
        ExportQuery::Trend(query, grouping) => {
            let found = consumption::groups(center, actor, query, grouping).await?;
            let head = head(center, actor, (words::TREND_TITLE, query), (&found.basis, words)).await?;
            Ok(groups::trend(&found, head, words))
        }
        ExportQuery::Distribution(query, grouping) => {
            let found = consumption::groups(center, actor, query, grouping).await?;
            let head = head(center, actor, (words::DISTRIBUTION_TITLE, query), (&found.basis, words)).await?;
            Ok(groups::distribution(&found, head, words))
        }
        ExportQuery::Customers(query) => {
            let dashboard = consumption::customer_dashboard(center, actor, query).await?;
            let head = head(center, actor, (words::CUSTOMERS_TITLE, query), (&dashboard.basis, words)).await?;
            Ok(movement::sheet(&dashboard, head, words))
        }
        ExportQuery::Summary(query, view) => {
            let found = consumption::all_pages(center, actor, (query, view), DIRECT_ROWS).await?;
            let head = head(center, actor, (words::SUMMARY_TITLE, query), (&found.basis, words)).await?;
            Ok(summary::sheet(&found, head, words))
        }
        ExportQuery::Results(query) => {
            let found = targets::sheet(center, actor, query).await?;
            let query = query.consumption();
            let head = head(center, actor, (words::RESULTS_TITLE, &query), (&found.basis, words)).await?;
            Ok(results::sheet(&found, head, words))
        }
    }
}

async fn head(
    center: &Center,
    actor: &Actor,
    (title, query): (words::Word, &DashboardQuery),
    (basis, words): (&Basis, Words),
) -> Result<Head> {
    let filters = conditions::of_dashboard(center, actor, query, words).await?;
    let zone = partners::zone(&basis.zone)?;
    Ok(Head::of(title, basis, filters, local(&stored(center.clock.now()), &zone)))
}

/// The lines behind what a page shows: its months, its conditions, its currency.
async fn behind(center: &Center, actor: &Actor, query: &ExportQuery) -> Result<LineQuery> {
    let bill_type = match query {
        // as the links from the rows of the tab 退款 ask
        ExportQuery::Summary(_, view) if view.refunds => Some(BillType::Refund),
        _ => None,
    };
    let (basis, query) = match query {
        ExportQuery::Lines(query) => return Ok((**query).clone()),
        ExportQuery::Customers(query) => {
            (consumption::customer_dashboard(center, actor, query).await?.basis, query.clone())
        }
        ExportQuery::Overview(query) | ExportQuery::Trend(query, _) | ExportQuery::Distribution(query, _) => {
            (consumption::basis(center, actor, query).await?, query.clone())
        }
        ExportQuery::Summary(query, _) => (consumption::basis(center, actor, query).await?, (**query).clone()),
        ExportQuery::Results(query) => {
            let query = query.consumption();
            (consumption::basis(center, actor, &query).await?, query)
        }
    };
    Ok(LineQuery {
        bill_type,
        from: Some(basis.range.from),
        to: Some(basis.range.to),
        preset: None,
        attribution: Some(basis.attribution),
        currency: basis.currency,
        ..LineQuery::from(query)
    })
}
