//! Problems: the one form of every answer that is not a success (RFC 9457).

mod code;
mod fault;
mod page;

use std::{borrow::Cow, error::Error, fmt};

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use domain::accounts::{Forbidden, Permission};
use paperclip::v2::{
    models::{DefaultOperationRaw, DefaultSchemaRaw},
    schema::Apiv2Errors,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use self::page::explain;
pub use self::{
    code::Code,
    fault::{Fault, Faults},
};
use crate::openapi::carrier;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, as RFC 9457 puts it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Problem {
    /// The address of a page that explains this kind of problem.
    #[serde(rename = "type")]
    #[schemars(extend("format" = "uri", "examples" = ["https://shop.example/problems/validation-failed"]))]
    kind: String,
    /// A short sentence, the same for every problem of this kind.
    title: Cow<'static, str>,
    /// The HTTP status, once more.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What is special about this occurrence, for people.
    detail: Cow<'static, str>,
    /// Which kind of problem; stable, for programs.
    code: Cow<'static, str>,
    /// The request's id, as in `X-Request-Id` and in the server's log.
    request_id: String,
    /// Every fault of a request that breaks rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    errors: Vec<Fault>,
    /// Further members that some codes have, such as `lines`.
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// An answer that is not a success, on its way out. The middleware `middleware::problems` turns it
/// into a [`Problem`]; what caused it is logged and never shown.
#[derive(Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: Code,
    detail: Option<Cow<'static, str>>,
    faults: Vec<Fault>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    denied: Option<Permission>,
}

impl From<Forbidden> for ApiError {
    fn from(Forbidden(permission): Forbidden) -> Self {
        let detail = format!("this needs the permission {}", permission.name());
        let mut error = Self::new(Code::Forbidden).detail(detail);
        error.0.denied = Some(permission);
        error
    }
}

impl ApiError {
    /// A problem of this kind.
    pub fn new(code: Code) -> Self {
        let error = Self(Box::new(Parts {
            code,
            detail: None,
            faults: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
            denied: None,
        }));
        match (code, code.status()) {
            (Code::Unauthenticated, _) => error.header(header::WWW_AUTHENTICATE, "Bearer"),
            (Code::TokenExpired, _) => error.header(
                header::WWW_AUTHENTICATE,
                "Bearer error=\"invalid_token\", error_description=\"expired\"",
            ),
            (_, StatusCode::UNAUTHORIZED) => error.header(header::WWW_AUTHENTICATE, "Bearer"),
            (_, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
            | (Code::IdempotencyInProgress, _) => error.header(header::RETRY_AFTER, "1"),
            _ => error,
        }
    }

    /// 404 `not-found`.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// 422 `validation-failed` with its faults.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [_] => "1 value is not acceptable".to_owned(),
            faults => format!("{} values are not acceptable", faults.len()),
        };
        let mut error = Self::new(Code::ValidationFailed).detail(detail);
        error.0.faults = faults;
        error
    }

    /// 500 `internal`; the cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal).caused_by(cause)
    }

    /// The permission that the caller lacks, if that is what went wrong.
    pub(crate) fn denied(&self) -> Option<Permission> {
        self.0.denied
    }

    /// What is special about this occurrence, or else its kind.
    pub(crate) fn what(&self) -> &str {
        self.0.detail.as_deref().unwrap_or(self.0.code.as_str())
    }

    /// Says what is special about this occurrence; never anything internal.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds a member that this code has, such as `lines` or `allowed`. A value that can't be JSON is left out.
    #[must_use]
    pub fn member(mut self, name: &'static str, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => {
                self.0.members.insert(name.to_owned(), value);
            }
            Err(error) => tracing::error!(%error, member = name, "could not write a problem's member"),
        }
        self
    }

    /// Sets a header, in place of one of the same name. A value that can't be a header is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.0.headers.retain(|(known, _)| *known != name);
            self.0.headers.push((name, value));
        }
        self
    }

    /// When to come back, in whole seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, seconds.to_string())
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What kind of problem it is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What caused it, for the log.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.0.cause.as_deref()
    }

    /// The problem as the client sees it.
    pub fn problem(&self, public_url: &str, request_id: &str) -> Problem {
        let code = self.0.code;
        Problem {
            kind: format!("{}/problems/{}", public_url.trim_end_matches('/'), code.as_str()),
            title: Cow::Borrowed(code.title()),
            status: code.status().as_u16(),
            detail: self.0.detail.clone().unwrap_or(Cow::Borrowed(code.title())),
            code: Cow::Borrowed(code.as_str()),
            request_id: request_id.to_owned(),
            errors: self.0.faults.clone(),
            members: self.0.members.clone(),
        }
    }

    /// The answer's status and headers; the middleware writes its body.
    pub(crate) fn head(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.0.code.status());
        for header in &self.0.headers {
            response.insert_header(header.clone());
        }
        response
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())
    }
}

impl Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.head().finish()
    }
}

/// Says that an operation may answer with problems; which ones follows from its shape
/// (`openapi::errors`).
impl Apiv2Errors for ApiError {
    fn update_error_definitions(operation: &mut DefaultOperationRaw) {
        carrier::respond::<Problem>(operation, carrier::PROBLEMS, "A problem");
    }

    fn update_definitions(definitions: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {
        carrier::define_reply::<Problem>(definitions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_its_own() {
        let error =
            ApiError::new(Code::IllegalTransition).member("from", "expired").member("allowed", ["a"; 0]);
        let problem = serde_json::to_value(error.problem("https://shop.example/", "r-1")).unwrap();
        assert_eq!(
            problem,
            serde_json::json!({
                "type": "https://shop.example/problems/illegal-transition",
                "title": "Not possible in this state",
                "status": 409,
                "detail": "Not possible in this state",
                "code": "illegal-transition",
                "request_id": "r-1",
                "from": "expired",
                "allowed": [],
            })
        );
    }

    #[test]
    fn the_cause_is_never_shown() {
        let error = ApiError::internal("relation \"users\" does not exist");
        assert!(!serde_json::to_string(&error.problem("", "")).unwrap().contains("users"));
        assert!(!error.to_string().contains("users"));
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        for code in
            [Code::RateLimited, Code::Overloaded, Code::DatabaseUnavailable, Code::IdempotencyInProgress]
        {
            assert!(ApiError::new(code).error_response().headers().contains_key(header::RETRY_AFTER));
        }
        let response = ApiError::new(Code::RateLimited).retry_after(30).error_response();
        assert_eq!(response.headers().get_all(header::RETRY_AFTER).collect::<Vec<_>>(), ["30"]);
    }
}
