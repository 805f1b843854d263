//! How many calls one client may make.

use serde_json::json;

use crate::{
    program::wait_for,
    shop::{PASSWORD, Shop, at_once, count, lines, log_in},
    wire::Answer,
};

/// A number in a structured header: `r` of `"address";r=3;t=60`.
fn figure(header: &str, name: &str) -> u64 {
    let (_, rest) = header.split_once(&format!(";{name}=")).unwrap_or_else(|| panic!("{header}"));
    rest.split(';').next().unwrap().parse().unwrap()
}

fn is_refused(answer: &Answer, policy: &str) {
    assert_eq!(answer.problem(429), "rate-limited");
    assert_eq!(answer.header("ratelimit-policy"), policy);
    let (limit, wait) = (answer.header("ratelimit"), answer.header("retry-after").parse::<u64>().unwrap());
    assert_eq!(figure(limit, "r"), 0);
    assert!(figure(limit, "t") <= wait && (1..=61).contains(&wait), "{limit} {wait}");
}

#[test]
fn of_many_calls_at_once_no_more_pass_than_the_quota_and_later_there_is_room_again() {
    // R099
    let shop = Shop::open_with(&[("RATE_LIMIT", "caller=25,address=15")]);
    let ada = shop.customer();
    let bob = shop.customer();

    let anonymous = at_once(40, |_| shop.client().get("/products").send());
    let own = at_once(40, |_| shop.client().get("/orders").token(&ada.token).send());

    // Two registrations came from the address.
    assert_eq!((count(&anonymous, 200), count(&anonymous, 429)), (13, 27));
    assert_eq!((count(&own, 200), count(&own, 429)), (25, 15));
    for answer in &anonymous {
        let passed = answer.status == 200;
        assert!(passed || answer.status == 429);
        assert_eq!(answer.header("ratelimit-policy"), "\"address\";q=15;w=60");
        assert!(answer.header("ratelimit").starts_with("\"address\";r="));
        if !passed {
            is_refused(answer, "\"address\";q=15;w=60");
        }
    }
    own.iter()
        .filter(|answer| answer.status == 429)
        .for_each(|answer| is_refused(answer, "\"caller\";q=25;w=60"));
    let mut left: Vec<u64> = own
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| figure(answer.header("ratelimit"), "r"))
        .collect();
    left.sort_unstable();
    assert_eq!(left, (0..25).collect::<Vec<_>>(), "each call took one");

    shop.client().get("/orders").token(&bob.token).send().expect(200);
    for exempt in ["/healthz", "/readyz", "/docs", "/openapi.json"] {
        let answer = shop.client().get(exempt).send();
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""), "{exempt}");
    }

    let refused = shop.client().get("/products").send();
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(wait.saturating_sub(4)));
    let mut early = 0;
    let passed = wait_for("room", || {
        let answer = shop.client().get("/products").send();
        early += 1;
        (answer.status == 200).then_some(answer)
    });
    assert!(early > 1, "not before it was said");
    assert_eq!(figure(passed.header("ratelimit"), "r") + 1, 15);
}

#[test]
fn a_token_that_is_not_believed_counts_for_the_address_and_so_does_a_made_up_address() {
    // R028, R099
    let shop = Shop::open_with(&[("RATE_LIMIT", "address=5")]);
    for n in 0..5 {
        let call = shop.client().get("/orders").header("x-forwarded-for", &format!("192.0.2.{n}"));
        let answer = call.token(&format!("junk-{n}")).send();
        assert_eq!(answer.problem(401), "unauthenticated");
        assert_eq!(answer.header("ratelimit-policy"), "\"address\";q=5;w=60");
    }
    let call = shop.client().get("/products").header("x-forwarded-for", "192.0.2.99");
    is_refused(&call.header("forwarded", "for=192.0.2.99").send(), "\"address\";q=5;w=60");
}

#[test]
fn behind_a_trusted_proxy_each_client_has_a_quota_and_an_ipv6_client_is_its_64() {
    let shop = Shop::open_with(&[("RATE_LIMIT", "address=2"), ("TRUSTED_PROXIES", "127.0.0.0/8")]);
    let from =
        |address: &str| shop.client().get("/products").header("x-forwarded-for", address).send().status;
    assert_eq!([from("192.0.2.1"), from("192.0.2.1"), from("192.0.2.1")], [200, 200, 429]);
    assert_eq!(from("192.0.2.2"), 200);
    assert_eq!([from("2001:db8::1"), from("2001:db8::2"), from("2001:db8::3")], [200, 200, 429]);
    assert_eq!(from("2001:db8:0:1::1"), 200);
}

#[test]
fn a_refused_call_has_no_effect_and_does_not_use_its_key_up() {
    let shop = Shop::open_with(&[("RATE_LIMIT", "caller=3")]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let ada = log_in(shop.client(), &ada.email, PASSWORD);
    for _ in 0..3 {
        shop.client().get("/orders").token(&ada.token).send().expect(200);
    }
    let order = || shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).key("key-1").send();
    is_refused(&order(), "\"caller\";q=3;w=60");
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [0]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM idempotency_keys"), [0]);
}

#[test]
fn without_bounds_no_header_speaks_of_them() {
    let shop = Shop::open();
    let answer = shop.client().get("/products").send();
    assert_eq!(answer.expect(200)["data"], json!([]));
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), ("", ""));
}
