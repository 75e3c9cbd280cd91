//! Huawei Cloud's consumption details (消费明细, 资源消费明细, 流水账单), with the headers of its Chinese and English consoles and
//! the field names of its API. Source: the API's models `sub_customer_monthly_bill_detail`, `res_fee_record_v2` and
//! `monthly_bill_record`, and the help pages on fields of bills.
//!
//! In Huawei's English, a cash coupon is 代金券 and a flexi-purchase coupon 现金券.

use domain::imports::fields::BillField as F;

use super::{Kind, Layout, Names};

pub const LAYOUT: Layout = Layout {
    format: "Huawei Cloud consumption details",
    kind: Kind::Details,
    names: NAMES,
    required: &[&[F::Due], &[F::Service], &[F::BillType, F::ChargeMode], &[F::Month, F::ChargeStart]],
    suppliers: &["华为云", "Huawei Cloud"],
    // bill cycles and times are those of GMT+08:00
    offset: 8,
    unverified: true,
};

#[rustfmt::skip] // a table
const NAMES: &[Names] = &[
    (F::Due, &["应付金额", "应付", "消费金额", "consume_amount", "payment_amount", "amount", "Amount Due", "Due Amount",
        "Payable Amount", "Amount Payable", "Expenditure Amount", "Expenditures"]),
    (F::Service, &["产品类型", "云服务类型", "云服务类型名称", "服务类型", "service_type_name", "cloud_service_type_name",
        "Product Type", "Service Type", "Product Type Name", "产品类型编码", "云服务类型编码", "service_type_code",
        "cloud_service_type", "Product Type Code"]),
    (F::BillType, &["账单类型", "bill_detail_type", "bill_type", "Bill Type", "Transaction Type", "消费类型"]),
    (F::ChargeMode, &["计费模式", "charging_mode", "charge_mode", "Billing Mode", "Charging Mode"]),
    (F::Month, &["账期", "账单周期", "账单账期", "消费账期", "bill_cycle", "Billing Cycle", "Bill Cycle", "Billing Month"]),
    (F::ChargeStart, &["消费时间", "消费日期", "使用开始时间", "计费开始时间", "生效时间", "开始时间", "consume_time", "bill_date",
        "effective_time", "Expenditure Time", "Spent On", "Expenditure Date", "Consumption Time", "Consumed On",
        "Usage Start Time", "Start Time"]),
    (F::ChargeEnd, &["使用结束时间", "计费结束时间", "失效时间", "结束时间", "expire_time", "Usage End Time", "End Time"]),
    (F::TradeTime, &["交易时间", "扣费时间", "支付时间", "trade_time", "Transaction Time", "Transacted", "Transaction Date",
        "Payment Time"]),
    (F::CustomerAccount, &["客户账号ID", "客户帐号ID", "客户ID", "消费账号ID", "关联账号ID", "账号ID", "customer_id",
        "Customer Account ID", "Customer ID", "Account ID"]),
    (F::CustomerName, &["客户名称", "客户账号名", "客户账号名称", "客户帐号名", "客户登录名", "客户账号", "关联账号", "账号名称", "账号名",
        "account_name", "Customer Name", "Customer Account Name", "Customer Account", "Account Name"]),
    (F::BillingAccount, &["付款账号ID", "交易账号ID", "伙伴ID", "伙伴账号ID", "partner_id", "payer_account_id", "Payer Account ID",
        "Partner ID", "交易账号"]),
    (F::BillingAccountName, &["付款账号", "付款账号名", "伙伴名称", "伙伴账号名", "Payer Account", "Partner Name",
        "Partner Account Name"]),
    (F::Currency, &["币种", "货币", "币别", "currency", "Currency Type"]),
    (F::Association, &["关联类型", "association_type", "Association Type", "合作模式"]),
    (F::ResourceType, &["产品", "资源类型", "资源类型名称", "resource_type_name", "Resource Type", "Product", "资源类型编码",
        "resource_type_code", "resource_type", "Resource Type Code"]),
    (F::ResourceId, &["资源ID", "资源标识", "resource_id"]),
    (F::ResourceName, &["资源名称", "resource_name"]),
    (F::Region, &["区域", "云服务区", "云服务区名称", "区域名称", "region_name", "Region", "region_code", "云服务区编码"]),
    (F::Order, &["订单号/交易号", "订单ID/交易ID", "订单号/交易ID", "trade_id", "订单号", "订单ID", "订单ID/退订单ID", "order_id",
        "交易号", "交易ID", "Order No./Transaction No.", "Order No./Transaction ID", "Order ID/Transaction ID",
        "Order Number", "Order No.", "Order", "Transaction No.", "Transaction ID"]),
    (F::Description, &["产品规格", "规格", "规格描述", "产品规格描述", "product_spec_desc", "Specifications", "Specification",
        "Product Specifications", "产品名称", "product_name", "Product Name"]),
    (F::Tags, &["资源标签", "标签", "resource_tag", "Resource Tag", "Resource Tags", "Tag", "Tags"]),
    (F::SourceManager, &["客户经理", "客户经理姓名", "客户经理名称", "客户经理登录名", "account_manager_name", "Account Manager",
        "Account Manager Name", "account_manager_id", "客户经理ID", "Account Manager ID"]),
    (F::List, &["官网价", "官网价总金额", "官网价金额", "官网价格", "official_amount", "List Price", "Total List Price",
        "List Price Amount", "Official Price"]),
    (F::Discount, &["优惠金额", "优惠", "折扣金额", "折扣优惠", "折扣优惠金额", "official_discount_amount", "discount_amount",
        "Discount Amount", "Discounted Amount", "Discount", "Discounts"]),
    (F::Truncated, &["抹零金额", "抹零", "erase_amount", "truncated_amount", "Truncated Amount", "Truncated"]),
    (F::Coupon, &["代金券抵扣", "代金券抵扣金额", "代金券支付", "代金券支付金额", "代金券金额", "代金券", "coupon_amount",
        "Cash Coupons", "Cash Coupon", "Cash Coupon Amount", "Cash Coupon Deduction", "Cash Coupon Payment",
        "Paid with Cash Coupons"]),
    (F::Cash, &["现金支付", "现金支付金额", "现金金额", "现金", "余额支付", "cash_amount", "Cash Payment", "Cash", "Paid with Cash",
        "Cash Account"]),
    (F::Credit, &["信用额度支付", "信用额度支付金额", "信用额度", "信用支付", "credit_amount", "Credit Payment", "Credit",
        "Credit Line", "Paid with Credit", "Credit Account"]),
    (F::CashCoupon, &["现金券抵扣", "现金券抵扣金额", "现金券支付", "现金券支付金额", "现金券金额", "现金券",
        "flexipurchase_coupon_amount", "Flexi-Purchase Coupons", "Flexi-Purchase Coupon", "Flexi-Purchase Coupon Amount",
        "Flexi-Purchase Coupon Deduction", "Flexi-Purchase Coupon Payment", "Paid with Flexi-Purchase Coupons"]),
    (F::StoredCard, &["储值卡抵扣", "储值卡抵扣金额", "储值卡支付", "储值卡支付金额", "储值卡金额", "储值卡",
        "stored_value_card_amount", "stored_card_amount", "Stored-Value Cards", "Stored-Value Card",
        "Stored-Value Card Deduction", "Stored-Value Card Payment", "Paid with Stored-Value Cards"]),
    (F::Bonus, &["奖励金支付", "奖励金支付金额", "奖励金抵扣", "奖励金", "bonus_amount", "Bonus", "Bonus Payment", "Paid with Bonus"]),
    (F::Debt, &["欠费金额", "欠费", "欠费/月度结算", "月度结算", "debt_amount", "Outstanding Amount", "Arrears", "Amount in Arrears",
        "Debt", "Debt Amount", "Monthly Settlement", "Unpaid Amount"]),
    (F::WrittenOff, &["欠费核销", "欠费核销金额", "核销金额", "核销", "writeoff_amount", "adjustment_amount", "Written-off Amount",
        "Write-off Amount", "Write-off", "Written Off"]),
];
