//! Stopping in good order, and starting where the database is not there yet.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use embedded_postgres::Cluster;

use crate::{
    program::{Running, free_port, open_directory, stoa, succeed, wait_for},
    shop::{Shop, lines},
    wire::Client,
};

#[test]
fn a_stop_finishes_what_was_begun_and_ends_with_success() {
    let mut shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("DRAIN_DELAY", "1s")]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    // Idle connections hold nothing up.
    let address = shop.server.url.strip_prefix("http://").unwrap().to_owned();
    let mut idle = TcpStream::connect(&address).unwrap();

    shop.server.running.signal("TERM");

    let ready = wait_for("draining", || {
        let answer = shop.client().get("/readyz").send();
        (answer.status == 503).then_some(answer)
    });
    assert_eq!(ready.text(), "draining");
    let placed = shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send();
    placed.expect(201);
    assert_eq!(placed.header("connection"), "close");
    let started = Instant::now();
    let status = shop.server.running.wait();
    assert_eq!(status.code(), Some(0), "{}", shop.server.running.log());
    assert!(started.elapsed() < Duration::from_secs(15));
    let mut nothing = Vec::new();
    assert!(idle.read_to_end(&mut nothing).is_err() || nothing.is_empty());
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    shop.check();
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    let mut shop = Shop::open_with(&[
        ("RATE_LIMIT", "off"),
        ("DB_LOCK_TIMEOUT", "10s"),
        ("REQUEST_DEADLINE", "20s"),
        ("DB_STATEMENT_TIMEOUT", "15s"),
    ]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    std::thread::scope(|scope| {
        let holding = scope.spawn(|| {
            shop.execute("BEGIN; SELECT FROM stock_levels FOR UPDATE; SELECT pg_sleep(2); COMMIT;");
        });
        std::thread::sleep(Duration::from_millis(500));
        let order =
            scope.spawn(|| shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send());
        std::thread::sleep(Duration::from_millis(300));
        shop.server.running.signal("TERM");
        order.join().unwrap().expect(201);
        holding.join().unwrap();
    });
    assert_eq!(shop.server.running.wait().code(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut shop = Shop::open_with(&[("DRAIN_DELAY", "60s")]);
    shop.server.running.signal("INT");
    wait_for("draining", || (shop.client().get("/readyz").send().status == 503).then_some(()));

    shop.server.running.signal("INT");

    let started = Instant::now();
    shop.server.running.wait();
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_server_waits_for_its_database_and_says_so() {
    let directory = open_directory();
    let place = directory.path().join("database");
    let url = {
        let cluster = Cluster::start(&place).unwrap();
        cluster.url("postgres")
    };
    let bind = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("JWT_KEYS_DIR", "keys"),
        ("PASSWORD_PEPPER_FILE", "pepper"),
        ("BIND", &bind),
    ];
    succeed(stoa(directory.path()).envs(settings).args(["keys", "init"]));
    let mut command = stoa(directory.path());
    command.envs(settings);
    let running = Running::start(command, directory.path(), "server");
    let client = Client::new(&format!("http://{bind}"));

    wait_for("life", || {
        client.get("/healthz").try_send().is_ok_and(|answer| answer.status == 200).then_some(())
    });
    let ready = client.get("/readyz").send();
    assert_eq!((ready.status, ready.text()), (503, "database"));
    assert_eq!(client.get("/products").send().problem(503), "database-unavailable");
    wait_for("a word", || running.log().contains("waiting").then_some(()));
    let cluster = Cluster::start(&place).unwrap();
    wait_for("the database", || (client.get("/readyz").send().status == 200).then_some(()));
    client.get("/products").send().expect(200);

    drop(cluster);
    let answer = client.get("/products").send();
    assert_eq!(answer.problem(503), "database-unavailable");
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(client.get("/healthz").send().status, 200);
    let _cluster = Cluster::start(&place).unwrap();
    wait_for("the database's return", || (client.get("/products").send().status == 200).then_some(()));
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let shop = Shop::open();
    let mut socket = TcpStream::connect(shop.server.url.strip_prefix("http://").unwrap()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").unwrap();

    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();

    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}
