//! What runs beside the requests: waiting for the database at first, and housekeeping ever after.

pub(crate) mod chores;
pub(crate) mod keys;
pub(crate) mod mail;

use std::time::Duration;

use adapters_postgres::{CallerFeed, Database, MigrateError, ProductFeed};
use metrics_exporter_prometheus::PrometheusHandle;
use ports::readiness::{NotReady, Readiness};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    config::Config,
    failure::{Failure, causes},
    wiring::Tools,
};

/// How long to wait before the database is asked again.
const AGAIN: Duration = Duration::from_millis(500);
/// How often the feed of changed products is asked.
const LISTEN: Duration = Duration::from_millis(100);
/// How often the feed of ended sessions and changed roles is asked.
const HEAR: Duration = Duration::from_millis(200);
/// How often the clocks are compared, and the pools counted.
const TICK: Duration = Duration::from_secs(1);

/// Waits until the database is there, up to date and compared with, and says what it waits for.
///
/// # Errors
/// A sentence, when the settings are wrong: waiting does not mend that.
pub(crate) async fn open(
    url: &str,
    config: &Config,
    tools: &Tools,
    callers: &mut CallerFeed,
    readiness: &dyn Readiness,
) -> Result<(), Failure> {
    let mut told = String::new();
    loop {
        let obstacle = match attempt(url, config.database.migrate_on_start, tools, callers, readiness).await?
        {
            None => return Ok(()),
            Some(obstacle) => obstacle,
        };
        if obstacle != told {
            tracing::warn!("waiting: {obstacle}");
            told = obstacle;
        }
        sleep(AGAIN).await;
    }
}

/// What stands in the way of serving; `None` when nothing does.
async fn attempt(
    url: &str,
    migrate: bool,
    tools: &Tools,
    callers: &mut CallerFeed,
    readiness: &dyn Readiness,
) -> Result<Option<String>, Failure> {
    if migrate {
        match adapters_postgres::migrate(url).await {
            Ok(()) => {}
            Err(error @ MigrateError::Settings(_)) => return Err(Failure::new("DATABASE_URL", error)),
            Err(error) => return Ok(Some(causes(&error))),
        }
    }
    if let Err(error) = tools.clock.sync().await {
        return Ok(Some(causes(&error)));
    }
    let heard = callers.listen().await;
    Ok(match (readiness.check().await, heard) {
        (Ok(()), Ok(())) => None,
        (Ok(()) | Err(NotReady::Database), Err(error)) => Some(causes(&error)),
        (Err(NotReady::Database), Ok(())) => Some("the database does not answer".to_owned()),
        (Err(NotReady::Migrations), _) => {
            Some("the database lacks migrations; run `stoa migrate`".to_owned())
        }
    })
}

/// Keeps the clock right and the metrics fresh, until the handle's task is ended.
pub(crate) fn start(tools: &Tools, pools: Vec<Database>, metrics: PrometheusHandle) -> JoinHandle<()> {
    let clock = tools.clock.clone();
    tokio::spawn(async move {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            count(&pools);
            metrics.run_upkeep();
            // While the database is away, the clock goes on as it was.
            if let Err(error) = clock.sync().await {
                tracing::debug!(%error, "the clocks could not be compared");
            }
        }
    })
}

/// Keeps what is known of callers in step with the database, until the handle's task is ended.
pub(crate) fn hear(mut callers: CallerFeed) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = interval(HEAR);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // What is missed meanwhile is heard when the database answers again.
            if let Err(error) = callers.listen().await {
                tracing::debug!(%error, "ended sessions and changed roles are not heard of");
            }
        }
    })
}

/// Keeps what was shown lately in step with the database, until the handle's task is ended.
pub(crate) fn listen(tools: &Tools) -> JoinHandle<()> {
    let mut feed = ProductFeed::new(tools.database.clone(), tools.shown.clone());
    tokio::spawn(async move {
        let mut ticks = interval(LISTEN);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Meanwhile everything is read from the database, which fails for itself.
            if let Err(error) = feed.listen().await {
                tracing::debug!(%error, "the feed of changed products is silent");
            }
        }
    })
}

fn count(pools: &[Database]) {
    let mut total = [0_u32; 3];
    for pool in pools.iter().map(Database::pool_use) {
        let figures = [pool.in_use, pool.idle, pool.waiting];
        for (sum, figure) in total.iter_mut().zip(figures) {
            *sum = sum.saturating_add(u32::try_from(figure).unwrap_or(u32::MAX));
        }
    }
    let [in_use, idle, waiting] = total;
    metrics::gauge!("db_pool_connections", "state" => "in_use").set(in_use);
    metrics::gauge!("db_pool_connections", "state" => "idle").set(idle);
    metrics::gauge!("db_pool_waiting").set(waiting);
}
