//! Whose key signed a call: for the host, before anything else is known.

use domain::access::Actor;
use domain::credentials::KeyState;
use domain::ids::{MemberId, PartnerId};
use domain::members::MemberState;

use crate::center::Center;
use crate::error::Result;
use crate::members::parse_roles;

/// A key that may be used, and whose it is.
pub struct Holder {
    /// The secret that the call must be signed with.
    pub secret_key: String,
    /// The partner's domain id.
    pub domain_id: String,
    /// The member, with the roles of this moment.
    pub actor: Actor,
}

type Row = (String, String, String, String, String, String, String);

/// The holder of an access key; none where there is no such key, it is disabled, or its member is. Read anew for each call, in one
/// statement: it stands before every signed call.
///
/// # Errors
/// `Internal`, also where the server key that sealed the secret is lost.
pub async fn holder_unscoped(center: &Center, access_key: &str) -> Result<Option<Holder>> {
    let mut tx = center.db.read().await?;
    let rows: Vec<Row> = sqlx::query_as(
        "select k.sealed_secret, d.domain_id, m.id, m.partner_id, m.login, m.name, r.role
         from access_key k
         join member m on m.id = k.member_id
         join account_domain d on d.partner_id = m.partner_id
         join member_role r on r.member_id = m.id
         where k.id = $1 and k.state = $2 and m.state = $3",
    )
    .bind(access_key)
    .bind(KeyState::Active.code())
    .bind(MemberState::Active.code())
    .fetch_all(&mut *tx)
    .await?;
    let roles = parse_roles(rows.iter().map(|(.., role)| role.as_str()))?;
    let Some((sealed, domain_id, member, partner, login, name, _)) = rows.into_iter().next() else { return Ok(None) };
    let secret_key = center.vault.open(access_key, &sealed)?;
    let actor = Actor { member: MemberId::new(member), partner: PartnerId::new(partner), login, name, roles };
    Ok(Some(Holder { secret_key, domain_id, actor }))
}
