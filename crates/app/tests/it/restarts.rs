//! A database that is killed and started again in the middle of everything, while the server goes on.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use embedded_postgres::Cluster;
use serde_json::{Value, json};

use crate::{
    program::{open_directory, stoa, succeed, wait_for},
    shop::{Server, block_on, lines, log_in},
    wire::{Answer, Client},
};

/// A guest's order under a key of its own.
fn place(client: &Client, key: &str) -> Result<Answer, ureq::Error> {
    let mut body = lines(&[("MUG", 1), ("TEA", 2)]);
    body["email"] = json!("bob@example.com");
    client.post("/orders", &body).key(key).try_send()
}

/// The answer of a call under a key, once it is definite.
fn resolved(client: &Client, key: &str) -> Vec<u8> {
    wait_for("a definite answer", || {
        let answer = place(client, key).ok()?;
        (answer.status == 201).then_some(answer.body)
    })
}

#[test]
fn r105_a_database_that_is_killed_and_comes_back_loses_and_doubles_nothing() {
    let directory = open_directory();
    let home = directory.path().join("database");
    let cluster = Cluster::start(&home).unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let settings: Vec<_> = [
        ("DATABASE_URL", cluster.url("postgres")),
        ("JWT_KEYS_DIR", path("keys")),
        ("PASSWORD_PEPPER_FILE", path("pepper")),
        ("RATE_LIMIT", "off".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let run = |arguments: &[&str]| {
        let mut command = stoa(directory.path());
        command.envs(settings.clone()).args(arguments);
        succeed(&mut command)
    };
    run(&["keys", "init"]);
    let server = Server::start(directory.path(), &settings);
    let printed = run(&["admin", "create", "--email", "admin@example.com"]);
    let password = printed.lines().find_map(|line| line.strip_prefix("password, shown only now: "));
    let admin = log_in(&server.client, "admin@example.com", password.unwrap());
    for sku in ["MUG", "TEA"] {
        let variant = json!({"sku": sku, "price": {"amount": "1", "currency": "EUR"}, "stock": 1_000_000});
        let body = json!({"title": sku, "status": "active", "variants": [variant]});
        server.client.post("/products", &body).token(&admin.token).send().expect(201);
    }

    let fates: Mutex<BTreeMap<String, Option<Vec<u8>>>> = Mutex::default();
    let over = AtomicBool::new(false);
    let cluster = std::thread::scope(|scope| {
        for buyer in 0..8 {
            let (fates, over, client) = (&fates, &over, &server.client);
            scope.spawn(move || {
                for number in 1.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let key = format!("018f4d9e-0000-7000-{buyer:04x}-{number:012x}");
                    let answer = place(client, &key);
                    let fate = match answer {
                        Ok(answer) if answer.status == 201 => Some(answer.body),
                        Ok(answer) => {
                            assert_eq!(answer.status, 503, "{}", answer.text());
                            assert!(!answer.header("retry-after").is_empty());
                            std::thread::sleep(Duration::from_millis(50));
                            None
                        }
                        Err(_) => None,
                    };
                    fates.lock().unwrap().insert(key, fate);
                }
            });
        }
        std::thread::sleep(Duration::from_millis(1500));
        let postmaster = cluster.server_pid().to_string();
        succeed(std::process::Command::new("kill").args(["-s", "KILL", &postmaster]));
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(server.client.get("/healthz").send().status, 200);
        drop(cluster);
        let cluster = Cluster::start(&home).unwrap();
        wait_for("the shop to be ready again", || {
            server.client.get("/readyz").try_send().is_ok_and(|answer| answer.status == 200).then_some(())
        });
        std::thread::sleep(Duration::from_millis(1000));
        over.store(true, Ordering::Relaxed);
        cluster
    });

    let fates = fates.into_inner().unwrap();
    assert!(fates.values().any(Option::is_none), "the fault was felt");
    assert!(fates.values().flatten().count() > 20, "and there was something to lose");
    for (key, fate) in &fates {
        let body = resolved(&server.client, key);
        assert!(fate.as_ref().is_none_or(|known| *known == body), "as acknowledged");
        let order: Value = serde_json::from_slice(&body).unwrap();
        let (id, token) = (order["id"].as_str().unwrap(), order["order_token"].as_str().unwrap());
        let seen = server.client.get(&format!("/orders/{id}")).header("order-token", token).send();
        assert_eq!(seen.expect(200)["number"], order["number"]);
    }
    block_on(async {
        let url = cluster.url("postgres");
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let orders: i64 = client.query_one("SELECT count(*) FROM orders", &[]).await.unwrap().get(0);
        assert_eq!(
            usize::try_from(orders).unwrap(),
            fates.len(),
            "each key has one order, and nobody else has any"
        );
        let broken = client.query(r#"SELECT violations::text FROM "check".violations"#, &[]).await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
    });
}
