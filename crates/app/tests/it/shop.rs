//! A shop for one test: a database of its own, and one or more servers on it.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use test_database::TestDatabase;
use tokio_postgres::Client as Database;

use crate::{
    program::{Running, free_port, open_directory, stoa, succeed, wait_for},
    wire::{Answer, Client},
};

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A shop, and its first server.
pub(crate) struct Shop {
    // In the order in which they have to go.
    pub(crate) server: Server,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) directory: TempDir,
    pub(crate) database: TestDatabase,
}

/// One server of a shop.
pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) client: Client,
    pub(crate) url: String,
}

/// Somebody who is logged in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) token: String,
    pub(crate) email: String,
    pub(crate) id: String,
}

impl Shop {
    /// A shop without bounds on how often somebody may do something.
    pub(crate) fn open() -> Self {
        Self::open_with(&[("RATE_LIMIT", "off")])
    }

    /// A shop with these settings.
    pub(crate) fn open_with(settings: &[(&str, &str)]) -> Self {
        let database = block_on(TestDatabase::create());
        let directory = open_directory();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut settings: Vec<_> = settings.iter().map(owned).collect();
        let path = |name: &str| directory.path().join(name).display().to_string();
        settings.push(("DATABASE_URL".to_owned(), database.url()));
        settings.push(("JWT_KEYS_DIR".to_owned(), path("keys")));
        settings.push(("PASSWORD_PEPPER_FILE".to_owned(), path("pepper")));
        succeed(stoa(directory.path()).envs(settings.clone()).args(["keys", "init"]));
        let server = Server::start(directory.path(), &settings);
        Self { server, settings, directory, database }
    }

    /// The program with this shop's settings.
    pub(crate) fn stoa(&self) -> Command {
        let mut command = stoa(self.directory.path());
        command.envs(self.settings.clone());
        command
    }

    /// One more server on the same database.
    pub(crate) fn another_server(&self) -> Server {
        Server::start(self.directory.path(), &self.settings)
    }

    /// The first server's client.
    pub(crate) fn client(&self) -> &Client {
        &self.server.client
    }

    /// Runs a query past the server.
    pub(crate) fn query<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, query: &str) -> Vec<T> {
        block_on(async {
            let client: Database = self.database.client().await;
            client.query(query, &[]).await.unwrap().into_iter().map(|row| row.get(0)).collect()
        })
    }

    /// Changes something past the server.
    pub(crate) fn execute(&self, statement: &str) {
        block_on(async { self.database.client().await.batch_execute(statement).await.unwrap() });
    }

    /// Every invariant that the database can tell holds.
    pub(crate) fn check(&self) {
        let broken: Vec<String> = self.query(r#"SELECT violations::text FROM "check".violations"#);
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// An administrator.
    pub(crate) fn admin(&self) -> Person {
        let email = format!("admin{}@example.com", number());
        let printed = succeed(self.stoa().args(["admin", "create", "--email", &email]));
        let password = printed.lines().find_map(|line| line.strip_prefix("password, shown only now: "));
        log_in(self.client(), &email, password.unwrap())
    }

    /// A customer.
    pub(crate) fn customer(&self) -> Person {
        let email = format!("customer{}@example.com", number());
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        let answer = self.client().post("/auth/register", &body).send();
        Person::of(&answer.expect(201), &email)
    }

    /// Somebody of the staff.
    pub(crate) fn staff(&self, role: &str) -> Person {
        let person = self.customer();
        self.execute(&format!("UPDATE users SET roles = '{{{role}}}' WHERE id = '{}'", person.id));
        log_in(self.client(), &person.email, PASSWORD)
    }

    /// An active product with one variant, in Euro.
    pub(crate) fn product(&self, admin: &Person, sku: &str, price: &str, stock: u32) -> Value {
        let body = json!({"title": format!("Product {sku}"), "status": "active", "variants": [
            {"sku": sku, "price": {"amount": price, "currency": "EUR"}, "stock": stock}]});
        self.client().post("/products", &body).token(&admin.token).send().expect(201)
    }
}

impl Server {
    pub(crate) fn start(directory: &Path, settings: &[(String, String)]) -> Self {
        // Somebody else may take the port between its choice and its use.
        for _ in 0..5 {
            let bind = format!("127.0.0.1:{}", free_port());
            let url = format!("http://{bind}");
            let mut command = stoa(directory);
            // Two servers of a shop have the same address for the world, and so the same issuer of tokens.
            command.env("PUBLIC_URL", "http://shop.example").envs(settings.to_vec()).env("BIND", &bind);
            let mut running = Running::start(command, directory, &format!("server-{}", number()));
            let client = Client::new(&url);
            let started = wait_for("a server", || {
                if let Some(status) = running.ended() {
                    assert!(running.log().contains("listened on"), "{status}: {}", running.log());
                    return Some(false);
                }
                // Whoever has the port instead may be ready as well.
                let welcomes = running.printed().contains("is ready");
                let ready =
                    welcomes && client.get("/readyz").try_send().is_ok_and(|answer| answer.status == 200);
                ready.then_some(true)
            });
            if started {
                return Self { running, client, url };
            }
        }
        panic!("no free port");
    }
}

impl Person {
    pub(crate) fn of(answer: &Value, email: &str) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            token: text(&answer["access_token"]),
            email: email.to_owned(),
            id: text(&answer["user"]["id"]),
        }
    }
}

pub(crate) fn log_in(client: &Client, email: &str, password: &str) -> Person {
    let answer = client.post("/auth/login", &json!({"email": email, "password": password})).send();
    Person::of(&answer.expect(200), email)
}

/// A variant as a new product has it, for 1 Euro.
pub(crate) fn variant(sku: &str) -> Value {
    json!({"sku": sku, "price": {"amount": "1", "currency": "EUR"}})
}

/// The body of an order of these.
pub(crate) fn lines(lines: &[(&str, u32)]) -> Value {
    json!({"lines": lines.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect::<Vec<_>>()})
}

/// Does the same many times at once, each time with its own number, and gives every answer.
pub(crate) fn at_once<T: Send>(times: usize, call: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(times);
    std::thread::scope(|scope| {
        let (start, call) = (&start, &call);
        let threads: Vec<_> = (0..times)
            .map(|number| {
                scope.spawn(move || {
                    start.wait();
                    call(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// How many of the answers have this status.
pub(crate) fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A number that nobody had before.
pub(crate) fn number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}
