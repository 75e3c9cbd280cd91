//! Customers (客户): who they are, how they are associated, what a list is searched by.

use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, MemberId};
use crate::periods::Day;
use crate::text::coded_enum;

coded_enum! {
    /// How a customer is associated with the partner (关联类型). Source: Partner Center, 客户 > 客户管理.
    pub enum AssociationType {
        /// 顾问销售: the customer pays the supplier itself.
        Referral = "referral",
        /// 代售: the partner allocates money and issues the invoice.
        Reseller = "reseller",
        /// The source does not say.
        Unknown = "unknown",
    }
}

coded_enum! {
    /// How we came to know a customer.
    pub enum CustomerOrigin {
        /// From a bill that names the account.
        Bill = "bill",
    }
}

coded_enum! {
    /// What the customer list is sorted by.
    pub enum CustomerSort {
        /// Newest association or first sight first.
        Newest = "newest",
        /// By name.
        Name = "name",
        /// By the consumption of the current month, largest first.
        Consumption = "consumption",
    }
}

/// What the customer list is searched by; all given conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerQuery {
    /// Part of the customer's name.
    pub name: String,
    /// Part of the account name.
    pub account: String,
    /// Part of the supplier's account id, or our id.
    pub id: String,
    /// Only the customers of this list (its id), see [`crate::customer_lists`].
    pub list: String,
    /// Part of the account manager's name.
    pub manager: String,
    /// Only this association type.
    pub association: Option<AssociationType>,
    /// Only customers without an account manager.
    pub unassigned: bool,
    /// Sorted by; newest first where none.
    pub sort: Option<CustomerSort>,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

/// An account manager as shown beside a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerName {
    /// The member.
    pub id: MemberId,
    /// Name to show.
    pub name: String,
    /// Sign-in name.
    pub login: String,
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSummary {
    /// Ours.
    pub id: CustomerId,
    /// The supplier, as its bills name it.
    pub supplier: String,
    /// The supplier's id of the account.
    pub account_id: String,
    /// The account's name; empty where the source has none.
    pub account_name: String,
    /// The customer's name; empty where the source has none.
    pub name: String,
    /// How it is associated.
    pub association: AssociationType,
    /// How we came to know it.
    pub origin: CustomerOrigin,
    /// First day with consumption, if any.
    pub first_seen: Option<Day>,
    /// Who manages it today.
    pub manager: Option<ManagerName>,
}

impl CustomerSummary {
    /// What to call it: its name, its account's, or the account's id where a bill names nobody.
    pub fn title(&self) -> &str {
        [&self.name, &self.account_name].into_iter().find(|name| !name.is_empty()).unwrap_or(&self.account_id)
    }
}

/// A customer's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetail {
    /// As in the list.
    pub summary: CustomerSummary,
    /// Contact: telephone; empty where unknown.
    pub phone: String,
    /// Contact: e-mail; empty where unknown.
    pub email: String,
    /// Days of assignment, newest first; for an account manager only the own ones.
    pub assignments: Vec<crate::assignments::AssignmentRecord>,
}

/// Whether a name was masked by its source (`张**`): a masked name never replaces a clear one.
pub fn is_masked(name: &str) -> bool {
    name.contains("**") || name.contains('*') && name.chars().filter(|&c| c == '*').count() * 2 >= name.chars().count()
}

/// Masks a name for display: the first character, then two stars. Empty stays empty.
pub fn masked(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

/// Masks a telephone number or an e-mail address: enough stays to tell one from another.
pub fn masked_contact(contact: &str) -> String {
    if let Some((name, domain)) = contact.split_once('@') {
        return format!("{}@{domain}", masked(name));
    }
    let digits: Vec<char> = contact.chars().collect();
    match digits.len() {
        0..=7 => masked(contact),
        length => format!("{}****{}", String::from_iter(&digits[..3]), String::from_iter(&digits[length - 4..])),
    }
}

/// Folds a text for searching: lower case, full-width ASCII to half-width, no spaces at the ends.
pub fn folded(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_and_mask() {
        assert_eq!(folded(" Ａcme　云 "), "acme 云");
        assert_eq!(masked("张三"), "张**");
        assert_eq!(masked(""), "");
        assert_eq!(masked_contact("13812345678"), "138****5678");
        assert_eq!(masked_contact("info@example.com"), "i**@example.com");
        assert_eq!(masked_contact("123"), "1**");
        assert!(is_masked("张**"));
        assert!(is_masked("*三"));
        assert!(!is_masked("Star*Labs"));
    }
}
