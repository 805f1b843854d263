//! What the shop does by itself, now and then. Any number of servers can do it at once: rows that somebody is at work on
//! are left to them, and each effect is guarded by the version that it was decided on. A round is bounded; when there was
//! more to do, the next one follows at once.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{
    Database, PgAttempts, PgCartStore, PgIdempotencyPurge, PgMailedTokens, PgOrderStore, PgPastPrices,
};
use ports::{idempotency::IdempotencyReader, storage::StorageError};
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval},
};
use use_cases::{
    carts::ExpireCarts,
    orders::{OrderCommands, TendOrders},
};

use crate::wiring::Tools;

/// The most that one round does.
const ROUND: u32 = 100;
/// The same where rows are only forgotten.
const PURGE: u32 = 1_000;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Name of the counter of rounds, by job and outcome.
const RUNS: &str = "job_runs_total";
/// Name of the counter of what was done, by job.
const DONE: &str = "job_items_total";
/// Name of the gauge of how long the last round took, by job.
const TOOK: &str = "job_last_run_seconds";

/// Starts every chore on `database`, a pool of their own.
pub(crate) fn start(
    tools: &Tools,
    database: &Database,
    records: Arc<dyn IdempotencyReader>,
) -> Vec<JoinHandle<()>> {
    let orders = TendOrders(OrderCommands {
        orders: Arc::new(
            PgOrderStore::new(database.clone(), tools.answers.clone()).announcing(tools.shown.clone()),
        ),
        records,
        ids: tools.ids.clone(),
        clock: tools.clock.clone(),
    });
    let carts = ExpireCarts { carts: Arc::new(PgCartStore::new(database.clone(), tools.answers.clone())) };
    let answers = PgIdempotencyPurge::new(database.clone());
    let attempts = PgAttempts::new(database.clone());
    let tokens = PgMailedTokens::new(database.clone());
    let prices = PgPastPrices::new(database.clone());
    let expiring = orders.clone();
    vec![
        chore("expire_orders", SECOND, ROUND, move || {
            let orders = expiring.clone();
            async move { orders.expire(ROUND).await }
        }),
        chore("expire_carts", MINUTE, ROUND, move || {
            let carts = carts.clone();
            async move { carts.run(ROUND).await }
        }),
        chore("complete_orders", MINUTE, ROUND, move || {
            let orders = orders.clone();
            async move { orders.complete(ROUND).await }
        }),
        chore("forget_answers", MINUTE, PURGE, move || {
            let answers = answers.clone();
            async move { answers.purge(PURGE).await }
        }),
        chore("forget_attempts", 10 * MINUTE, u32::MAX, move || {
            let attempts = attempts.clone();
            async move { attempts.purge().await }
        }),
        chore("forget_mailed_tokens", 10 * MINUTE, u32::MAX, move || {
            let tokens = tokens.clone();
            async move { tokens.purge().await }
        }),
        chore("forget_past_prices", MINUTE, u32::MAX, move || {
            let prices = prices.clone();
            async move { prices.forget().await }
        }),
    ]
}

/// Does `round` again and again; at once when it has done as much as a round may. What fails is tried again the next time.
fn chore<F>(
    job: &'static str,
    pause: Duration,
    most: u32,
    mut round: impl FnMut() -> F + Send + 'static,
) -> JoinHandle<()>
where
    F: Future<Output = Result<u32, StorageError>> + Send,
{
    tokio::spawn(async move {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            while told(job, &mut round).await >= most {}
        }
    })
}

/// One round, and what the metrics say of it.
async fn told<F>(job: &'static str, round: &mut impl FnMut() -> F) -> u32
where
    F: Future<Output = Result<u32, StorageError>>,
{
    let started = Instant::now();
    let outcome = round().await;
    metrics::gauge!(TOOK, "job" => job).set(started.elapsed().as_secs_f64());
    match outcome {
        Ok(done) => {
            metrics::counter!(RUNS, "job" => job, "outcome" => "ok").increment(1);
            metrics::counter!(DONE, "job" => job).increment(done.into());
            done
        }
        Err(error) => {
            metrics::counter!(RUNS, "job" => job, "outcome" => "failed").increment(1);
            tracing::debug!(job, %error, "a round of a job failed");
            0
        }
    }
}
