//! /users: everybody who has an account, for the staff.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{RolesBody, UserView, UsersQuery};
use crate::{
    Allowed, ApiError, Body, ById, Context, IfMatch, Page, Paged, Path, Reply, ServiceConfig, Shop, get, may,
    put, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/users").route(get().to(list_users)))
        .service(resource("/users/{id}").route(get().to(get_user)))
        .service(resource("/users/{id}/roles").route(put().to(assign_roles)));
}

/// List users
///
/// Everybody who has an account, the newest first. Erased accounts are in no list.
#[api_v2_operation(tags("Accounts"), operation_id = "listUsers")]
async fn list_users(
    caller: Allowed<may::UsersRead>,
    list: Paged<UsersQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<UserView>>, ApiError> {
    let page = shop.accounts.list_users.run(&caller, list.filter.clone(), list.page()).await?;
    list.show(page, UserView::from)
}

/// Get a user
#[api_v2_operation(tags("Accounts"), operation_id = "getUser")]
async fn get_user(
    caller: Allowed<may::UsersRead>,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<Reply<UserView>, ApiError> {
    let user = shop.accounts.get_user.run(&caller, path.0.id.into()).await?;
    Ok(UserView::reply(user))
}

/// Give somebody roles
///
/// Just these from now on, besides `customer`, which everybody is; also for access tokens in use, on every server within
/// a second. The last administrator stays one.
#[api_v2_operation(tags("Accounts"), operation_id = "assignRoles")]
async fn assign_roles(
    caller: Allowed<may::UsersWrite>,
    context: Context,
    path: Path<ById>,
    condition: IfMatch,
    body: Body<RolesBody>,
    shop: Data<Shop>,
) -> Result<Reply<UserView>, ApiError> {
    let id = path.0.id.into();
    let user = shop.accounts.assign_roles.run(&caller, id, body.0, &condition.0, context.0).await?;
    Ok(UserView::reply(user))
}
