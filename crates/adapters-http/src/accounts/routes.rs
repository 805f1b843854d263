//! /auth, and the keys by which others believe our tokens.

use actix_web::{HttpRequest, web::Data};
use paperclip::actix::api_v2_operation;

use super::dto::{KeySet, LogInBody, LoggedInView, RegisterBody};
use crate::{
    ApiError, Body, Context, Http, Reply, ServiceConfig, Shop, get, post, resource, routing::unguarded,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/auth/register").route(post().to(register)))
        .service(resource("/auth/login").route(post().to(log_in)))
        .service(unguarded("/.well-known/jwks.json").route(get().to(keys)));
}

/// Make an account
///
/// The new customer is logged in at once: the answer has both tokens.
#[api_v2_operation(tags("Accounts"), operation_id = "register")]
async fn register(
    context: Context,
    body: Body<RegisterBody>,
    shop: Data<Shop>,
) -> Result<Reply<LoggedInView, 201>, ApiError> {
    let logged_in = shop.accounts.register.run(body.0, context.0).await?;
    Ok(Reply::created("/users/me", logged_in.into()))
}

/// Log in
///
/// Send the `access_token` of the answer as `Authorization: Bearer …` with every call that needs one. A wrong password
/// and an unknown address get the same answer, in the same time. After too many failures nobody is told whether a password
/// is right until the time that `Retry-After` names.
#[api_v2_operation(tags("Accounts"), operation_id = "logIn")]
async fn log_in(
    context: Context,
    body: Body<LogInBody>,
    shop: Data<Shop>,
) -> Result<Reply<LoggedInView>, ApiError> {
    let logged_in = shop.accounts.log_in.run(body.0, context.0).await?;
    Ok(Reply::new(logged_in.into()))
}

/// Get the public keys of access tokens
///
/// Access tokens are JSON Web Tokens (RFC 9068), signed with Ed25519. Whoever gets one can verify it with the key that
/// its `kid` names.
#[api_v2_operation(tags("Accounts"), operation_id = "getKeys")]
async fn keys(request: HttpRequest) -> Result<Reply<KeySet>, ApiError> {
    let keys = (Http::of(&request)?.ports().public_keys)();
    Ok(Reply::new(KeySet(keys)).public())
}
