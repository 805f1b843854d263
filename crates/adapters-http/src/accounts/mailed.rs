//! What takes a token that was mailed, and what sends one.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{EmailChangeBody, MailedTokenBody, PasswordResetBody, PasswordResetRequestBody};
use crate::{
    Accepted, ApiError, Body, Context, Done, NoContent, ServiceConfig, Shop, SignedIn, post, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/auth/password-reset").route(post().to(request_password_reset)))
        .service(resource("/auth/password-reset/confirm").route(post().to(reset_password)))
        .service(resource("/auth/verify-email").route(post().to(confirm_email)))
        .service(resource("/users/me/email").route(post().to(request_email_change)));
}

/// Ask for another password
///
/// Whoever has the account with this address is sent a mail with a token. The answer is the same for an address that has none.
#[api_v2_operation(tags("Accounts"), operation_id = "requestPasswordReset")]
async fn request_password_reset(
    context: Context,
    body: Body<PasswordResetRequestBody>,
    shop: Data<Shop>,
) -> Result<Accepted, ApiError> {
    shop.accounts.request_password_reset.run(body.0, context.0).await?;
    Ok(Done)
}

/// Choose another password by mail
///
/// The token works once and for 30 minutes. Every session of the account ends.
#[api_v2_operation(tags("Accounts"), operation_id = "resetPassword")]
async fn reset_password(
    context: Context,
    body: Body<PasswordResetBody>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.accounts.reset_password.run(body.0, context.0).await?;
    Ok(Done)
}

/// Show that an address is yours
///
/// With the token that was mailed to it, after a registration or when another address was asked for, which is the account's
/// from now on.
#[api_v2_operation(tags("Accounts"), operation_id = "verifyEmail")]
async fn confirm_email(
    context: Context,
    body: Body<MailedTokenBody>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.accounts.confirm_email.run(&body.0, context.0).await?;
    Ok(Done)
}

/// Change your address
///
/// A token is mailed to the new address; the old one stays until the token comes to `/auth/verify-email`, and is told. Naming
/// the address that the account has sends another mail to verify it.
#[api_v2_operation(tags("Accounts"), operation_id = "requestEmailChange")]
async fn request_email_change(
    caller: SignedIn,
    context: Context,
    body: Body<EmailChangeBody>,
    shop: Data<Shop>,
) -> Result<Accepted, ApiError> {
    shop.accounts.request_email_change.run(&caller, body.0, context.0).await?;
    Ok(Done)
}
