//! The two addresses that are listened on: the API's, and the metrics'.

use std::{
    any::Any,
    net::SocketAddr,
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use actix_web::{
    App, HttpServer, Responder,
    dev::{Extensions, Server},
    http::{KeepAlive, header},
    web,
};
use adapters_http::{API, Http, Shop};
use adapters_postgres::Database;
use metrics_exporter_prometheus::PrometheusHandle;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::{
    config::{Config, MetricsBind},
    database::Home,
    failure::Failure,
};

/// How long a connection may be idle.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a request's head may take.
const HEAD: Duration = Duration::from_secs(5);
/// How long a client may leave what it is sent unread.
const UNREAD: Duration = Duration::from_secs(60);
/// The most connections of each worker.
const CONNECTIONS: usize = 10_000;

/// One pool for each worker, since a connection does its work on the thread that opened it. Together with one
/// connection for housekeeping and one for hearing of callers they have the size that is configured, or one connection each where that is too few.
///
/// # Errors
/// A sentence about the database's address.
pub(crate) fn pools(home: &Home, config: &Config) -> Result<Vec<Database>, Failure> {
    let size = usize::try_from(config.database.db_pool_size).unwrap_or(usize::MAX);
    let shares = shares(size.saturating_sub(2), workers());
    shares.into_iter().map(|share| home.pool(&config.database, share)).collect()
}

/// Serves the API; each worker has one of the shops.
///
/// # Errors
/// A sentence about the address.
pub(crate) fn api(config: &Config, http: &Arc<Http>, shops: Vec<Shop>) -> Result<Server, Failure> {
    let bind = config.http.bind;
    let workers = shops.len();
    let shops = Arc::new(shops);
    let (http, next) = (Arc::clone(http), Arc::new(AtomicUsize::new(0)));
    let server = HttpServer::new(move || {
        // A worker that is started anew takes the place of another: pools can be shared, if need be.
        let place = next.fetch_add(1, Ordering::Relaxed) % shops.len().max(1);
        let shop = shops.get(place).cloned();
        adapters_http::app(Arc::clone(&http), &API, |config| {
            if let Some(shop) = shop {
                config.app_data(web::Data::new(shop));
            }
        })
    });
    let server = server
        .workers(workers)
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEAD)
        .max_connections(CONNECTIONS)
        .on_connect(cut_off_when_unread)
        .shutdown_timeout(1)
        .disable_signals();
    listen(server.bind(bind), "BIND", bind).map(HttpServer::run)
}

/// Serves what was counted, unless that is switched off.
///
/// # Errors
/// A sentence about the address.
pub(crate) fn metrics(
    config: &Config,
    metrics: PrometheusHandle,
) -> Result<Option<tokio::task::JoinHandle<std::io::Result<()>>>, Failure> {
    let MetricsBind::Address(bind) = config.http.metrics_bind else { return Ok(None) };
    let server = HttpServer::new(move || {
        let metrics = metrics.clone();
        let exposition = move || {
            let text = metrics.render();
            async move { text.customize().insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4")) }
        };
        App::new().route("/metrics", web::get().to(exposition))
    });
    let server = server.workers(1).shutdown_timeout(1).disable_signals();
    Ok(Some(tokio::spawn(listen(server.bind(bind), "METRICS_BIND", bind)?.run())))
}

/// Nobody polls an answer whose reader has stalled, so it is the system that has to end its connection.
fn cut_off_when_unread(connection: &dyn Any, _: &mut Extensions) {
    let Some(connection) = connection.downcast_ref::<TcpStream>() else { return };
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(connection).set_tcp_user_timeout(Some(UNREAD)) {
        tracing::warn!(%error, "a connection is not cut off when its reader stalls");
    }
}

fn listen<T>(bound: std::io::Result<T>, variable: &str, address: SocketAddr) -> Result<T, Failure> {
    bound.map_err(|error| Failure::new(format_args!("{address} can't be listened on ({variable})"), error))
}

fn workers() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Splits a whole as evenly as it goes; nobody gets nothing.
fn shares(whole: usize, among: usize) -> Vec<usize> {
    let among = among.max(1);
    (0..among).map(|place| ((whole + among - 1 - place) / among).max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_whole_and_nobody_gets_nothing() {
        assert_eq!(shares(15, 2), [8, 7]);
        assert_eq!(shares(16, 3), [6, 5, 5]);
        assert_eq!(shares(0, 2), [1, 1]);
    }
}
