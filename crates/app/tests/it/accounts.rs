//! Registration, log-in and who may do what.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, at_once, count, log_in};

fn account(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

#[test]
fn registration_logs_a_new_customer_in() {
    // R001
    let shop = Shop::open();
    let body = json!({"email": " Ada@Example.COM ", "password": PASSWORD, "name": "Ada"});

    let answer = shop.client().post("/auth/register", &body).send();

    let made = answer.expect(201);
    assert_eq!(made["user"]["email"], "ada@example.com");
    assert_eq!(made["user"]["name"], "Ada");
    assert_eq!(made["user"]["roles"], json!(["customer"]));
    assert_eq!(made["user"]["email_verified"], false);
    assert_eq!(made["user"]["version"], 1);
    assert_eq!((&made["token_type"], &made["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = made["access_token"].as_str().unwrap();
    shop.client().get("/orders").token(token).send().expect(200);
    let again = log_in(shop.client(), "ADA@example.com", PASSWORD);
    assert_eq!(json!(again.id), made["user"]["id"]);
    shop.check();
}

#[test]
fn tokens_and_passwords_are_kept_as_digests_only() {
    // R020
    let shop = Shop::open();
    let answer = shop.client().post("/auth/register", &account("ada@example.com")).send().expect(201);
    let refresh = answer["refresh_token"].as_str().unwrap();

    let hashes: Vec<String> = shop.query("SELECT password_hash FROM users");
    assert!(hashes[0].starts_with("$2b$04$"));
    let digests: Vec<Vec<u8>> = shop.query("SELECT digest FROM refresh_tokens");
    assert_eq!(digests.len(), 1);
    assert_ne!(digests[0], refresh.as_bytes());
}

#[test]
fn an_address_has_one_account_whatever_its_spelling_and_whoever_races() {
    // R017
    let shop = Shop::open();
    let other = shop.another_server();
    let spellings = ["ada@example.com", "ADA@EXAMPLE.COM", "ａda@example.com", " ada@example.com"];

    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        client.post("/auth/register", &account(spellings[number % spellings.len()])).send()
    });

    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 19));
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.problem(409), "email-taken");
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM users"), [1]);
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    // R016
    let shop = Shop::open();
    let ada = shop.customer();
    let attempt = |email: &str, password: &str| {
        shop.client().post("/auth/login", &json!({"email": email, "password": password})).send()
    };

    let answers = [
        attempt(&ada.email, "wrong horse battery"),
        attempt("nobody@example.com", PASSWORD),
        attempt("x", "y"),
    ];

    for answer in &answers {
        assert_eq!(answer.problem(401), "invalid-credentials");
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        let mut first = answers[0].json();
        first["request_id"] = Value::Null;
        assert_eq!(body, first);
    }
}

#[test]
fn only_the_whole_password_logs_in() {
    // R015
    let shop = Shop::open();
    let long = "correct horse battery staple ".repeat(4);
    let body = json!({"email": "ada@example.com", "password": long});
    shop.client().post("/auth/register", &body).send().expect(201);

    log_in(shop.client(), "ada@example.com", &long);
    for other in [&long[..72], &format!("{long}x"), &format!("{long}\0{long}")] {
        let body = json!({"email": "ada@example.com", "password": other});
        let answer = shop.client().post("/auth/login", &body).send();
        assert!(answer.status == 401 || (other.contains('\0') && answer.status == 422), "{}", answer.text());
    }
}

#[test]
fn every_fault_of_a_registration_is_named_at_once() {
    // R014, R025, R030
    let shop = Shop::open();
    let body = json!({"email": "no address", "password": "short", "name": "", "roles": ["admin"]});

    let answer = shop.client().post("/auth/register", &body).send();

    let faults = answer.faults();
    for pointer in ["/email", "/password", "/name", "/roles"] {
        assert!(faults.iter().any(|fault| fault.starts_with(pointer)), "{pointer}: {faults:?}");
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM users"), [0]);
}

#[test]
fn common_passwords_and_those_with_the_address_in_them_are_refused() {
    // R014
    let shop = Shop::open();
    for password in ["password123", "my-ada.lovelace-password"] {
        let body = json!({"email": "ada.lovelace@example.com", "password": password});
        let faults = shop.client().post("/auth/register", &body).send().faults();
        assert!(faults[0].starts_with("/password"), "{faults:?}");
    }
}

#[test]
fn a_token_of_one_server_is_good_at_every_other() {
    let shop = Shop::open();
    let ada = shop.customer();
    let other = shop.another_server();

    other.client.get("/orders").token(&ada.token).send().expect(200);
}

#[test]
fn a_token_that_is_missing_or_changed_is_not_believed() {
    // R002, R003
    let shop = Shop::open();
    let ada = shop.customer();
    let (signed, signature) = ada.token.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();

    let missing = shop.client().get("/orders").send();
    assert_eq!(missing.problem(401), "unauthenticated");
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    for token in [format!("{signed}.{turned}"), signed.to_owned(), format!("{signed}."), "x".repeat(5000)] {
        let answer = shop.client().get("/orders").token(&token).send();
        assert_eq!(answer.problem(401), "unauthenticated", "{token}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}

#[test]
fn an_old_token_says_that_it_has_expired() {
    // R002, R004
    let shop = Shop::open_with(&[("ACCESS_TOKEN_TTL", "1s")]);
    let ada = shop.customer();

    // Clocks may differ by a few seconds, which an old token gets for free.
    let code = crate::program::wait_for("the token's end", || {
        let answer = shop.client().get("/orders").token(&ada.token).send();
        (answer.status == 401).then(|| answer.problem(401))
    });
    assert_eq!(code, "token-expired");
}

#[test]
fn the_published_keys_are_public_and_name_the_one_that_signs() {
    // R006
    let shop = Shop::open();
    let ada = shop.customer();

    let keys = shop.client().get("/.well-known/jwks.json").send().expect(200);

    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    assert!(key["d"].is_null(), "no private part");
    let files = std::fs::read_dir(shop.directory.path().join("keys")).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, [format!("{}.pem", key["kid"].as_str().unwrap())]);
    assert_eq!(ada.token.split('.').count(), 3);
}
