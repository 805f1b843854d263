//! The life of the server: it listens, waits for its database, serves, and stops in good order.

mod listeners;
mod signals;

use std::{sync::Arc, time::Duration};

use actix_web::dev::ServerHandle;
use adapters_auth::{JwtAccessTokens, Purpose};
use adapters_http::{API, Http, Ports, Settings};
use adapters_postgres::PgReadiness;
use tokio::time::{sleep, timeout};

use self::signals::Signals;
use crate::{
    config::{Config, RateLimit},
    database::Home,
    failure::Failure,
    identity::Secrets,
    jobs, telemetry,
    wiring::Tools,
};

/// How long requests in flight may take to finish, once no new ones are taken.
const FINISH: Duration = Duration::from_secs(30);

/// Serves until a signal comes. `welcome` is called when requests can be served.
///
/// # Errors
/// A sentence about what keeps the server from serving.
pub(crate) async fn run(home: &Home, config: &Config, welcome: impl FnOnce()) -> Result<(), Failure> {
    let mut signals = Signals::new()?;
    let metrics = telemetry::start_metrics()?;
    let tools = Tools::new(home, config)?;
    let tokens = tools.access_tokens(config)?;
    let readiness = Arc::new(PgReadiness::new(tools.database.clone()).after(tools.callers.clone()));
    let ports = ports(&tools, &tokens, readiness.clone());
    let http = Arc::new(Http::new(settings(config), ports, &API, &tools.pepper.derive(Purpose::Http)));
    let pools = listeners::pools(home, config)?;
    let shops = pools.iter().map(|pool| tools.shop(config, &tokens, pool)).collect();
    let api = listeners::api(config, &http, shops)?;
    let _metrics = listeners::metrics(config, metrics.clone())?;

    let handle = api.handle();
    let api = tokio::spawn(api);
    let _keys = jobs::keys::watch(Secrets::locate(config)?, tokens.clone());
    let deliver_mail = tools.deliver_mail(config)?;
    let _jobs = jobs::start(&tools, pools, metrics);
    let mut callers = tools.caller_feed(home, config)?;
    let chores = home.pool(&config.database, 1)?;
    let serving = async {
        jobs::open(&home.url, config, &tools, &mut callers, &*readiness).await?;
        let _callers = jobs::hear(callers);
        let _feed = jobs::listen(&tools);
        let _mail = jobs::mail::deliver(deliver_mail);
        let _chores = jobs::chores::start(&tools, &chores, tools.records(&chores));
        welcome();
        home.ended().await
    };
    tokio::select! {
        () = signals.next() => {}
        failed = serving => return failed,
        ended = api => return Err(Failure::say(format_args!("the server ended by itself: {ended:?}"))),
    }
    stop(&http, &handle, &mut signals, config.http.drain_delay.get()).await;
    Ok(())
}

/// Readiness goes; for `delay` requests are still taken, then those in flight finish. Another signal ends it at once.
async fn stop(http: &Http, handle: &ServerHandle, signals: &mut Signals, delay: Duration) {
    http.drain();
    tracing::info!(delay_ms = delay.as_millis(), "stopping: not ready any more");
    let in_good_order = async {
        sleep(delay).await;
        http.close();
        handle.pause().await;
        let finished = async {
            while http.in_flight() > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        if timeout(FINISH, finished).await.is_err() {
            tracing::warn!(in_flight = http.in_flight(), "stopping: some requests did not finish in time");
        }
        // Answers that are on their way get a second; connections that are idle or slow hold up no longer.
        handle.stop(true).await;
    };
    tokio::select! {
        () = in_good_order => tracing::info!("stopped"),
        () = signals.next() => {
            handle.stop(false).await;
            tracing::warn!("stopped at once");
        }
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        public_url: config.public_url(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cors_origins: config.http.cors_origins.get().to_vec(),
        max_in_flight: usize::try_from(config.http.max_in_flight).unwrap_or(usize::MAX),
        request_deadline: config.http.request_deadline.get(),
        idempotency_ttl: config.shop.idempotency_ttl.get(),
        trusted_proxies: config.http.trusted_proxies.get().to_vec(),
        rate_limits: match config.http.rate_limit {
            RateLimit::On(limits) => Some(limits),
            RateLimit::Off => None,
        },
    }
}

fn ports(tools: &Tools, tokens: &Arc<JwtAccessTokens>, readiness: Arc<PgReadiness>) -> Ports {
    let keys = Arc::clone(tokens);
    Ports {
        ids: tools.ids.clone(),
        clock: tools.clock.clone(),
        tokens: tokens.clone(),
        callers: tools.callers.clone(),
        secrets: tools.secrets.clone(),
        public_keys: Arc::new(move || serde_json::to_value(keys.jwks()).unwrap_or_default()),
        readiness,
    }
}
