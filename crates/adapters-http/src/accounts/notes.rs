//! What the document says about accounts beyond their types.

use domain::accounts::Role;
use serde_json::{Map, json};
use uuid::Uuid;

use super::dto::{
    AuditEntryView, EmailChangeBody, KeySet, LogInBody, LoggedInView, MailedTokenBody, PasswordChangeBody,
    PasswordResetBody, PasswordResetRequestBody, ProfileBody, RefreshBody, RegisterBody, RolesBody,
    SessionView, TokenPairView, UserView,
};
use crate::{ApiError, Change, Code, Fault, Notes, Page, named::Named, samples};

const ACCESS_TOKEN: &str = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…";
const MAILED_TOKEN: &str = "mE3x0b9qTn5vS1cYk7rJwQ2d…";
const REFRESH_TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN…";

pub(super) fn notes(notes: &mut Notes) {
    notes.tag(
        "Accounts",
        "Make an account and log in. The access token of the answer opens everything that needs one, for 15 minutes.",
    );
    notes.order(&[
        "register",
        "logIn",
        "refresh",
        "logOut",
        "listSessions",
        "endSession",
        "getProfile",
        "editProfile",
        "changePassword",
        "requestEmailChange",
        "verifyEmail",
        "requestPasswordReset",
        "resetPassword",
        "exportAccount",
        "eraseAccount",
        "listUsers",
        "getUser",
        "assignRoles",
        "listAuditLog",
        "getKeys",
    ]);
    notes.errors("register", &[Code::EmailTaken]);
    notes.errors("logIn", &[Code::InvalidCredentials]);
    notes.errors("refresh", &[Code::Unauthenticated, Code::RefreshTokenReused, Code::RefreshSuperseded]);
    notes.errors("changePassword", &[Code::WrongPassword]);
    notes.tagged(&["getKeys", "getProfile", "editProfile", "getUser", "assignRoles"]);
    notes.errors("assignRoles", &[Code::LastAdmin]);
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
    let token = RefreshBody { refresh_token: REFRESH_TOKEN.to_owned() };
    notes.request("refresh", "ada", "The refresh token of the last answer", &token);
    notes.reply("refresh", 200, "ada", "The next pair", &pair());
    notes.request("logOut", "ada", "The refresh token of the last answer", &token);
    notes.reply("getProfile", 200, "ada", "A customer", &ada());
    let patch = ProfileBody { name: Change::Set("Ada".to_owned()) };
    notes.request("editProfile", "name", "Another name", &patch);
    notes.reply("editProfile", 200, "ada", "The customer, edited", &ada());
    let passwords = PasswordChangeBody {
        current_password: samples::PASSWORD.to_owned(),
        new_password: samples::NEXT_PASSWORD.to_owned(),
    };
    notes.request("changePassword", "ada", "The one until now, and the next one", &passwords);
    notes.errors("requestEmailChange", &[Code::WrongPassword, Code::EmailTaken]);
    notes.errors("verifyEmail", &[Code::EmailTaken]);
    let change = EmailChangeBody {
        email: samples::NEXT_EMAIL.to_owned(),
        current_password: samples::PASSWORD.to_owned(),
    };
    notes.request("requestEmailChange", "ada", "Another address", &change);
    let token = MailedTokenBody { token: MAILED_TOKEN.to_owned() };
    notes.request("verifyEmail", "ada", "The token of the mail", &token);
    let forgotten = PasswordResetRequestBody { email: samples::EMAIL.to_owned() };
    notes.request("requestPasswordReset", "ada", "Whose password was forgotten", &forgotten);
    let reset =
        PasswordResetBody { token: MAILED_TOKEN.to_owned(), new_password: samples::NEXT_PASSWORD.to_owned() };
    notes.request("resetPassword", "ada", "The token of the mail, and the next password", &reset);
    let page = Page { data: vec![ada()], next_cursor: None };
    notes.reply("listUsers", 200, "one", "One user", &page);
    notes.reply("getUser", 200, "ada", "A customer", &ada());
    let roles = RolesBody { roles: vec![Named(Role::Support), Named(Role::OrderManager)] };
    notes.request("assignRoles", "two", "Two roles", &roles);
    let promoted = [Role::Customer, Role::Support, Role::OrderManager].map(Named).to_vec();
    let promoted = UserView { roles: promoted, version: 2, ..ada() };
    notes.reply("assignRoles", 200, "two", "The user with them", &promoted);
    let page = Page { data: sessions(), next_cursor: None };
    notes.reply("listSessions", 200, "two", "A browser, and a telephone that was lost", &page);
    let page = Page { data: audit_log(), next_cursor: None };
    notes.reply("listAuditLog", 200, "two", "A refused log-in, and a guess before it", &page);
    notes.reply("getKeys", 200, "one", "One key", &keys());
}

/// The customer of the examples.
pub(super) fn ada() -> UserView {
    UserView {
        id: samples::USER,
        email: samples::EMAIL.to_owned(),
        name: Some("Ada".to_owned()),
        roles: vec![Named(Role::Customer)],
        email_verified: false,
        created_at: samples::at("2026-02-11T08:00:00Z"),
        version: 1,
    }
}

fn logged_in() -> LoggedInView {
    LoggedInView {
        user: ada(),
        access_token: ACCESS_TOKEN.to_owned(),
        refresh_token: REFRESH_TOKEN.to_owned(),
        token_type: "Bearer",
        expires_in: 900,
    }
}

fn pair() -> TokenPairView {
    TokenPairView {
        access_token: ACCESS_TOKEN.to_owned(),
        refresh_token: "Xk0c9uTq1mZc2b7aWl5RrPZs…".to_owned(),
        token_type: "Bearer",
        expires_in: 900,
    }
}

fn sessions() -> Vec<SessionView> {
    let session = |id, at: &str, user_agent: &str, current| SessionView {
        id,
        created_at: samples::at(at),
        last_used_at: samples::at("2026-03-02T09:30:00Z"),
        user_agent: Some(user_agent.to_owned()),
        ip: Some("192.0.2.7".to_owned()),
        current,
    };
    vec![
        session(samples::SESSION, "2026-03-02T09:30:00Z", "Mozilla/5.0 (X11; Linux x86_64)", true),
        session(samples::OTHER_SESSION, "2026-02-11T08:00:00Z", "Shop/3.1 (Telephone)", false),
    ]
}

fn audit_log() -> Vec<AuditEntryView> {
    let refused = |id, at: &str, subject: Option<Uuid>, reason: &str| AuditEntryView {
        id,
        at: samples::at(at),
        kind: "password.refused".to_owned(),
        actor: "guest".to_owned(),
        subject: subject.map(|id| id.to_string()),
        ip: Some("192.0.2.7".to_owned()),
        request_id: Some("018f4d9e-7d3a-7b65-8c11-2a54e3f0c9d1".to_owned()),
        detail: Map::from_iter([("reason".to_owned(), json!(reason))]),
    };
    vec![
        refused(samples::AUDIT_LINE, "2026-03-02T09:30:05Z", Some(samples::USER), "wrong_password"),
        refused(samples::OTHER_AUDIT_LINE, "2026-03-02T09:30:00Z", None, "unknown_account"),
    ]
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
