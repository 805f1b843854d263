//! What clients say about themselves and about the way to the server, and that nobody believes it.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use crate::{
    program::wait_for,
    shop::{PASSWORD, Shop, log_in},
    wire::{Call, Client},
};

/// Says to be somebody else, somewhere else, and to mean something else.
fn lying(call: Call, somebody: &str) -> Call {
    [
        ("x-forwarded-for", "192.0.2.99"),
        ("forwarded", "for=192.0.2.99;host=evil.example;proto=https"),
        ("x-real-ip", "192.0.2.99"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-user-id", somebody),
        ("x-http-method-override", "DELETE"),
        ("x-method-override", "DELETE"),
    ]
    .into_iter()
    .fold(call, |call, (name, value)| call.header(name, value))
}

#[test]
fn neither_identity_nor_method_nor_address_is_what_a_client_says() {
    // R028
    let shop = Shop::open();
    let (admin, ada) = (shop.admin(), shop.customer());
    let call = |call: Call| lying(call, &admin.id);
    let get = |path: &str| call(shop.client().get(path));

    assert_eq!(get("/users/me").send().problem(401), "unauthenticated");
    assert_eq!(get("/audit-log").token(&ada.token).send().problem(403), "forbidden");
    assert_eq!(get("/users/me").token(&ada.token).send().expect(200)["id"], ada.id.as_str());

    let session = |person: &str| -> Value {
        let page = shop.client().get("/auth/sessions?limit=1").token(person).send().expect(200);
        page["data"][0].clone()
    };
    let id = session(&ada.token)["id"].clone();
    let overridden = call(shop.client().call("POST", &format!("/auth/sessions/{}", id.as_str().unwrap())));
    assert_eq!(overridden.token(&ada.token).send().problem(405), "method-not-allowed");
    assert_eq!(session(&ada.token)["id"], id, "it goes on");

    let body = json!({"email": ada.email, "password": PASSWORD});
    let again = call(shop.client().post("/auth/login", &body)).send().expect(200);
    assert_eq!(session(again["access_token"].as_str().unwrap())["ip"], "127.0.0.1");
    let addresses: Vec<String> = shop.query("SELECT DISTINCT host(ip) FROM audit_log WHERE ip IS NOT NULL");
    assert_eq!(addresses, ["127.0.0.1"]);
}

/// The whole answer to a call, as it comes over the wire.
fn raw(client: &Shop, head: &str, body: &str) -> String {
    let address = client.server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        connection,
        "{head}\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n\
         Connection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_host_that_a_client_names_is_in_no_link_no_location_no_issuer_and_no_mail() {
    // R028
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    shop.product(&admin, "CUP", "12.50", 10);
    let bearer = |token: &str| format!("Authorization: Bearer {token}");
    let account = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();

    let registered = raw(&shop, "POST /auth/register HTTP/1.1", &account);
    let (head, body) = registered.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 201") && head.contains("location: /users/me"), "{head}");
    let token = serde_json::from_str::<Value>(body).unwrap()["access_token"].as_str().unwrap().to_owned();
    let page = raw(&shop, "GET /products?limit=1 HTTP/1.1", "");
    assert!(page.contains("link: </products?"), "{page}");
    let order = json!({"lines": [{"sku": "MUG", "quantity": 1}]}).to_string();
    let placed = raw(&shop, &format!("POST /orders HTTP/1.1\r\n{}", bearer(&token)), &order);
    assert!(placed.starts_with("HTTP/1.1 201") && placed.contains("location: /orders/"), "{placed}");
    let problem = raw(&shop, "GET /orders HTTP/1.1", "");
    assert!(problem.contains("http://shop.example/problems/unauthenticated"), "{problem}");
    let reset = raw(&shop, "POST /auth/password-reset HTTP/1.1", r#"{"email":"ada@example.com"}"#);
    assert!(reset.starts_with("HTTP/1.1 202"), "{reset}");
    for answer in [&registered, &page, &placed, &problem, &reset, &raw(&shop, "GET / HTTP/1.1", "")] {
        assert!(!answer.contains("evil"), "{answer}");
    }
    // A server believes only tokens whose issuer is its own address.
    shop.client().get("/orders").token(&token).send().expect(200);
    let mail = wait_for("the mail", || crate::mails::mails(&shop, "reset_password", "ada@example.com").pop());
    assert!(!mail.contains("evil"), "{mail}");
}

#[test]
fn no_line_of_the_log_is_forged() {
    // R005, R111
    let shop = Shop::open();
    let ada = shop.customer();
    let forged = "%0D%0A%7B%22level%22:%22ERROR%22,%22message%22:%22forged%22%7D";
    let kid =
        "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IlxyXG57XCJtZXNzYWdlXCI6XCJmb3JnZWRcIn0ifQ.e30.AA";
    let client = shop.client();
    client.get(&format!("/orders?status={forged}")).token(&ada.token).send().faults();
    client.get(&format!("/{forged}")).send().problem(404);
    client.get(&format!("/orders/{forged}")).token(&ada.token).send().problem(404);
    client.get("/orders").token(kid).send().problem(401);
    let name = json!({"name": "\r\n{\"message\":\"forged\"}"});
    let renamed = client.call("PATCH", "/users/me").token(&ada.token).json(&name).send();
    assert!(matches!(renamed.status, 200 | 422), "{}", renamed.text());
    client.get("/products").header("x-request-id", "the-last-call").send().expect(200);

    let log = wait_for("the last line", || {
        let log = shop.server.running.log();
        log.contains("the-last-call").then_some(log)
    });
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_ne!(line["message"], "forged");
    }
}

#[test]
fn a_request_goes_on_with_the_trace_that_it_belongs_to() {
    // R111
    let shop = Shop::open();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    shop.client().get("/products").header("traceparent", &parent).send().expect(200);
    wait_for("the line", || shop.server.running.log().contains(trace).then_some(()));
}

#[test]
fn the_metrics_are_not_for_the_public() {
    // R116
    let shop = Shop::open();
    assert_eq!(shop.client().get("/metrics").send().problem(404), "not-found");
}

#[test]
fn while_many_log_in_the_server_answers_those_who_ask_whether_it_lives() {
    // R018
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("BCRYPT_COST", "10")]);
    let ada = shop.customer();
    let times = std::sync::Mutex::new(Vec::new());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (client, email) = (shop.client(), &ada.email);
        let log_ins: Vec<_> = (0..40)
            .map(|_| {
                scope.spawn(move || {
                    let body = json!({"email": email, "password": PASSWORD});
                    client.post("/auth/login", &body).send()
                })
            })
            .collect();
        while log_ins.iter().any(|log_in| !log_in.is_finished()) {
            let asked = std::time::Instant::now();
            assert_eq!(Client::new(&shop.server.url).get("/healthz").send().status, 200);
            times.lock().unwrap().push(asked.elapsed());
        }
        log_ins.into_iter().map(|log_in| log_in.join().unwrap().status).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 200 | 503)), "{statuses:?}");
    assert!(statuses.contains(&200));
    let mut times = times.into_inner().unwrap();
    times.sort();
    let (median, count) = (times[times.len() / 2], times.len());
    // The 99th part of a hundred is for a quiet machine to show; a server that hashes where it answers has no such median.
    assert!(median < std::time::Duration::from_millis(250), "{median:?} of {count}");
    log_in(shop.client(), &ada.email, PASSWORD);
}
