//! Texts of bill import: fields, and why rows and files are refused.

use domain::errors::FieldError;
use domain::imports::fields::BillField;
use domain::imports::mapping::MAX_WAITING;
use domain::imports::reasons::Reason;
use domain::imports::{ARCHIVE_BILLS, ARCHIVE_ENTRIES, DELIVERY_BILLS, Reject, ReportNote};

use super::{error, field_error};
use crate::error::AppError;
use crate::tr;

/// The name of a field of a bill line; FOCUS' own fields are never shown.
pub fn bill_field(field: BillField) -> String {
    match field {
        BillField::CustomerAccount => tr!(bill_fields.customer_account),
        BillField::Due => tr!(bill_fields.due),
        BillField::Month => tr!(bill_fields.month),
        BillField::Currency => tr!(bill_fields.currency),
        BillField::Supplier => tr!(bill_fields.supplier),
        BillField::ChargeStart => tr!(bill_fields.charge_start),
        BillField::ChargeEnd => tr!(bill_fields.charge_end),
        BillField::TradeTime => tr!(bill_fields.trade_time),
        BillField::CustomerName => tr!(bill_fields.customer_name),
        BillField::Service => tr!(bill_fields.service),
        BillField::ResourceType => tr!(bill_fields.resource_type),
        BillField::ResourceId => tr!(bill_fields.resource_id),
        BillField::ResourceName => tr!(bill_fields.resource_name),
        BillField::Region => tr!(bill_fields.region),
        BillField::Order => tr!(bill_fields.order),
        BillField::Description => tr!(bill_fields.description),
        BillField::Tags => tr!(bill_fields.tags),
        BillField::BillType => tr!(bill_fields.bill_type),
        BillField::ChargeMode => tr!(bill_fields.charge_mode),
        BillField::Association => tr!(bill_fields.association),
        BillField::SourceManager => tr!(bill_fields.source_manager),
        BillField::BillingAccount => tr!(bill_fields.billing_account),
        BillField::BillingAccountName => tr!(bill_fields.billing_account_name),
        BillField::List => tr!(bill_fields.list),
        BillField::Discount => tr!(bill_fields.discount),
        BillField::Truncated => tr!(bill_fields.truncated),
        BillField::Coupon => tr!(bill_fields.coupon),
        BillField::Cash => tr!(bill_fields.cash),
        BillField::Credit => tr!(bill_fields.credit),
        BillField::CashCoupon => tr!(bill_fields.cash_coupon),
        BillField::StoredCard => tr!(bill_fields.stored_card),
        BillField::Bonus => tr!(bill_fields.bonus),
        BillField::Debt => tr!(bill_fields.debt),
        BillField::WrittenOff => tr!(bill_fields.written_off),
        BillField::PeriodStart
        | BillField::PeriodEnd
        | BillField::Category
        | BillField::Class
        | BillField::Frequency => tr!(bill_fields.other),
    }
}

/// Why a row was refused, as a sentence; reports from before there were codes say it in English.
pub fn reject_reason(reject: &Reject) -> String {
    let Ok(reason) = reject.code.parse::<Reason>() else { return reject.reason.clone() };
    match reason {
        Reason::Empty => tr!(reject.empty),
        Reason::NotText => tr!(reject.not_text),
        Reason::FieldCount => {
            let (fields, columns) = reject.detail.split_once('/').unwrap_or((reject.detail.as_str(), ""));
            tr!(reject.field_count, fields = fields.to_owned(), columns = columns.to_owned())
        }
        Reason::NoCurrency => tr!(reject.no_currency),
        Reason::NoCategory => tr!(reject.no_category),
        Reason::NoCode => tr!(reject.no_code),
        Reason::NoInstant => tr!(reject.no_instant),
        Reason::NoMonth => tr!(reject.no_month),
        Reason::EndBeforeStart => tr!(reject.end_before_start),
        Reason::NoNumber => tr!(reject.no_number),
        Reason::TooPrecise => tr!(reject.too_precise),
        Reason::TooLarge => tr!(reject.too_large),
        Reason::SumTooLarge => tr!(reject.sum_too_large),
        Reason::NoRejectedRow => tr!(reject.no_rejected_row),
        Reason::RejectedTwice => tr!(reject.rejected_twice),
        Reason::SecondHeader => tr!(reject.second_header),
        Reason::FormulaError => tr!(reject.formula_error),
    }
}

/// What must be known of the figures of an import.
pub fn report_note(note: ReportNote) -> String {
    match note {
        ReportNote::TruncatedDerived => tr!(mapping.truncated_derived),
        ReportNote::DiscountDerived => tr!(mapping.discount_derived),
        ReportNote::MonthFromDay => tr!(mapping.month_from_day),
        ReportNote::NoDays => tr!(mapping.no_days),
    }
}

/// Why a file was refused, as a sentence; the detail is the file's name and what its reader says.
pub fn file_error(error: &FieldError) -> String {
    let (file, detail) = error.detail.split_once(": ").unwrap_or((error.detail.as_str(), ""));
    let reason = match error.code.as_str() {
        "unknown_format" => tr!(reject.unknown_format),
        "incomplete" => tr!(reject.incomplete),
        "empty" => tr!(reject.file_empty),
        "no_text" => tr!(reject.no_text_file),
        "old_excel" => tr!(reject.old_excel),
        "encrypted" => tr!(reject.encrypted),
        "html" => tr!(reject.html),
        "unpacks_too_large" => tr!(reject.unpacks_too_large),
        "archive_empty" => tr!(reject.archive_empty),
        "nested_archive" => tr!(reject.nested_archive),
        "too_many_files" => tr!(
            reject.too_many_files,
            archive = ARCHIVE_BILLS.to_string(),
            entries = ARCHIVE_ENTRIES.to_string(),
            delivery = DELIVERY_BILLS.to_string()
        ),
        "too_many_waiting" => tr!(reject.too_many_waiting, limit = MAX_WAITING.to_string()),
        "unreadable" => tr!(reject.unreadable, detail = detail.to_owned()),
        "mixed" => tr!(reject.mixed),
        "answer_expired" => return tr!(reject.answer_expired),
        "unknown_delivery" => return tr!(reject.unknown_delivery),
        _ => return field_error(error),
    };
    if file.is_empty() { reason } else { tr!(reject.file_named, file = file.to_owned(), reason = reason) }
}

/// What is wrong with an answer of the mapping page: field by field.
pub fn mapping_error(failure: &AppError) -> String {
    let AppError::Invalid(fields) = failure else { return error(failure) };
    let one = |error: &FieldError| {
        let reason = match error.code.as_str() {
            "required" => tr!(mapping.required),
            "column_twice" => tr!(mapping.column_twice),
            "name_taken" => tr!(mapping.name_taken),
            "malformed" => tr!(mapping.malformed, detail = error.detail.clone()),
            _ => field_error(error),
        };
        let field = error.field.parse().map_or_else(|_| tr!(mapping.name), bill_field);
        tr!(reject.file_named, file = field, reason = reason)
    };
    fields.iter().map(one).collect::<Vec<_>>().join(" ")
}
