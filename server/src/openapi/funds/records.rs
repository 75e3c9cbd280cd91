//! What happened to the partner's accounts.

use domain::errors::UnknownCode;
use domain::funds::{AdjustOperation, AdjustQuery, AdjustRecord, FundsRecord, MoneyDirection, RecordQuery};
use domain::ledger::{AccountKind, CURRENCY, MoveKind, two_decimals};
use domain::money::Amount;
use domain::periods::Day;
use serde::{Deserialize, Serialize};
use services::funds;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{MAX_ID, YUAN, indirect, refused};
use crate::host::Host;
use crate::openapi::caller::Caller;
use crate::openapi::error::{ApiError, Outcome};
use crate::openapi::extract::{Answer, Query, at_most, given, instant, written};
use crate::openapi::paging::Page;

pub(super) fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::new()
        .routes(routes!(list_partner_adjust_records))
        .routes(routes!(list_partner_account_change_records))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListPartnerAdjustRecordsQuery {
    /// A customer or an indirect partner; empty: all.
    #[param(nullable = false, max_length = 64)]
    customer_id: Option<String>,
    /// Only this operation: `SOURCE_OPERATION_BEADJUST` allocation, `SOURCE_OPERATION_BERETRIEVE` reclaim,
    /// `SOURCE_OPERATION_BEUNBIND` reclaim by unbinding.
    #[param(nullable = false, example = "SOURCE_OPERATION_BEADJUST")]
    operation_type: Option<String>,
    /// From this instant on, UTC.
    #[param(nullable = false, example = "2026-01-01T00:00:00Z")]
    operation_time_begin: Option<String>,
    /// Up to and including this instant, UTC.
    #[param(nullable = false, example = "2026-12-31T23:59:59Z")]
    operation_time_end: Option<String>,
    /// Only this transaction id.
    #[param(nullable = false, max_length = 64)]
    trans_id: Option<String>,
    /// Rows to leave out.
    #[param(nullable = false, minimum = 0, default = 0)]
    offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// The indirect partner whose money it was.
    #[param(nullable = false, max_length = 64)]
    indirect_partner_id: Option<String>,
}

/// An allocation or a reclaim.
#[derive(Serialize, ToSchema)]
struct AdjustRecordV3 {
    /// The customer or indirect partner.
    customer_id: String,
    /// What they are called.
    customer_name: String,
    /// `SOURCE_OPERATION_BEADJUST`, `SOURCE_OPERATION_BERETRIEVE`, `SOURCE_OPERATION_BEUNBIND`.
    operation_type: String,
    /// Yuan, as text.
    #[schema(example = "1200.50")]
    amount: String,
    /// Always CNY.
    currency: &'static str,
    /// Empty.
    apply_scene: &'static str,
    /// When, UTC.
    #[schema(example = "2026-11-22T04:00:00Z")]
    operation_time: String,
    /// 1: yuan.
    measure_id: i32,
    /// The transaction id.
    trans_id: String,
    /// Why, in the words of who did it.
    memo: String,
}

impl From<AdjustRecord> for AdjustRecordV3 {
    fn from(record: AdjustRecord) -> Self {
        Self {
            customer_id: record.counterpart,
            customer_name: record.counterpart_name,
            operation_type: record.operation.to_string(),
            amount: two_decimals(record.amount),
            currency: CURRENCY,
            apply_scene: "",
            operation_time: written(&record.at),
            measure_id: YUAN,
            trans_id: record.id.to_string(),
            memo: record.reason,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ListPartnerAdjustRecordsResponse {
    /// The records, the newest first.
    records: Vec<AdjustRecordV3>,
    /// How many there are on all pages.
    total_count: u64,
}

/// Allocations and reclaims, the newest first.
#[utoipa::path(get, path = "/v3/accounts/partner-accounts/adjust-records", operation_id = "list_partner_adjust_records",
    tag = "funds", params(ListPartnerAdjustRecordsQuery),
    responses((status = 200, description = "The records", body = ListPartnerAdjustRecordsResponse)))]
async fn list_partner_adjust_records(
    caller: Caller,
    Query(query): Query<ListPartnerAdjustRecordsQuery>,
) -> Answer<ListPartnerAdjustRecordsResponse> {
    let page = page(query.offset, query.limit)?;
    let asked = AdjustQuery {
        counterpart: given(at_most("customer_id", MAX_ID, query.customer_id)?).unwrap_or_default(),
        operation: coded::<AdjustOperation>("operation_type", query.operation_type)?,
        begin: instant("operation_time_begin", query.operation_time_begin.as_deref())?,
        end: instant("operation_time_end", query.operation_time_end.as_deref())?,
        transaction: given(at_most("trans_id", MAX_ID, query.trans_id)?).unwrap_or_default(),
        through: indirect(query.indirect_partner_id)?.map(|id| id.to_string()).unwrap_or_default(),
        ..AdjustQuery::default()
    };
    let found = funds::adjustments_from(&caller.center, &caller.actor, &asked, page).await;
    let (records, total_count) = found.map_err(refused)?;
    let records = records.into_iter().map(AdjustRecordV3::from).collect();
    Ok(axum::Json(ListPartnerAdjustRecordsResponse { records, total_count }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListPartnerAccountChangeRecordsQuery {
    /// `BALANCE_TYPE_DEBIT` cash, `BALANCE_TYPE_CREDIT` credit.
    #[param(example = "BALANCE_TYPE_DEBIT")]
    balance_type: String,
    /// Only this trade type, e.g. `RECHARGE`, `BEADJUST`, `BERETRIEVE`.
    #[param(nullable = false, example = "BEADJUST")]
    trade_type: Option<String>,
    /// First day, Beijing time; a year before the last day where none.
    #[param(nullable = false, example = "2026-01-01")]
    trade_time_begin: Option<String>,
    /// Last day; today where none.
    #[param(nullable = false, example = "2026-11-22")]
    trade_time_end: Option<String>,
    /// Rows to leave out.
    #[param(nullable = false, minimum = 0, default = 0)]
    offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// An indirect partner, to see the changes of its account.
    #[param(nullable = false, max_length = 64)]
    indirect_partner_id: Option<String>,
}

/// A change of an account.
#[derive(Serialize, ToSchema)]
struct AccountChangeRecord {
    /// Serial number of the change.
    account_change_id: String,
    /// What it was, e.g. `SOURCE_OPERATION_BEADJUST`; some codes are spelt `SOURCE_OPERAIION_…`.
    trade_detail_type: &'static str,
    /// When, UTC.
    #[schema(example = "2026-11-22T04:00:00Z")]
    trade_time: String,
    /// The order id or transaction id.
    trade_id: String,
    /// By how much the balance changed, yuan, as text; never negative.
    #[schema(example = "300.00")]
    change_amount: String,
    /// The balance after it, yuan, as text.
    balance_after_change: String,
    /// `1` income, `2` expense.
    r#type: &'static str,
    /// The customer or indirect partner of an allocation or reclaim.
    customer_id: Option<String>,
    /// Its account's name.
    account_name: Option<String>,
}

impl From<FundsRecord> for AccountChangeRecord {
    fn from(record: FundsRecord) -> Self {
        let of_order = matches!(record.kind, MoveKind::Payment | MoveKind::Refund) && !record.reference.is_empty();
        let with_counterpart = AdjustOperation::of(record.kind).is_some();
        let income = record.direction() == MoneyDirection::Income;
        let size = if income { Some(record.amount) } else { record.amount.checked_neg() };
        Self {
            account_change_id: record.id,
            trade_detail_type: record.kind.trade_detail_type(),
            trade_time: written(&record.at),
            trade_id: if of_order { record.reference } else { record.moved.to_string() },
            change_amount: two_decimals(size.unwrap_or(Amount::ZERO)),
            balance_after_change: two_decimals(record.balance_after),
            r#type: if income { "1" } else { "2" },
            customer_id: with_counterpart.then_some(record.counterpart),
            account_name: with_counterpart.then_some(record.counterpart_account),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ListPartnerAccountChangeRecordsResponse {
    /// How many there are on all pages.
    total_count: u64,
    /// Always CNY.
    currency: &'static str,
    /// The records, the newest first.
    records: Vec<AccountChangeRecord>,
}

/// Income and expense of the partner's cash or credit account, the newest first. A range over one year is refused.
#[utoipa::path(get, path = "/v2/accounts/partner-accounts/account-change-records",
    operation_id = "list_partner_account_change_records", tag = "funds", params(ListPartnerAccountChangeRecordsQuery),
    responses((status = 200, description = "The records", body = ListPartnerAccountChangeRecordsResponse)))]
async fn list_partner_account_change_records(
    caller: Caller,
    Query(query): Query<ListPartnerAccountChangeRecordsQuery>,
) -> Answer<ListPartnerAccountChangeRecordsResponse> {
    let page = page(query.offset, query.limit)?;
    let own = match query.balance_type.as_str() {
        "BALANCE_TYPE_DEBIT" => AccountKind::Cash,
        "BALANCE_TYPE_CREDIT" => AccountKind::Credit,
        _ => return Err(ApiError::parameter("balance_type: must be BALANCE_TYPE_DEBIT or BALANCE_TYPE_CREDIT")),
    };
    let through = indirect(query.indirect_partner_id)?;
    let asked = RecordQuery {
        account: Some(if through.is_some() { AccountKind::Indirect } else { own }),
        owner: through.map(|id| id.to_string()).unwrap_or_default(),
        trade: coded("trade_type", query.trade_type)?,
        from: day("trade_time_begin", query.trade_time_begin)?,
        to: day("trade_time_end", query.trade_time_end)?,
        ..RecordQuery::default()
    };
    let found = funds::records_from(&caller.center, &caller.actor, &asked, page).await.map_err(refused)?;
    Ok(axum::Json(ListPartnerAccountChangeRecordsResponse {
        total_count: found.total,
        currency: CURRENCY,
        records: found.items.into_iter().map(AccountChangeRecord::from).collect(),
    }))
}

/// An enumeration: an empty text is none of its values.
fn coded<T: std::str::FromStr<Err = UnknownCode>>(name: &str, text: Option<String>) -> Outcome<Option<T>> {
    let unknown = |error: UnknownCode| ApiError::parameter(format!("{name}: {error}"));
    text.map(|text| text.parse().map_err(unknown)).transpose()
}

/// A day as `YYYY-MM-DD`: an empty text is none.
fn day(name: &str, text: Option<String>) -> Outcome<Option<Day>> {
    let wrong = |_| ApiError::parameter(format!("{name}: must be a day as YYYY-MM-DD"));
    text.map(|text| text.parse().map_err(wrong)).transpose()
}

fn page(offset: Option<i64>, limit: Option<i64>) -> Outcome<(u32, u32)> {
    let page = Page::of(offset, limit)?;
    let number = |number: i64| u32::try_from(number).map_err(|_| ApiError::parameter("offset: is too large"));
    Ok((number(page.offset)?, number(page.limit)?))
}
