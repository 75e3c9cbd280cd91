//! In a closed month nobody's customers change hands.

use std::collections::BTreeMap;

use domain::ids::PartnerId;
use domain::months::Closing;
use domain::periods::{Day, Month};

use crate::db::Connection;
use crate::error::{Error, Result};

/// A partner's closed months.
pub(super) struct ClosedMonths(BTreeMap<Month, Closing>);

impl ClosedMonths {
    /// Those of `partner`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn of(connection: &mut Connection, partner: &PartnerId) -> Result<Self> {
        Ok(Self(crate::months::closings(connection, partner).await?))
    }

    /// The last closed month that has one of the days from `from` on until before `until`.
    pub fn touched(&self, from: Day, until: Day) -> Option<Month> {
        self.closing(from, until).map(|closing| closing.month)
    }

    /// Refuses a change of these days.
    ///
    /// # Errors
    /// `MonthClosed`.
    pub fn check(&self, from: Day, until: Day) -> Result<()> {
        self.closing(from, until).map_or(Ok(()), |closing| Err(Error::MonthClosed(closing.clone())))
    }

    /// The days from `from` on until before `until` that are in no closed month, oldest first.
    pub fn open_parts(&self, from: Day, until: Day) -> Vec<(Day, Day)> {
        let (mut parts, mut at) = (Vec::new(), from);
        for month in self.0.keys() {
            let (first, next) = (month.first_day(), month.plus(1).first_day());
            if next <= at || first >= until {
                continue;
            }
            if at < first {
                parts.push((at, first));
            }
            at = next;
        }
        if at < until {
            parts.push((at, until));
        }
        parts
    }

    fn closing(&self, from: Day, until: Day) -> Option<&Closing> {
        self.0.values().rev().find(|closing| from <= closing.month.last_day() && closing.month.first_day() < until)
    }
}
