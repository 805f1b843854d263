//! The audit log, over the wire.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Person, Shop, log_in};

/// The lines that this query finds, as `type actor subject`.
fn lines(shop: &Shop, admin: &Person, query: &str) -> Vec<Value> {
    let answer = shop.client().get(&format!("/audit-log{query}")).token(&admin.token).send().expect(200);
    answer["data"].as_array().unwrap().clone()
}

#[test]
fn log_ins_failures_and_denials_are_told_with_actor_address_and_request() {
    // R115
    let shop = Shop::open();
    let admin = shop.admin();
    let ada = shop.customer();
    let call =
        |path: &str, body: &Value, id: &str| shop.client().post(path, body).header("x-request-id", id).send();
    log_in(shop.client(), &ada.email, PASSWORD);
    call("/auth/login", &json!({"email": ada.email, "password": "wrong horse battery"}), "wrong").expect(401);
    call("/auth/login", &json!({"email": "eve@example.com", "password": PASSWORD}), "unknown").expect(401);
    let denied = shop.client().get("/audit-log").token(&ada.token).header("x-request-id", "denied").send();
    assert_eq!(denied.problem(403), "forbidden");

    let told = |kind: &str| lines(&shop, &admin, &format!("?type={kind}"));

    let refused = told("password.refused");
    assert_eq!(refused.len(), 2);
    assert_eq!((&refused[0]["actor"], &refused[0]["subject"]), (&json!("guest"), &Value::Null));
    assert_eq!((&refused[1]["actor"], &refused[1]["subject"]), (&json!("guest"), &json!(ada.id)));
    assert_eq!((&refused[0]["request_id"], &refused[1]["request_id"]), (&json!("unknown"), &json!("wrong")));
    assert_eq!(refused[1]["detail"], json!({"reason": "wrong_password"}));
    assert_eq!((&refused[1]["ip"], refused[1]["at"].is_string()), (&json!("127.0.0.1"), true));
    let denied = told("access.denied");
    assert_eq!((denied.len(), &denied[0]["subject"]), (1, &json!(ada.id)));
    assert_eq!(denied[0]["actor"], format!("user:{}", ada.id));
    assert_eq!(
        (&denied[0]["request_id"], &denied[0]["detail"]),
        (&json!("denied"), &json!({"permission": "audit:read"}))
    );
    let registered = told("account.registered");
    let actors: Vec<_> = registered.iter().map(|line| line["actor"].as_str().unwrap()).collect();
    assert_eq!(actors, [format!("user:{}", ada.id).as_str(), "system"], "by command line, the shop itself");
    let of_ada = lines(&shop, &admin, &format!("?actor={}&type=session.opened", ada.id));
    assert_eq!(of_ada.len(), 1, "a registration is a log-in of its own kind");
    assert_eq!(of_ada, lines(&shop, &admin, &format!("?actor=user:{}&type=session.opened", ada.id)));
    shop.check();
}

#[test]
fn nothing_in_the_log_tells_a_password_a_token_or_an_address() {
    // R112
    let shop = Shop::open();
    let admin = shop.admin();
    let ada = shop.customer();
    let body = json!({"email": ada.email, "password": "wrong horse battery"});
    shop.client().post("/auth/login", &body).send().expect(401);
    let all = Value::from(lines(&shop, &admin, "?limit=100")).to_string();
    for secret in [&ada.email, "wrong horse", PASSWORD, &ada.token, &admin.email] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn the_log_comes_in_pages_and_names_what_it_can_not_filter_by() {
    let shop = Shop::open();
    let admin = shop.admin();
    let get = |query: &str| shop.client().get(&format!("/audit-log{query}")).token(&admin.token).send();
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = get(&query).expect(200);
        seen.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, lines(&shop, &admin, "?limit=100"));
    for (query, fault) in
        [("?actor=nobody", "actor"), ("?subject=x", "subject"), ("?limit=0", "limit"), ("?sort=at", "sort")]
    {
        assert!(get(query).faults()[0].starts_with(fault), "{query}");
    }
}
