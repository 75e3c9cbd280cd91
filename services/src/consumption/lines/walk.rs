//! All lines that match, portion by portion: what an export reads.

use domain::access::{Actor, Permission};
use domain::assignments::Attribution;
use domain::bills::{LineQuery, LineTotals};
use domain::imports::DataStatus;
use domain::periods::{Day, MonthRange};

use super::super::facts::LINES;
use super::super::status::status;
use super::cursor::Cursor;
use super::record::{LineRow, SourceLine};
use super::{Search, search};
use crate::center::Center;
use crate::db::{Statement, Tx};
use crate::error::{Error, Result};
use crate::partners::Partner;

/// Days that one statement reads at most.
const MOST_DAYS: i32 = 31;

/// The lines that match, newest first. One read transaction from beginning to end: all portions are of one state of the data,
/// whatever is imported meanwhile.
pub(crate) struct LineWalk {
    tx: Tx,
    search: Search,
    /// What the lines stand on.
    pub partner: Partner,
    /// As of when, which version, how final.
    pub status: DataStatus,
    /// The last day that was not read yet.
    last: Day,
    /// How many days are read at once.
    step: i32,
    after: Option<Cursor>,
}

impl LineWalk {
    /// Resolves what is asked, in the actor's scope.
    ///
    /// # Errors
    /// As `lines`.
    pub async fn open(center: &Center, actor: &Actor, query: &LineQuery) -> Result<Self> {
        actor.scope(Permission::ViewConsumption)?;
        let mut tx = center.db.read().await?;
        let (partner, search) = search(center, &mut tx, actor, query).await?;
        let status = status(&mut tx, &partner, search.range).await?;
        let last = search.days.1;
        Ok(Self { tx, search, partner, status, last, step: 1, after: None })
    }

    /// The months searched.
    pub fn range(&self) -> MonthRange {
        self.search.range
    }

    /// How conditions on managers are meant.
    pub fn attribution(&self) -> Attribution {
        self.search.selection.attribution
    }

    /// Whether no line is left out for whose customer it is.
    pub fn sees_all(&self) -> bool {
        self.search.selection.sees_all
    }

    /// How many lines there are, counted up to `at_most`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn count(&mut self, at_most: u64) -> Result<u64> {
        let mut sql = Statement::new("select count(*) from (");
        self.search.selection.of_days(&mut sql, LINES, "f.line_no as line_no", self.search.days);
        self.search.conditions.add(&mut sql);
        sql.add(" limit ").bind(at_most.cast_signed()).add(") x");
        let (count,): (i64,) = sql.row(&mut self.tx).await?;
        Ok(count.unsigned_abs())
    }

    /// The sums of all of them, by currency.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn totals(&mut self) -> Result<Vec<LineTotals>> {
        Ok(self.search.totals(&mut self.tx, None).await?.unwrap_or_default())
    }

    /// The next `limit` lines, or fewer; none at the end. Days are read in steps that fit what they hold.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<SourceLine>> {
        let first = self.search.days.0;
        let mut found: Vec<LineRow> = Vec::new();
        while self.last >= first && found.len() < limit {
            let start = self.last.plus(1 - self.step).max(first);
            let missing = limit - found.len();
            let rows = self.search.of_days(&mut self.tx, (start, self.last), self.after.as_ref(), missing).await?;
            let (read, some) = (rows.len(), missing / 4);
            if let Some(row) = rows.last() {
                self.after = Some(row.cursor()?);
            }
            found.extend(rows);
            if read < missing {
                // these days are done
                self.last = start.plus(-1);
                self.step = if read < some { (self.step * 2).min(MOST_DAYS) } else { self.step };
            } else {
                self.step = (self.step / 2).max(1);
                self.last = self.after.as_ref().map_or(self.last, |after| after.day);
            }
        }
        found.into_iter().map(LineRow::into_source_line).collect::<Result<_, Error>>()
    }
}
