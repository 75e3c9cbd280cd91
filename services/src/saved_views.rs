//! Saved views (我的视图): a member's own filters of a page. Nobody else's exist for the member, not even for administrators.

use domain::access::Actor;
use domain::customers::folded;
use domain::errors::FieldError;
use domain::ids::SavedViewId;
use domain::saved_views::{MAX_VIEWS, NewView, SavedView, ViewPage, check_name, check_parameters};
use serde_json::json;

use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::{Connection, is_taken};
use crate::error::{Error, Result};

/// The actor's views of a page, by name.
///
/// # Errors
/// `Denied` where the actor may not open the page.
pub async fn list(center: &Center, actor: &Actor, page: ViewPage) -> Result<Vec<SavedView>> {
    actor.require(page.permission())?;
    let mut tx = center.db.read().await?;
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select id, name, parameters, is_default from saved_view where member_id = $1 and page = $2
         order by name_folded",
    )
    .bind(actor.member.as_str())
    .bind(page.code())
    .fetch_all(&mut *tx)
    .await?;
    let view = |(id, name, parameters, is_default): (String, String, String, bool)| SavedView {
        id: SavedViewId::new(id),
        name,
        parameters,
        is_default,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Saves a view and says its id.
///
/// # Errors
/// `Denied` where the actor may not open the page; `Invalid` as [`check_name`] and [`check_parameters`], `name` `view_name_taken`
/// where another view of the page has it, `too_many_views` beyond [`MAX_VIEWS`].
pub async fn create(center: &Center, actor: &Actor, new: &NewView) -> Result<SavedViewId> {
    actor.require(new.page.permission())?;
    let name = check_name(&new.name)?;
    check_parameters(&new.parameters)?;
    let mut tx = center.db.write().await?;
    let (count,): (i64,) = sqlx::query_as("select count(*) from saved_view where member_id = $1 and page = $2")
        .bind(actor.member.as_str())
        .bind(new.page.code())
        .fetch_one(&mut *tx)
        .await?;
    if usize::try_from(count).unwrap_or(usize::MAX) >= MAX_VIEWS {
        return Err(FieldError::new("name", "too_many_views").with(MAX_VIEWS).into());
    }
    if new.is_default {
        no_default(&mut tx, actor, new.page).await?;
    }
    let id = SavedViewId::new(new_id());
    sqlx::query(
        "insert into saved_view (id, partner_id, member_id, page, name, name_folded, parameters, is_default, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(actor.member.as_str())
    .bind(new.page.code())
    .bind(name)
    .bind(folded(name))
    .bind(&new.parameters)
    .bind(new.is_default)
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await
    .map_err(taken)?;
    record(center, &mut tx, actor, ("saved_view.create", &id, new.page)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives a view another name.
///
/// # Errors
/// `NotFound` for what is not the actor's; `Invalid` as [`create`].
pub async fn rename(center: &Center, actor: &Actor, id: &SavedViewId, name: &str) -> Result<()> {
    let mut tx = center.db.write().await?;
    let page = own(&mut tx, actor, id).await?;
    let name = check_name(name)?;
    sqlx::query("update saved_view set name = $2, name_folded = $3, changed_at = $4 where id = $1")
        .bind(id.as_str())
        .bind(name)
        .bind(folded(name))
        .bind(stored(center.clock.now()))
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
    record(center, &mut tx, actor, ("saved_view.rename", id, page)).await?;
    Ok(tx.commit().await?)
}

/// Gives a view other parameters.
///
/// # Errors
/// `NotFound` for what is not the actor's; `Invalid` as [`check_parameters`].
pub async fn overwrite(center: &Center, actor: &Actor, id: &SavedViewId, parameters: &str) -> Result<()> {
    let mut tx = center.db.write().await?;
    let page = own(&mut tx, actor, id).await?;
    check_parameters(parameters)?;
    sqlx::query("update saved_view set parameters = $2, changed_at = $3 where id = $1")
        .bind(id.as_str())
        .bind(parameters)
        .bind(stored(center.clock.now()))
        .execute(&mut *tx)
        .await?;
    record(center, &mut tx, actor, ("saved_view.overwrite", id, page)).await?;
    Ok(tx.commit().await?)
}

/// Makes a view its page's default, in place of any other, or no longer.
///
/// # Errors
/// `NotFound` for what is not the actor's.
pub async fn set_default(center: &Center, actor: &Actor, id: &SavedViewId, is_default: bool) -> Result<()> {
    let mut tx = center.db.write().await?;
    let page = own(&mut tx, actor, id).await?;
    no_default(&mut tx, actor, page).await?;
    sqlx::query("update saved_view set is_default = $2, changed_at = $3 where id = $1")
        .bind(id.as_str())
        .bind(is_default)
        .bind(stored(center.clock.now()))
        .execute(&mut *tx)
        .await?;
    record(center, &mut tx, actor, ("saved_view.set_default", id, page)).await?;
    Ok(tx.commit().await?)
}

/// Deletes a view.
///
/// # Errors
/// `NotFound` for what is not the actor's.
pub async fn delete(center: &Center, actor: &Actor, id: &SavedViewId) -> Result<()> {
    let mut tx = center.db.write().await?;
    let page = own(&mut tx, actor, id).await?;
    sqlx::query("delete from saved_view where id = $1").bind(id.as_str()).execute(&mut *tx).await?;
    record(center, &mut tx, actor, ("saved_view.delete", id, page)).await?;
    Ok(tx.commit().await?)
}

/// The page of a view of the actor's own; `Denied` where the actor may no longer open it.
async fn own(connection: &mut Connection, actor: &Actor, id: &SavedViewId) -> Result<ViewPage> {
    let (page,): (String,) = sqlx::query_as("select page from saved_view where id = $1 and member_id = $2")
        .bind(id.as_str())
        .bind(actor.member.as_str())
        .fetch_one(connection)
        .await?;
    let page: ViewPage = page.parse().map_err(Error::internal)?;
    actor.require(page.permission())?;
    Ok(page)
}

async fn no_default(connection: &mut Connection, actor: &Actor, page: ViewPage) -> Result<()> {
    sqlx::query("update saved_view set is_default = false where member_id = $1 and page = $2 and is_default")
        .bind(actor.member.as_str())
        .bind(page.code())
        .execute(connection)
        .await?;
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    if is_taken(&error, "saved_view.member_id, saved_view.page, saved_view.name_folded") {
        return Error::field("name", "view_name_taken");
    }
    error.into()
}

/// Names and parameters stay out of the trail: they may hold names of customers.
async fn record(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (action, id, page): (&str, &SavedViewId, ViewPage),
) -> Result<()> {
    let detail = json!({ "page": page.code() }).to_string();
    audit::record(center, connection, actor, (action, id.as_str(), &detail)).await
}

#[cfg(test)]
mod tests;
