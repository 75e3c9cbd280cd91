//! The SDK's own look-ups: which account a key belongs to, and its project in a region.

use serde::{Deserialize, Serialize};
use services::credentials;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Answer, Query, given};
use crate::host::Host;

pub(super) fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::new().routes(routes!(list_auth_domains)).routes(routes!(list_projects))
}

/// An account.
#[derive(Serialize, ToSchema)]
struct Domain {
    /// The domain id: 32 hexadecimal digits.
    id: String,
    /// The partner's name.
    name: String,
    /// Always true.
    enabled: bool,
    /// Empty.
    description: String,
}

#[derive(Serialize, ToSchema)]
struct ListAuthDomainsResponse {
    /// The partner of the key; always one.
    domains: Vec<Domain>,
}

/// The account that the access key belongs to. An SDK that is given no domain id asks this first.
#[utoipa::path(get, path = "/v3/auth/domains", operation_id = "list_auth_domains", tag = "identity",
    responses((status = 200, description = "The account", body = ListAuthDomainsResponse)))]
async fn list_auth_domains(caller: Caller) -> Answer<ListAuthDomainsResponse> {
    let partner = services::partners::of(&caller.center, &caller.actor).await?;
    let domain = Domain { id: caller.domain_id, name: partner.name, enabled: true, description: String::new() };
    Ok(axum::Json(ListAuthDomainsResponse { domains: vec![domain] }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListProjectsQuery {
    /// A project's name, which is the region's id.
    #[param(nullable = false, example = "cn-north-4")]
    name: Option<String>,
}

/// A project.
#[derive(Serialize, ToSchema)]
struct Project {
    /// 32 hexadecimal digits.
    id: String,
    /// The region's id.
    name: String,
    /// The account that it belongs to.
    domain_id: String,
    /// The same.
    parent_id: String,
    /// The region's name, in the language asked for.
    description: String,
    /// Always true.
    enabled: bool,
    /// Always false.
    is_domain: bool,
}

#[derive(Serialize, ToSchema)]
struct ListProjectsResponse {
    /// One project in each region; with `name`, at most one.
    projects: Vec<Project>,
}

/// The projects of the account by region.
#[utoipa::path(get, path = "/v3/projects", operation_id = "list_projects", tag = "identity", params(ListProjectsQuery),
    responses((status = 200, description = "The projects", body = ListProjectsResponse)))]
async fn list_projects(caller: Caller, Query(query): Query<ListProjectsQuery>) -> Answer<ListProjectsResponse> {
    let name = given(query.name);
    let found = credentials::projects(&caller.center, &caller.actor, name.as_deref()).await?;
    let projects = found.into_iter().map(|project| Project {
        id: project.id,
        name: project.region,
        domain_id: caller.domain_id.clone(),
        parent_id: caller.domain_id.clone(),
        description: caller.language.of(project.region_name, project.region_name_en),
        enabled: true,
        is_domain: false,
    });
    Ok(axum::Json(ListProjectsResponse { projects: projects.collect() }))
}
