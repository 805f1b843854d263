//! Settings and commands: what is right works, what is wrong is named.

use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use crate::{
    program::{fail, open_directory, stoa, succeed},
    shop::{Shop, log_in},
};

#[test]
fn help_lists_every_setting_with_its_variable() {
    let directory = open_directory();
    let help = succeed(stoa(directory.path()).arg("--help"));
    for variable in [
        "DATABASE_URL",
        "DATA_DIR",
        "BIND",
        "PUBLIC_URL",
        "STORE_CURRENCY",
        "JWT_KEYS_DIR",
        "PASSWORD_PEPPER_FILE",
        "BCRYPT_COST",
        "ACCESS_TOKEN_TTL",
        "REFRESH_TOKEN_TTL",
        "SESSION_MAX_AGE",
        "DB_POOL_SIZE",
        "DB_ACQUIRE_TIMEOUT",
        "DB_LOCK_TIMEOUT",
        "DB_STATEMENT_TIMEOUT",
        "REQUEST_DEADLINE",
        "DRAIN_DELAY",
        "METRICS_BIND",
        "MIGRATE_ON_START",
        "MAX_IN_FLIGHT",
        "RATE_LIMIT",
        "TRUSTED_PROXIES",
        "CORS_ORIGINS",
        "ORDER_EXPIRY",
        "IDEMPOTENCY_TTL",
        "LOG_FORMAT",
    ] {
        assert!(help.contains(&format!("[env: {variable}")), "{variable}");
    }
}

#[test]
fn a_setting_that_can_not_be_is_named() {
    // R117
    let directory = open_directory();
    for (variable, value, status) in [
        ("BIND", "nowhere", 2),
        ("DB_POOL_SIZE", "0", 2),
        ("REQUEST_DEADLINE", "5", 2),
        ("STORE_CURRENCY", "EURO", 2),
        ("BCRYPT_COST", "3", 2),
        ("CORS_ORIGINS", "*", 2),
        ("RATE_LIMIT", "maybe", 2),
        ("PUBLIC_URL", "shop.example", 1),
        ("ALLOW_WEAK_BCRYPT", "false", 1),
    ] {
        let (code, words) = fail(stoa(directory.path()).env(variable, value));
        assert_eq!(code, Some(status), "{variable}: {words}");
        let flag = format!("--{}", variable.to_lowercase().replace('_', "-"));
        assert!(words.contains(variable) || words.contains(&flag), "{variable}: {words}");
    }
    assert!(!directory.path().join(".data").exists(), "nothing was begun");
}

#[test]
fn a_database_of_ones_own_needs_keys_of_ones_own() {
    // R117
    let directory = open_directory();
    let settings = [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")];
    let (_, words) = fail(stoa(directory.path()).envs(settings));
    assert!(words.contains("PASSWORD_PEPPER_FILE") || words.contains("JWT_KEYS_DIR"), "{words}");
    let with_keys = |command: &mut Command| {
        command.envs(settings).envs([("JWT_KEYS_DIR", "keys"), ("PASSWORD_PEPPER_FILE", "pepper")]);
    };
    let mut init = stoa(directory.path());
    with_keys(&mut init);
    succeed(init.args(["keys", "init"]));
    for (file, mode) in [("keys", 0o700), ("pepper", 0o600)] {
        let permissions = std::fs::metadata(directory.path().join(file)).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, mode, "{file}");
    }
    std::fs::write(directory.path().join("pepper"), "short").unwrap();
    let mut serve = stoa(directory.path());
    with_keys(&mut serve);
    let (_, words) = fail(&mut serve);
    assert!(words.contains("pepper has 5 bytes and needs at least 32"), "{words}");
}

#[test]
fn settings_may_stand_in_a_file() {
    let directory = open_directory();
    std::fs::write(directory.path().join(".env"), "BIND=nowhere\n").unwrap();
    let (code, words) = fail(stoa(directory.path()).arg("migrate"));
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("nowhere"), "{words}");
}

#[test]
fn an_admin_may_bring_a_password_and_must_be_new() {
    // R117
    let shop = Shop::open();
    let create = |password: &str| {
        let mut command = shop.stoa();
        command.args(["admin", "create", "--email", "root@example.com", "--password-stdin"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };

    let (status, words) = create("short\n");
    assert_eq!((status, words.contains("at least 8 characters")), (Some(1), true), "{words}");
    assert_eq!(create("my very own pass phrase\n").0, Some(0));
    log_in(shop.client(), "root@example.com", "my very own pass phrase");
    let (status, words) = create("my very own pass phrase\n");
    assert_eq!((status, words.contains("exists")), (Some(1), true), "{words}");
    let (status, _) = fail(shop.stoa().args(["admin", "create", "--email", "nobody"]));
    assert_eq!(status, Some(2));
}

#[test]
fn a_health_check_needs_no_other_program() {
    let shop = Shop::open();
    let bind = shop.server.url.strip_prefix("http://").unwrap();
    succeed(shop.stoa().env("BIND", bind).arg("health"));
    let (status, words) = fail(shop.stoa().env("BIND", "127.0.0.1:1").arg("health"));
    assert_eq!((status, words.contains("127.0.0.1:1")), (Some(1), true), "{words}");
}

#[test]
fn a_new_key_signs_after_the_next_start_and_the_old_one_stays_good() {
    let mut shop = Shop::open();
    let ada = shop.customer();
    let printed = succeed(shop.stoa().args(["keys", "rotate"]));
    let kid = printed.trim().strip_prefix("new signing key: ").unwrap().to_owned();

    shop.server = shop.another_server();

    shop.client().get("/orders").token(&ada.token).send().expect(200);
    let keys = shop.client().get("/.well-known/jwks.json").send().expect(200);
    let kids: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
    assert_eq!((kids.len(), kids.contains(&serde_json::json!(kid))), (2, true));
    shop.client().get("/orders").token(&shop.customer().token).send().expect(200);
}

#[test]
fn a_seeded_shop_is_whole_and_may_be_seeded_again() {
    let shop = Shop::open();
    for _ in 0..2 {
        succeed(shop.stoa().args(["seed", "--products", "300", "--users", "10"]));
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM products"), [600]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM users"), [20]);
    let page = shop.client().get("/products?limit=100").send().expect(200);
    assert_eq!(page["data"].as_array().unwrap().len(), 100);
    assert!(page["data"].to_string().contains("\"lowest_price_30d\":{"), "some prices have a past");
    let tree = shop.client().get("/categories").send().expect(200);
    assert!(tree.to_string().len() > 1000);
    shop.check();
}
