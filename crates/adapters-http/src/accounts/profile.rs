//! /users/me: the caller's own account.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{PasswordChangeBody, ProfileBody, UserView};
use super::own_data::erase_account;
use crate::{
    ApiError, Body, Context, Done, IfMatch, NoContent, Patch, Reply, ServiceConfig, Shop, SignedIn, delete,
    get, patch, post, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(
            resource("/users/me")
                .route(get().to(get_profile))
                .route(patch().to(edit_profile))
                .route(delete().to(erase_account)),
        )
        .service(resource("/users/me/password").route(post().to(change_password)));
}

/// Get your account
#[api_v2_operation(tags("Accounts"), operation_id = "getProfile")]
async fn get_profile(caller: SignedIn, shop: Data<Shop>) -> Result<Reply<UserView>, ApiError> {
    let user = shop.accounts.get_profile.run(&caller).await?;
    Ok(UserView::reply(user))
}

/// Edit your account
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears. The address and the password have calls of their own.
#[api_v2_operation(tags("Accounts"), operation_id = "editProfile")]
async fn edit_profile(
    caller: SignedIn,
    context: Context,
    condition: IfMatch,
    body: Patch<ProfileBody>,
    shop: Data<Shop>,
) -> Result<Reply<UserView>, ApiError> {
    let user = shop.accounts.edit_profile.run(&caller, body.0, &condition.0, context.0).await?;
    Ok(UserView::reply(user))
}

/// Change your password
///
/// Every other session of yours ends at once. A wrong current password counts as a failed log-in.
#[api_v2_operation(tags("Accounts"), operation_id = "changePassword")]
async fn change_password(
    caller: SignedIn,
    context: Context,
    body: Body<PasswordChangeBody>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.accounts.change_password.run(&caller, body.0, context.0).await?;
    Ok(Done)
}
