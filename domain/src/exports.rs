//! Exports (导出): what is on screen as a file, and the records of those that are written in the background (导出记录).
//!
//! Source: Partner Center, 导出 > 查看导出记录: an export is a task, its file is downloaded from the records by who made it.

use serde::{Deserialize, Serialize};

use crate::bills::LineQuery;
use crate::consumption::DashboardQuery;
use crate::consumption::groups::Grouping;
use crate::consumption::summary::SummaryView;
use crate::ids::ExportId;
use crate::targets::SheetQuery;
use crate::text::coded_enum;

coded_enum! {
    /// The form of an exported file.
    pub enum ExportFormat {
        /// Text with commas, for anything that reads tables.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
        /// FOCUS 1.2 as CSV: bill lines for other cost tools, and for another installation of this program.
        Focus = "focus",
    }
}

impl ExportFormat {
    /// How the file's name ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Focus => "focus.csv",
        }
    }

    /// The file's media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Focus => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

coded_enum! {
    /// What can be exported. Each is what one page, or one tab of it, shows.
    pub enum ExportView {
        /// 消费明细.
        Lines = "lines",
        /// 消费看板 > 总览.
        Overview = "overview",
        /// 消费看板 > 费用走势; by account manager it is the sheet account manager × month.
        Trend = "trend",
        /// 消费看板 > 费用分布.
        Distribution = "distribution",
        /// 客户看板.
        Customers = "customers",
        /// 消费汇总, all pages of it.
        Summary = "summary",
        /// 客户经理业绩: the sheet account manager × month with targets.
        Results = "results",
    }
}

coded_enum! {
    /// Where an export stands that is written in the background.
    pub enum ExportState {
        /// 等待中: others come first.
        Waiting = "waiting",
        /// 生成中.
        Running = "running",
        /// 已完成: the file can be downloaded until it expires.
        Finished = "finished",
        /// 失败.
        Failed = "failed",
        /// 已过期: the file is gone.
        Expired = "expired",
    }
}

/// What happens to an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportEvent {
    /// It is its turn.
    Start,
    /// The process that wrote it died.
    Interrupt,
    /// Its file is there.
    Finish,
    /// It cannot be written.
    Fail,
    /// Its file was kept long enough.
    Expire,
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an export that is {0} cannot do that")]
pub struct NoSuchStep(pub ExportState);

impl ExportState {
    /// The state after `event`.
    ///
    /// # Errors
    /// [`NoSuchStep`] where the event does not fit.
    pub fn next(self, event: ExportEvent) -> Result<Self, NoSuchStep> {
        use ExportEvent::{Expire, Fail, Finish, Interrupt, Start};
        match (self, event) {
            (Self::Waiting, Start) => Ok(Self::Running),
            (Self::Running, Interrupt) => Ok(Self::Waiting),
            (Self::Running, Finish) => Ok(Self::Finished),
            (Self::Waiting | Self::Running, Fail) => Ok(Self::Failed),
            (Self::Finished, Expire) => Ok(Self::Expired),
            _ => Err(NoSuchStep(self)),
        }
    }

    /// Whether something still happens by itself: a page that shows it asks again.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// What is exported, with the query of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportQuery {
    /// 消费明细.
    Lines(Box<LineQuery>),
    /// 消费看板 > 总览.
    Overview(DashboardQuery),
    /// 消费看板 > 费用走势.
    Trend(DashboardQuery, Grouping),
    /// 消费看板 > 费用分布.
    Distribution(DashboardQuery, Grouping),
    /// 客户看板.
    Customers(DashboardQuery),
    /// 消费汇总.
    Summary(Box<DashboardQuery>, SummaryView),
    /// 客户经理业绩.
    Results(Box<SheetQuery>),
}

impl ExportQuery {
    /// What it shows.
    pub const fn view(&self) -> ExportView {
        match self {
            Self::Lines(_) => ExportView::Lines,
            Self::Overview(_) => ExportView::Overview,
            Self::Trend(..) => ExportView::Trend,
            Self::Distribution(..) => ExportView::Distribution,
            Self::Customers(_) => ExportView::Customers,
            Self::Summary(..) => ExportView::Summary,
            Self::Results(_) => ExportView::Results,
        }
    }
}

/// Rows of a file that is made while its reader waits; more lines are written in the background, more rows of 消费汇总 refused.
pub const DIRECT_ROWS: u64 = 10_000;
/// Days for which a file of the background is kept.
pub const KEPT_DAYS: i64 = 7;
/// Exports that one member may have waiting or running at a time.
pub const MAX_PENDING: i64 = 5;

/// An export that is, or was, written in the background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRecord {
    /// Its id.
    pub id: ExportId,
    /// What it holds.
    pub view: ExportView,
    /// In which form.
    pub format: ExportFormat,
    /// Range and filters in words.
    pub filters: String,
    /// Where it stands.
    pub state: ExportState,
    /// When it was asked for, in the billing time zone, RFC 3339.
    pub created_at: String,
    /// When it was done, in the same way.
    pub finished_at: Option<String>,
    /// Until when its file is kept, in the same way.
    pub expires_at: Option<String>,
    /// Rows written so far.
    pub rows: u64,
    /// Size of the file in bytes; zero before it is there.
    pub bytes: u64,
    /// Version of the data in it.
    pub version: Option<i64>,
    /// Why it failed, a stable code; empty where it did not.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_was_interrupted_waits_again_and_one_that_is_over_stays_so() {
        use ExportEvent::{Expire, Fail, Finish, Interrupt, Start};
        use ExportState::{Expired, Failed, Finished, Running, Waiting};
        assert_eq!(Waiting.next(Start), Ok(Running));
        assert_eq!(Running.next(Interrupt), Ok(Waiting));
        assert_eq!(Running.next(Finish).and_then(|state| state.next(Expire)), Ok(Expired));
        for state in [Finished, Failed, Expired] {
            for event in [Start, Interrupt, Finish, Fail] {
                assert_eq!(state.next(event), Err(NoSuchStep(state)));
            }
        }
        assert!(Waiting.is_pending() && Running.is_pending() && !Finished.is_pending());
    }
}
