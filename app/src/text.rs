//! Texts in the reader's language. A language switch loads the page anew, so texts are plain values.

mod imports;

use domain::access::Role;
use domain::assignments::{Attribution, Comparison, NameMeaning, ShownDifferences};
use domain::bills::{BillType, ChargeMode, MonthState};
use domain::consumption::groups::{Group, GroupBy, SortBy};
use domain::consumption::summary::SummaryBy;
use domain::customers::AssociationType;
use domain::errors::FieldError;
use domain::exports::{DIRECT_ROWS, ExportFormat, ExportState, ExportView, MAX_PENDING};
use domain::imports::{Covers, DeliveryState, VersionState};
use domain::ledger::{Shortage, two_decimals};
use domain::months::{CheckKind, Closing, MONTH_CLOSED, MonthEvent};

pub use self::imports::{bill_field, file_error, mapping_error, reject_reason, report_note};
use crate::error::AppError;
use crate::i18n::{Locale, use_i18n};
use crate::view_model;

/// A text by its key, e.g. `tr!(session.sign_in)`; `tr!(area.key, name = value)` fills in values.
#[macro_export]
macro_rules! tr {
    ($($key:tt)*) => {
        leptos_i18n::t_string!($crate::i18n::use_i18n(), $($key)*).to_string()
    };
}

/// The reader's language, as links to files say it.
pub fn language() -> String {
    match use_i18n().get_locale_untracked() {
        Locale::zh => "zh",
        Locale::en => "en",
    }
    .to_owned()
}

/// The name of a role.
pub fn role(role: Role) -> String {
    match role {
        Role::Administrator => tr!(roles.administrator),
        Role::AccountDirector => tr!(roles.account_director),
        Role::AccountManager => tr!(roles.account_manager),
        Role::Finance => tr!(roles.finance),
    }
}

/// The name of an association type (关联类型).
pub fn association(association: AssociationType) -> String {
    match association {
        AssociationType::Referral => tr!(terms.referral),
        AssociationType::Reseller => tr!(terms.reseller),
        AssociationType::Unknown => tr!(terms.association_unknown),
    }
}

/// The name of a charge mode (计费模式).
pub fn charge_mode(mode: ChargeMode) -> String {
    match mode {
        ChargeMode::PayPerUse => tr!(terms.pay_per_use),
        ChargeMode::Subscription => tr!(terms.subscription),
        ChargeMode::OneTime => tr!(terms.one_time),
        ChargeMode::Unknown => tr!(terms.not_provided),
    }
}

/// The name of a bill type (账单类型).
pub fn bill_type(bill_type: BillType) -> String {
    match bill_type {
        BillType::Consumption => tr!(terms.consumption),
        BillType::Refund => tr!(terms.refund),
        BillType::Adjustment => tr!(terms.adjustment),
    }
}

/// What consumption is grouped by.
pub fn group_by(by: GroupBy) -> String {
    match by {
        GroupBy::Service => tr!(terms.service),
        GroupBy::ChargeMode => tr!(terms.charge_mode),
        GroupBy::BillType => tr!(terms.bill_type),
        GroupBy::Association => tr!(terms.association),
        GroupBy::Manager => tr!(terms.account_manager),
        GroupBy::Customer => tr!(terms.customer),
    }
}

/// What groups are ordered by.
pub fn sort_by(sort: SortBy) -> String {
    match sort {
        SortBy::Due => tr!(terms.due),
        SortBy::Paid => tr!(terms.paid),
        SortBy::Coupon => tr!(terms.coupon),
        SortBy::Change => tr!(groups.change),
    }
}

/// What a row of the summary stands for.
pub fn summary_by(by: SummaryBy) -> String {
    match by {
        SummaryBy::Month => tr!(summary.by_month),
        SummaryBy::Customer => tr!(summary.by_customer),
        SummaryBy::Association => tr!(summary.by_association),
        SummaryBy::Service => tr!(summary.by_service),
        SummaryBy::ChargeMode => tr!(summary.by_charge_mode),
    }
}

/// What tells the rows of a customer's month apart.
pub fn summary_part(by: SummaryBy, part: &str) -> String {
    match by {
        SummaryBy::Association => part.parse().map_or_else(|_| part.to_owned(), association),
        SummaryBy::ChargeMode => part.parse().map_or_else(|_| part.to_owned(), charge_mode),
        SummaryBy::Service if part.is_empty() => tr!(lines.unnamed),
        SummaryBy::Month | SummaryBy::Customer | SummaryBy::Service => part.to_owned(),
    }
}

/// The name of a group.
pub fn group(by: GroupBy, group: &Group) -> String {
    let name = group.name.as_str();
    match by {
        GroupBy::ChargeMode => name.parse().map_or_else(|_| name.to_owned(), charge_mode),
        GroupBy::BillType => name.parse().map_or_else(|_| name.to_owned(), bill_type),
        GroupBy::Association => name.parse().map_or_else(|_| name.to_owned(), association),
        GroupBy::Manager if group.key.is_empty() => tr!(terms.unassigned),
        GroupBy::Service if name.is_empty() => tr!(lines.unnamed),
        GroupBy::Service | GroupBy::Manager | GroupBy::Customer => name.to_owned(),
    }
}

/// How final a month is.
pub fn month_state(state: MonthState) -> String {
    match state {
        MonthState::Open => tr!(terms.month_open),
        MonthState::Billed => tr!(terms.month_billed),
        MonthState::Closed => tr!(terms.month_closed),
    }
}

/// What was done to a month.
pub fn month_event(event: MonthEvent) -> String {
    match event {
        MonthEvent::Bill => tr!(months.event_bill),
        MonthEvent::Unbill => tr!(months.event_unbill),
        MonthEvent::Close => tr!(months.event_close),
        MonthEvent::Reopen => tr!(months.event_reopen),
    }
}

/// What is looked at before a month is closed.
pub fn month_check(kind: CheckKind) -> String {
    match kind {
        CheckKind::Unbalanced => tr!(months.check_unbalanced),
        CheckKind::MissingCustomers => tr!(months.check_missing_customers),
        CheckKind::EmptyDays => tr!(months.check_empty_days),
        CheckKind::Unassigned => tr!(months.check_unassigned),
        CheckKind::Rejected => tr!(months.check_rejected),
        CheckKind::Held => tr!(months.check_held),
    }
}

/// Whose consumption a figure is.
pub fn attribution(attribution: Attribution) -> String {
    match attribution {
        Attribution::AsItWas => tr!(terms.as_it_was),
        Attribution::Today => tr!(terms.by_today),
    }
}

/// Whom a name in a bill means.
pub fn name_meaning(meaning: NameMeaning) -> String {
    match meaning {
        NameMeaning::Manager => tr!(suggestions.means_manager),
        NameMeaning::Nobody => tr!(suggestions.means_nobody),
        NameMeaning::Unknown => tr!(suggestions.means_unknown),
        NameMeaning::Several => tr!(suggestions.means_several),
        NameMeaning::Unable => tr!(suggestions.means_unable),
    }
}

/// How our account manager stands to the name in the bill.
pub fn comparison(comparison: Comparison) -> String {
    match comparison {
        Comparison::Same => tr!(differences.same),
        Comparison::Differs => tr!(differences.differs),
        Comparison::Unassigned => tr!(differences.unassigned),
        Comparison::NoName => tr!(differences.no_name),
        Comparison::Neither => tr!(differences.neither),
    }
}

/// Which rows of the comparison are shown.
pub fn shown_differences(shown: ShownDifferences) -> String {
    match shown {
        ShownDifferences::Differences => tr!(differences.show_differences),
        ShownDifferences::NoName => tr!(differences.show_no_name),
        ShownDifferences::Unassigned => tr!(differences.show_unassigned),
        ShownDifferences::All => tr!(common.all),
    }
}

/// What a delivery re-states.
pub fn covers(covers: Covers) -> String {
    match covers {
        Covers::Customers => tr!(imports.covers_customers),
        Covers::Month => tr!(imports.covers_month),
        Covers::Days => tr!(imports.covers_days),
        Covers::Append => tr!(imports.covers_append),
    }
}

/// Where a delivery stands.
pub fn delivery_state(state: DeliveryState) -> String {
    match state {
        DeliveryState::Waiting => tr!(imports.state_waiting),
        DeliveryState::Mapping => tr!(imports.state_mapping),
        DeliveryState::Running => tr!(imports.state_running),
        DeliveryState::Finished => tr!(imports.state_finished),
        DeliveryState::Refused => tr!(imports.state_refused),
        DeliveryState::Interrupted => tr!(imports.state_interrupted),
        DeliveryState::Withdrawn => tr!(imports.state_withdrawn),
    }
}

/// Where a version stands.
pub fn version_state(state: VersionState) -> String {
    match state {
        VersionState::Staged => tr!(imports.version_staged),
        VersionState::Switched => tr!(imports.version_switched),
        VersionState::Unchanged => tr!(imports.version_unchanged),
        VersionState::Held => tr!(imports.version_held),
        VersionState::Superseded => tr!(imports.version_superseded),
        VersionState::Withdrawn => tr!(imports.version_withdrawn),
    }
}

/// What a field error means, as a sentence.
pub fn field_error(error: &FieldError) -> String {
    let detail = error.detail.clone();
    match error.code.as_str() {
        "required" => tr!(errors.required),
        "too_short" => tr!(errors.too_short),
        "too_long" => tr!(errors.too_long),
        "reason_too_long" => tr!(errors.reason_too_long, detail = detail),
        "characters" => tr!(errors.characters),
        "taken" => tr!(errors.taken),
        "team_taken" => tr!(teams.taken),
        "disabled_manager" => tr!(assignments.disabled_manager),
        "amount_malformed" => tr!(targets.amount_malformed, detail = detail),
        "amount_not_positive" => tr!(targets.amount_not_positive),
        "amount_too_precise" => tr!(targets.amount_too_precise),
        "amount_too_large" => tr!(targets.amount_too_large),
        "start_after_end" => tr!(errors.start_after_end),
        "range_too_long" => tr!(errors.range_too_long, detail = detail),
        "not_allowed" => tr!(errors.not_allowed),
        "malformed" | "unknown" => tr!(errors.malformed, detail = detail),
        "roles_none" => tr!(errors.roles_none),
        "roles_too_many" => tr!(errors.roles_too_many),
        "roles_administrator_alone" => tr!(errors.roles_administrator_alone),
        "roles_manager_and_director" => tr!(errors.roles_manager_and_director),
        "password_short" => tr!(errors.password_short, detail = detail),
        "password_long" => tr!(errors.password_long, detail = detail),
        "password_simple" => tr!(errors.password_simple),
        "password_is_login" => tr!(errors.password_is_login),
        "password_same" => tr!(errors.password_same),
        "passwords_differ" => tr!(errors.passwords_differ),
        "wrong_password" => tr!(errors.wrong_password),
        "wrong_login_or_password" => tr!(errors.wrong_login_or_password),
        "locked" => tr!(errors.locked),
        "outside_range" => tr!(errors.outside_range),
        "out_of_range" => tr!(errors.out_of_range),
        "unknown_page" => tr!(errors.unknown_page),
        "not_an_account_manager" => tr!(errors.not_an_account_manager),
        "same_manager" => tr!(errors.same_manager),
        "one_successor" => tr!(errors.one_successor),
        "empty" => tr!(imports.empty),
        "too_large" => tr!(imports.too_large),
        "not_utf8" => tr!(errors.not_utf8),
        "unreadable" => tr!(errors.unreadable, detail = detail),
        "missing_columns" => tr!(errors.missing_columns, detail = detail),
        "too_many_rows" => tr!(errors.too_many_rows, detail = detail),
        "too_many_entries" => tr!(customer_lists.too_many, detail = detail),
        "entry_too_long" => tr!(customer_lists.entry_too_long, detail = detail),
        "entries_too_large" => tr!(customer_lists.too_large),
        "days_reversed" => tr!(lines.days_reversed),
        "view_name_taken" => tr!(saved_views.name_taken),
        "view_name_too_long" => tr!(saved_views.name_too_long, detail = detail),
        "view_too_large" => tr!(saved_views.too_large),
        "too_many_views" => tr!(saved_views.too_many, detail = detail),
        "too_many" => tr!(errors.too_many_at_once),
        other => format!("{} ({other})", tr!(errors.unclear)),
    }
}

/// What is wrong with a cell of a file, as a sentence.
pub fn row_error(error: &FieldError) -> String {
    let detail = error.detail.clone();
    match error.code.as_str() {
        "required" => tr!(assignments.cell_empty),
        "unknown_customer" => tr!(assignments.unknown_customer, detail = detail),
        "ambiguous_customer" => tr!(assignments.ambiguous_customer, detail = detail),
        "unknown_manager" => tr!(assignments.unknown_manager, detail = detail),
        "ambiguous_manager" => tr!(assignments.ambiguous_manager, detail = detail),
        "disabled_manager" => tr!(assignments.disabled_manager),
        "not_an_account_manager" => tr!(assignments.no_account_manager),
        "bad_date" => tr!(assignments.bad_date, detail = detail),
        "empty_interval" => tr!(assignments.empty_interval),
        "overlapping_rows" => tr!(assignments.overlapping_rows, detail = detail),
        "month_closed" => tr!(assignments.row_month_closed, detail = detail),
        "duplicate_row" => tr!(targets.duplicate_row, detail = detail),
        "bad_month" => tr!(targets.bad_month, detail = detail),
        "bad_currency" => tr!(targets.bad_currency, detail = detail),
        _ => field_error(error),
    }
}

/// What an error means and what to do, as a sentence.
pub fn error(error: &AppError) -> String {
    match error {
        AppError::NotFound => tr!(errors.not_found),
        AppError::Denied => tr!(errors.denied),
        AppError::SignedOut => tr!(errors.signed_out),
        AppError::PasswordChangeNeeded => tr!(errors.password_change_needed),
        AppError::TooMany => tr!(errors.too_many),
        AppError::Internal(id) => tr!(errors.internal, id = id.clone()),
        AppError::Connection(_) => tr!(errors.connection),
        AppError::Invalid(fields) => fields.iter().map(field_error).collect::<Vec<_>>().join(" "),
        AppError::Conflict(code) => conflict(code),
        AppError::MonthClosed(closing) => month_closed(closing),
        AppError::Insufficient(Shortage { available, wanted }) => {
            tr!(errors.insufficient_balance, available = two_decimals(*available), wanted = two_decimals(*wanted))
        }
    }
}

/// What is exported.
pub fn export_view(view: ExportView) -> String {
    match view {
        ExportView::Lines => tr!(nav.lines),
        ExportView::Overview => format!("{} · {}", tr!(nav.dashboard), tr!(groups.overview)),
        ExportView::Trend => format!("{} · {}", tr!(nav.dashboard), tr!(groups.trend)),
        ExportView::Distribution => format!("{} · {}", tr!(nav.dashboard), tr!(groups.distribution)),
        ExportView::Customers => tr!(nav.customer_dashboard),
        ExportView::Summary => tr!(nav.summary),
        ExportView::Results => tr!(nav.targets),
    }
}

/// The form of an exported file.
pub fn export_format(format: ExportFormat) -> String {
    match format {
        ExportFormat::Csv => tr!(exports.csv),
        ExportFormat::Xlsx => tr!(exports.xlsx),
        ExportFormat::Focus => tr!(exports.focus),
    }
}

/// Where an export stands.
pub fn export_state(state: ExportState) -> String {
    match state {
        ExportState::Waiting => tr!(exports.waiting),
        ExportState::Running => tr!(exports.running),
        ExportState::Finished => tr!(exports.finished),
        ExportState::Failed => tr!(exports.failed),
        ExportState::Expired => tr!(exports.expired),
    }
}

/// Why there is no file.
pub fn export_failure(code: &str) -> String {
    match code {
        "nothing_to_export" => tr!(exports.nothing_to_export),
        "summary_too_long" => tr!(exports.summary_too_long, rows = view_model::count(DIRECT_ROWS)),
        "too_many_exports" => tr!(exports.too_many, count = MAX_PENDING),
        "export_expired" => tr!(exports.file_expired),
        "export_not_ready" => tr!(exports.not_ready),
        "rights_changed" => tr!(exports.rights_changed),
        "interrupted" => tr!(exports.interrupted),
        "not_allowed" => tr!(errors.denied),
        "not_found" => tr!(errors.not_found),
        _ => tr!(exports.failed_text),
    }
}

/// Why a delivery was refused: a code of the services, or what its reader says of the file.
pub fn refusal(error: &str) -> String {
    let closing = error.strip_prefix(MONTH_CLOSED).and_then(|closing| closing.parse().ok());
    if let Some(closing) = closing {
        month_closed(&closing)
    } else if let Ok(fields) = serde_json::from_str::<Vec<FieldError>>(error) {
        fields.iter().map(file_error).collect::<Vec<_>>().join(" ")
    } else if error == "internal" {
        tr!(errors.internal, id = "–")
    } else if error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        conflict(error)
    } else {
        error.to_owned()
    }
}

/// Which month is closed, by whom, and since when.
fn month_closed(closing: &Closing) -> String {
    let by = if closing.by.is_empty() { "–".to_owned() } else { closing.by.clone() };
    tr!(errors.month_closed_by, month = closing.month.to_string(), by = by, at = view_model::instant(&closing.at))
}

fn conflict(code: &str) -> String {
    match code {
        "month_closed" => tr!(errors.month_closed),
        "month_state" => tr!(errors.month_state),
        "changed_since" => tr!(targets.changed_since),
        "month_in_future" => tr!(errors.month_in_future),
        "checks_found" => tr!(errors.checks_found),
        "changed_meanwhile" => tr!(assignments.changed_meanwhile),
        "plan_changed" => tr!(assignments.plan_changed),
        "nothing_to_assign" => tr!(suggestions.nothing_to_assign),
        "nothing_to_hand_over" => tr!(assignments.nothing_to_hand_over),
        "too_many_rows" => tr!(errors.too_many_for_a_sheet),
        "last_administrator" => tr!(errors.last_administrator),
        "own_account" => tr!(errors.own_account),
        "replaced_since" => tr!(errors.replaced_since),
        "already_in" => tr!(errors.already_in),
        "nothing_held" => tr!(errors.nothing_held),
        "not_finished" => tr!(errors.not_finished),
        "delivery_held" => tr!(errors.delivery_held),
        "sum_too_large" => tr!(errors.sum_too_large),
        "several_deliveries" => tr!(errors.several_deliveries),
        "lease_lost" | "import_interrupted" => tr!(errors.import_interrupted),
        "older_versions_gone" => tr!(errors.older_versions_gone),
        "not_asked" => tr!(mapping.not_asked),
        other => format!("{} ({other})", tr!(errors.conflict)),
    }
}
