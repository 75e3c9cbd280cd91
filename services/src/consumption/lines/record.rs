//! A line as it is stored, with its texts.

use domain::bills::{BillLine, LineAmounts};
use domain::ids::CustomerId;
use domain::money::Amount;
use domain::periods::Day;

use super::cursor::Cursor;
use crate::error::{Error, Result};

/// In front of the statement that finds the keys of the lines.
pub(super) const SELECT: &str = "select l.version_no, l.line_no, l.day,
    c.id as customer_id, c.name as customer_name, c.account_name, c.account_id, m.name as manager,
    charge_start.value as charge_start, charge_end.value as charge_end, bill_type.value as bill_type,
    charge_mode.value as charge_mode, association.value as association, service.value as service,
    resource_type.value as resource_type, resource_id.value as resource_id, resource_name.value as resource_name,
    region.value as region, order_id.value as order_id, description.value as description, tags.value as tags,
    source_manager.value as source_manager, currency.value as currency,
    v.supplier as supplier, v.account as billing_account, trade_time.value as trade_time,
    l.list, l.discount, l.truncated, l.due, l.coupon, l.cash, l.credit, l.cash_coupon, l.stored_card, l.bonus, l.debt,
    l.written_off
    from (";

/// Behind it: only the lines of the page look up their texts.
pub(super) const JOINS: &str = ") x
    join bill_line l on l.version_no = x.version_no and l.line_no = x.line_no
    join bill_version v on v.no = l.version_no
    join customer c on c.no = l.customer_no
    left join assignment a on a.customer_no = l.customer_no and a.from_day <= l.day and a.until_day > l.day
    left join member m on m.id = a.manager_id
    join bill_text charge_start on charge_start.no = l.charge_start_no
    join bill_text charge_end on charge_end.no = l.charge_end_no
    join bill_text bill_type on bill_type.no = l.bill_type_no
    join bill_text charge_mode on charge_mode.no = l.charge_mode_no
    join bill_text association on association.no = l.association_no
    join bill_text service on service.no = l.service_no
    join bill_text resource_type on resource_type.no = l.resource_type_no
    join bill_text resource_id on resource_id.no = l.resource_id_no
    join bill_text resource_name on resource_name.no = l.resource_name_no
    join bill_text region on region.no = l.region_no
    join bill_text order_id on order_id.no = l.order_no
    join bill_text description on description.no = l.description_no
    join bill_text tags on tags.no = l.tags_no
    join bill_text source_manager on source_manager.no = l.source_manager_no
    join bill_text currency on currency.no = l.currency_no
    join bill_text trade_time on trade_time.no = l.trade_time_no
    order by l.day desc, l.version_no desc, l.line_no desc";

#[derive(sqlx::FromRow)]
pub(super) struct LineRow {
    version_no: i64,
    line_no: i64,
    day: String,
    customer_id: String,
    customer_name: String,
    account_name: String,
    account_id: String,
    manager: Option<String>,
    charge_start: String,
    charge_end: String,
    bill_type: String,
    charge_mode: String,
    association: String,
    service: String,
    resource_type: String,
    resource_id: String,
    resource_name: String,
    region: String,
    order_id: String,
    description: String,
    tags: String,
    source_manager: String,
    currency: String,
    supplier: String,
    billing_account: String,
    trade_time: String,
    list: Option<i64>,
    discount: Option<i64>,
    truncated: Option<i64>,
    due: i64,
    coupon: i64,
    cash: Option<i64>,
    credit: Option<i64>,
    cash_coupon: Option<i64>,
    stored_card: Option<i64>,
    bonus: Option<i64>,
    debt: Option<i64>,
    written_off: Option<i64>,
}

/// A line with what only its file said, for exports.
#[derive(Debug, Clone)]
pub(crate) struct SourceLine {
    /// As the pages show it.
    pub line: BillLine,
    /// The supplier, as its bills name it.
    pub supplier: String,
    /// The account that was billed.
    pub billing_account: String,
    /// When it was traded, UTC; empty where the source does not say.
    pub trade_time: String,
}

impl LineRow {
    /// Where the list goes on behind this line.
    ///
    /// # Errors
    /// `Internal` where the stored day is none.
    pub fn cursor(&self) -> Result<Cursor> {
        let day = self.day.parse().map_err(Error::internal)?;
        Ok(Cursor { day, version: self.version_no, line: self.line_no })
    }

    fn amounts(&self) -> LineAmounts {
        let part = |units: Option<i64>| units.map(Amount::from_units);
        LineAmounts {
            list: part(self.list),
            discount: part(self.discount),
            truncated: part(self.truncated),
            due: Amount::from_units(self.due),
            coupon: Amount::from_units(self.coupon),
            cash: part(self.cash),
            credit: part(self.credit),
            cash_coupon: part(self.cash_coupon),
            stored_card: part(self.stored_card),
            bonus: part(self.bonus),
            debt: part(self.debt),
            written_off: part(self.written_off),
        }
    }

    /// The line for an export.
    ///
    /// # Errors
    /// As [`Self::into_line`].
    pub fn into_source_line(mut self) -> Result<SourceLine> {
        let [supplier, billing_account, trade_time] =
            [&mut self.supplier, &mut self.billing_account, &mut self.trade_time].map(std::mem::take);
        Ok(SourceLine { line: self.into_line()?, supplier, billing_account, trade_time })
    }

    /// The line for the pages.
    ///
    /// # Errors
    /// `Internal` where a stored code is unknown.
    pub fn into_line(self) -> Result<BillLine> {
        let day: Day = self.day.parse().map_err(Error::internal)?;
        let name = [&self.customer_name, &self.account_name].into_iter().find(|text| !text.is_empty());
        Ok(BillLine {
            key: format!("{}.{}", self.version_no, self.line_no),
            customer: CustomerId::new(self.customer_id.as_str()),
            customer_name: name.unwrap_or(&self.account_id).clone(),
            amounts: self.amounts(),
            account_name: self.account_name,
            account_id: self.account_id,
            manager: self.manager,
            // a line's day lies within its bill month
            month: day.month(),
            day,
            charge_start: self.charge_start,
            charge_end: self.charge_end,
            bill_type: self.bill_type.parse().map_err(Error::internal)?,
            charge_mode: self.charge_mode.parse().map_err(Error::internal)?,
            association: self.association.parse().map_err(Error::internal)?,
            service: self.service,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            resource_name: self.resource_name,
            region: self.region,
            order_id: self.order_id,
            description: self.description,
            tags: self.tags,
            source_manager: self.source_manager,
            currency: self.currency.parse().map_err(Error::internal)?,
        })
    }
}
