//! The request's id: the client's own, when it can stand in a log line, or a new one.

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderMap};

/// The header of request and answer.
pub(crate) const X_REQUEST_ID: &str = "x-request-id";

const MAX_LENGTH: usize = 128;

/// The id under which a request is known to its client, in answers, logs, histories and events.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The id that the client chose, if it is 1 to 128 visible ASCII characters.
    pub(crate) fn chosen(headers: &HeaderMap) -> Option<Self> {
        let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
        let fits = (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(id.to_owned()))
    }

    pub(crate) fn made(id: String) -> Self {
        Self(id)
    }

    /// The id of `request`; empty outside the server.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self(String::new()))
    }

    /// The id's text: visible ASCII.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
