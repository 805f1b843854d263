//! CORS (Fetch Standard): which web origins may read answers, and what they may send. No cookies are used, so
//! credentials are never allowed.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};

use super::headers::vary;
use crate::http::Http;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const MAY_SEND: HeaderValue = HeaderValue::from_static(
    "Accept, Authorization, Cart-Token, Content-Type, Idempotency-Key, If-Match, If-None-Match, Order-Token, \
     X-Request-Id, traceparent",
);
const MAY_READ: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotency-Replayed",
);
/// How long a browser may remember a preflight: seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

pub(crate) async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let origins = &Http::of(request.request())?.settings().cors_origins;
    if origins.is_empty() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let allowed = request
        .headers()
        .get(header::ORIGIN)
        .filter(|origin| origins.iter().any(|known| known.as_bytes() == origin.as_bytes()))
        .cloned();
    if is_preflight(&request) {
        let mut answer = HttpResponse::NoContent().finish();
        allow_preflight(answer.headers_mut(), allowed);
        return Ok(request.into_response(answer));
    }
    let mut answer = next.call(request).await?.map_into_boxed_body();
    vary(answer.headers_mut(), &header::ORIGIN);
    if let Some(origin) = allowed {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, MAY_READ);
    }
    Ok(answer)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allow_preflight(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    const ASKED: [HeaderName; 3] =
        [header::ORIGIN, header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_REQUEST_HEADERS];
    for name in &ASKED {
        vary(headers, name);
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, MAY_SEND);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
}
