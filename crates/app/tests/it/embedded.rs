//! The shop on a database of its own: from an empty directory, through kills, to a clean end.

use std::{path::Path, time::Duration};

use serde_json::json;

use crate::{
    program::{Running, fail, free_port, open_directory, stoa, succeed, wait_for},
    shop::{PASSWORD, lines, log_in},
    wire::Client,
};

/// A server without any setting but its address.
fn serve(directory: &Path, name: &str) -> (Running, Client) {
    let bind = format!("127.0.0.1:{}", free_port());
    let mut command = stoa(directory);
    // The issuer of the tokens stays the same, though the port does not.
    command.env("BIND", &bind).env("PUBLIC_URL", "http://shop.example");
    let mut running = Running::start(command, directory, name);
    let client = Client::new(&format!("http://{bind}"));
    wait_for("the shop", || {
        assert!(running.ended().is_none(), "{}", running.log());
        client.get("/readyz").try_send().is_ok_and(|answer| answer.status == 200).then_some(())
    });
    (running, client)
}

/// The processes that work in a directory or name it.
fn processes_of(directory: &Path) -> Vec<String> {
    let wanted = directory.display().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok());
    processes
        .filter(|entry| entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let place = std::fs::read_link(entry.path().join("cwd")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&wanted) || place.starts_with(directory)
        })
        .map(|entry| entry.path().display().to_string())
        .collect()
}

#[test]
fn a_shop_starts_from_nothing_sells_survives_kills_and_leaves_nothing_running() {
    let directory = open_directory();
    let here = directory.path();

    let (mut running, client) = serve(here, "first");
    wait_for("the welcome", || running.printed().contains("Ctrl-C").then_some(()));
    for word in ["/docs", "admin create --email", "seed --products"] {
        assert!(running.printed().contains(word), "{word}: {}", running.printed());
    }
    let mut create = stoa(here);
    create.args(["admin", "create", "--email", "root@example.com", "--password-stdin"]);
    let (status, words) = fail(&mut create);
    assert_eq!((status, words.starts_with("stoa: ")), (Some(1), true), "standard input was empty: {words}");
    let printed = succeed(stoa(here).args(["admin", "create", "--email", "root@example.com"]));
    let password = printed.lines().find_map(|line| line.strip_prefix("password, shown only now: ")).unwrap();
    let admin = log_in(&client, "root@example.com", password);
    let mug = json!({"title": "Mug", "status": "active", "variants": [
        {"sku": "MUG", "price": {"amount": "12.50", "currency": "EUR"}, "stock": 5}]});
    client.post("/products", &mug).token(&admin.token).send().expect(201);
    let ada = json!({"email": "ada@example.com", "password": PASSWORD});
    client.post("/auth/register", &ada).send().expect(201);
    let ada = log_in(&client, "ada@example.com", PASSWORD);
    let order = client.post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).send().expect(201);
    let seeded = succeed(stoa(here).args(["seed", "--products", "20"]));
    assert!(!seeded.is_empty());
    client.get("/products").send().expect(200);

    let (_, words) = fail(stoa(here).env("BIND", format!("127.0.0.1:{}", free_port())).arg("serve"));
    assert!(words.contains("another process") && words.contains(&running.pid().to_string()), "{words}");

    running.kill();
    let (mut running, client) = serve(here, "second");
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    let admin = log_in(&client, "root@example.com", password);
    assert_eq!(client.get(&path).token(&admin.token).send().expect(200), order, "nothing is lost");
    client.get("/orders").token(&ada.token).send().expect(200);

    running.signal("INT");
    assert_eq!(running.wait().code(), Some(0), "{}", running.log());
    wait_for("the end of every process", || processes_of(here).is_empty().then_some(()));
    assert_eq!(succeed(stoa(here).arg("migrate")).trim(), "the database is up to date");
    wait_for("the end of every process", || processes_of(here).is_empty().then_some(()));
}

#[test]
fn without_postgresql_it_says_how_to_get_it() {
    let directory = open_directory();
    let (status, words) = fail(stoa(directory.path()).env("PG_BINDIR", directory.path()));
    assert_eq!(status, Some(1));
    for word in ["apt-get install postgresql", "DATABASE_URL"] {
        assert!(words.contains(word), "{words}");
    }
    assert_eq!(words.lines().count(), 1, "one sentence: {words}");
}

#[test]
fn a_server_whose_database_is_killed_ends_with_a_sentence() {
    let directory = open_directory();
    let (mut running, client) = serve(directory.path(), "server");
    client.get("/products").send().expect(200);
    let pid_file = directory.path().join(".data/postgres/data/postmaster.pid");
    let postmaster = std::fs::read_to_string(pid_file).unwrap().lines().next().unwrap().to_owned();

    succeed(std::process::Command::new("kill").args(["-s", "KILL", &postmaster]));

    assert_eq!(running.wait().code(), Some(1));
    assert!(running.log().contains("the embedded database has ended"), "{}", running.log());
    std::thread::sleep(Duration::from_millis(100));
    let (_running, client) = serve(directory.path(), "again");
    client.get("/products").send().expect(200);
}
