//! Drops the databases of finished tests, in the background.
//!
//! They would go with the server anyway, but hundreds of copies fill a disk.

use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::server::{Server, connect};

static QUEUE: OnceLock<Option<Sender<String>>> = OnceLock::new();

/// Has a database dropped soon, whoever is still connected to it.
pub(crate) fn dispose_of(name: &str) {
    let queue = QUEUE.get_or_init(|| {
        let (queue, names) = mpsc::channel();
        let janitor = thread::Builder::new().name("test-database-janitor".to_owned());
        janitor.spawn(move || work(&names)).is_ok().then_some(queue)
    });
    if let Some(queue) = queue {
        // If the janitor has given up, the database stays until the server goes.
        let _ = queue.send(name.to_owned());
    }
}

fn work(names: &Receiver<String>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let client = runtime.block_on(connect(&Server::running().cluster().url("postgres")));
    for name in names {
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        if runtime.block_on(client.batch_execute(&statement)).is_err() {
            return;
        }
    }
}
