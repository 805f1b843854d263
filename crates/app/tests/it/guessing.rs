//! Whoever guesses passwords or addresses is stopped, on every server, and nobody else is.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    shop::{PASSWORD, Shop, at_once, count},
    wire::{Answer, Call, Client},
};

/// A shop that counts, and believes what the tests say about where they are.
fn counting() -> Shop {
    Shop::open_with(&[("TRUSTED_PROXIES", "127.0.0.1")])
}

fn log_in(client: &Client, email: &str, password: &str, from: &str) -> Call {
    client.post("/auth/login", &json!({"email": email, "password": password})).header("x-forwarded-for", from)
}

fn register(client: &Client, email: &str, from: &str) -> Call {
    client
        .post("/auth/register", &json!({"email": email, "password": PASSWORD}))
        .header("x-forwarded-for", from)
}

fn is_refused(answer: &Answer, at_most: u64) {
    assert_eq!(answer.problem(429), "rate-limited");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=at_most).contains(&wait), "{wait}");
}

#[test]
fn of_many_guesses_at_once_on_two_servers_ten_are_judged_and_then_the_right_password_waits() {
    // R019
    let shop = counting();
    let other = shop.another_server();
    let ada = shop.customer();

    let answers = at_once(30, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        log_in(client, &ada.email, "wrong horse battery", "192.0.2.7").send()
    });

    assert_eq!((count(&answers, 401), count(&answers, 429)), (10, 20));
    for client in [shop.client(), &other.client] {
        is_refused(&log_in(client, &ada.email, PASSWORD, "192.0.2.7").send(), 15 * 60);
        log_in(client, &ada.email, PASSWORD, "192.0.2.8").send().expect(200);
    }
    let bob = shop.customer();
    log_in(shop.client(), &bob.email, PASSWORD, "192.0.2.7").send().expect(200);
    let stored: Vec<String> = shop.query("SELECT attempts::text FROM attempts");
    assert!(stored.iter().all(|row| !row.contains("example") && !row.contains("192.0.2")), "{stored:?}");
}

#[test]
fn an_account_that_does_not_exist_is_bounded_alike() {
    // R016, R019
    let shop = counting();
    let ada = shop.customer();
    let answers = |email: &str, from: &str| -> Vec<Answer> {
        (0..12).map(|_| log_in(shop.client(), email, "wrong horse battery", from).send()).collect()
    };

    let (known, unknown) = (answers(&ada.email, "192.0.2.7"), answers("nobody@example.com", "192.0.2.8"));

    let shown = |answer: &Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| {
            !["x-request-id", "date", "ratelimit", "retry-after"].contains(&name.as_str())
        });
        (answer.status, headers, body)
    };
    for (known, unknown) in known.iter().zip(&unknown) {
        assert_eq!(shown(known), shown(unknown));
    }
    assert_eq!((count(&known, 401), count(&known, 429)), (10, 2));
}

#[test]
fn a_wrong_password_takes_about_as_long_for_an_unknown_account() {
    // R016
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("BCRYPT_COST", "10")]);
    let ada = shop.customer();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..9 {
        for (email, times) in [ada.email.as_str(), "nobody@example.com"].into_iter().zip(&mut times) {
            let started = Instant::now();
            let answer = log_in(shop.client(), email, "wrong horse battery", "").send();
            times.push(started.elapsed());
            assert_eq!(answer.status, 401);
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    // Without the comparison, an answer takes a millisecond or two. How close the two are is for a quiet machine to show.
    assert!(unknown > Duration::from_millis(20) && unknown * 4 > known, "{known:?} {unknown:?}");
}

#[test]
fn an_account_has_a_hundred_failures_a_day_from_wherever() {
    // R019
    let shop = counting();
    let ada = shop.customer();
    let guess = |n: usize, password: &str| {
        log_in(shop.client(), &ada.email, password, &format!("192.0.2.{n}")).send()
    };
    for n in 0..100 {
        assert_eq!(guess(n, "wrong horse battery").status, 401, "{n}");
    }
    is_refused(&guess(200, PASSWORD), 24 * 60 * 60);
    let bob = shop.customer();
    log_in(shop.client(), &bob.email, PASSWORD, "192.0.2.200").send().expect(200);
}

#[test]
fn an_address_has_a_hundred_failures_an_hour_at_whatever_account() {
    // R019
    let shop = counting();
    let ada = shop.customer();
    let from = |n: usize| format!("2001:db8::{n:x}");
    for n in 0..100 {
        let answer = log_in(shop.client(), &format!("user{n}@example.com"), "wrong", &from(n)).send();
        assert_eq!(answer.status, 401, "{n}");
    }
    is_refused(&log_in(shop.client(), &ada.email, PASSWORD, &from(999)).send(), 60 * 60);
    log_in(shop.client(), &ada.email, PASSWORD, "2001:db8:0:1::1").send().expect(200);
}

#[test]
fn an_address_has_twenty_registrations_an_hour() {
    // R019
    let shop = counting();
    let other = shop.another_server();
    let answers = at_once(26, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        register(client, &format!("new{number}@example.com"), "192.0.2.7").send()
    });
    assert_eq!((count(&answers, 201), count(&answers, 429)), (20, 6));
    is_refused(&register(shop.client(), "one.more@example.com", "192.0.2.7").send(), 60 * 60);
    register(shop.client(), "elsewhere@example.com", "192.0.2.8").send().expect(201);
}

#[test]
fn what_a_client_says_about_its_own_address_changes_nothing() {
    // R028
    let shop = Shop::open_with(&[]);
    let ada = shop.customer();
    for n in 0..10 {
        let from = format!("192.0.2.{n}");
        let call = log_in(shop.client(), &ada.email, "wrong horse battery", &from);
        assert_eq!(call.header("forwarded", &format!("for={from}")).send().status, 401);
    }
    is_refused(&log_in(shop.client(), &ada.email, PASSWORD, "192.0.2.99").send(), 15 * 60);
    let addresses: Vec<String> = shop.query("SELECT DISTINCT host(ip) FROM sessions");
    assert_eq!(addresses, ["127.0.0.1"]);
}

#[test]
fn without_bounds_nobody_is_stopped() {
    let shop = Shop::open();
    let ada = shop.customer();
    for _ in 0..12 {
        assert_eq!(log_in(shop.client(), &ada.email, "wrong horse battery", "").send().status, 401);
    }
    crate::shop::log_in(shop.client(), &ada.email, PASSWORD);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM attempts"), [0]);
}
