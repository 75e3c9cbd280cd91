//! The `OpenAPI` document: made of the handlers, with what holds for all of them.

use serde_json::{Map, Value, json};

use super::error::ErrorBody;
use super::gate::BODY_LIMIT;
use super::operations::{self, Operation};

/// What is wrong, for people who read the document: status, codes, meaning.
pub const ERRORS: &[(u16, &str, &str)] = &[
    (400, "CBC.0100", "A parameter is missing, malformed or out of range; some operations have further codes."),
    (401, "APIGW.0301", "Signature, access key or date are refused; the body has request_id."),
    (403, "CBC.0151", "A policy of the key's member denies the call."),
    (403, "CBC.0155", "The roles of the key's member do not allow the call."),
    (404, "APIGW.0101", "There is no such API."),
    (429, "CBC.0250", "Flow control: too many calls a second. Nothing was done."),
    (500, "CBC.0999", "A fault of the server."),
];

const ABOUT: &str = "\
The partner centre for programs. Paths, parameters and answers are those of the supplier's partner API, so its official SDK works \
unchanged when it is pointed at this address.

**Signature.** Each call is signed with an access key (SDK-HMAC-SHA256, header Authorization). Host and X-Sdk-Date must be signed; \
X-Domain-Id, X-Project-Id, X-Security-Token and Idempotency-Key must be signed where they are sent. The date may be 15 minutes from the \
server's. The body is always signed: UNSIGNED-PAYLOAD is refused.

**Who may what.** A key may do what its member may do at that moment; an account manager's key sees own customers only.

**Flow control.** Calls a second of each operation, for one source address and one partner, stand in x-flow-limit. Beyond them the answer \
is 429 and nothing was done.

**Idempotency-Key.** A write with this header is done once, however often it is sent: the same key with the same request gets the same \
answer, with another request it is refused. Without it each request that arrives counts.

**partner_id.** Each operation is also served under the old form of its path, /v1.0/{partner_id}/ in place of /v2/ or /v3/. partner_id has at \
most 64 characters and is not checked: the partner is the one of the access key.

**Redirects** are never answered, and neither are trailing slashes.";

/// The document; `server` is the address people use.
pub fn document(server: &str) -> Value {
    let (_, document) = super::areas().split_for_parts();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["info"] = json!({
        "title": "Partner Center", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["servers"] = json!([{ "url": server }]);
    document["security"] = json!([{ "signature": [] }]);
    document["components"]["securitySchemes"]["signature"] = json!({
        "type": "apiKey", "in": "header", "name": "Authorization",
        "description": "SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=<names>, Signature=<64 hexadecimal digits>",
    });
    document["components"]["schemas"]["Error"] =
        serde_json::to_value(<ErrorBody as utoipa::PartialSchema>::schema()).unwrap_or_default();
    document["x-errors"] = ERRORS
        .iter()
        .map(|(status, code, meaning)| json!({ "status": status, "error_code": code, "meaning": meaning }))
        .collect();
    document["x-body-limit"] = BODY_LIMIT.into();
    if let Some(paths) = document["paths"].as_object_mut() {
        for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
            if let Some(known) = operation["operationId"].as_str().and_then(operations::named) {
                complete(operation, known);
            }
        }
    }
    document
}

/// Adds what holds for each operation.
fn complete(operation: &mut Value, known: &Operation) {
    if let Some(action) = known.action {
        operation["x-policy-action"] = action.into();
    }
    operation["x-flow-limit"] = known.limit.into();
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    parameters.extend(headers(known.writes));
    operation["parameters"] = parameters.into();
    for status in [400, 401, 403, 429, 500] {
        let codes: Vec<&str> =
            ERRORS.iter().filter(|(of, ..)| *of == status).flat_map(|(_, code, meaning)| [*code, *meaning]).collect();
        operation["responses"][status.to_string()] = json!({
            "description": codes.join(" "),
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
        });
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        for response in responses.values_mut() {
            response["headers"]["X-Request-Id"] =
                json!({ "description": "The id of this call in the log.", "schema": { "type": "string" } });
        }
    }
}

fn headers(writes: bool) -> Vec<Value> {
    let header = |name: &str, required: bool, description: &str, schema: Value| json!({ "name": name, "in": "header", "required": required, "description": description, "schema": schema });
    let mut headers = vec![
        header(
            "X-Sdk-Date",
            true,
            "When the call was signed, UTC.",
            json!({ "type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z$" }),
        ),
        header("X-Domain-Id", false, "The domain id of the key's partner.", json!({ "type": "string" })),
        header(
            "X-Language",
            false,
            "The language of texts; Chinese where nothing is said.",
            json!({ "type": "string", "enum": ["zh_CN", "en_US"] }),
        ),
    ];
    if writes {
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" });
        headers.push(header("Idempotency-Key", false, "Makes a repeated write the same write.", schema));
    }
    headers
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::openapi::operations::OPERATIONS;

    /// Operations of the table that nobody answers yet.
    #[rustfmt::skip]
    const WITHOUT_HANDLER: &[&str] = &[
        // customers
        "list_sub_customers",
        "create_sub_customer",
        "check_user_identity",
        "send_verification_message_code",
        "list_sub_customer_new_tag",
        // coupons
        "list_quota_coupons",
        "create_partner_coupons",
        "reclaim_partner_coupons",
        "list_issued_partner_coupons",
        "list_partner_coupons_record",
        "list_sub_customer_coupons",
        // bills
        "list_subcustomer_monthly_bills",
        "list_sub_customer_bill_detail",
        "list_consume_sub_customers",
        // orders
        "list_customer_orders",
        "show_customer_order_details",
        "show_refund_order_details",
        "cancel_customer_order",
        "pay_orders",
        "list_pay_per_use_customer_resources",
        "list_customer_on_demand_resources",
        "renewal_resources",
        "cancel_resources_subscription",
        "auto_renewal_resources",
        "cancel_auto_renewal_resources",
        "set_resources_renew_config",
        // products
        "list_service_types",
        "list_resource_types",
        "list_service_resources",
        "list_usage_types",
        "list_measure_units",
        "list_conversions",
        "list_resource_specs",
        "list_incentive_discount_policies",
        // indirect_partners
        "list_indirect_partners",
        "update_coupon_quotas",
        "reclaim_coupon_quotas",
        "list_issued_coupon_quotas",
        "list_coupon_quotas_records",
        // regions
        "list_provinces",
        "list_cities",
        "list_counties",
    ];

    #[test]
    fn the_table_and_the_handlers_name_the_same_operations() {
        let document = document("http://127.0.0.1:8080");
        let mut documented = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                documented.insert((id, method.to_uppercase(), path.clone()));
            }
        }
        let expected: BTreeSet<_> = OPERATIONS
            .iter()
            .filter(|operation| !WITHOUT_HANDLER.contains(&operation.id))
            .map(|operation| (operation.id.to_owned(), operation.method.to_owned(), operation.path.to_owned()))
            .collect();
        assert_eq!(documented, expected);
    }

    #[test]
    fn every_operation_says_how_it_is_signed_and_what_it_refuses() {
        let document = document("http://127.0.0.1:8080");
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(document["security"][0]["signature"], json!([]));
        for operation in
            document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
        {
            for status in ["200", "400", "401", "403", "429", "500"] {
                assert!(operation["responses"][status].is_object(), "{status} of {}", operation["operationId"]);
            }
            assert!(!operation["description"].as_str().or(operation["summary"].as_str()).unwrap().is_empty());
        }
    }
}
