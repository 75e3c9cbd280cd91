//! Alibaba Cloud's instance bill. Source: the API's `DescribeInstanceBill`, whose field names its exports may carry.
//!
//! 代金券 is `DeductedByCashCoupons`. What `DeductedByCoupons` takes off lowers the payable amount itself, as a discount does:
//! it is in the truncated part, which is what list and discount leave.

use domain::imports::fields::BillField as F;

use super::{Kind, Layout, Names};

pub const LAYOUT: Layout = Layout {
    format: "Alibaba Cloud instance bill",
    kind: Kind::Details,
    names: NAMES,
    required: &[&[F::Due], &[F::List], &[F::Service], &[F::Month, F::ChargeStart]],
    suppliers: &["阿里云", "Alibaba Cloud"],
    offset: 8,
    unverified: true,
};

#[rustfmt::skip] // a table
const NAMES: &[Names] = &[
    (F::Due, &["PretaxAmount"]),
    (F::List, &["PretaxGrossAmount"]),
    (F::Service, &["ProductName", "ProductDetail", "ProductCode", "PipCode"]),
    (F::Month, &["BillingCycle"]),
    (F::ChargeStart, &["BillingDate"]),
    (F::CustomerAccount, &["OwnerID", "BillAccountID"]),
    (F::CustomerName, &["OwnerName", "BillAccountName"]),
    (F::BillingAccount, &["AccountID"]),
    (F::BillingAccountName, &["AccountName"]),
    (F::Currency, &["Currency"]),
    (F::BillType, &["Item"]),
    (F::ChargeMode, &["SubscriptionType"]),
    (F::ResourceType, &["ProductType", "CommodityCode"]),
    (F::ResourceId, &["InstanceID"]),
    (F::ResourceName, &["NickName"]),
    (F::Region, &["Region"]),
    (F::Description, &["BillingItem", "ItemName", "InstanceSpec"]),
    (F::Tags, &["Tag"]),
    (F::Discount, &["InvoiceDiscount"]),
    (F::Coupon, &["DeductedByCashCoupons"]),
    (F::StoredCard, &["DeductedByPrepaidCard"]),
    (F::Cash, &["PaymentAmount", "CashAmount"]),
    (F::Debt, &["OutstandingAmount"]),
];
