//! What lines are filtered by beside customer, manager and day.

use domain::bills::{BillType, ChargeMode, LineQuery};
use domain::customers::folded;
use domain::periods::Day;

use super::super::facts::{BY_CUSTOMER, BY_SERVICE, Tables};
use super::super::selection::number_of;
use super::whole_months;
use crate::db::Statement;
use crate::db::{Connection, contains};
use crate::error::Result;

/// Conditions on single lines; texts as dictionary numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    /// What rollups know too.
    pub service: Option<i64>,
    pub charge_mode: Option<i64>,
    /// What only lines know: `and column = `, and the number.
    equal: Vec<(&'static str, i64)>,
    /// `like` pattern for the resource's name.
    resource_name: Option<String>,
    /// Only lines whose due, coupon or debt is not zero.
    hide_zero: bool,
}

impl Conditions {
    /// Looks up the numbers of the texts asked for.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn resolve(connection: &mut Connection, query: &LineQuery) -> Result<Self> {
        let asked = [
            (" and f.region_no = ", query.region.as_str()),
            (" and f.order_no = ", query.order.trim()),
            (" and f.resource_id_no = ", query.resource_id.trim()),
            (" and f.bill_type_no = ", query.bill_type.map_or("", BillType::code)),
        ];
        let mut equal = Vec::new();
        for (column, text) in asked {
            equal.extend(number_if_asked(connection, text).await?.map(|number| (column, number)));
        }
        let name = folded(&query.resource_name);
        Ok(Self {
            service: number_if_asked(connection, &query.service).await?,
            charge_mode: number_if_asked(connection, query.charge_mode.map_or("", ChargeMode::code)).await?,
            equal,
            resource_name: (!name.is_empty()).then(|| contains(&name)),
            hide_zero: query.hide_zero,
        })
    }

    /// Which rollups know the sums, if any; lines of zero add nothing to them.
    pub fn rollups(&self, days: (Day, Day)) -> Option<Tables> {
        if !self.equal.is_empty() || self.resource_name.is_some() {
            return None;
        }
        if self.service.is_none() && self.charge_mode.is_none() {
            return Some(BY_CUSTOMER);
        }
        whole_months(days).map(|_| BY_SERVICE)
    }

    /// Appends the conditions on a line `f` of a part `p`.
    pub fn add(&self, sql: &mut Statement) {
        if let Some(service) = self.service {
            // a customer's month without the service is passed over, not read
            sql.add(" and (select count(*) from rollup_part_service r where r.version_no = p.version_no");
            sql.add(" and r.customer_no = p.customer_no and r.service_no = ").bind(service).add(") > 0");
            sql.add(" and f.service_no = ").bind(service);
        }
        if let Some(charge_mode) = self.charge_mode {
            sql.add(" and f.charge_mode_no = ").bind(charge_mode);
        }
        for (column, number) in &self.equal {
            sql.add(column).bind(*number);
        }
        if let Some(name) = &self.resource_name {
            // `lower` folds ASCII; what it cannot fold is kept folded
            sql.add(" and (exists (select 1 from bill_text n where n.no = f.resource_name_no and lower(n.value) like ");
            sql.bind(name.as_str()).add(" escape '\\') or exists (select 1 from folded_text n");
            sql.add(" where n.no = f.resource_name_no and n.folded like ").bind(name.as_str()).add(" escape '\\'))");
        }
        if self.hide_zero {
            sql.add(" and (f.due <> 0 or f.coupon <> 0 or coalesce(f.debt, 0) <> 0)");
        }
    }
}

async fn number_if_asked(connection: &mut Connection, text: &str) -> Result<Option<i64>> {
    if text.is_empty() { Ok(None) } else { number_of(connection, text).await.map(Some) }
}
