//! Who may do what, and who may see whose customers.
//!
//! Source: Partner Center, 组织 > 成员管理 > 角色管理 and the documented limits of the preset role 客户经理.

use serde::{Deserialize, Serialize};

use crate::ids::{MemberId, PartnerId};
use crate::text::coded_enum;

coded_enum! {
    /// A preset role. Its permissions are fixed.
    pub enum Role {
        /// 系统管理员: everything; goes with no other role.
        Administrator = "administrator",
        /// 客户经理主管: all customers, assignment.
        AccountDirector = "account_director",
        /// 客户经理: own customers only; no coupons, no partner bills.
        AccountManager = "account_manager",
        /// 财务专员: all customers' consumption, bill import, month close.
        Finance = "finance",
    }
}

coded_enum! {
    /// What a role allows.
    pub enum Permission {
        /// 消费看板, 消费明细; who sees them may export them.
        ViewConsumption = "view_consumption",
        /// Whole names in exported files where the pages mask them. Source: only the administrator exports the customer list,
        /// and exported files anonymise names.
        ExportNames = "export_names",
        /// 客户管理.
        ViewCustomers = "view_customers",
        /// 客户分配 and its history.
        ViewAssignments = "view_assignments",
        /// Assign, replace, take back.
        ManageAssignments = "manage_assignments",
        /// Bill files with their totals: partner-bill data.
        ViewImports = "view_imports",
        /// Import, confirm, withdraw bill files.
        ImportBills = "import_bills",
        /// 账期关账: see the checks and the control sheet of a month, mark it billed, close it, reopen it.
        CloseMonths = "close_months",
        /// 业绩目标: set what account managers are to reach.
        ManageTargets = "manage_targets",
        /// 团队: who is in which team of account managers. Changing that needs [`Permission::ManageMembers`].
        ViewTeams = "view_teams",
        /// 资金管理: the partner's own accounts, income and expense, allocations and reclaims.
        ViewFunds = "view_funds",
        /// Record and confirm top-ups and customers' payments; allocate (拨款) and reclaim (回收).
        ManageFunds = "manage_funds",
        /// A customer's account: its balance and who tops it up.
        ViewCustomerBalances = "view_customer_balances",
        /// 客户订单 and 包年/包月资源. Source: an account manager views the orders of own customers.
        ViewOrders = "view_orders",
        /// Place, pay, refuse and cancel orders; renew and unsubscribe resources.
        ManageOrders = "manage_orders",
        /// 代金券管理: quotas and issued coupons; never the preset account manager.
        ViewCoupons = "view_coupons",
        /// Issue and take back coupons.
        ManageCoupons = "manage_coupons",
        /// 伙伴账单: what the partner owes the supplier for its customers; never the preset account manager.
        ViewPartnerBills = "view_partner_bills",
        /// 云经销商: indirect partners, their money and their coupon quotas.
        ManageIndirectPartners = "manage_indirect_partners",
        /// Create a customer's account on the partner's own platform. Source: `create_sub_customer`.
        CreateCustomers = "create_customers",
        /// Policies that narrow what a member's access keys may call.
        ManagePolicies = "manage_policies",
        /// Members, their roles and passwords; teams.
        ManageMembers = "manage_members",
    }
}

impl Role {
    /// What the role allows.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            CloseMonths, ImportBills, ManageAssignments, ManageCoupons, ManageFunds, ManageOrders, ManageTargets,
            ViewAssignments, ViewConsumption, ViewCoupons, ViewCustomerBalances, ViewCustomers, ViewFunds, ViewImports,
            ViewOrders, ViewPartnerBills, ViewTeams,
        };
        match self {
            Self::Administrator => Permission::ALL,
            Self::AccountDirector => &[
                ViewConsumption,
                ViewCustomers,
                ViewAssignments,
                ManageAssignments,
                ManageTargets,
                ViewTeams,
                ViewCustomerBalances,
                ViewOrders,
                ManageOrders,
                ViewCoupons,
                ManageCoupons,
            ],
            Self::AccountManager => &[ViewConsumption, ViewCustomers, ViewCustomerBalances, ViewOrders],
            Self::Finance => &[
                ViewConsumption,
                ViewCustomers,
                ViewImports,
                ImportBills,
                CloseMonths,
                ViewFunds,
                ManageFunds,
                ViewCustomerBalances,
                ViewOrders,
                ViewCoupons,
                ViewPartnerBills,
            ],
        }
    }
}

/// Why a set of roles cannot be given to one member.
///
/// Source: Partner Center, 组织 > 成员管理 > 创建人员 (one to three roles; 系统管理员 alone; 客户经理 not with 客户经理主管).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// No role at all.
    #[error("at least one role is needed")]
    None,
    /// More than three.
    #[error("at most three roles")]
    TooMany,
    /// 系统管理员 together with another role.
    #[error("the administrator role goes with no other")]
    AdministratorNotAlone,
    /// 客户经理 together with 客户经理主管.
    #[error("account manager and account director exclude each other")]
    ManagerAndDirector,
}

impl RolesError {
    /// Stable code for forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "roles_none",
            Self::TooMany => "roles_too_many",
            Self::AdministratorNotAlone => "roles_administrator_alone",
            Self::ManagerAndDirector => "roles_manager_and_director",
        }
    }
}

/// Checks that one member may hold these roles together.
///
/// # Errors
/// [`RolesError`] names the rule that is broken.
pub fn check_roles(roles: &[Role]) -> Result<(), RolesError> {
    if roles.is_empty() {
        return Err(RolesError::None);
    }
    if roles.len() > 3 {
        return Err(RolesError::TooMany);
    }
    if roles.contains(&Role::Administrator) && roles.len() > 1 {
        return Err(RolesError::AdministratorNotAlone);
    }
    if roles.contains(&Role::AccountManager) && roles.contains(&Role::AccountDirector) {
        return Err(RolesError::ManagerAndDirector);
    }
    Ok(())
}

/// The actor lacks the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("denied: {0} is needed")]
pub struct Denied(pub Permission);

/// The customers an actor may see. Only [`Actor::scope`] makes one: the variants cannot be built outside this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every customer of the partner.
    #[non_exhaustive]
    All,
    /// Only customers assigned to this account manager; consumption only of the days on which they were.
    #[non_exhaustive]
    ManagedBy(MemberId),
}

/// The member who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member.
    pub member: MemberId,
    /// The member's partner. Rows of another partner do not exist for this actor.
    pub partner: PartnerId,
    /// Sign-in name.
    pub login: String,
    /// Name to show.
    pub name: String,
    /// One to three roles.
    pub roles: Vec<Role>,
}

impl Actor {
    /// Whether one of the roles allows it.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&permission))
    }

    /// Whether the actor sees own customers only: 客户经理 is the only role.
    pub fn sees_own_customers_only(&self) -> bool {
        self.roles == [Role::AccountManager]
    }

    /// The customers the actor may see when using `permission`.
    ///
    /// # Errors
    /// [`Denied`] where no role has the permission.
    pub fn scope(&self, permission: Permission) -> Result<Scope, Denied> {
        self.require(permission)?;
        Ok(if self.sees_own_customers_only() { Scope::ManagedBy(self.member.clone()) } else { Scope::All })
    }

    /// For what concerns no customer: checks the permission alone.
    ///
    /// # Errors
    /// [`Denied`] where no role has the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        if self.may(permission) { Ok(()) } else { Err(Denied(permission)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role]) -> Actor {
        Actor {
            member: MemberId::new("m"),
            partner: PartnerId::new("p"),
            login: "m".into(),
            name: "M".into(),
            roles: roles.to_vec(),
        }
    }

    #[test]
    fn an_account_manager_alone_sees_own_customers_and_any_second_role_shows_all() {
        let alone = actor(&[Role::AccountManager]);
        assert_eq!(alone.scope(Permission::ViewConsumption), Ok(Scope::ManagedBy(MemberId::new("m"))));
        let with_finance = actor(&[Role::AccountManager, Role::Finance]);
        assert_eq!(with_finance.scope(Permission::ViewConsumption), Ok(Scope::All));
    }

    #[test]
    fn an_account_manager_has_consumption_but_no_partner_bills() {
        let manager = actor(&[Role::AccountManager]);
        assert!(manager.may(Permission::ViewConsumption));
        assert_eq!(manager.scope(Permission::ViewImports), Err(Denied(Permission::ViewImports)));
        assert!(!manager.may(Permission::ManageAssignments));
    }

    #[test]
    fn only_the_administrator_and_finance_close_months() {
        let may: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| actor(&[*role]).may(Permission::CloseMonths)).collect();
        assert_eq!(may, [Role::Administrator, Role::Finance]);
    }

    #[test]
    fn targets_are_set_by_who_leads_account_managers_and_teams_by_who_manages_members() {
        let may = |permission| -> Vec<Role> {
            Role::ALL.iter().copied().filter(|role| actor(&[*role]).may(permission)).collect()
        };
        assert_eq!(may(Permission::ManageTargets), [Role::Administrator, Role::AccountDirector]);
        assert_eq!(may(Permission::ViewTeams), [Role::Administrator, Role::AccountDirector]);
        assert_eq!(may(Permission::ManageMembers), [Role::Administrator]);
    }

    #[test]
    fn only_the_administrator_takes_whole_names_along_in_files() {
        let may: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| actor(&[*role]).may(Permission::ExportNames)).collect();
        assert_eq!(may, [Role::Administrator]);
    }

    #[test]
    fn roles_that_exclude_each_other_are_refused() {
        assert_eq!(check_roles(&[]), Err(RolesError::None));
        assert_eq!(check_roles(&[Role::Administrator, Role::Finance]), Err(RolesError::AdministratorNotAlone));
        assert_eq!(check_roles(&[Role::AccountManager, Role::AccountDirector]), Err(RolesError::ManagerAndDirector));
        assert_eq!(check_roles(&[Role::AccountManager, Role::Finance]), Ok(()));
    }
}
