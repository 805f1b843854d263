//! Going on with sessions, and ending them: on one server and across two.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    shop::{PASSWORD, Shop, at_once, count},
    wire::{Answer, Client},
};

/// Both tokens of a session.
#[derive(Clone)]
struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    fn of(answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { access: text(&answer["access_token"]), refresh: text(&answer["refresh_token"]) }
    }
}

fn registered(shop: &Shop, email: &str) -> Pair {
    let body = json!({"email": email, "password": PASSWORD});
    Pair::of(&shop.client().post("/auth/register", &body).send().expect(201))
}

fn logged_in(client: &Client, email: &str) -> Pair {
    let body = json!({"email": email, "password": PASSWORD});
    Pair::of(&client.post("/auth/login", &body).send().expect(200))
}

fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/auth/refresh", &json!({"refresh_token": token})).send()
}

fn log_out(client: &Client, token: &str) -> Answer {
    client.post("/auth/logout", &json!({"refresh_token": token})).send()
}

/// Whether the access token opens what needs one.
fn works(client: &Client, pair: &Pair) -> bool {
    let answer = client.get("/orders").token(&pair.access).send();
    match answer.status {
        200 => true,
        _ => {
            assert_eq!(answer.problem(401), "unauthenticated");
            assert!(answer.header("www-authenticate").contains("invalid_token"));
            false
        }
    }
}

/// Within a second of `since`, the access token must work no more.
fn assert_dies(client: &Client, pair: &Pair, since: Instant) {
    while works(client, pair) {
        assert!(since.elapsed() < Duration::from_secs(1), "an access token outlived its session");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_refresh_gives_a_new_pair_that_goes_on() {
    // R007
    let shop = Shop::open();
    let first = registered(&shop, "ada@example.com");

    let answer = refresh(shop.client(), &first.refresh);

    let body = answer.expect(200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let second = Pair::of(&body);
    assert_ne!(second.refresh, first.refresh);
    assert!(works(shop.client(), &second) && works(shop.client(), &first));
    refresh(shop.client(), &second.refresh).expect(200);
    shop.check();
}

#[test]
fn of_many_who_refresh_with_one_token_on_two_servers_exactly_one_wins() {
    // R007
    let shop = Shop::open();
    let other = shop.another_server();
    for _ in 0..3 {
        let pair = registered(&shop, &format!("ada{}@example.com", crate::shop::number()));

        let answers = at_once(20, |number| {
            let client = if number % 2 == 0 { shop.client() } else { &other.client };
            refresh(client, &pair.refresh)
        });

        assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 19));
        for refused in answers.iter().filter(|answer| answer.status == 409) {
            assert_eq!(refused.problem(409), "refresh-superseded");
        }
        let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
        refresh(shop.client(), &Pair::of(&winner.json()).refresh).expect(200);
    }
    let live = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL AND revoked_at IS NULL";
    assert_eq!(shop.query::<i64>(live), [3]);
    shop.check();
}

#[test]
fn a_used_token_within_the_grace_changes_nothing() {
    // R008
    let shop = Shop::open();
    let first = registered(&shop, "ada@example.com");
    let second = Pair::of(&refresh(shop.client(), &first.refresh).expect(200));

    assert_eq!(refresh(shop.client(), &first.refresh).problem(409), "refresh-superseded");

    assert!(works(shop.client(), &second));
    refresh(shop.client(), &second.refresh).expect(200);
}

#[test]
fn a_used_token_after_the_grace_ends_its_session_everywhere_and_no_other() {
    // R008
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("REFRESH_GRACE", "0s")]);
    let other = shop.another_server();
    let first = registered(&shop, "ada@example.com");
    let elsewhere = logged_in(shop.client(), "ada@example.com");
    let second = Pair::of(&refresh(shop.client(), &first.refresh).expect(200));
    assert!(works(&other.client, &second));
    sleep(Duration::from_millis(20));

    let alarm = refresh(shop.client(), &first.refresh);

    let since = Instant::now();
    assert_eq!(alarm.problem(401), "refresh-token-reused");
    assert!(alarm.header("www-authenticate").starts_with("Bearer"));
    assert!(!works(shop.client(), &second) && !works(shop.client(), &first), "at once on this server");
    assert_dies(&other.client, &second, since);
    assert_eq!(refresh(&other.client, &second.refresh).problem(401), "unauthenticated");
    assert_eq!(refresh(shop.client(), &first.refresh).problem(401), "refresh-token-reused");
    assert!(works(shop.client(), &elsewhere), "another session lives");
    refresh(shop.client(), &elsewhere.refresh).expect(200);
    let reasons = "SELECT revoke_reason FROM sessions WHERE revoked_at IS NOT NULL";
    assert_eq!(shop.query::<String>(reasons), ["token_reused"]);
    let lines = "SELECT detail ->> 'reason' FROM audit_log WHERE type = 'session.ended'";
    assert_eq!(shop.query::<String>(lines), ["token_reused"], "one alarm, one line");
    shop.check();
}

#[test]
fn a_refresh_token_that_waited_too_long_is_dead() {
    // R009
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("REFRESH_TOKEN_TTL", "1s")]);
    let pair = registered(&shop, "ada@example.com");
    sleep(Duration::from_millis(1100));
    assert_eq!(refresh(shop.client(), &pair.refresh).problem(401), "unauthenticated");
}

#[test]
fn a_session_ends_however_often_it_is_refreshed() {
    // R009
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("SESSION_MAX_AGE", "2s")]);
    let started = Instant::now();
    let mut pair = registered(&shop, "ada@example.com");
    loop {
        let answer = refresh(shop.client(), &pair.refresh);
        if answer.status != 200 {
            assert_eq!(answer.problem(401), "unauthenticated");
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(4), "just refreshed, and too old");
        pair = Pair::of(&answer.json());
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_token_that_nobody_was_given_is_401() {
    let shop = Shop::open();
    for junk in ["", "x", "q83vEjRWeJCrze8SNFZ4kKvN"] {
        assert_eq!(refresh(shop.client(), junk).problem(401), "unauthenticated");
        assert_eq!(log_out(shop.client(), junk).status, 204);
    }
    let pair = registered(&shop, "ada@example.com");
    assert_eq!(refresh(shop.client(), &pair.access).problem(401), "unauthenticated", "an access token");
    assert_eq!(shop.client().get("/orders").token(&pair.refresh).send().problem(401), "unauthenticated");
}

#[test]
fn who_logs_out_is_logged_out_on_every_server() {
    // R010
    let shop = Shop::open();
    let other = shop.another_server();
    let pair = registered(&shop, "ada@example.com");
    let elsewhere = logged_in(shop.client(), "ada@example.com");
    assert!(works(&other.client, &pair));

    let answer = log_out(shop.client(), &pair.refresh);

    let since = Instant::now();
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(!works(shop.client(), &pair), "at once on this server");
    assert_dies(&other.client, &pair, since);
    assert_eq!(refresh(&other.client, &pair.refresh).problem(401), "unauthenticated");
    assert!(works(&other.client, &elsewhere) && works(shop.client(), &elsewhere));
    assert_eq!(log_out(shop.client(), &pair.refresh).status, 204, "a dead token is no fault");
    shop.check();
}

#[test]
fn a_server_that_starts_later_knows_which_sessions_were_ended() {
    let shop = Shop::open();
    let pair = registered(&shop, "ada@example.com");
    assert_eq!(log_out(shop.client(), &pair.refresh).status, 204);
    assert!(!works(&shop.another_server().client, &pair));
}

#[test]
fn what_is_missed_while_the_connection_is_broken_is_heard_afterwards() {
    let shop = Shop::open();
    let other = shop.another_server();
    let pair = registered(&shop, "ada@example.com");
    assert!(works(&other.client, &pair));
    // Every connection of both servers dies, again and again, while the session ends.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    shop.execute(cut);
    shop.execute("UPDATE sessions SET revoked_at = now(), revoke_reason = 'revoked'");
    shop.execute(cut);
    let since = Instant::now();
    assert_dies(&other.client, &pair, since);
    assert_dies(shop.client(), &pair, since);
}

#[test]
fn people_see_and_end_their_own_sessions_and_nobody_elses() {
    let shop = Shop::open();
    let other = shop.another_server();
    let first = registered(&shop, "ada@example.com");
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let telephone = shop.client().post("/auth/login", &body).header("user-agent", "Telephone/3").send();
    let telephone = Pair::of(&telephone.expect(200));
    let eve = registered(&shop, "eve@example.com");
    let list = |pair: &Pair, query: &str| {
        shop.client().get(&format!("/auth/sessions{query}")).token(&pair.access).send()
    };
    let end = |pair: &Pair, id: &str| {
        shop.client().call("DELETE", &format!("/auth/sessions/{id}")).token(&pair.access).send()
    };

    let mine = list(&first, "").expect(200);

    let sessions = mine["data"].as_array().unwrap();
    assert_eq!((sessions.len(), &mine["next_cursor"]), (2, &Value::Null));
    assert_eq!(
        (&sessions[0]["user_agent"], &sessions[0]["ip"]),
        (&json!("Telephone/3"), &json!("127.0.0.1"))
    );
    assert_eq!((&sessions[0]["current"], &sessions[1]["current"]), (&json!(false), &json!(true)));
    let page = list(&first, "?limit=1").expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = list(&first, &format!("?limit=1&cursor={cursor}")).expect(200);
    assert_eq!((&page["data"][0], &next["data"][0]), (&sessions[0], &sessions[1]));
    assert_eq!(
        list(&eve, &format!("?cursor={cursor}")).faults(),
        ["cursor cursor"],
        "another caller's cursor"
    );

    let id = sessions[0]["id"].as_str().unwrap();
    assert_eq!(end(&eve, id).problem(404), "not-found", "somebody else's");
    assert_eq!(end(&first, "00000000-0000-7000-8000-000000000000").problem(404), "not-found");
    assert_eq!(end(&first, "x").problem(404), "not-found");
    assert!(works(shop.client(), &telephone));
    assert_eq!(end(&first, id).status, 204);
    let since = Instant::now();
    assert!(!works(shop.client(), &telephone), "at once on this server");
    assert_dies(&other.client, &telephone, since);
    assert_eq!(refresh(shop.client(), &telephone.refresh).problem(401), "unauthenticated");
    assert_eq!(end(&first, id).problem(404), "not-found", "a second time");
    assert_eq!(list(&first, "").expect(200)["data"].as_array().unwrap().len(), 1);
    assert!(works(shop.client(), &first) && works(&other.client, &eve));
    shop.check();
}
