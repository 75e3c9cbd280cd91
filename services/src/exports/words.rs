//! The words of exported files, in both languages.

use domain::assignments::{Attribution, FileLanguage};
use domain::bills::{BillType, ChargeMode, MonthState};
use domain::consumption::groups::{GroupBy, SortBy};
use domain::consumption::summary::{SummaryBy, SummarySort};
use domain::customers::{AssociationType, masked};

/// Chinese, English.
pub(super) type Word = (&'static str, &'static str);

macro_rules! words {
    ($($name:ident = $chinese:literal, $english:literal;)+) => {
        $(pub(super) const $name: Word = ($chinese, $english);)+
    };
}

words! {
    DUE = "应付金额", "Amount due";
    PAID = "实付金额", "Amount paid";
    COUPON = "代金券抵扣", "Coupons used";
    DEBT = "欠费", "Arrears";
    LIST = "官网价", "List price";
    DISCOUNT = "优惠", "Discount";
    TRUNCATED = "抹零", "Truncated";
    CASH = "现金", "Cash";
    CREDIT = "信用额度", "Credit";
    CASH_COUPON = "现金券", "Cash coupons";
    STORED_CARD = "储值卡", "Stored-value cards";
    BONUS = "奖励金", "Bonus";
    WRITTEN_OFF = "核销", "Written off";
    NOT_PROVIDED = "未提供", "Not provided";
    TOTAL = "合计", "Total";
    SHARE = "占比", "Share";
    CHANGE = "环比变化", "Change";
    PERIOD = "时间", "Period";
    DAY = "消费日期", "Day";
    CUSTOMER = "客户", "Customer";
    CUSTOMER_NAME = "客户名称", "Customer name";
    ACCOUNT_NAME = "客户账号名", "Account name";
    ACCOUNT_ID = "客户账号ID", "Account ID";
    SUPPLIER = "云厂商", "Supplier";
    MANAGER = "客户经理", "Account manager";
    UNASSIGNED = "未分配", "Unassigned";
    SERVICE = "产品类型", "Product type";
    RESOURCE_TYPE = "资源类型", "Resource type";
    RESOURCE_ID = "资源ID", "Resource ID";
    RESOURCE_NAME = "资源名称", "Resource name";
    REGION = "区域", "Region";
    CHARGE_MODE = "计费模式", "Billing mode";
    BILL_TYPE = "账单类型", "Bill type";
    ASSOCIATION = "关联类型", "Association type";
    ORDER = "订单号/交易号", "Order or transaction";
    CHARGE_START = "计费开始（UTC）", "Charge start (UTC)";
    CHARGE_END = "计费结束（UTC）", "Charge end (UTC)";
    DESCRIPTION = "费用说明", "Description";
    TAGS = "标签", "Tags";
    CURRENCY = "币种", "Currency";
    LIST_OF_CUSTOMERS = "客户名单", "Customer list";
    TEAM = "团队", "Team";
    DAYS = "消费日期范围", "Days";
    MONTH = "账期", "Bill month";
    LOGIN = "登录名", "Sign-in name";
    UNNAMED = "（未命名）", "(unnamed)";
    ALL = "全部", "All";
    YES = "是", "Yes";
    RANGE = "账期范围", "Bill months";
    FILTERS = "筛选条件", "Filters";
    ATTRIBUTION = "归属方式", "Attribution";
    ZONE = "计费时区", "Billing time zone";
    VERSION = "数据版本", "Data version";
    AS_OF = "数据更新时间", "Data as of";
    STATES = "账期状态", "Month states";
    MADE_AT = "导出时间", "Exported at";
    COMPARED_WITH = "对比时间", "Compared with";
    NAMES = "名称", "Names";
    NAMES_WHOLE = "完整", "Whole";
    NAMES_MASKED = "已脱敏", "Masked";
    NOTE = "说明", "Note";
    NO_BILL = "消费数据不是账单，不能作为结算、还款或开票的依据。", "Consumption is not a bill: it is no basis for settlement, repayment or invoicing.";
    SEARCH = "客户名称、账号名或ID", "Customer, account or ID";
    ACCOUNT = "客户账号名或ID", "Account name or ID";
    HIDE_ZERO = "隐藏 0 元明细", "Hide zero lines";
    NOBODY = "无数据", "No data";
    LINES_TITLE = "消费明细", "Bill lines";
    OVERVIEW_TITLE = "消费看板 · 总览", "Consumption dashboard · Overview";
    TREND_TITLE = "消费看板 · 费用走势", "Consumption dashboard · Trend";
    DISTRIBUTION_TITLE = "消费看板 · 费用分布", "Consumption dashboard · Distribution";
    CUSTOMERS_TITLE = "客户看板", "Customer dashboard";
    SUMMARY_TITLE = "消费汇总", "Consumption summary";
    RESULTS_TITLE = "客户经理业绩", "Manager results";
    SUMMARISED_BY = "汇总方式", "Summarised by";
    ORDER_BY = "排序", "Ordered by";
    ASCENDING = "升序", "ascending";
    DESCENDING = "降序", "descending";
    ONLY_REFUNDS = "仅退款", "Only refunds";
    DISCOUNT_WITH_TRUNCATED = "优惠（含抹零）", "Discount (with truncation)";
    LINE_COUNT = "明细数", "Lines";
    TARGET = "目标", "Target";
    MEASURED = "有目标的应付金额", "Amount due with a target";
    COMPLETION = "完成率", "Completion";
    FORMULA = "完成率 = 有目标的应付金额 ÷ 目标；没有目标的月份和客户经理不计入", "Completion = amount due with a target ÷ target; months and managers without a target are left out";
    SUBTOTAL = "小计", "Subtotal";
    WITHOUT_TEAM = "未加入团队", "Without a team";
    FIGURES = "指标", "Figures";
    FIGURE = "指标", "Figure";
    NOW = "本期", "Now";
    BEFORE = "对比期", "Before";
    CONSUMING = "消费客户数", "Consuming customers";
    SPLIT = "应付构成", "Split of amount due";
    TREND = "消费趋势", "Trend";
    TOP_CUSTOMERS = "消费客户 Top 10", "Largest customers";
    TOP_SERVICES = "产品类型 Top 10", "Largest product types";
    CUSTOMER_COUNT = "客户数", "Customers";
    DETAIL = "标识", "Identifier";
    GROUPED_BY = "分组维度", "Grouped by";
    SORTED_BY = "排序维度", "Sorted by";
    TOP = "显示数量", "Listed";
    SHOWN = "展示金额", "Amount shown";
    OTHERS = "其他", "Others";
    CUSTOMERS_ALL = "客户总数", "Customers";
    FIRST_SEEN = "新增客户", "New customers";
    NEWLY_ASSIGNED = "新分配", "New assignments";
    CONCENTRATION = "集中度（前 10 名客户应付金额占比）", "Concentration (share of amount due of the 10 largest)";
    STARTED = "新增消费", "Started consuming";
    SILENT = "停止消费", "Gone silent";
    RISEN = "增长最多", "Biggest rise";
    FALLEN = "下降最多", "Biggest fall";
    UNASSIGNED_CUSTOMERS = "未分配客户", "Unassigned customers";
}

/// A language, and whether names are whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub language: FileLanguage,
    /// Names that the pages mask are whole.
    pub whole_names: bool,
}

impl Words {
    /// The word in this language.
    pub const fn word(self, word: Word) -> &'static str {
        match self.language {
            FileLanguage::Chinese => word.0,
            FileLanguage::English => word.1,
        }
    }

    /// Headings.
    pub fn list(self, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.word(*word).to_owned()).collect()
    }

    /// A name of a masked column, as its reader may have it.
    pub fn name(self, name: &str) -> String {
        if self.whole_names { name.to_owned() } else { masked(name) }
    }

    pub const fn association(self, association: AssociationType) -> &'static str {
        self.word(match association {
            AssociationType::Referral => ("顾问销售", "Referral"),
            AssociationType::Reseller => ("代售", "Reseller"),
            AssociationType::Unknown => NOT_PROVIDED,
        })
    }

    pub const fn charge_mode(self, mode: ChargeMode) -> &'static str {
        self.word(match mode {
            ChargeMode::PayPerUse => ("按需", "Pay-per-use"),
            ChargeMode::Subscription => ("包年/包月", "Yearly/monthly"),
            ChargeMode::OneTime => ("一次性", "One-time"),
            ChargeMode::Unknown => NOT_PROVIDED,
        })
    }

    pub const fn bill_type(self, bill_type: BillType) -> &'static str {
        self.word(match bill_type {
            BillType::Consumption => ("消费", "Consumption"),
            BillType::Refund => ("退款", "Refund"),
            BillType::Adjustment => ("调账", "Adjustment"),
        })
    }

    pub const fn month_state(self, state: MonthState) -> &'static str {
        self.word(match state {
            MonthState::Open => ("预估", "Estimated"),
            MonthState::Billed => ("已出账", "Billed"),
            MonthState::Closed => ("已关账", "Closed"),
        })
    }

    pub const fn attribution(self, attribution: Attribution) -> &'static str {
        self.word(match attribution {
            Attribution::AsItWas => ("按当时归属", "As it was"),
            Attribution::Today => ("按当前归属", "By today's manager"),
        })
    }

    pub const fn group_by(self, by: GroupBy) -> &'static str {
        self.word(match by {
            GroupBy::Service => SERVICE,
            GroupBy::ChargeMode => CHARGE_MODE,
            GroupBy::BillType => BILL_TYPE,
            GroupBy::Association => ASSOCIATION,
            GroupBy::Manager => MANAGER,
            GroupBy::Customer => CUSTOMER,
        })
    }

    pub const fn summary_by(self, by: SummaryBy) -> &'static str {
        self.word(match by {
            SummaryBy::Month => ("客户 × 账期", "Customer and month"),
            SummaryBy::Customer => CUSTOMER,
            SummaryBy::Association => ("客户 × 账期 × 关联类型", "Customer, month, association type"),
            SummaryBy::Service => ("客户 × 账期 × 产品类型", "Customer, month, product type"),
            SummaryBy::ChargeMode => ("客户 × 账期 × 计费模式", "Customer, month, billing mode"),
        })
    }

    pub const fn summary_sort(self, sort: SummarySort) -> &'static str {
        self.word(match sort {
            SummarySort::Due => DUE,
            SummarySort::Paid => PAID,
            SummarySort::Coupon => COUPON,
            SummarySort::List => LIST,
            SummarySort::Refund => ("退款", "Refund"),
            SummarySort::Debt => DEBT,
            SummarySort::Month => MONTH,
            SummarySort::Name => CUSTOMER_NAME,
        })
    }

    pub const fn sort_by(self, sort: SortBy) -> &'static str {
        self.word(match sort {
            SortBy::Due => DUE,
            SortBy::Paid => PAID,
            SortBy::Coupon => COUPON,
            SortBy::Change => CHANGE,
        })
    }
}
