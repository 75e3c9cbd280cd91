//! Saved views (我的视图): a member's own filters of a page under a name.

use serde::{Deserialize, Serialize};

use crate::access::Permission;
use crate::errors::FieldError;
use crate::ids::SavedViewId;
use crate::text::coded_enum;

coded_enum! {
    /// The pages whose filters can be saved.
    pub enum ViewPage {
        /// 消费看板, all tabs.
        Dashboard = "dashboard",
        /// 客户看板.
        CustomerDashboard = "customer_dashboard",
        /// 消费汇总.
        Summary = "summary",
        /// 消费明细.
        Lines = "lines",
        /// 客户管理.
        Customers = "customers",
    }
}

impl ViewPage {
    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "/sales/dashboards/consumption",
            Self::CustomerDashboard => "/sales/dashboards/customers",
            Self::Summary => "/sales/consumption/summary",
            Self::Lines => "/sales/consumption/lines",
            Self::Customers => "/sales/customers",
        }
    }

    /// Who may open it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Dashboard | Self::CustomerDashboard | Self::Summary | Self::Lines => Permission::ViewConsumption,
            Self::Customers => Permission::ViewCustomers,
        }
    }
}

/// Views that a member may save for a page.
pub const MAX_VIEWS: usize = 30;
/// Characters of a view's name.
pub const MAX_NAME: usize = 40;
/// Bytes of a view's parameters.
pub const MAX_PARAMETERS: usize = 4_000;

/// A member's view of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Which view.
    pub id: SavedViewId,
    /// What the member calls it.
    pub name: String,
    /// The query of the page's address, without the question mark; may be empty.
    pub parameters: String,
    /// Whether the page opens with it when it is opened without conditions.
    pub is_default: bool,
}

/// A view to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewView {
    /// Of which page.
    pub page: ViewPage,
    /// The name, 1 to [`MAX_NAME`] characters, once for each page.
    pub name: String,
    /// As in [`SavedView`].
    pub parameters: String,
    /// Whether it becomes the page's default.
    pub is_default: bool,
}

/// Checks a view's name and gives it back without spaces around it.
///
/// # Errors
/// `name`: `required` or `view_name_too_long`.
pub fn check_name(name: &str) -> Result<&str, FieldError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(FieldError::new("name", "required")),
        length if length > MAX_NAME => Err(FieldError::new("name", "view_name_too_long").with(MAX_NAME)),
        _ => Ok(name),
    }
}

/// Checks that parameters are what may stand behind the question mark of an address, and nothing else.
///
/// # Errors
/// `parameters`: `view_too_large` or `malformed`.
pub fn check_parameters(parameters: &str) -> Result<(), FieldError> {
    let may = |c: char| c.is_ascii_alphanumeric() || "-_.~%=&+!*'():@,;$/".contains(c);
    if parameters.len() > MAX_PARAMETERS {
        return Err(FieldError::new("parameters", "view_too_large"));
    }
    if !parameters.chars().all(may) {
        return Err(FieldError::new("parameters", "malformed"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_has_a_short_name_and_parameters_that_stay_in_the_query() {
        assert_eq!(check_name(" 月报 "), Ok("月报"));
        let code = |name: &str| check_name(name).err().map(|error| error.code);
        assert_eq!((code(" "), code(&"月".repeat(41))), (Some("required".into()), Some("view_name_too_long".into())));
        assert!(check_parameters("from=2026-01&customer=%E4%BA%91+a").is_ok());
        for wrong in ["a=b#c", "a=\r\nb", "a=\"", "a=云", "a=b c", "a=<b>"] {
            assert!(check_parameters(wrong).is_err(), "{wrong}");
        }
        assert!(check_parameters(&"a".repeat(4_001)).is_err());
    }
}
