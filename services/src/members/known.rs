//! Account managers as files name them.

use std::collections::HashMap;

use domain::access::Role;
use domain::customers::ManagerName;
use domain::errors::FieldError;
use domain::ids::{MemberId, PartnerId};
use domain::members::MemberState;

use crate::db::Connection;
use crate::error::Result;

/// The partner's members by sign-in name and, for account managers, by name.
pub(crate) struct KnownMembers {
    logins: HashMap<String, MemberId>,
    names: HashMap<String, Vec<MemberId>>,
    members: HashMap<MemberId, Known>,
}

struct Known {
    name: ManagerName,
    /// Why nothing can be given to them.
    unable: Option<&'static str>,
}

impl KnownMembers {
    /// Those of `partner`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn of(connection: &mut Connection, partner: &PartnerId) -> Result<Self> {
        let rows: Vec<(String, String, String, String, bool)> = sqlx::query_as(
            "select m.id, m.login, m.name, m.state,
                    exists (select 1 from member_role r where r.member_id = m.id and r.role = $1)
             from member m where m.partner_id = $2",
        )
        .bind(Role::AccountManager.code())
        .bind(partner.as_str())
        .fetch_all(connection)
        .await?;
        let mut known = Self { logins: HashMap::new(), names: HashMap::new(), members: HashMap::new() };
        for (id, login, name, state, is_manager) in rows {
            let id = MemberId::new(id);
            let unable = match (is_manager, state == MemberState::Active.code()) {
                (false, _) => Some("not_an_account_manager"),
                (true, false) => Some("disabled_manager"),
                (true, true) => None,
            };
            if is_manager {
                known.names.entry(name.trim().to_owned()).or_default().push(id.clone());
            }
            known.logins.insert(login.clone(), id.clone());
            known.members.insert(id.clone(), Known { name: ManagerName { id, name, login }, unable });
        }
        Ok(known)
    }

    /// The member meant by a sign-in name or, without two of it, an account manager's name; none for nobody.
    ///
    /// # Errors
    /// A [`FieldError`] of `manager`: `unknown_manager`, `ambiguous_manager`.
    pub fn find(&self, text: &str) -> std::result::Result<Option<MemberId>, FieldError> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(id) = self.logins.get(&text.to_lowercase()) {
            return Ok(Some(id.clone()));
        }
        match self.names.get(text).map(Vec::as_slice) {
            Some([id]) => Ok(Some(id.clone())),
            Some([_, ..]) => Err(FieldError::new("manager", "ambiguous_manager").with(text)),
            _ => Err(FieldError::new("manager", "unknown_manager").with(text)),
        }
    }

    /// Why nothing can be given to the member: `not_an_account_manager`, `disabled_manager`.
    pub fn cannot(&self, who: &MemberId) -> Option<&'static str> {
        self.members.get(who).and_then(|known| known.unable)
    }

    /// What a member is called; none where there is no such member of the partner.
    pub fn name(&self, who: &MemberId) -> Option<&ManagerName> {
        self.members.get(who).map(|known| &known.name)
    }
}
