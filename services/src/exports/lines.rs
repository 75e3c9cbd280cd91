//! Bill lines as a file, written portion by portion: memory stays flat, and all of it is one state of the data.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;

use domain::access::{Actor, Permission};
use domain::bills::{LineQuery, LineTotals};
use domain::exports::ExportFormat;
use domain::money::{Amount, Currency, Total};

use super::files::Progress;
use super::focus::FocusWriter;
use super::sheet::{Head, amount, begin, sum};
use super::words::{self, Word, Words};
use super::{conditions, files};
use crate::center::Center;
use crate::clock::{local, stored};
use crate::consumption::{LineWalk, SourceLine};
use crate::error::{Error, Result};
use crate::tables::{Cell, TableFormat, TableWriter};

/// Lines that are read and written at a time.
const PORTION: usize = 2_000;

const COLUMNS: [Word; 33] = [
    words::DAY,
    words::CUSTOMER_NAME,
    words::ACCOUNT_NAME,
    words::ACCOUNT_ID,
    words::SUPPLIER,
    words::MANAGER,
    words::SERVICE,
    words::BILL_TYPE,
    words::CURRENCY,
    words::DUE,
    words::COUPON,
    words::PAID,
    words::LIST,
    words::DISCOUNT,
    words::TRUNCATED,
    words::CASH,
    words::CREDIT,
    words::CASH_COUPON,
    words::STORED_CARD,
    words::BONUS,
    words::DEBT,
    words::WRITTEN_OFF,
    words::RESOURCE_TYPE,
    words::RESOURCE_ID,
    words::RESOURCE_NAME,
    words::REGION,
    words::CHARGE_MODE,
    words::ASSOCIATION,
    words::ORDER,
    words::CHARGE_START,
    words::CHARGE_END,
    words::DESCRIPTION,
    words::TAGS,
];

/// Lines to be written.
pub(super) struct Lines {
    walk: LineWalk,
    pub head: Head,
    words: Words,
}

/// What was written.
pub(super) struct Written {
    pub file: File,
    pub rows: u64,
    pub version: i64,
}

impl Lines {
    /// Resolves what is asked, in the actor's scope.
    ///
    /// # Errors
    /// As `consumption::lines`.
    pub async fn open(center: &Center, actor: &Actor, query: &LineQuery, words: Words) -> Result<Self> {
        actor.require(Permission::ViewConsumption)?;
        // First, for it reads too, and an export must not hold two readers of the database. A query that is refused tells nothing.
        let filters = conditions::of_lines(center, actor, query, words).await?;
        let walk = LineWalk::open(center, actor, query).await?;
        let head = Head {
            title: words::LINES_TITLE,
            range: walk.range(),
            filters,
            currency: None,
            attribution: walk.attribution(),
            zone: walk.partner.zone_name.clone(),
            status: walk.status.clone(),
            made_at: local(&stored(center.clock.now()), &walk.partner.zone),
            has_masked_columns: true,
            more: Vec::new(),
        };
        Ok(Self { walk, head, words })
    }

    /// How many lines there are, counted up to `at_most`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn count(&mut self, at_most: u64) -> Result<u64> {
        self.walk.count(at_most).await
    }

    /// Whether the file holds what only somebody may see who sees all customers.
    pub fn sees_all(&self) -> bool {
        self.walk.sees_all()
    }

    /// Writes all of them to `file`, and proves that they add up to the sums that the page shows.
    ///
    /// # Errors
    /// `Conflict` `lease_lost` where the export was deleted meanwhile; `Internal`, also where the sums differ.
    pub async fn write(
        self,
        center: &Center,
        (format, file): (ExportFormat, File),
        progress: &Progress<'_>,
    ) -> Result<Written> {
        let Self { mut walk, head, words } = self;
        let (version, zone) = (head.status.version, walk.partner.zone.clone());
        let totals = walk.totals().await?;
        let output = BufWriter::new(file);
        let mut form = match format {
            ExportFormat::Focus => Form::Focus(Box::new(FocusWriter::new(output, &head, words, zone)?)),
            ExportFormat::Csv => Form::table(TableFormat::Csv, output, (&head, &totals), (center, words))?,
            ExportFormat::Xlsx => Form::table(TableFormat::Xlsx, output, (&head, &totals), (center, words))?,
        };
        let mut sums = Sums::default();
        loop {
            let portion = walk.next(PORTION).await?;
            if portion.is_empty() {
                break;
            }
            sums.add(&portion);
            form = files::blocking(move || form.portion(&portion)).await?;
            progress.report(sums.rows).await?;
        }
        sums.check(&totals)?;
        let file = progress.beside(files::blocking(move || form.finish())).await?;
        Ok(Written { file, rows: sums.rows, version })
    }
}

/// A file in the writing.
enum Form {
    Table(Box<TableWriter<BufWriter<File>>>, Words),
    Focus(Box<FocusWriter<BufWriter<File>>>),
}

impl Form {
    /// A table with its head, the sums of all lines, and its header.
    fn table(
        format: TableFormat,
        output: BufWriter<File>,
        (head, totals): (&Head, &[LineTotals]),
        (center, words): (&Center, Words),
    ) -> Result<Self> {
        let mut writer = TableWriter::flat(format, output, &center.export_folder)?;
        begin(&mut writer, head, words)?;
        writer.row(&[Cell::Empty])?;
        writer.header(&words.list(&[words::TOTAL, words::DUE, words::COUPON, words::PAID]))?;
        for total in totals {
            writer.row(&[Cell::text(total.currency.code()), sum(total.due), sum(total.coupon), sum(total.paid)])?;
        }
        writer.row(&[Cell::Empty])?;
        writer.header(&words.list(&COLUMNS))?;
        Ok(Self::Table(Box::new(writer), words))
    }

    fn portion(mut self, lines: &[SourceLine]) -> Result<Self> {
        for line in lines {
            match &mut self {
                Self::Table(writer, words) => writer.row(&row(line, *words))?,
                Self::Focus(writer) => writer.line(line)?,
            }
        }
        Ok(self)
    }

    fn finish(self) -> Result<File> {
        let output = match self {
            Self::Table(writer, _) => writer.finish()?,
            Self::Focus(writer) => writer.finish()?,
        };
        output.into_inner().map_err(|error| Error::internal(error.error()))
    }
}

fn row(source: &SourceLine, words: Words) -> Vec<Cell> {
    let line = &source.line;
    let amounts = &line.amounts;
    let amount = |value: Option<Amount>| amount(value, words);
    let manager =
        line.manager.as_deref().map_or_else(|| words.word(words::UNASSIGNED).to_owned(), |manager| words.name(manager));
    vec![
        Cell::Day(line.day),
        Cell::Text(words.name(&line.customer_name)),
        Cell::Text(words.name(&line.account_name)),
        Cell::text(&line.account_id),
        Cell::text(&source.supplier),
        Cell::Text(manager),
        Cell::text(&line.service),
        Cell::text(words.bill_type(line.bill_type)),
        Cell::text(line.currency.code()),
        amount(Some(amounts.due)),
        amount(Some(amounts.coupon)),
        amount(amounts.paid()),
        amount(amounts.list),
        amount(amounts.discount),
        amount(amounts.truncated),
        amount(amounts.cash),
        amount(amounts.credit),
        amount(amounts.cash_coupon),
        amount(amounts.stored_card),
        amount(amounts.bonus),
        amount(amounts.debt),
        amount(amounts.written_off),
        Cell::text(&line.resource_type),
        Cell::text(&line.resource_id),
        Cell::text(&line.resource_name),
        Cell::text(&line.region),
        Cell::text(words.charge_mode(line.charge_mode)),
        Cell::text(words.association(line.association)),
        Cell::text(&line.order_id),
        Cell::text(&line.charge_start),
        Cell::text(&line.charge_end),
        Cell::text(&line.description),
        Cell::text(&line.tags),
    ]
}

/// The sums of what was written.
#[derive(Default)]
struct Sums {
    rows: u64,
    /// Due and coupon.
    by_currency: BTreeMap<Currency, (Total, Total)>,
}

impl Sums {
    fn add(&mut self, lines: &[SourceLine]) {
        self.rows += lines.len() as u64;
        for SourceLine { line, .. } in lines {
            if !self.by_currency.contains_key(&line.currency) {
                self.by_currency.insert(line.currency.clone(), (Total::ZERO, Total::ZERO));
            }
            if let Some((due, coupon)) = self.by_currency.get_mut(&line.currency) {
                *due += Total::from(line.amounts.due);
                *coupon += Total::from(line.amounts.coupon);
            }
        }
    }

    /// What the page shows stands in the file's head: both must be the same.
    fn check(&self, totals: &[LineTotals]) -> Result<()> {
        let shown = totals.iter().map(|total| (total.currency.clone(), (total.due, total.coupon)));
        // a currency whose only lines are hidden has sums of zero
        let nothing = (Total::ZERO, Total::ZERO);
        let shown: BTreeMap<_, _> = shown.filter(|(_, sums)| *sums != nothing).collect();
        let written = self.by_currency.iter().filter(|(_, sums)| **sums != nothing);
        if shown.iter().eq(written) { Ok(()) } else { Err(Error::internal("the lines differ from the sums shown")) }
    }
}
