//! The rows that a view sums, as SQL: which lines count, and from which table they are read.
//!
//! "As it was" a line counts for the manager of its day. A month that one interval covers whole can be read from the month
//! rollups; days are read only where a customer changed hands within the month. All columns of the rollups but
//! `customer_no` and `partner_id` are named once among the tables joined here, so a caller names them without alias;
//! the customer is `p.customer_no`, the month `p.month`, where a statement says so the manager `a.manager_id`.

use domain::assignments::Attribution;
use domain::ids::MemberId;
use domain::periods::{Day, Month, MonthRange};

use super::selection::{Customers, Managers, Selection};
use crate::customer_lists;
use crate::db::Statement;

/// Where the same figures stand by month and by day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables {
    /// What holds sums of whole months.
    month: Table,
    /// What knows the day.
    day: Table,
}

#[derive(Debug, Clone, Copy)]
struct Table {
    /// `p` has partner, month and customer, `d` the day, `f` the figures where they stand apart; `cross join` keeps their
    /// order.
    from: &'static str,
    /// How `d` and `f` belong to `p`.
    joined: &'static str,
}

const OF_PART: &str = "f.version_no = p.version_no and f.customer_no = p.customer_no and ";
const DAYS_OF_PART: &str = "d.version_no = p.version_no and d.customer_no = p.customer_no and ";
/// By way of the index of lines by customer and day.
const LINES_OF_PART: &str = "d.version_no = p.version_no and d.customer_no = p.customer_no
    and f.version_no = d.version_no and f.line_no = d.line_no and ";

/// What is selected of either kind of table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Of what holds sums of whole months.
    pub month: &'static str,
    /// Of what knows the day.
    pub day: &'static str,
}

/// The same of both.
impl From<&'static str> for Columns {
    fn from(columns: &'static str) -> Self {
        Self { month: columns, day: columns }
    }
}

/// Figures by customer.
pub(super) const BY_CUSTOMER: Tables = Tables {
    month: Table { from: "rollup_customer p", joined: "" },
    day: Table { from: "shown_part p cross join rollup_part_day d", joined: DAYS_OF_PART },
};

/// Figures by customer and service; of single days only the lines know the service.
pub(super) const BY_SERVICE: Tables = Tables {
    month: Table { from: "shown_part p cross join rollup_part_service f", joined: OF_PART },
    day: Table { from: "shown_part p cross join customer_line d cross join bill_line f", joined: LINES_OF_PART },
};

/// The lines themselves.
pub(super) const LINES: Tables = Tables { month: BY_SERVICE.day, day: BY_SERVICE.day };

/// Figures by service without customers: for [`Selection::is_everyone`] only.
const OF_EVERYONE: Table = Table { from: "rollup_service p", joined: "" };

// Texts of a month compare with days: no day is before '-01' or after '-31' of its month.
const COVERS_MONTH: &str = "a.from_day <= p.month || '-01' and a.until_day > p.month || '-31'";
/// The interval holds the line's day, and begins or ends within the month.
const HOLDS_DAY_OF_SPLIT_MONTH: &str = "a.from_day <= p.month || '-31' and a.until_day > p.month || '-01'
    and (a.from_day > p.month || '-01' or a.until_day <= p.month || '-31')
    and d.day >= a.from_day and d.day < a.until_day";
/// Nobody managed the customer on any day of the month.
const UNTOUCHED: &str = "not exists (select 1 from assignment o where o.customer_no = p.customer_no
    and o.from_day <= p.month || '-31' and o.until_day > p.month || '-01')";
/// The customer was taken over or given back within the month. Counted, because the engine turns an `exists` into a join and
/// then asks it of every day instead of every month.
const SPLIT: &str = "(select count(*) from assignment o where o.customer_no = p.customer_no
    and o.from_day <= p.month || '-31' and o.until_day > p.month || '-01'
    and (o.from_day > p.month || '-01' or o.until_day <= p.month || '-31')) > 0";
/// Appends: nobody managed the customer on the line's day, but perhaps one of `members`.
fn nobody_but(sql: &mut Statement, members: &[MemberId]) {
    sql.add("not exists (select 1 from assignment a where a.customer_no = p.customer_no");
    sql.add(" and a.from_day <= d.day and a.until_day > d.day");
    if !members.is_empty() {
        sql.add(" and a.manager_id not in ").list(members);
    }
    sql.add(")");
}

impl Selection {
    /// Appends `select columns from …` of the lines of whole months.
    pub fn of_months(&self, sql: &mut Statement, tables: Tables, columns: impl Into<Columns>, months: &[Month]) {
        let columns = columns.into();
        match (self.attribution, &self.managers) {
            (Attribution::AsItWas, Managers::Of { members, nobody: true }) => {
                if !members.is_empty() {
                    self.managed(sql, tables, columns, months);
                    sql.add(" union all ");
                }
                self.unassigned(sql, tables, columns, months);
            }
            (Attribution::AsItWas, Managers::Of { .. }) => self.managed(sql, tables, columns, months),
            (Attribution::Today, _) | (_, Managers::Any) => {
                let table = tables.month;
                sql.add("select ").add(columns.month).add(" from ").add(table.from).add(" where ");
                self.conditions(sql, table, months);
            }
        }
    }

    /// As it was: lines of days on which a manager had the customer, any manager or those asked for. `columns` may name
    /// `a.manager_id`.
    fn managed(&self, sql: &mut Statement, tables: Tables, columns: Columns, months: &[Month]) {
        let part = |sql: &mut Statement, table: Table, (columns, days): (&'static str, &'static str)| {
            sql.add("select ").add(columns).add(" from assignment a cross join ").add(table.from);
            sql.add(" where a.partner_id = ").bind(self.partner.as_str());
            if let Managers::Of { members, .. } = &self.managers {
                sql.add(" and a.manager_id in ").list(members);
            }
            sql.add(" and a.customer_no = p.customer_no and ").add(days).add(" and ");
            self.conditions(sql, table, months);
        };
        part(sql, tables.month, (columns.month, COVERS_MONTH));
        sql.add(" union all ");
        part(sql, tables.day, (columns.day, HOLDS_DAY_OF_SPLIT_MONTH));
    }

    /// As it was: lines of days on which nobody had the customer.
    fn unassigned(&self, sql: &mut Statement, tables: Tables, columns: Columns, months: &[Month]) {
        let Tables { month, day } = tables;
        sql.add("select ").add(columns.month).add(" from ").add(month.from).add(" where ").add(UNTOUCHED).add(" and ");
        self.conditions(sql, month, months);
        sql.add(" union all select ")
            .add(columns.day)
            .add(" from ")
            .add(day.from)
            .add(" where ")
            .add(SPLIT)
            .add(" and ");
        nobody_but(sql, &[]);
        sql.add(" and ");
        self.conditions(sql, day, months);
    }

    /// The same, for sums by month or service that name no customer: from the smallest table that knows them.
    pub fn of_months_without_customers(
        &self,
        sql: &mut Statement,
        tables: Tables,
        columns: impl Into<Columns>,
        months: &[Month],
    ) {
        let tables = if self.is_everyone() { Tables { month: OF_EVERYONE, ..tables } } else { tables };
        self.of_months(sql, tables, columns, months);
    }

    /// Appends `select columns from …` of the lines of single days, both included.
    pub fn of_days(&self, sql: &mut Statement, tables: Tables, columns: &'static str, (first, last): (Day, Day)) {
        sql.add("select ").add(columns).add(" from ");
        match (self.attribution, &self.managers) {
            (Attribution::AsItWas, Managers::Of { members, nobody: true }) => {
                // one statement, since callers go on with it
                sql.add(tables.day.from).add(" where ");
                nobody_but(sql, members);
                sql.add(" and ");
            }
            (Attribution::AsItWas, Managers::Of { members, .. }) => {
                sql.add("assignment a cross join ").add(tables.day.from).add(" where a.manager_id in ");
                sql.list(members);
                sql.add(" and a.customer_no = p.customer_no and a.from_day <= ").bind(last.to_string());
                sql.add(" and a.until_day > ").bind(first.to_string());
                sql.add(" and d.day >= a.from_day and d.day < a.until_day and ");
            }
            (Attribution::Today, _) | (_, Managers::Any) => {
                sql.add(tables.day.from).add(" where ");
            }
        }
        let months: Vec<Month> = MonthRange { from: first.month(), to: last.month() }.months().collect();
        sql.add("d.day >= ").bind(first.to_string()).add(" and d.day <= ").bind(last.to_string()).add(" and ");
        self.conditions(sql, tables.day, &months);
    }

    /// Appends `select manager_id, customer_no, month, due, coupon from …` of whole months, by whoever the lines are attributed to;
    /// the manager is null for unassigned.
    pub fn of_managers(&self, sql: &mut Statement, months: &[Month]) {
        if self.attribution == Attribution::Today {
            sql.add("select a.manager_id as manager_id, p.customer_no as customer_no, p.month as month, due, coupon");
            sql.add(
                " from rollup_customer p left join assignment a on a.customer_no = p.customer_no and a.from_day <= ",
            );
            sql.bind(self.today.to_string()).add(" and a.until_day > ").bind(self.today.to_string()).add(" where ");
            self.conditions(sql, BY_CUSTOMER.month, months);
            return;
        }
        let of_somebody = self.managers != Managers::unassigned();
        if of_somebody {
            let columns = "a.manager_id as manager_id, p.customer_no as customer_no, p.month as month, due, coupon";
            self.managed(sql, BY_CUSTOMER, columns.into(), months);
        }
        if self.managers.holds_nobody() {
            if of_somebody {
                sql.add(" union all ");
            }
            let columns = "null as manager_id, p.customer_no as customer_no, p.month as month, due, coupon";
            self.unassigned(sql, BY_CUSTOMER, columns.into(), months);
        }
    }

    /// Appends `select key, period, due, coupon from …` of single days, both included: the key is the account manager of the
    /// day, or of today, and null for unassigned.
    pub fn of_manager_days(&self, sql: &mut Statement, (first, last): (Day, Day)) {
        let table = BY_CUSTOMER.day;
        sql.add("select a.manager_id as key, d.day as period, due, coupon from ").add(table.from);
        sql.add(" left join assignment a on a.customer_no = p.customer_no and ");
        if self.attribution == Attribution::Today {
            sql.add("a.from_day <= ").bind(self.today.to_string());
            sql.add(" and a.until_day > ").bind(self.today.to_string());
        } else {
            sql.add("a.from_day <= d.day and a.until_day > d.day");
        }
        sql.add(" where d.day >= ").bind(first.to_string()).add(" and d.day <= ").bind(last.to_string());
        if let Managers::Of { members, nobody } = &self.managers {
            sql.add(" and (a.manager_id in ").list(members);
            sql.add(if *nobody { " or a.manager_id is null) and " } else { ") and " });
        } else {
            sql.add(" and ");
        }
        let months: Vec<Month> = MonthRange { from: first.month(), to: last.month() }.months().collect();
        self.conditions(sql, table, &months);
    }

    /// Partner, months, customers, association type, currency; with today's attribution the managers too.
    fn conditions(&self, sql: &mut Statement, table: Table, months: &[Month]) {
        sql.add(table.joined).add("p.partner_id = ").bind(self.partner.as_str());
        sql.add(" and p.month in ").list(months.iter().map(ToString::to_string));
        if let Some(association) = self.association {
            sql.add(" and association_no = ").bind(association);
        }
        if let Some(currency) = self.currency {
            sql.add(" and currency_no = ").bind(currency);
        }
        self.customer_conditions(sql);
        if self.attribution == Attribution::Today {
            self.managed_today(sql);
        }
    }

    fn customer_conditions(&self, sql: &mut Statement) {
        let Customers { number, any, name, account, list } = &self.customers;
        if let Some(list) = list {
            customer_lists::among(sql, " and p.customer_no", list);
        }
        if let Some(number) = number {
            sql.add(" and p.customer_no = ").bind(*number);
        }
        if any.is_none() && name.is_none() && account.is_none() {
            return;
        }
        sql.add(" and p.customer_no in (select c.no from customer c where c.partner_id = ").bind(self.partner.as_str());
        if let Some(any) = any {
            sql.add(" and (c.name_folded like ").bind(any.as_str()).add(" escape '\\' or c.account_name_folded like ");
            sql.bind(any.as_str()).add(" escape '\\' or lower(c.account_id) like ").bind(any.as_str());
            sql.add(" escape '\\')");
        }
        if let Some(name) = name {
            sql.add(" and c.name_folded like ").bind(name.as_str()).add(" escape '\\'");
        }
        if let Some(account) = account {
            sql.add(" and (c.account_name_folded like ").bind(account.as_str());
            sql.add(" escape '\\' or lower(c.account_id) like ").bind(account.as_str()).add(" escape '\\')");
        }
        sql.add(")");
    }

    /// Appends ` and …`: `p.customer_no` is managed today by whom the selection asks for.
    pub fn managed_today(&self, sql: &mut Statement) {
        let today = self.today.to_string();
        match &self.managers {
            Managers::Any => {}
            Managers::Of { members, nobody: true } => {
                sql.add(" and not exists (select 1 from assignment t where t.customer_no = p.customer_no");
                sql.add(" and t.from_day <= ").bind(today.as_str()).add(" and t.until_day > ").bind(today);
                if !members.is_empty() {
                    sql.add(" and t.manager_id not in ").list(members);
                }
                sql.add(")");
            }
            Managers::Of { members, .. } => {
                sql.add(" and p.customer_no in (select t.customer_no from assignment t where t.manager_id in ");
                sql.list(members);
                sql.add(" and t.from_day <= ").bind(today.as_str()).add(" and t.until_day > ").bind(today).add(")");
            }
        }
    }
}
