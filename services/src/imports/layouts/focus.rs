//! FOCUS 1.0, 1.1 and 1.2, with our extension columns. Source: the specification's columns by version.

use domain::imports::fields::BillField as F;

use super::{Kind, Layout, Names};

/// The columns without which a file is no FOCUS bill, as the specification names them.
pub const REQUIRED: &[&[F]] = &[
    &[F::Due],
    &[F::BillingAccount],
    &[F::Currency],
    &[F::PeriodStart],
    &[F::Category],
    &[F::ChargeStart],
    &[F::Service],
];

pub const LAYOUT: Layout = Layout {
    format: "FOCUS 1.0",
    kind: Kind::Focus,
    names: NAMES,
    required: REQUIRED,
    suppliers: &[],
    offset: 0,
    unverified: false,
};

const NAMES: &[Names] = &[
    (F::Due, &["BilledCost"]),
    (F::BillingAccount, &["BillingAccountId"]),
    (F::Currency, &["BillingCurrency"]),
    (F::PeriodStart, &["BillingPeriodStart"]),
    (F::Category, &["ChargeCategory"]),
    (F::ChargeStart, &["ChargePeriodStart"]),
    (F::Service, &["ServiceName"]),
    (F::BillingAccountName, &["BillingAccountName"]),
    (F::PeriodEnd, &["BillingPeriodEnd"]),
    (F::ChargeEnd, &["ChargePeriodEnd"]),
    (F::Class, &["ChargeClass"]),
    (F::Description, &["ChargeDescription"]),
    (F::Frequency, &["ChargeFrequency"]),
    (F::List, &["ListCost"]),
    // files from before FOCUS 1.0 have the older names
    (F::Supplier, &["ProviderName", "Provider", "InvoiceIssuerName", "InvoiceIssuer", "PublisherName", "Publisher"]),
    (F::CustomerAccount, &["SubAccountId"]),
    (F::CustomerName, &["SubAccountName"]),
    (F::ResourceType, &["ResourceType"]),
    (F::ResourceId, &["ResourceId"]),
    (F::ResourceName, &["ResourceName"]),
    (F::Region, &["RegionName", "RegionId"]),
    (F::Tags, &["Tags"]),
    (F::Association, &["x_AssociationType"]),
    (F::BillType, &["x_BillType"]),
    (F::ChargeMode, &["x_ChargeMode"]),
    (F::TradeTime, &["x_TradeTime"]),
    (F::Order, &["x_OrderId"]),
    (F::SourceManager, &["x_AccountManagerName"]),
    (F::Truncated, &["x_TruncatedAmount"]),
    (F::Cash, &["x_CashAmount"]),
    (F::Credit, &["x_CreditAmount"]),
    (F::CashCoupon, &["x_CashCouponAmount"]),
    (F::StoredCard, &["x_StoredCardAmount"]),
    (F::Bonus, &["x_BonusAmount"]),
    (F::Debt, &["x_DebtAmount"]),
    (F::WrittenOff, &["x_WrittenOffAmount"]),
];

/// Columns that came with FOCUS 1.1.
const SINCE_1_1: &[&str] = &[
    "CapacityReservationId",
    "CapacityReservationStatus",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountUnit",
    "ServiceSubcategory",
    "SkuMeter",
    "SkuPriceDetails",
];
/// Columns that came with FOCUS 1.2.
const SINCE_1_2: &[&str] = &[
    "BillingAccountType",
    "InvoiceId",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "SubAccountType",
];

/// The version that a header is of, told by its newest column.
pub fn version(header: &[String]) -> &'static str {
    let has = |columns: &[&str]| header.iter().any(|name| columns.iter().any(|known| name.eq_ignore_ascii_case(known)));
    if has(SINCE_1_2) {
        "FOCUS 1.2"
    } else if has(SINCE_1_1) {
        "FOCUS 1.1"
    } else {
        LAYOUT.format
    }
}
