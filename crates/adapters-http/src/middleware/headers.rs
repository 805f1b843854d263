//! What every answer says, whatever the route: how browsers may treat it, and who may keep it.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
};

/// `Cache-Control` of whatever is not public.
const PRIVATE: HeaderValue = HeaderValue::from_static("no-store");

/// An API's answer is no page: it may load nothing and stand in no frame.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

pub(crate) async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let with_token = request.headers().contains_key(header::AUTHORIZATION);
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    let headers = answer.headers_mut();
    if with_token || failed || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, PRIVATE);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

/// Adds a name to `Vary`, once.
pub(crate) fn vary(headers: &mut header::HeaderMap, name: &HeaderName) {
    let named = headers
        .get_all(header::VARY)
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|known| known.trim().eq_ignore_ascii_case(name.as_str())));
    if !named && let Ok(value) = HeaderValue::from_str(name.as_str()) {
        headers.append(header::VARY, value);
    }
}
