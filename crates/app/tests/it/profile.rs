//! One's own account: seen, edited, and with another password.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    shop::{PASSWORD, Person, Shop, at_once, count, log_in},
    wire::{Answer, Call, Client},
};

const NEW_PASSWORD: &str = "staple of damp hay";

fn patch(client: &Client, person: &Person, body: &Value) -> Call {
    client.call("PATCH", "/users/me").token(&person.token).json(body)
}

fn change(client: &Client, person: &Person, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    client.post("/users/me/password", &body).token(&person.token).send()
}

#[test]
fn a_registrations_location_answers_with_the_account() {
    // R041
    let shop = Shop::open();
    let body = json!({"email": "Ada@Example.com", "password": PASSWORD, "name": "Ada"});
    let registered = shop.client().post("/auth/register", &body).send();
    let created = registered.expect(201);
    let token = created["access_token"].as_str().unwrap();

    let answer = shop.client().get(registered.header("location")).token(token).send();

    assert_eq!(answer.expect(200), created["user"]);
    assert_eq!(answer.header("cache-control"), "no-store");
    let unchanged =
        shop.client().get("/users/me").token(token).header("if-none-match", answer.header("etag"));
    assert_eq!(unchanged.send().status, 304);
}

#[test]
fn a_patch_sets_clears_and_leaves_and_refuses_what_is_not_ones_own_to_change() {
    // R025, R031
    let shop = Shop::open();
    let ada = shop.customer();
    let client = shop.client();

    let named = patch(client, &ada, &json!({"name": "  Countess  "})).send().expect(200);
    assert_eq!((&named["name"], &named["version"]), (&json!("Countess"), &json!(2)));
    let same = patch(client, &ada, &json!({})).send().expect(200);
    assert_eq!(same, named, "nothing was to be changed");
    let merge = client.call("PATCH", "/users/me").token(&ada.token);
    let cleared = merge.body("application/merge-patch+json", r#"{"name":null}"#).send().expect(200);
    assert_eq!((&cleared["name"], &cleared["version"]), (&json!(null), &json!(3)));

    for field in ["id", "roles", "email", "version", "created_at", "email_verified", "password"] {
        let refused = patch(client, &ada, &json!({ field: "x" })).send();
        assert_eq!(refused.problem(422), "validation-failed");
        assert_eq!(refused.faults(), [format!("/{field} unknown-field")]);
    }
    let typed = client.call("PATCH", "/users/me").token(&ada.token).body("text/plain", "{}").send();
    assert_eq!(typed.problem(415), "unsupported-media-type");
    let events: Vec<String> = shop.query("SELECT data::text FROM events WHERE type = 'user.updated'");
    assert_eq!(events, [r#"{"fields": ["name"]}"#; 2]);
    shop.check();
}

#[test]
fn an_edit_of_an_old_version_is_refused_and_of_many_edits_of_one_exactly_one_succeeds() {
    // R053, R054
    let shop = Shop::open();
    let other = shop.another_server();
    let ada = shop.customer();
    let tag = shop.client().get("/users/me").token(&ada.token).send().header("etag").to_owned();

    let answers = at_once(20, |n| {
        let client = if n % 2 == 0 { shop.client() } else { &other.client };
        patch(client, &ada, &json!({"name": format!("Ada {n}")})).header("if-match", &tag).send()
    });

    assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 19));
    let late = patch(shop.client(), &ada, &json!({"name": "Ada"})).header("if-match", &tag).send();
    assert_eq!(late.problem(412), "version-mismatch");
    let edited = |condition: &str| {
        patch(shop.client(), &ada, &json!({"name": condition})).header("if-match", condition).send()
    };
    assert_eq!(edited("*").status, 200);
    assert_eq!(edited(r#""9.x", "3.whatever-gzip""#).status, 200);
    assert_eq!(edited(r#"W/"4.x""#).problem(412), "version-mismatch");
    assert_eq!(edited("4").faults(), ["If-Match malformed"]);
    shop.check();
}

#[test]
fn edits_without_a_condition_are_all_applied() {
    let shop = Shop::open();
    let ada = shop.customer();
    for n in 0..5 {
        let answers =
            at_once(2, |m| patch(shop.client(), &ada, &json!({"name": format!("Ada {n} {m}")})).send());
        assert_eq!(count(&answers, 200), 2);
    }
    let version: Vec<i32> = shop.query(&format!("SELECT version FROM users WHERE id = '{}'", ada.id));
    assert_eq!(version, [11]);
}

#[test]
fn another_password_ends_every_other_session_on_every_server() {
    // R010
    let shop = Shop::open();
    let other = shop.another_server();
    let ada = shop.customer();
    let elsewhere = log_in(&other.client, &ada.email, PASSWORD);

    assert_eq!(change(shop.client(), &ada, PASSWORD, NEW_PASSWORD).status, 204);

    let changed = Instant::now();
    let works =
        |client: &Client, person: &Person| client.get("/users/me").token(&person.token).send().status == 200;
    assert!(!works(shop.client(), &elsewhere), "the server that changed it knows at once");
    while works(&other.client, &elsewhere) {
        assert!(changed.elapsed() < Duration::from_secs(1), "a session outlived the password");
        sleep(Duration::from_millis(5));
    }
    assert!(works(shop.client(), &ada) && works(&other.client, &ada), "the own session goes on");
    let old = json!({"email": ada.email, "password": PASSWORD});
    assert_eq!(shop.client().post("/auth/login", &old).send().problem(401), "invalid-credentials");
    log_in(shop.client(), &ada.email, NEW_PASSWORD);
    let told: Vec<String> = shop.query("SELECT actor FROM audit_log WHERE type = 'password.changed'");
    assert_eq!(told, [format!("user:{}", ada.id)]);
    shop.check();
}

#[test]
fn a_wrong_current_password_changes_nothing_and_counts_as_a_failed_log_in() {
    // R011
    let shop = Shop::open_with(&[]);
    let ada = shop.customer();
    for _ in 0..10 {
        let refused = change(shop.client(), &ada, "not this one", NEW_PASSWORD);
        assert_eq!(refused.problem(403), "wrong-password");
    }

    let right = change(shop.client(), &ada, PASSWORD, NEW_PASSWORD);

    assert_eq!(right.problem(429), "rate-limited");
    let credentials = json!({"email": ada.email, "password": PASSWORD});
    let log_in = shop.client().post("/auth/login", &credentials).send();
    assert_eq!(log_in.problem(429), "rate-limited", "a log-in is counted together with them");
    let version: Vec<i32> = shop.query(&format!("SELECT version FROM users WHERE id = '{}'", ada.id));
    assert_eq!(version, [1]);
    let told: Vec<i64> = shop.query("SELECT count(*) FROM audit_log WHERE type = 'password.refused'");
    assert!(told[0] >= 11, "{told:?}");
    shop.check();
}

#[test]
fn a_new_password_obeys_the_rules_of_a_first_one() {
    // R014
    let shop = Shop::open();
    let ada = shop.customer();
    let local_part = ada.email.split('@').next().unwrap();
    for (new, fault) in [
        ("short", "/new_password too-short"),
        ("password123", "/new_password too-common"),
        (&format!("xx{}xx", local_part.to_uppercase()), "/new_password contains-email"),
    ] {
        let refused = change(shop.client(), &ada, PASSWORD, new);
        assert_eq!(refused.problem(422), "validation-failed");
        assert_eq!(refused.faults(), [fault]);
    }
    let blank = shop.client().post("/users/me/password", &json!({})).token(&ada.token).send();
    assert_eq!(blank.faults(), ["/current_password required", "/new_password required"]);
    log_in(shop.client(), &ada.email, PASSWORD);
}
