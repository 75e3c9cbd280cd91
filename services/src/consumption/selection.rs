//! Whose consumption is asked for: the actor's scope and the filters, resolved once for all statements of a view.

use domain::access::{Actor, Permission, Scope};
use domain::assignments::Attribution;
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::customers::{AssociationType, ManagerName, folded};
use domain::ids::{CustomerListId, MemberId, PartnerId};
use domain::periods::{Day, MonthRange};

use crate::customer_lists;
use crate::db::Statement;
use crate::db::{Connection, contains};
use crate::error::{Error, Result};

/// `manager_id` of customers that nobody manages.
pub(super) const UNASSIGNED: &str = "none";
/// Stands for a text that no bill holds: dictionary numbers are positive.
pub(super) const NOT_THERE: i64 = -1;

/// Whose lines count. Which days of a customer belong to a manager says [`Attribution`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Managers {
    /// Everyone's, and nobody's.
    Any,
    /// Of these account managers, and of nobody where that is asked for, too.
    Of {
        /// The account managers.
        members: Vec<MemberId>,
        /// Whether what nobody manages counts.
        nobody: bool,
    },
}

impl Managers {
    /// Only of these account managers.
    pub fn of(members: Vec<MemberId>) -> Self {
        Self::Of { members, nobody: false }
    }

    /// Only of nobody.
    pub fn unassigned() -> Self {
        Self::Of { members: Vec::new(), nobody: true }
    }

    /// Whether what nobody manages counts.
    pub fn holds_nobody(&self) -> bool {
        matches!(self, Self::Any | Self::Of { nobody: true, .. })
    }

    /// Whether what `member` manages counts.
    pub fn holds(&self, member: &MemberId) -> bool {
        match self {
            Self::Any => true,
            Self::Of { members, .. } => members.contains(member),
        }
    }
}

/// Which customers count; all given conditions must hold. Texts are `like` patterns over folded columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Customers {
    /// Only this one, by its number.
    pub number: Option<i64>,
    /// Part of the name, the account's name or its id.
    pub any: Option<String>,
    /// Part of the name.
    pub name: Option<String>,
    /// Part of the account's name or its id.
    pub account: Option<String>,
    /// Only those of this list.
    pub list: Option<CustomerListId>,
}

/// What a view is about, but for its range.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub partner: PartnerId,
    pub customers: Customers,
    pub managers: Managers,
    pub attribution: Attribution,
    pub today: Day,
    /// Dictionary number of the association type.
    pub association: Option<i64>,
    /// Dictionary number of the currency.
    pub currency: Option<i64>,
    /// Whether the actor sees all customers.
    pub sees_all: bool,
}

/// The conditions that the dashboard and the lines share.
#[derive(Debug, Clone, Default)]
pub(super) struct Ask<'a> {
    pub customer_id: &'a str,
    /// Texts as typed.
    pub any: &'a str,
    pub name: &'a str,
    pub account: &'a str,
    pub list: &'a str,
    pub manager: &'a str,
    pub manager_id: &'a str,
    pub managers: &'a [String],
    pub teams: &'a [String],
    pub attribution: Option<Attribution>,
    pub association: Option<AssociationType>,
}

impl<'a> From<&'a DashboardQuery> for Ask<'a> {
    fn from(query: &'a DashboardQuery) -> Self {
        Self {
            customer_id: &query.customer_id,
            any: &query.customer,
            list: &query.list,
            manager: &query.manager,
            manager_id: &query.manager_id,
            managers: &query.managers,
            teams: &query.teams,
            attribution: query.attribution,
            association: query.association,
            ..Self::default()
        }
    }
}

impl<'a> From<&'a LineQuery> for Ask<'a> {
    fn from(query: &'a LineQuery) -> Self {
        Self {
            customer_id: &query.customer_id,
            any: &query.search,
            name: &query.customer,
            account: &query.account,
            list: &query.list,
            manager: &query.manager,
            manager_id: &query.manager_id,
            managers: &query.managers,
            teams: &query.teams,
            attribution: query.attribution,
            association: query.association,
        }
    }
}

impl Ask<'_> {
    /// The field that asks for what only those may ask who see all.
    fn beyond_own(&self) -> Option<&'static str> {
        if self.attribution == Some(Attribution::Today) {
            Some("attribution")
        } else if self.manager_id == UNASSIGNED {
            Some("manager_id")
        } else if self.managers.iter().any(|id| id == UNASSIGNED) {
            Some("managers")
        } else {
            None
        }
    }

    fn names_no_manager(&self) -> bool {
        folded(self.manager).is_empty()
            && self.manager_id.is_empty()
            && self.managers.is_empty()
            && self.teams.is_empty()
    }
}

impl Selection {
    /// Resolves what is asked, in the actor's scope.
    ///
    /// # Errors
    /// `Denied` without [`Permission::ViewConsumption`]; `Invalid` where an account manager asks for today's attribution;
    /// `NotFound` for a customer, list or manager that does not exist for the actor.
    pub async fn resolve(
        connection: &mut Connection,
        actor: &Actor,
        (range, today): (MonthRange, Day),
        ask: &Ask<'_>,
    ) -> Result<Self> {
        let scope = actor.scope(Permission::ViewConsumption)?;
        let attribution = ask.attribution.unwrap_or_default();
        let sees_all = matches!(scope, Scope::All { .. });
        if !sees_all && let Some(field) = ask.beyond_own() {
            return Err(Error::field(field, "not_allowed"));
        }
        let mut selection = Self {
            partner: actor.partner.clone(),
            customers: Customers {
                number: None,
                any: pattern(ask.any),
                name: pattern(ask.name),
                account: pattern(ask.account),
                list: customer_lists::asked(connection, &actor.partner, ask.list).await?,
            },
            managers: managers(connection, &actor.partner, &scope, ask).await?,
            attribution,
            today,
            association: None,
            currency: None,
            sees_all,
        };
        if !ask.customer_id.is_empty() {
            selection.customers.number =
                Some(customer(connection, (&actor.partner, &scope), (range, today), ask.customer_id).await?);
        }
        if let Some(association) = ask.association {
            selection.association = Some(number_of(connection, association.code()).await?);
        }
        Ok(selection)
    }

    /// Everything in the actor's scope.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub async fn whole(connection: &mut Connection, actor: &Actor, range: MonthRange, today: Day) -> Result<Self> {
        Self::resolve(connection, actor, (range, today), &Ask::default()).await
    }

    /// The same in one currency.
    pub fn in_currency(&self, number: i64) -> Self {
        Self { currency: Some(number), ..self.clone() }
    }

    /// Whether no line is left out for its customer or manager.
    pub fn is_everyone(&self) -> bool {
        self.customers == Customers::default() && self.managers == Managers::Any
    }
}

fn pattern(text: &str) -> Option<String> {
    let text = folded(text);
    (!text.is_empty()).then(|| contains(&text))
}

/// The dictionary number of a text; one that no line has where no bill ever held it.
///
/// # Errors
/// `Internal`.
pub(super) async fn number_of(connection: &mut Connection, text: &str) -> Result<i64> {
    let number = crate::imports::texts::number_of(connection, text).await?;
    Ok(number.unwrap_or(NOT_THERE))
}

/// The members of a partner, by name.
///
/// # Errors
/// `Internal`.
pub(super) async fn members(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<ManagerName>> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("select id, name, login from member where partner_id = $1 order by name, login")
            .bind(partner.as_str())
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id, name, login)| ManagerName { id: MemberId::new(id), name, login }).collect())
}

/// Who is meant by the filters on managers; within `ManagedBy` never anyone but the actor, and teams do not exist there. All
/// conditions must hold; `managers` and `teams` are one condition.
async fn managers(connection: &mut Connection, partner: &PartnerId, scope: &Scope, ask: &Ask<'_>) -> Result<Managers> {
    let own = match scope {
        Scope::All { .. } => None,
        Scope::ManagedBy { 0: member, .. } => Some(member),
    };
    if ask.names_no_manager() {
        return Ok(own.map_or(Managers::Any, |member| Managers::of(vec![member.clone()])));
    }
    if own.is_some() && !ask.teams.is_empty() {
        return Err(Error::NotFound);
    }
    let mut found = members(connection, partner).await?;
    found.retain(|member| own.is_none_or(|own| *own == member.id));
    let ids = ask.managers.iter().map(String::as_str).chain([ask.manager_id]);
    let mut ids = ids.filter(|id| !id.is_empty() && *id != UNASSIGNED);
    if ids.any(|id| found.iter().all(|member| member.id.as_str() != id)) {
        return Err(Error::NotFound);
    }
    let part = folded(ask.manager);
    let mut nobody = part.is_empty();
    if !ask.manager_id.is_empty() {
        found.retain(|member| member.id.as_str() == ask.manager_id);
        nobody &= ask.manager_id == UNASSIGNED;
    }
    if !ask.managers.is_empty() || !ask.teams.is_empty() {
        let of_teams = crate::teams::members_of(connection, partner, ask.teams).await?;
        found.retain(|member| of_teams.contains(&member.id) || ask.managers.iter().any(|id| id == member.id.as_str()));
        nobody &= ask.managers.iter().any(|id| id == UNASSIGNED);
    }
    found.retain(|member| folded(&member.name).contains(&part) || member.login.contains(&part));
    Ok(Managers::Of { members: found.into_iter().map(|member| member.id).collect(), nobody })
}

/// The number of a customer that exists for the actor: for an account manager one that was theirs on any day of the
/// range, or is today.
async fn customer(
    connection: &mut Connection,
    (partner, scope): (&PartnerId, &Scope),
    (range, today): (MonthRange, Day),
    id: &str,
) -> Result<i64> {
    let mut sql = Statement::new("select c.no from customer c where c.id = ");
    sql.bind(id).add(" and c.partner_id = ").bind(partner.as_str());
    if let Scope::ManagedBy { 0: member, .. } = scope {
        sql.add(" and exists (select 1 from assignment a where a.customer_no = c.no and a.manager_id = ");
        sql.bind(member.as_str()).add(" and (a.from_day <= ").bind(range.to.last_day().to_string());
        sql.add(" and a.until_day > ").bind(range.from.first_day().to_string());
        sql.add(" or a.from_day <= ").bind(today.to_string()).add(" and a.until_day > ").bind(today.to_string());
        sql.add("))");
    }
    let (number,): (i64,) = sql.row(connection).await?;
    Ok(number)
}
