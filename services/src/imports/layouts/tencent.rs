//! Tencent Cloud's bill details for resellers. Source: the API's `BillDetailData` and `CustomerBillDetailData`.

use domain::imports::fields::BillField as F;

use super::{Kind, Layout, Names};

pub const LAYOUT: Layout = Layout {
    format: "Tencent Cloud bill details",
    kind: Kind::Details,
    names: NAMES,
    required: &[&[F::Due], &[F::List], &[F::CustomerAccount], &[F::Service], &[F::ChargeStart, F::Month]],
    suppliers: &["腾讯云", "Tencent Cloud"],
    offset: 8,
    unverified: true,
};

#[rustfmt::skip] // a table
const NAMES: &[Names] = &[
    (F::Due, &["TotalAmountAfterDiscount"]),
    (F::List, &["OriginalCost"]),
    (F::CustomerAccount, &["OwnerAccountId", "CustomerUin"]),
    (F::Service, &["BusinessName", "ProductName", "BusinessCode", "ProductCode"]),
    (F::ChargeStart, &["UsageStartTime"]),
    (F::Month, &["Month"]),
    (F::ChargeEnd, &["UsageEndTime"]),
    (F::TradeTime, &["TransactionTime"]),
    (F::BillingAccount, &["PayerAccountId"]),
    (F::Currency, &["Currency"]),
    (F::BillType, &["TransactionType", "ActionType"]),
    (F::ChargeMode, &["BillingMode", "PayMode"]),
    (F::ResourceType, &["SubProductName"]),
    (F::ResourceId, &["InstanceId"]),
    (F::ResourceName, &["InstanceName"]),
    (F::Region, &["Region"]),
    (F::Order, &["TransactionId"]),
    (F::Description, &["ComponentName", "ComponentType"]),
    (F::Tags, &["Tags"]),
    (F::Coupon, &["VoucherDeduction"]),
];
