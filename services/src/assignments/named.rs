//! Whom bills name as account managers, and whom of ours the names mean.

use std::collections::{BTreeSet, HashMap};

use domain::access::Role;
use domain::assignments::NameMeaning;
use domain::customers::{ManagerName, folded};
use domain::ids::{MemberId, PartnerId};
use domain::members::MemberState;
use domain::periods::{Month, MonthRange};

use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// Values of one statement: the engine takes a limited number.
pub(super) const AT_ONCE: usize = 5_000;

/// Shown lines of a customer that name the same account manager, of one version and currency.
pub(super) struct Part {
    pub customer: i64,
    pub month: Month,
    pub version: i64,
    /// Dictionary numbers of the name and the currency.
    pub name: i64,
    pub currency: i64,
    /// A bit for each day of the month with such a line, the lowest for the first.
    pub days: u32,
    pub lines: i64,
    pub due: i64,
}

/// The parts of these months, of all customers.
///
/// # Errors
/// `Internal`.
pub(super) async fn parts_of(connection: &mut Connection, partner: &PartnerId, range: MonthRange) -> Result<Vec<Part>> {
    let mut sql = Statement::new(PARTS);
    sql.bind(partner).add(" and s.month in ").list(range.months().map(|month| month.to_string()));
    sql.rows(connection).await?.into_iter().map(part).collect()
}

/// The parts of customers that were never assigned, of all months.
///
/// # Errors
/// `Internal`.
pub(super) async fn parts_of_unassigned(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<Part>> {
    let mut sql = Statement::new(PARTS);
    sql.bind(partner).add(" and not exists (select 1 from assignment a where a.customer_no = s.customer_no)");
    sql.rows(connection).await?.into_iter().map(part).collect()
}

const PARTS: &str =
    "select s.customer_no, s.month, s.version_no, r.source_manager_no, r.currency_no, r.days, r.lines, r.due
     from shown_part s
     join rollup_part_manager r on r.version_no = s.version_no and r.customer_no = s.customer_no
     where s.partner_id = ";

type PartRow = (i64, String, i64, i64, i64, i64, i64, i64);

fn part((customer, month, version, name, currency, days, lines, due): PartRow) -> Result<Part> {
    let month = month.parse().map_err(Error::internal)?;
    let days = u32::try_from(days).map_err(Error::internal)?;
    Ok(Part { customer, month, version, name, currency, days, lines, due })
}

/// The names in the partner's shown bills by dictionary number, the empty one too.
///
/// # Errors
/// `Internal`.
pub(super) async fn all_names(connection: &mut Connection, partner: &PartnerId) -> Result<HashMap<i64, String>> {
    let numbers: Vec<i64> = sqlx::query_scalar(
        "select distinct r.source_manager_no from shown_part s
         join rollup_part_manager r on r.version_no = s.version_no and r.customer_no = s.customer_no
         where s.partner_id = $1",
    )
    .bind(partner.as_str())
    .fetch_all(&mut *connection)
    .await?;
    texts(connection, numbers.into_iter()).await
}

/// The texts of dictionary numbers, without spaces at their ends.
///
/// # Errors
/// `Internal`.
pub(super) async fn texts(
    connection: &mut Connection,
    numbers: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let numbers: Vec<i64> = numbers.collect::<BTreeSet<i64>>().into_iter().collect();
    let mut all = HashMap::with_capacity(numbers.len());
    for some in numbers.chunks(AT_ONCE) {
        let mut sql = Statement::new("select no, value from bill_text where no in ");
        sql.list(some.iter().copied());
        let rows: Vec<(i64, String)> = sql.rows(connection).await?;
        all.extend(rows.into_iter().map(|(no, text)| (no, text.trim().to_owned())));
    }
    Ok(all)
}

/// A member whom a name may mean.
struct Member {
    name: ManagerName,
    is_manager: bool,
    /// Whether customers can be assigned to the member.
    able: bool,
}

/// A partner's members by what suppliers may call them, and what was decided.
pub(super) struct Names {
    members: HashMap<MemberId, Member>,
    by_login: HashMap<String, MemberId>,
    by_name: HashMap<String, Vec<MemberId>>,
    decided: HashMap<String, Option<MemberId>>,
}

/// Whom a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    pub meaning: NameMeaning,
    /// The member, where it means or fits just one.
    pub member: Option<ManagerName>,
    /// Whether somebody decided it.
    pub remembered: bool,
    /// Everyone whom it may mean.
    pub may_mean: Vec<MemberId>,
}

impl Names {
    /// Those of `partner`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn of(connection: &mut Connection, partner: &PartnerId) -> Result<Self> {
        let rows: Vec<(String, String, String, String, bool)> = sqlx::query_as(
            "select m.id, m.login, m.name, m.state,
                    exists (select 1 from member_role r where r.member_id = m.id and r.role = $1)
             from member m where m.partner_id = $2 order by m.login",
        )
        .bind(Role::AccountManager.code())
        .bind(partner.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let (mut members, mut by_login, mut by_name) = (HashMap::new(), HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (id, login, name, state, is_manager) in rows {
            let id = MemberId::new(id);
            by_login.insert(folded(&login), id.clone());
            by_name.entry(folded(&name)).or_default().push(id.clone());
            let able = is_manager && state == MemberState::Active.code();
            members.insert(id.clone(), Member { name: ManagerName { id, name, login }, is_manager, able });
        }
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as("select name, member_id from supplier_manager where partner_id = $1")
                .bind(partner.as_str())
                .fetch_all(connection)
                .await?;
        let decided = rows.into_iter().map(|(name, member)| (name, member.map(MemberId::new))).collect();
        Ok(Self { members, by_login, by_name, decided })
    }

    /// What our members are called.
    pub fn member(&self, id: &MemberId) -> Option<&ManagerName> {
        self.members.get(id).map(|member| &member.name)
    }

    /// Whom a name means: what was decided, else a sign-in name, else the name of just one account manager. Letter case and
    /// full-width letters make no difference.
    pub fn meant(&self, name: &str) -> Meant {
        if let Some(decided) = self.decided.get(name) {
            let Some(id) = decided else { return Meant::without_member(NameMeaning::Nobody, true) };
            return self.one(id, true);
        }
        let text = folded(name);
        if let Some(id) = self.by_login.get(&text) {
            return self.one(id, false);
        }
        let called = self.by_name.get(&text).map_or(&[][..], Vec::as_slice);
        let managers: Vec<&MemberId> =
            called.iter().filter(|id| self.members.get(*id).is_some_and(|member| member.is_manager)).collect();
        match (managers.as_slice(), called) {
            ([one], _) => self.one(one, false),
            ([], [one]) => self.one(one, false),
            ([], []) => Meant::without_member(NameMeaning::Unknown, false),
            (_, called) => Meant { may_mean: called.to_vec(), ..Meant::without_member(NameMeaning::Several, false) },
        }
    }

    fn one(&self, id: &MemberId, remembered: bool) -> Meant {
        let member = self.members.get(id);
        let meaning = if member.is_some_and(|member| member.able) { NameMeaning::Manager } else { NameMeaning::Unable };
        Meant { meaning, member: member.map(|member| member.name.clone()), remembered, may_mean: vec![id.clone()] }
    }
}

impl Meant {
    fn without_member(meaning: NameMeaning, remembered: bool) -> Self {
        Self { meaning, member: None, remembered, may_mean: Vec::new() }
    }
}
