//! Staff and users: lists, roles that hold at once, and the last administrator.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once},
    wire::{Answer, Client},
};

fn assign(client: &Client, admin: &Person, id: &str, roles: &Value) -> Answer {
    let path = format!("/users/{id}/roles");
    client.call("PUT", &path).token(&admin.token).json(&json!({ "roles": roles })).send()
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

#[test]
fn support_finds_users_and_sees_no_secret_of_them() {
    let shop = Shop::open();
    let (ada, bob) = (shop.customer(), shop.customer());
    let support = shop.staff("support");
    let get = |path: &str| shop.client().get(path).token(&support.token).send();

    let all = get("/users").expect(200);
    assert_eq!(ids(&all), [&*support.id, &*bob.id, &*ada.id]);
    let one = get(&format!("/users?email={}", ada.email.to_uppercase())).expect(200);
    assert_eq!(ids(&one), [&*ada.id]);
    assert_eq!(ids(&get("/users?role=support").expect(200)), [&*support.id]);
    let first = get("/users?limit=1").expect(200);
    let next = get(&format!("/users?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).expect(200);
    assert_eq!((ids(&first), ids(&next)), (vec![&*support.id], vec![&*bob.id]));

    let answer = get(&format!("/users/{}", ada.id));
    let user = answer.expect(200);
    assert_eq!(user, one["data"][0]);
    let mut fields: Vec<_> = user.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["created_at", "email", "email_verified", "id", "name", "roles", "version"]);
    assert!(answer.header("etag").starts_with("\"1."));

    assert_eq!(get("/users?role=root").faults(), ["role not-allowed"]);
    assert_eq!(get("/users?email=nobody").faults(), ["email email"]);
    assert_eq!(get("/users/018f4d9e-0000-7000-8000-0000000000ff").problem(404), "not-found");
}

#[test]
fn roles_hold_at_once_for_tokens_in_use_on_every_server() {
    // R027
    let shop = Shop::open();
    let other = shop.another_server();
    let (admin, ada) = (shop.admin(), shop.customer());
    let may = |client: &Client| client.get("/users").token(&ada.token).send().status == 200;
    assert!(!may(shop.client()) && !may(&other.client));

    let given = assign(shop.client(), &admin, &ada.id, &json!(["support"])).expect(200);

    assert_eq!((&given["roles"], &given["version"]), (&json!(["customer", "support"]), &json!(2)));
    let wait = |client: &Client, expected: bool| {
        let changed = Instant::now();
        while may(client) != expected {
            assert!(changed.elapsed() < Duration::from_secs(1), "an access token has its old roles");
            sleep(Duration::from_millis(5));
        }
    };
    assert!(may(shop.client()), "at once where they were given");
    wait(&other.client, true);
    assign(&other.client, &admin, &ada.id, &json!([])).expect(200);
    assert!(!may(&other.client), "at once where they were taken");
    wait(shop.client(), false);
    let told: Vec<String> =
        shop.query("SELECT detail::text FROM audit_log WHERE type = 'roles.changed' ORDER BY at");
    let changes: Vec<Value> = told.iter().map(|detail| serde_json::from_str(detail).unwrap()).collect();
    assert_eq!(
        changes,
        [
            json!({"from": ["customer"], "to": ["customer", "support"]}),
            json!({"from": ["customer", "support"], "to": ["customer"]}),
        ]
    );
    shop.check();
}

#[test]
fn of_two_administrators_who_take_each_others_role_one_remains() {
    // R027
    let shop = Shop::open();
    let other = shop.another_server();
    let (one, two) = (shop.admin(), shop.admin());

    let answers = at_once(2, |n| match n {
        0 => assign(shop.client(), &one, &two.id, &json!(["customer"])),
        _ => assign(&other.client, &two, &one.id, &json!(["customer"])),
    });

    let admins: Vec<i64> = shop.query("SELECT count(*) FROM users WHERE roles @> '{admin}'");
    assert_eq!(admins, [1]);
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    // Whoever comes second has no admin's token any more, unless both were let in before.
    assert!(statuses == [200, 409] || statuses == [200, 403], "{statuses:?}");
    let last = if answers[0].status == 200 { &one } else { &two };
    let refused = assign(shop.client(), last, &last.id, &json!(["support"]));
    assert_eq!(refused.problem(409), "last-admin");
    shop.check();
}

#[test]
fn what_is_no_role_or_not_the_version_that_was_meant_changes_nothing() {
    let shop = Shop::open();
    let (admin, ada) = (shop.admin(), shop.customer());
    let path = format!("/users/{}/roles", ada.id);
    let put = |body: &Value, tag: &str| {
        shop.client().call("PUT", &path).token(&admin.token).header("if-match", tag).json(body).send()
    };
    assert_eq!(put(&json!({"roles": ["root"]}), "*").faults(), ["/roles/0 not-allowed"]);
    assert_eq!(put(&json!({"roles": ["support", "support"]}), "*").faults(), ["/roles duplicate-items"]);
    assert_eq!(put(&json!({}), "*").faults(), ["/roles required"]);
    assert_eq!(put(&json!({"roles": ["support"]}), "\"2.x\"").problem(412), "version-mismatch");
    put(&json!({"roles": ["support"]}), "\"1.x\"").expect(200);
    put(&json!({"roles": ["support"]}), "\"2.x\"").expect(200);
    let version: Vec<i32> = shop.query(&format!("SELECT version FROM users WHERE id = '{}'", ada.id));
    assert_eq!(version, [2], "the same roles are no change");
    let events: Vec<i64> = shop.query("SELECT count(*) FROM events WHERE type = 'user.roles_changed'");
    assert_eq!(events, [1]);
    let nobody = assign(shop.client(), &admin, "018f4d9e-0000-7000-8000-0000000000ff", &json!(["support"]));
    assert_eq!(nobody.problem(404), "not-found");
}
