//! All that is held on somebody: taken, and erased.

use actix_web::http::Method;
use adapters_http::document;
use domain::{
    accounts::{Email, OpenOrder, Ties, User},
    actor::Actor,
};
use ports::{
    accounts::{
        CommitEditError, Credentials, Leaving, PersonalData,
        personal_data::{HeldCart, HeldCartLine, HeldMailedToken, StoredAnswer, WaitingMail},
    },
    audit::AuditView,
    security::PasswordCheck,
};
use serde_json::{Value, json};

use crate::{
    demo::{Got, as_who},
    doubles::{Doubles, currency, money, now, shop, uuid},
};

fn ada() -> User {
    let email = Email::parse("ada@example.com").unwrap();
    User { version: 4, ..User::register(uuid(1).into(), email, None, now()) }
}

fn leaving(open_orders: Vec<OpenOrder>) -> Doubles {
    let mut doubles = Doubles::default();
    let account = Credentials { user: ada(), password_hash: "$stored".to_owned() };
    let leaving = Leaving { account, ties: Ties { open_orders, another_admin: false } };
    doubles.erasures.expect_load().returning(move |_| Ok(Some(leaving.clone())));
    doubles.hasher.expect_check().returning(|password, _| {
        Ok(match password.expose() {
            "nine lanterns" => PasswordCheck::Matches { rehashed: None },
            _ => PasswordCheck::Differs,
        })
    });
    doubles
}

async fn erase(doubles: Doubles, body: &Value, condition: Option<&str>) -> Got {
    let call = as_who("customer", Method::DELETE, "/users/me")
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string());
    let call = match condition {
        Some(condition) => call.insert_header(("if-match", condition)),
        None => call,
    };
    shop(doubles).await.call(call).await
}

fn right() -> Value {
    json!({ "current_password": "nine lanterns" })
}

#[actix_web::test]
async fn who_is_erased_gets_an_empty_answer() {
    let mut doubles = leaving(vec![]);
    doubles.erasures.expect_commit_erasure().times(1).returning(|_| Ok(()));
    let got = erase(doubles, &right(), Some("\"4.abc\"")).await;
    assert_eq!((got.status.as_u16(), got.bytes.len()), (204, 0));
}

#[actix_web::test]
async fn each_reason_to_stay_has_its_problem() {
    let wrong = erase(leaving(vec![]), &json!({ "current_password": "another" }), None).await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (403, "wrong-password"));
    let old = erase(leaving(vec![]), &right(), Some("\"3.abc\"")).await;
    assert_eq!((old.status.as_u16(), old.code().as_str()), (412, "version-mismatch"));
    let bodiless = erase(Doubles::default(), &json!({ "password": "x" }), None).await;
    assert_eq!(bodiless.faults(), ["/current_password required", "/password unknown-field"]);
    let mut busy = leaving(vec![]);
    busy.erasures.expect_commit_erasure().times(3).returning(|_| Err(CommitEditError::Conflict));
    let busy = erase(busy, &right(), None).await;
    assert_eq!((busy.status.as_u16(), busy.code().as_str()), (503, "overloaded"));
}

#[actix_web::test]
async fn open_orders_are_named_as_the_document_shows_it() {
    let document = document(&adapters_http::API, "1");
    let answers = &document["paths"]["/users/me"]["delete"]["responses"]["409"]["content"];
    let example = &answers["application/problem+json"]["examples"]["open-orders"]["value"];
    let order = &example["orders"][0];
    let id: uuid::Uuid = order["id"].as_str().unwrap().parse().unwrap();
    let open = OpenOrder { id: id.into(), number: order["number"].as_str().unwrap().parse().unwrap() };
    let got = erase(leaving(vec![open]), &right(), None).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "open-orders"));
    assert_eq!((&got.json()["orders"], &got.json()["detail"]), (&example["orders"], &example["detail"]));
}

fn held() -> PersonalData {
    let line = |actor: Actor, subject: Option<u128>| AuditView {
        id: uuid(8).into(),
        at: now(),
        event: "roles.changed".to_owned(),
        actor: actor.to_string(),
        subject: subject.map(|id| uuid(id).to_string()),
        ip: Some([192, 0, 2, 7].into()),
        request_id: None,
        detail: r#"{"to": ["support"]}"#.to_owned(),
    };
    let lines = vec![HeldCartLine {
        variant_id: uuid(5).into(),
        quantity: 2,
        added_price: Some(money("12.50", "EUR")),
        added_at: now(),
    }];
    PersonalData {
        user: ada(),
        email_verified_at: Some(now()),
        updated_at: now(),
        sessions: vec![],
        mailed_tokens: vec![HeldMailedToken {
            kind: "email_change".to_owned(),
            new_email: Some("countess@example.com".to_owned()),
            created_at: now(),
            expires_at: now(),
            used_at: None,
        }],
        waiting_mails: vec![WaitingMail {
            kind: "email_change".to_owned(),
            recipient: "ada@example.com".to_owned(),
            created_at: now(),
            not_before: now(),
        }],
        carts: vec![HeldCart {
            id: uuid(6).into(),
            currency: currency("EUR"),
            status: "open".to_owned(),
            created_at: now(),
            updated_at: now(),
            expires_at: now(),
            lines,
        }],
        orders: vec![],
        audit_log: vec![
            line(Actor::User(uuid(1).into()), None),
            line(Actor::User(uuid(99).into()), Some(1)),
            line(Actor::Guest, Some(1)),
        ],
        stored_answers: vec![StoredAnswer {
            key: "my-order".to_owned(),
            status: 201,
            location: Some("/orders/1".to_owned()),
            created_at: now(),
            expires_at: now(),
        }],
    }
}

#[actix_web::test]
async fn an_export_is_a_document_to_keep() {
    let mut doubles = Doubles::default();
    doubles.personal_data.expect_collect().returning(|_| Ok(Some(held())));
    let got = shop(doubles).await.call(as_who("customer", Method::GET, "/users/me/export")).await;
    assert_eq!(got.status, 200);
    assert_eq!(got.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!((got.header("cache-control"), got.header("content-type")), ("no-store", "application/json"));
    let export = got.json();
    assert_eq!(export["profile"]["email"], "ada@example.com");
    assert_eq!(export["email_verified_at"], "2026-03-02T09:30:00.000250Z");
    assert_eq!(export["mailed_tokens"][0]["new_email"], "countess@example.com");
    assert_eq!(export["waiting_mails"][0]["recipient"], "ada@example.com");
    assert_eq!(
        export["carts"][0]["lines"][0]["added_price"],
        json!({ "amount": "12.50", "currency": "EUR" })
    );
    assert_eq!(export["stored_answers"][0]["location"], "/orders/1");
    let by: Vec<_> = export["audit_log"].as_array().unwrap().iter().map(|line| &line["by"]).collect();
    assert_eq!(by, ["you", "staff", "guest"], "who of the staff it was is not told");
    assert!(!String::from_utf8(got.bytes).unwrap().contains(&uuid(99).to_string()));
}

#[actix_web::test]
async fn who_was_erased_is_not_there_any_more() {
    let mut doubles = Doubles::default();
    doubles.personal_data.expect_collect().returning(|_| Ok(None));
    doubles.erasures.expect_load().returning(|_| Ok(None));
    let server = shop(doubles).await;
    let exported = server.call(as_who("customer", Method::GET, "/users/me/export")).await;
    assert_eq!((exported.status.as_u16(), exported.code().as_str()), (401, "unauthenticated"));
    let erased = as_who("customer", Method::DELETE, "/users/me")
        .insert_header(("content-type", "application/json"))
        .set_payload(right().to_string());
    let erased = server.call(erased).await;
    assert_eq!((erased.status.as_u16(), erased.code().as_str()), (401, "unauthenticated"));
}
