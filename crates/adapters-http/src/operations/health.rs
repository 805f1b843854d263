//! Whether the process lives, and whether requests can be served: a word each.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use paperclip::{
    actix::{OperationModifier, api_v2_operation},
    v2::{models::DefaultOperationRaw, schema::Apiv2Schema},
};
use ports::readiness::NotReady;
use serde_json::json;

use crate::{
    http::Http,
    middleware::problems::OwnBody,
    openapi::carrier,
    problem::ApiError,
    reply::{Media, Stream},
};

/// Plain text.
#[derive(Debug)]
pub(super) struct Text;
impl Media for Text {
    const MIME: &'static str = "text/plain; charset=utf-8";
    const WHAT: &'static str = "`ok`";
}

/// Whether requests can be served; when they can't, its status is 503 and its word says why.
pub(super) struct Ready(Result<(), &'static str>);

impl Responder for Ready {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self.0 {
            Ok(()) => word(StatusCode::OK, "ready"),
            Err(why) => {
                let mut response = word(StatusCode::SERVICE_UNAVAILABLE, why);
                response.extensions_mut().insert(OwnBody);
                response
            }
        }
    }
}

impl Apiv2Schema for Ready {}
impl OperationModifier for Ready {
    fn update_response(operation: &mut DefaultOperationRaw) {
        for (status, words) in [("200", &["ready"][..]), ("503", &["database", "migrations", "draining"])] {
            let schema = json!({ "x-media": Text::ALL, "type": "string", "enum": words });
            let what = format!("`{}`", words.join("`, `"));
            carrier::respond_with(operation, status, &what, Some(schema));
        }
    }
}

/// Whether the process lives
#[api_v2_operation(tags("Operations"), operation_id = "getHealth")]
pub(super) async fn health() -> Result<Stream<Text>, ApiError> {
    Ok(Stream::whole(word(StatusCode::OK, "ok")))
}

/// Whether requests can be served
///
/// They can't while the database is away (`database`) or lacks migrations (`migrations`), and when the server is about
/// to stop (`draining`).
#[api_v2_operation(tags("Operations"), operation_id = "getReadiness")]
pub(super) async fn readiness(request: HttpRequest) -> Result<Ready, ApiError> {
    let http = Http::of(&request)?;
    if http.is_draining() {
        return Ok(Ready(Err("draining")));
    }
    Ok(Ready(http.ports().readiness.check().await.map_err(|why| match why {
        NotReady::Database => "database",
        NotReady::Migrations => "migrations",
    })))
}

fn word(status: StatusCode, word: &'static str) -> HttpResponse {
    HttpResponse::build(status).content_type(Text::MIME).body(word)
}
