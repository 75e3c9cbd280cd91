//! Saved views of pages: the member's own.

use domain::ids::SavedViewId;
use domain::saved_views::{NewView, SavedView, ViewPage};
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

use crate::codec::Answer;
use crate::error::AppError;

/// The member's views of a page.
#[server(prefix = "/_fn", endpoint = "list_saved_views", output = Answer, input = GetUrl)]
pub async fn list_saved_views(page: ViewPage) -> Result<Vec<SavedView>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::list(&center, &actor, page).await?)
}

/// Saves a view.
#[server(prefix = "/_fn", endpoint = "create_saved_view", output = Answer, input = Json)]
pub async fn create_saved_view(view: NewView) -> Result<SavedViewId, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::create(&center, &actor, &view).await?)
}

/// Gives a view another name.
#[server(prefix = "/_fn", endpoint = "rename_saved_view", output = Answer)]
pub async fn rename_saved_view(id: SavedViewId, #[server(default)] name: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::rename(&center, &actor, &id, &name).await?)
}

/// Gives a view other parameters.
#[server(prefix = "/_fn", endpoint = "overwrite_saved_view", output = Answer)]
pub async fn overwrite_saved_view(id: SavedViewId, #[server(default)] parameters: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::overwrite(&center, &actor, &id, &parameters).await?)
}

/// Makes a view its page's default, or no longer.
#[server(prefix = "/_fn", endpoint = "set_default_view", output = Answer)]
pub async fn set_default_view(id: SavedViewId, is_default: bool) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::set_default(&center, &actor, &id, is_default).await?)
}

/// Deletes a view.
#[server(prefix = "/_fn", endpoint = "delete_saved_view", output = Answer)]
pub async fn delete_saved_view(id: SavedViewId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::saved_views::delete(&center, &actor, &id).await?)
}
