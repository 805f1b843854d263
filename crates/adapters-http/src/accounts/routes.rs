//! /auth

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{LogInBody, LoggedInView, RegisterBody, UserView};
use crate::{ApiError, Body, Code, Context, Notes, Reply, ServiceConfig, Shop, post, resource};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/auth/register").route(post().to(register)))
        .service(resource("/auth/login").route(post().to(log_in)));
}

/// What the document says about them.
pub(crate) fn notes(notes: &mut Notes) {
    notes.tag("Accounts", "Registration and log-in.");
    notes.errors("register", &[Code::EmailTaken]);
    notes.errors("logIn", &[Code::InvalidCredentials]);
    let (email, password) = ("ada@example.com".to_owned(), "correct horse battery".to_owned());
    let body =
        RegisterBody { email: email.clone(), password: password.clone(), name: Some("Ada".to_owned()) };
    notes.request("register", "ada", "A new customer", &body);
    notes.reply("register", 201, "ada", "The new customer, logged in", &example());
    notes.request("logIn", "ada", "A customer", &LogInBody { email, password });
    notes.reply("logIn", 200, "ada", "The customer, logged in", &example());
}

/// Make an account
///
/// The new customer is logged in at once.
#[api_v2_operation(tags("Accounts"), operation_id = "register")]
async fn register(
    body: Body<RegisterBody>,
    context: Context,
    shop: Data<Shop>,
) -> Result<Reply<LoggedInView, 201>, ApiError> {
    let logged_in = shop.register.run(body.0, context.0).await?;
    Ok(Reply::created("/users/me", logged_in.into()))
}

/// Log in
///
/// A wrong password and an unknown address get the same answer, in the same time.
#[api_v2_operation(tags("Accounts"), operation_id = "logIn")]
async fn log_in(
    body: Body<LogInBody>,
    context: Context,
    shop: Data<Shop>,
) -> Result<Reply<LoggedInView>, ApiError> {
    let logged_in = shop.log_in.run(body.0, context.0).await?;
    Ok(Reply::new(logged_in.into()))
}

fn example() -> LoggedInView {
    let user = UserView {
        id: uuid::Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0001),
        email: "ada@example.com".to_owned(),
        name: Some("Ada".to_owned()),
        roles: vec!["customer"],
        email_verified: false,
        created_at: domain::Instant::UNIX_EPOCH.into(),
        version: 1,
    };
    LoggedInView {
        user,
        access_token: "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.…".to_owned(),
        refresh_token: "3q2-7wAAAAA…".to_owned(),
        token_type: "Bearer",
        expires_in: 900,
    }
}
