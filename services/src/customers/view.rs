//! What an actor sees of the customers today: the one place that puts the scope into a statement about customers.

use domain::access::{Actor, Scope};
use domain::customers::{CustomerSummary, ManagerName};
use domain::ids::{CustomerId, MemberId};
use domain::periods::Day;

use crate::center::Center;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::partners::{self, Partner};

/// An actor's view of the customers on one day.
pub(crate) struct View {
    /// Whose customers.
    pub partner: Partner,
    /// Which of them.
    pub scope: Scope,
    /// The day that counts as today.
    pub today: Day,
}

impl View {
    /// The actor's view now; `scope` comes from the permission that the service asks for.
    pub async fn open(center: &Center, connection: &mut Connection, actor: &Actor, scope: Scope) -> Result<Self> {
        let partner = partners::get(connection, &actor.partner).await?;
        let today = center.clock.today(&partner.zone);
        Ok(Self { partner, scope, today })
    }

    /// `select <columns>` of the visible customers `c` with today's assignment `a` and manager `m`, up to and including
    /// the scope: conditions follow with `and`.
    pub fn select(&self, columns: &'static str) -> Statement {
        let mut statement = Statement::new("select ");
        statement.add(columns);
        statement.add(" from customer c left join assignment a on a.customer_no = c.no and a.from_day <= ");
        statement.bind(self.today.to_string());
        statement.add(" and a.until_day > ");
        statement.bind(self.today.to_string());
        statement.add(" left join member m on m.id = a.manager_id where c.partner_id = ");
        statement.bind(self.partner.id.to_string());
        if let Scope::ManagedBy { 0: manager, .. } = &self.scope {
            statement.add(" and a.manager_id = ");
            statement.bind(manager);
        }
        statement
    }
}

/// The columns of a [`Row`].
pub(crate) const COLUMNS: &str = "c.id, c.supplier, c.account_id, c.account_name, c.name, c.association, c.origin, \
                                  c.first_seen, m.id, m.name, m.login";

pub(crate) type Row = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

pub(crate) fn summary(row: Row) -> Result<CustomerSummary> {
    let (id, supplier, account_id, account_name, name, association, origin, first_seen, manager, called, login) = row;
    let manager_name = |id| {
        Some(ManagerName { id: MemberId::new(id), name: called.unwrap_or_default(), login: login.unwrap_or_default() })
    };
    Ok(CustomerSummary {
        id: CustomerId::new(id),
        supplier,
        account_id,
        account_name,
        name,
        association: association.parse().map_err(Error::internal)?,
        origin: origin.parse().map_err(Error::internal)?,
        first_seen: first_seen.map(|day| day.parse()).transpose().map_err(Error::internal)?,
        manager: manager.and_then(manager_name),
    })
}
