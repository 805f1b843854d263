//! The one server of a test process, and its template.

use std::error::Error;
use std::sync::OnceLock;
use std::thread;

use embedded_postgres::{Cluster, Settings};
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls};

/// The migrated database that all others are copies of.
const TEMPLATE: &str = "template_of_tests";

/// Enough for as many tests at once as a large machine runs, each with a few servers and their pools.
const MAX_CONNECTIONS: &str = "500";

/// Not tied to any test's runtime. Nobody drops it: the server ends with the process.
static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();

#[derive(Debug)]
pub(crate) struct Server {
    cluster: Cluster,
    /// Copies are made one after another: side by side they only take longer.
    copying: Mutex<()>,
}

impl Server {
    /// The server; started and migrated by whoever comes first, while the others wait.
    #[expect(clippy::panic, reason = "a test without its database cannot go on")]
    pub(crate) fn running() -> &'static Self {
        match SERVER.get_or_init(Self::start) {
            Ok(server) => server,
            Err(reason) => panic!("no database for tests: {reason}"),
        }
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Makes a copy of the template.
    pub(crate) async fn clone_template(&self, name: &str) {
        let _turn = self.copying.lock().await;
        run(&self.cluster.url("postgres"), &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
    }

    fn start() -> Result<Self, String> {
        let settings = Settings::new().set("max_connections", MAX_CONNECTIONS);
        let cluster = settings.throw_away().map_err(|error| chain(&error))?;
        make_template(&cluster)?;
        Ok(Self { cluster, copying: Mutex::new(()) })
    }
}

/// Migrates the template on a thread and in a runtime of its own, so that it does not matter in
/// what kind of runtime the first test runs, nor when that ends.
fn make_template(cluster: &Cluster) -> Result<(), String> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| chain(&error))?;
        runtime.block_on(async {
            let admin = cluster.url("postgres");
            run(&admin, &format!("CREATE DATABASE {TEMPLATE}")).await;
            adapters_postgres::migrate(&cluster.url(TEMPLATE)).await.map_err(|error| chain(&error))?;
            run(&admin, &format!("ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false")).await;
            Ok(())
        })
    };
    thread::scope(|scope| {
        scope.spawn(work).join().map_err(|_| "its template could not be made".to_owned())?
    })
}

/// Runs one statement in a connection of its own.
#[expect(clippy::panic, reason = "a test without its database cannot go on")]
pub(crate) async fn run(url: &str, statement: &str) {
    if let Err(error) = connect(url).await.batch_execute(statement).await {
        panic!("{statement}: {}", chain(&error));
    }
}

/// Connects in the runtime of the caller.
#[expect(clippy::panic, reason = "a test without its database cannot go on")]
pub(crate) async fn connect(url: &str) -> Client {
    match tokio_postgres::connect(url, NoTls).await {
        Ok((client, connection)) => {
            // Its end shows in the client's own errors.
            tokio::spawn(connection);
            client
        }
        Err(error) => panic!("{url}: {}", chain(&error)),
    }
}

/// An error with all that caused it, on one line.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
