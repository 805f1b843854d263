//! What the document says about accounts beyond their types.

use domain::accounts::Role;
use serde_json::json;

use super::dto::{KeySet, LogInBody, LoggedInView, RegisterBody, UserView};
use crate::{ApiError, Code, Fault, Notes, named::Named, samples};

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Accounts",
        "Make an account and log in. The access token of the answer opens everything that needs one, for 15 minutes.",
    );
    notes.order(&["register", "logIn", "getKeys"]);
    notes.errors("register", &[Code::EmailTaken, Code::RateLimited]);
    notes.errors("logIn", &[Code::InvalidCredentials, Code::RateLimited]);
    notes.tagged(&["getKeys"]);
    notes.unguarded(&["getKeys"]);
    let register = RegisterBody {
        email: samples::EMAIL.to_owned(),
        password: samples::PASSWORD.to_owned(),
        name: Some("Ada".to_owned()),
    };
    notes.request("register", "ada", "A new customer", &register);
    notes.reply("register", 201, "ada", "The new customer, logged in", &logged_in());
    let weak = ApiError::invalid(vec![
        Fault::at("/email", "email", "must be an e-mail address such as ada@example.com"),
        Fault::at("/password", "too-common", "is among the most common passwords; choose another one"),
    ]);
    notes.problem("register", "validation-failed", "No address, and a weak password", &weak);
    let log_in = LogInBody { email: samples::EMAIL.to_owned(), password: samples::PASSWORD.to_owned() };
    notes.request("logIn", "ada", "A customer", &log_in);
    notes.reply("logIn", 200, "ada", "The customer, logged in", &logged_in());
    notes.reply("getKeys", 200, "one", "One key", &keys());
}

fn logged_in() -> LoggedInView {
    let user = UserView {
        id: samples::USER,
        email: samples::EMAIL.to_owned(),
        name: Some("Ada".to_owned()),
        roles: vec![Named(Role::Customer)],
        email_verified: false,
        created_at: samples::at("2026-02-11T08:00:00Z"),
        version: 1,
    };
    LoggedInView {
        user,
        access_token: "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…".to_owned(),
        refresh_token: "q83vEjRWeJCrze8SNFZ4kKvN…".to_owned(),
        token_type: "Bearer",
        expires_in: 900,
    }
}

/// The key of RFC 8037, appendix A.
fn keys() -> KeySet {
    KeySet(json!({ "keys": [{
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] }))
}
