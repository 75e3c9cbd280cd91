//! The demo partner's members.

use std::collections::HashSet;

use domain::access::Role;

use crate::center::Center;
use crate::error::Result;

/// The password of every demo sign-in. It is no secret: the host accepts demo sign-ins from this machine only.
pub const DEMO_PASSWORD: &str = "demo-partner-center";

/// Someone who can sign in to the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSignIn {
    /// Sign-in name.
    pub login: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// The only role.
    pub role: Role,
}

const fn member(login: &'static str, name: &'static str, role: Role) -> DemoSignIn {
    DemoSignIn { login, name, role }
}

/// Index in [`SIGN_INS`] of the first account manager; the others follow.
pub(super) const FIRST_MANAGER: usize = 3;
/// The account managers.
pub(super) const MANAGERS: usize = 6;
/// Index in [`SIGN_INS`] of the administrator, who confirms top-ups.
pub(super) const ADMINISTRATOR: usize = 0;
/// Index in [`SIGN_INS`] of the director, who assigns.
pub(super) const DIRECTOR: usize = 1;
/// Index in [`SIGN_INS`] of the finance specialist, who moves money.
pub(super) const FINANCE: usize = 2;

static SIGN_INS: [DemoSignIn; FIRST_MANAGER + MANAGERS] = [
    member("admin@demo", "陈静", Role::Administrator),
    member("director@demo", "孙建国", Role::AccountDirector),
    member("finance@demo", "吴晓梅", Role::Finance),
    member("wang.fang@demo", "王芳", Role::AccountManager),
    member("li.wei@demo", "李伟", Role::AccountManager),
    member("zhang.min@demo", "张敏", Role::AccountManager),
    member("liu.yang@demo", "刘洋", Role::AccountManager),
    member("zhao.lei@demo", "赵磊", Role::AccountManager),
    member("zhou.ting@demo", "周婷", Role::AccountManager),
];

/// Everyone who can sign in to the demo: administrator, director, finance specialist, then the account managers.
/// All with [`DEMO_PASSWORD`].
pub fn sign_ins() -> &'static [DemoSignIn] {
    &SIGN_INS
}

/// The sign-ins that can be offered, as (login, name, role): none where there is no demo partner. The caller offers them over
/// loopback only.
///
/// # Errors
/// `Internal`.
pub async fn offered_sign_ins_unscoped(center: &Center) -> Result<Vec<(String, String, Role)>> {
    let mut tx = center.db.read().await?;
    let logins: Vec<String> = sqlx::query_scalar(
        "select m.login from member m join partner p on p.id = m.partner_id where p.demo and m.state = 'active'",
    )
    .fetch_all(&mut *tx)
    .await?;
    let there: HashSet<&str> = logins.iter().map(String::as_str).collect();
    Ok(SIGN_INS
        .iter()
        .filter(|sign_in| there.contains(sign_in.login))
        .map(|sign_in| (sign_in.login.to_owned(), sign_in.name.to_owned(), sign_in.role))
        .collect())
}

/// Whether `login` is a member of a demo partner, also one that was added to it by hand: all of them may be met with the
/// published password.
///
/// # Errors
/// `Internal`.
pub async fn is_demo_login_unscoped(center: &Center, login: &str) -> Result<bool> {
    let mut tx = center.db.read().await?;
    let count: i64 = sqlx::query_scalar(
        "select count(*) from member m join partner p on p.id = m.partner_id where p.demo and m.login = $1",
    )
    .bind(login.trim().to_lowercase())
    .fetch_one(&mut *tx)
    .await?;
    Ok(count > 0)
}
