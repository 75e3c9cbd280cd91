//! Every operation of the open API in one table: what it is called, where it is, what a policy calls it, how often it may be
//! called. The gate answers nothing that is not in it.
//!
//! Source: the supplier's partner API (names, methods, paths with their odd spellings) and its page on flow control.

/// An operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The method's name in the SDK; `operationId` of the document.
    pub id: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path; a segment in braces stands for any text.
    pub path: &'static str,
    /// What policies call it; none where every key may.
    pub action: Option<&'static str>,
    /// Calls a second for one source address and partner, as documented.
    pub limit: u32,
    /// Whether it changes something: then a header `Idempotency-Key` counts.
    pub writes: bool,
}

/// Calls a second where nothing else is documented.
const LIMIT: u32 = 10;

const fn reads(id: &'static str, at: (&'static str, &'static str), action: &'static str) -> Operation {
    Operation { id, method: at.0, path: at.1, action: Some(action), limit: LIMIT, writes: false }
}

const fn writes(id: &'static str, at: (&'static str, &'static str), action: &'static str) -> Operation {
    Operation { id, method: at.0, path: at.1, action: Some(action), limit: LIMIT, writes: true }
}

impl Operation {
    const fn limited(self, limit: u32) -> Self {
        Self { limit, ..self }
    }

    const fn free(self) -> Self {
        Self { action: None, ..self }
    }

    /// Whether `path`, as it was sent, is this operation's.
    fn is_at(&self, path: &str) -> bool {
        let (mut template, mut sent) = (self.path.split('/'), path.split('/'));
        loop {
            match (template.next(), sent.next()) {
                (None, None) => return true,
                (Some(wanted), Some(found)) if wanted == found => {}
                (Some(wanted), Some(found)) if wanted.starts_with('{') && !found.is_empty() => {}
                _ => return false,
            }
        }
    }

    /// The path without the version at its beginning.
    pub fn tail(&self) -> &'static str {
        self.path.get(3..).unwrap_or_default()
    }
}

/// The operation of a method and a path as they were sent.
pub fn find(method: &str, path: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.method == method && operation.is_at(path))
}

/// The operation with this id.
pub fn named(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.id == id)
}

/// The table, in the order of the supplier's documents.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    // Who asks: the SDK's own look-ups.
    reads("list_auth_domains", ("GET", "/v3/auth/domains"), "").free(),
    reads("list_projects", ("GET", "/v3/projects"), "").free(),
    // Customer management
    reads("list_sub_customers", ("POST", "/v2/partners/sub-customers/query"), "billing:customer:list"),
    writes("create_sub_customer", ("POST", "/v2/partners/sub-customers"), "billing:customer:create"),
    reads("check_user_identity", ("POST", "/v2/partners/sub-customers/users/check-identity"), "billing:customer:checkIdentity").limited(5),
    writes("send_verification_message_code", ("POST", "/v2/bases/verificationcode/send"), "billing:customer:sendCode"),
    reads("list_sub_customer_new_tag", ("POST", "/v2/partners/sub-customers/new-customers-tags/batch-query"), "billing:customer:listTags"),
    // Partner funds
    reads("list_partner_balances", ("GET", "/v2/accounts/partner-accounts/balances"), "billing:balance:view"),
    reads("list_customers_balances_detail", ("POST", "/v2/accounts/customer-accounts/balances/batch-query"), "billing:customerBalance:view"),
    writes("update_customer_account_amount", ("POST", "/v2/accounts/partner-accounts/adjust-amount"), "billing:balance:allocate"),
    writes("reclaim_to_partner_account", ("POST", "/v2/accounts/partner-accounts/reclaim"), "billing:balance:reclaim"),
    reads("list_partner_adjust_records", ("GET", "/v3/accounts/partner-accounts/adjust-records"), "billing:balance:listAdjustRecords"),
    reads("list_partner_account_change_records", ("GET", "/v2/accounts/partner-accounts/account-change-records"), "billing:balance:listChangeRecords"),
    // Coupons
    reads("list_quota_coupons", ("POST", "/v2/partners/coupon-quotas/query"), "billing:couponQuota:list"),
    writes("create_partner_coupons", ("POST", "/v2/promotions/benefits/partner-coupons"), "billing:coupon:issue"),
    writes("reclaim_partner_coupons", ("POST", "/v2/promotions/benefits/partner-coupons/reclaim"), "billing:coupon:reclaim"),
    reads("list_issued_partner_coupons", ("GET", "/v2/promotions/benefits/partner-coupons"), "billing:coupon:list"),
    reads("list_partner_coupons_record", ("GET", "/v2/promotions/benefits/partner-coupons/records/query"), "billing:coupon:listRecords"),
    reads("list_sub_customer_coupons", ("GET", "/v2/promotions/benefits/coupons"), "billing:coupon:view"),
    // Bills, partner side
    reads("list_subcustomer_monthly_bills", ("GET", "/v2/bills/partner-bills/subcustomer-bills/monthly-sum"), "billing:bill:viewMonthlySum").limited(30),
    reads("list_sub_customer_bill_detail", ("GET", "/v2/bills/subcustomer-bills/res-fee-records"), "billing:bill:viewRecords"),
    reads("list_consume_sub_customers", ("POST", "/v2/bills/subcustomer-bills/res-fee-records/sub-customers/query"), "billing:bill:listConsumers"),
    // Orders and yearly/monthly resources
    reads("list_customer_orders", ("GET", "/v2/orders/customer-orders"), "billing:order:list").limited(20),
    reads("show_customer_order_details", ("GET", "/v2/orders/customer-orders/details/{order_id}"), "billing:order:view"),
    reads("show_refund_order_details", ("GET", "/v2/orders/customer-orders/refund-orders"), "billing:order:viewRefund"),
    writes("cancel_customer_order", ("PUT", "/v2/orders/customer-orders/cancel"), "billing:order:cancel"),
    writes("pay_orders", ("POST", "/v3/orders/customer-orders/pay"), "billing:order:pay"),
    reads("list_pay_per_use_customer_resources", ("POST", "/v2/orders/suscriptions/resources/query"), "billing:subscription:list"),
    reads("list_customer_on_demand_resources", ("POST", "/v2/partners/sub-customers/on-demand-resources/query"), "billing:resource:listOnDemand"),
    writes("renewal_resources", ("POST", "/v2/orders/subscriptions/resources/renew"), "billing:subscription:renew"),
    writes("cancel_resources_subscription", ("POST", "/v2/orders/subscriptions/resources/unsubscribe"), "billing:subscription:unsubscribe"),
    writes("auto_renewal_resources", ("POST", "/v2/orders/subscriptions/resources/autorenew/{resource_id}"), "billing:subscription:enableAutoRenew"),
    writes("cancel_auto_renewal_resources", ("DELETE", "/v2/orders/subscriptions/resources/autorenew/{resource_id}"), "billing:subscription:disableAutoRenew"),
    writes("set_resources_renew_config", ("POST", "/v2/orders/subscriptions/resources/renew/config"), "billing:subscription:setRenewConfig"),
    // Products and prices
    reads("list_service_types", ("GET", "/v2/products/service-types"), "billing:product:listServiceTypes"),
    reads("list_resource_types", ("GET", "/v2/products/resource-types"), "billing:product:listResourceTypes"),
    reads("list_service_resources", ("GET", "/v2/products/service-resources"), "billing:product:listServiceResources"),
    reads("list_usage_types", ("GET", "/v2/products/usage-types"), "billing:product:listUsageTypes"),
    reads("list_measure_units", ("GET", "/v2/bases/measurements"), "billing:product:listMeasureUnits"),
    reads("list_conversions", ("GET", "/v2/bases/conversions"), "billing:product:listConversions"),
    reads("list_resource_specs", ("POST", "/v2/products/resource-specs-query"), "billing:product:listSpecs"),
    reads("list_incentive_discount_policies", ("GET", "/v2/products/incentive-discount-policies"), "billing:product:listIncentives"),
    // Indirect partners
    reads("list_indirect_partners", ("POST", "/v2/partners/indirect-partners/query"), "billing:indirectPartner:list"),
    writes("update_indirect_partner_account", ("POST", "/v2/accounts/partner-accounts/indirect-partner-adjust"), "billing:indirectPartner:allocate"),
    writes("reclaim_indirect_partner_account", ("POST", "/v2/accounts/partner-accounts/indirect-partner-reclaim"), "billing:indirectPartner:reclaim"),
    writes("update_coupon_quotas", ("POST", "/v2/partners/coupon-quotas/indirect-partner-adjust"), "billing:couponQuota:give"),
    writes("reclaim_coupon_quotas", ("POST", "/v2/partners/coupon-quotas/indirect-partner-reclaim"), "billing:couponQuota:reclaim"),
    reads("list_issued_coupon_quotas", ("GET", "/v2/partners/issued-coupon-quotas"), "billing:couponQuota:listIssued"),
    reads("list_coupon_quotas_records", ("GET", "/v2/partners/coupon-quotas/records"), "billing:couponQuota:listRecords"),
    // Basic configuration
    reads("list_provinces", ("GET", "/v2/systems/configs/provinces"), "billing:region:listProvinces"),
    reads("list_cities", ("GET", "/v2/systems/configs/cities"), "billing:region:listCities"),
    reads("list_counties", ("GET", "/v2/systems/configs/counties"), "billing:region:listCounties"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_operation_is_found_by_method_and_whole_path() {
        let id = |method, path| find(method, path).map(|operation| operation.id);
        assert_eq!(id("GET", "/v2/bases/measurements"), Some("list_measure_units"));
        assert_eq!(id("GET", "/v2/orders/customer-orders/details/CS%2024%2F01"), Some("show_customer_order_details"));
        for (method, path) in [
            ("POST", "/v2/bases/measurements"),
            ("GET", "/v2/bases/measurements/"),
            ("GET", "/v2/orders/customer-orders/details/"),
            ("GET", "/v2/orders/customer-orders/details/a/b"),
            ("GET", "/v2"),
        ] {
            assert_eq!(id(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn ids_places_and_tails_are_unique() {
        let ids: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        let places: BTreeSet<_> = OPERATIONS.iter().map(|operation| (operation.method, operation.path)).collect();
        let tails: BTreeSet<_> = OPERATIONS.iter().map(|operation| (operation.method, operation.tail())).collect();
        assert_eq!([ids.len(), places.len(), tails.len()], [OPERATIONS.len(); 3]);
    }
}
