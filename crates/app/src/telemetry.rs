//! Logs and metrics of the process.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt};

use crate::{config::LogFormat, failure::Failure};

/// What the log holds when RUST_LOG says nothing.
const DEFAULT_FILTER: &str = "info,actix_server=warn,actix_http=warn,tokio_postgres=warn";

/// Upper bounds of the latency histogram's buckets, in seconds.
const LATENCY_BUCKETS: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Starts the log, on standard error.
pub(crate) fn start_log(format: Option<LogFormat>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let pretty = match format {
        Some(format) => format == LogFormat::Pretty,
        None => std::io::stderr().is_terminal(),
    };
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if pretty {
        log.with_ansi(std::io::stderr().is_terminal()).with_target(false).init();
    } else {
        log.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
    }
}

/// Starts counting; the handle writes what was counted in Prometheus' text form.
///
/// # Errors
/// When something counts already.
pub(crate) fn start_metrics() -> Result<PrometheusHandle, Failure> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &LATENCY_BUCKETS)
        .map_err(|error| Failure::new("the metrics can't be set up", error))?;
    builder.install_recorder().map_err(|error| Failure::new("the metrics can't be set up", error))
}
