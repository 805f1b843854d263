//! What is secret or personal goes in at every route, in good and in bad requests, and comes out nowhere that it should
//! not.

use std::fs;

use serde_json::{Value, json};

use crate::{
    program::{free_port, wait_for},
    shop::{Shop, lines},
    wire::{Answer, Call, Client},
};

/// Everything of our own that can be logged.
const LOUD: &str =
    "info,stoa=trace,adapters_http=trace,adapters_postgres=trace,adapters_auth=trace,use_cases=trace";

/// What must not be repeated even to whoever sent it.
const SECRETS: [&str; 4] = ["sentinel-password", "sentinel-token", "sentinel-wrong", "sentinel-cart"];

/// An example with every text in it replaced.
fn marked(value: &Value) -> Value {
    match value {
        Value::String(_) => json!("sentinel-password sentinel.person@example.com"),
        Value::Array(all) => all.iter().map(marked).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), marked(value))).collect(),
        other => other.clone(),
    }
}

fn with_headers(call: Call) -> Call {
    call.header("cart-token", "sentinel-cart")
        .header("order-token", "sentinel-token")
        .header("user-agent", "Sentinel/1")
        .header("x-forwarded-for", "sentinel.address")
        .header("cookie", "session=sentinel-token")
        .header("if-match", "\"sentinel\"")
        .key("sentinel-key")
}

/// Every way to call an operation that a careless client or a bad one could think of.
fn calls(client: &Client, method: &'static str, path: &str, operation: &Value, token: &str) -> Vec<Call> {
    let media = operation["requestBody"]["content"].as_object().and_then(|media| media.iter().next());
    let known = path.replace(['{', '}'], "").replace("/id", "/018f4d9e-0000-7000-8000-000000000000");
    let unknown = ["{code}", "{currency}", "{file}"]
        .iter()
        .fold(path.replace("{id}", "sentinel-path"), |path, name| path.replace(name, "sentinel"));
    let mut calls = Vec::new();
    for path in [known, unknown] {
        let query = format!(
            "{path}?email=sentinel.person@example.com&q=sentinel&cursor=sentinel&token=sentinel-token"
        );
        for path in [path, query] {
            for bearer in [None, Some("sentinel-token"), Some(token)] {
                let call = with_headers(client.call(method, &path));
                let call = bearer.map_or(call.clone(), |bearer| call.token(bearer));
                let Some((media, content)) = media else {
                    calls.push(call);
                    continue;
                };
                let example = content["examples"].as_object().and_then(|all| all.values().next());
                let example = example.map_or(json!({}), |example| example["value"].clone());
                let mut extra = example.clone();
                if let Some(members) = extra.as_object_mut() {
                    members.insert("sentinel-field".to_owned(), json!("sentinel-password"));
                }
                for body in [marked(&example), extra, json!(["sentinel-password"])] {
                    calls.push(call.clone().body(media, body.to_string()));
                }
                calls.push(call.clone().body(media, "{\"password\": \"sentinel-password\""));
                calls.push(call.body("text/plain", "sentinel-password"));
            }
        }
    }
    calls
}

fn tells_no_secret(answer: &Answer, what: &str) {
    assert_ne!(answer.status, 500, "{what}");
    if answer.status < 400 {
        return;
    }
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what}: {text}");
    }
}

#[test]
fn what_is_secret_or_personal_comes_out_nowhere() {
    // R112
    let bind = format!("127.0.0.1:{}", free_port());
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("METRICS_BIND", &bind), ("RUST_LOG", LOUD)]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let client = shop.client();

    // Somebody who does everything right.
    let person = json!({"email": "sentinel.person@example.com", "password": "sentinel-password", "name": "Sentinel Name"});
    let made = client.post("/auth/register", &person).send().expect(201);
    let token = made["access_token"].as_str().unwrap();
    let log_in = |password: &str| {
        client.post("/auth/login", &json!({"email": person["email"], "password": password})).send()
    };
    let again = log_in("sentinel-password").expect(200);
    assert_eq!(log_in("sentinel-wrong").status, 401);
    let mut order = lines(&[("MUG", 1)]);
    order["note"] = json!("sentinel note");
    order["shipping_address"] = json!({"name": "Sentinel Name", "line1": "Sentinel Street 5", "city": "Bonn",
        "postal_code": "53111", "country": "DE"});
    client.post("/orders", &order).token(token).key("sentinel-key").send().expect(201);

    // Everybody who does not.
    let document = client.get("/openapi.json").send().expect(200);
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = ["GET", "POST", "PUT", "PATCH", "DELETE"]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(method));
            for call in calls(client, method.unwrap(), path, operation, &admin.token) {
                tells_no_secret(&call.send(), path);
                sent += 1;
            }
        }
    }
    assert!(sent > 200, "{sent}");
    client.get("/orders").token(token).header("x-request-id", "the-last-call").send().expect(200);

    let log = wait_for("the last line", || {
        let log = shop.server.running.log();
        log.contains("the-last-call").then_some(log)
    });
    let keys = fs::read_dir(shop.directory.path().join("keys")).unwrap();
    let key = fs::read_to_string(keys.into_iter().next().unwrap().unwrap().path()).unwrap();
    let url = shop.database.url();
    let mut secrets = vec![url.as_str(), token, &admin.token, key.lines().nth(1).unwrap()];
    secrets.extend([&made, &again].map(|pair| pair["refresh_token"].as_str().unwrap()));
    let metrics = Client::new(&format!("http://{bind}")).get("/metrics").send();
    let events: Vec<String> = shop.query("SELECT events::text FROM events");
    let audit: Vec<String> = shop.query("SELECT audit_log::text FROM audit_log");
    assert!(log.lines().count() > sent && !events.is_empty());
    let printed = shop.server.running.printed();
    let lines = log.lines().chain(printed.lines()).chain(metrics.text().lines());
    for line in lines.chain(events.iter().chain(&audit).map(String::as_str)) {
        assert!(!line.to_lowercase().contains("sentinel"), "{line}");
        assert!(secrets.iter().all(|secret| !line.contains(secret)), "{line}");
    }
}
