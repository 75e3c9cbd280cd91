mod manage;
mod sign_in;

use domain::access::Role;
use domain::ids::{MemberId, PartnerId};
use domain::members::NewMember;

use super::create_unscoped;
use crate::error::Error;
use crate::testing::TestCenter;

const PASSWORD: &str = "correct horse 1";

fn new_member(login: &str, roles: &[Role]) -> NewMember {
    NewMember { login: login.into(), name: "王芳".into(), roles: roles.to_vec() }
}

/// A member who can sign in with [`PASSWORD`].
async fn member(center: &TestCenter, partner: &PartnerId, login: &str, role: Role) -> MemberId {
    create_unscoped(center, partner, &new_member(login, &[role]), PASSWORD, false).await.unwrap()
}

/// `field/code` of what is invalid, or the conflict, or the error.
fn reason(error: Error) -> String {
    match error {
        Error::Invalid(fields) => {
            fields.iter().map(|error| format!("{}/{}", error.field, error.code)).collect::<Vec<_>>().join(" ")
        }
        Error::Conflict(code) => code.to_owned(),
        other => other.to_string(),
    }
}
