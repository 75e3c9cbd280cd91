//! Creating members. Source of the rules on roles: Partner Center, 组织 > 成员管理 > 创建人员.

use domain::access::{Actor, Permission, check_roles};
use domain::errors::FieldError;
use domain::ids::{MemberId, PartnerId};
use domain::members::{Created, MemberState, NewMember, check_login, check_name, check_password};

use super::password;
use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::{Connection, is_taken};
use crate::error::{Error, Result};

/// Creates a member of the actor's partner with an initial password, which it must change when it first signs in.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `Invalid` for `login` (also `taken`), `name` and `roles`.
pub async fn create(center: &Center, actor: &Actor, new: &NewMember) -> Result<Created> {
    actor.require(Permission::ManageMembers)?;
    let new = checked(new)?;
    let initial_password = password::initial();
    let hash = password::hash(center, &initial_password).await?;
    let mut tx = center.db.write().await?;
    let id = insert(center, &mut tx, &actor.partner, Row { new: &new, hash, must_change: true }).await?;
    audit::record(center, &mut tx, actor, ("member.create", id.as_str(), &detail(&new))).await?;
    tx.commit().await?;
    Ok(Created { id, initial_password })
}

/// The same for the command line, with a password that was chosen there.
///
/// # Errors
/// `Invalid` as [`create`], and for a `password` that breaks the rules; `NotFound` without such a partner.
pub async fn create_unscoped(
    center: &Center,
    partner: &PartnerId,
    new: &NewMember,
    password: &str,
    must_change: bool,
) -> Result<MemberId> {
    let new = checked(new)?;
    check_password(password, &new.login)?;
    let hash = password::hash(center, password).await?;
    let mut tx = center.db.write().await?;
    crate::partners::get(&mut tx, partner).await?;
    let id = insert(center, &mut tx, partner, Row { new: &new, hash, must_change }).await?;
    audit::record_unscoped(center, &mut tx, partner, ("member.create", id.as_str(), &detail(&new))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Everything that is wrong at once; what is right, as it is stored.
fn checked(new: &NewMember) -> Result<NewMember> {
    let login = new.login.trim().to_lowercase();
    let mut roles = new.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    let wrong: Vec<FieldError> = [
        check_login(&login).err(),
        check_name(&new.name).err(),
        check_roles(&roles).err().map(|error| FieldError::new("roles", error.code())),
    ]
    .into_iter()
    .flatten()
    .collect();
    if wrong.is_empty() {
        Ok(NewMember { login, name: new.name.trim().to_owned(), roles })
    } else {
        Err(Error::Invalid(wrong))
    }
}

fn detail(new: &NewMember) -> String {
    let roles: Vec<&str> = new.roles.iter().map(|role| role.code()).collect();
    format!("{}: {}", new.login, roles.join(", "))
}

struct Row<'a> {
    new: &'a NewMember,
    hash: String,
    must_change: bool,
}

async fn insert(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    Row { new, hash, must_change }: Row<'_>,
) -> Result<MemberId> {
    let id = MemberId::new(new_id());
    sqlx::query(
        "insert into member (id, partner_id, login, name, password_hash, must_change_password, state,
                             failed_sign_ins, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .bind(&new.login)
    .bind(&new.name)
    .bind(hash)
    .bind(must_change)
    .bind(MemberState::Active.code())
    .bind(stored(center.clock.now()))
    .execute(&mut *connection)
    .await
    .map_err(
        |error| {
            if is_taken(&error, "member.login") { Error::field("login", "taken") } else { error.into() }
        },
    )?;
    for role in &new.roles {
        sqlx::query("insert into member_role (member_id, role) values ($1, $2)")
            .bind(id.as_str())
            .bind(role.code())
            .execute(&mut *connection)
            .await?;
    }
    Ok(id)
}

/// Whether a sign-in name is in use, by whichever partner.
///
/// # Errors
/// `Internal`.
pub async fn login_exists_unscoped(center: &Center, login: &str) -> Result<bool> {
    let mut tx = center.db.read().await?;
    let count: i64 = sqlx::query_scalar("select count(*) from member where login = $1")
        .bind(login.trim().to_lowercase())
        .fetch_one(&mut *tx)
        .await?;
    Ok(count > 0)
}
