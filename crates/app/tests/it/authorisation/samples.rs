//! What the document's examples can't know: one entry for each operation whose call must be made otherwise.

use serde_json::{Value, json};

use super::{
    matrix::Row,
    sample::Sample,
    stage::{Stage, Who, a_cent},
};
use crate::shop::{PASSWORD, lines, number, variant};

/// The call of this row by one of the people, good for one time.
pub(super) fn sample(stage: &Stage, row: &Row, operation: &Value, who: Who) -> Sample {
    let call = Sample::documented(stage, row, operation, who);
    match row.operation.as_str() {
        "register" => {
            call.body(json!({"email": format!("new{}@example.com", number()), "password": PASSWORD}))
        }
        "logIn" => call.body(json!({"email": stage.owner().email, "password": PASSWORD})),
        "refresh" | "logOut" => call.body(json!({"refresh_token": stage.new_log_in()["refresh_token"]})),
        "changePassword" => {
            let call = call.with("current_password", json!(PASSWORD));
            // Whoever changes a password is out everywhere else.
            stage.fresh(who).map_or(call.clone(), |person| call.by(&person.token))
        }
        "eraseAccount" => {
            let call = call.with("current_password", json!(PASSWORD));
            // Whoever is erased is nobody from then on.
            stage.fresh(who).map_or(call.clone(), |person| call.by(&person.token))
        }
        "requestEmailChange" => call
            .body(json!({"email": format!("other{}@example.com", number()), "current_password": PASSWORD})),
        "verifyEmail" => call.body(json!({"token": stage.mailed("verify_email")})),
        "resetPassword" => {
            call.body(json!({"token": stage.mailed("reset_password"), "new_password": "staple of damp hay"}))
        }
        "createProduct" => {
            let sku = format!("MUG-{}", number());
            call.body(json!({"title": sku, "variants": [variant(&sku)]}))
        }
        "addVariant" => call.body(variant(&format!("MUG-{}", number()))),
        "createCategory" => call.with("name", json!(format!("Clothes {}", number()))),
        "setPrice" => call.body(json!({"amount": "2"})),
        "recordPayment" => {
            let call = call.with("amount", json!({"amount": "1", "currency": "EUR"}));
            call.with("reference", json!(format!("p-{}", number())))
        }
        "recordReturn" => {
            let body = stage.a_piece(call.id());
            call.body(body)
        }
        "recordRefund" => call.body(a_cent()),
        "openCart" => {
            let call = call.body(json!({}));
            stage.fresh(who).map_or(call.clone(), |person| call.by(&person.token))
        }
        "currentCart" => {
            stage.cart();
            call
        }
        "addCartLine" => call.body(json!({"sku": stage.sku(), "quantity": 1})),
        "changeCartLine" => call.body(json!({"quantity": 2})),
        "claimCart" => {
            let token = stage.cart_token(call.id());
            call.header("cart-token", token)
        }
        "placeOrder" => {
            let call = call.body(lines(&[(&stage.sku(), 1)]));
            if who == Who::Nobody { call.with("email", json!("bob@example.com")) } else { call }
        }
        _ => call,
    }
}
