//! What the operator sees of a request: a span, one line in the log, and metrics by route template.
//!
//! Nothing of the request's content is recorded: no query, no header but the id, no body.

use std::time::{Duration, Instant};

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use tracing::Instrument;

use super::request_id::{RequestId, X_REQUEST_ID};
use crate::{caller::CallerId, http::Http, problem::ApiError};

/// Name of the histogram of answer times, in seconds.
pub const REQUEST_SECONDS: &str = "http_request_duration_seconds";
/// Name of the counter of answers.
pub const REQUESTS: &str = "http_requests_total";

pub(crate) async fn observe<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = RequestId::chosen(request.headers())
        .or_else(|| Http::of(request.request()).ok().map(|http| RequestId::made(http.new_request_id())))
        .unwrap_or_else(|| RequestId::made(String::new()));
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let span = tracing::info_span!(
        "request",
        request_id = id.as_str(),
        method = method_label(&method),
        trace_id = trace_id(request.headers()),
    );
    let answer = next.call(request).instrument(span.clone()).await;
    let _entered = span.enter();
    let mut answer = answer?.map_into_boxed_body();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        answer.headers_mut().insert(HeaderName::from_static(X_REQUEST_ID), value);
    }
    if Http::of(answer.request()).is_ok_and(Http::is_draining) {
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    record(&answer, &id, &method, started.elapsed());
    Ok(answer)
}

fn record(answer: &ServiceResponse, id: &RequestId, method: &Method, took: Duration) {
    let route = answer.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let (method, status) = (method_label(method), answer.status());
    let labels =
        [("route", route.clone()), ("method", method.to_owned()), ("status", status.as_str().to_owned())];
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(REQUEST_SECONDS, &labels).record(took.as_secs_f64());
    let caller = answer.request().extensions().get::<CallerId>().map(ToString::to_string);
    tracing::info!(
        target: "stoa::http",
        request_id = id.as_str(),
        method,
        route,
        status = status.as_u16(),
        latency_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        caller,
        "answered"
    );
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let error = answer.response().error().and_then(|error| error.as_error::<ApiError>());
        let cause = error.and_then(ApiError::cause).map(ToString::to_string);
        tracing::error!(target: "stoa::http", request_id = id.as_str(), route, cause, "answered with an internal error");
    }
}

/// A method's name, of a bounded set: clients can make up others.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The trace that the request belongs to (W3C Trace Context, `traceparent`).
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut fields = headers.get("traceparent")?.to_str().ok()?.split('-');
    let (version, trace, parent) = (fields.next()?, fields.next()?, fields.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let valid = hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && hex(parent, 16)
        && trace.bytes().any(|byte| byte != b'0');
    valid.then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_is_believed() {
        let id = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("traceparent"), HeaderValue::from_str(value).unwrap());
            trace_id(&headers).map(str::to_owned)
        };
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(id(&format!("00-{trace}-00f067aa0ba902b7-01")).as_deref(), Some(trace));
        assert_eq!(id(&format!("ff-{trace}-00f067aa0ba902b7-01")), None);
        assert_eq!(id("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), None);
        assert_eq!(id("00-x-y-01"), None);
    }
}
