//! Routes that run the server rather than the shop: health, readiness, the document and its explorer.

mod docs;
mod health;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use paperclip::actix::api_v2_operation;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    etag,
    http::Http,
    input::Path,
    openapi::Notes,
    problem::{ApiError, Code, explain},
    reply::{Media, Reply, Stream},
    routing::{ServiceConfig, get, unguarded},
};

/// Adds the routes. They answer even when the server has too much to do.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(unguarded("/").route(get().to(index)))
        .service(unguarded("/healthz").route(get().to(health::health)))
        .service(unguarded("/readyz").route(get().to(health::readiness)))
        .service(unguarded("/openapi.json").route(get().to(document)))
        .service(unguarded("/docs").route(get().to(docs::explorer)))
        .service(unguarded("/docs/{file}").route(get().to(docs::file)))
        .service(unguarded("/problems/{code}").route(get().to(problem)));
}

/// What the document says about them.
pub(crate) fn notes(notes: &mut Notes) {
    notes.tag("Operations", "Health, readiness and this documentation.");
    notes.reply("getIndex", 200, "index", "Where to go from here", &Index::new("1.0.0"));
    notes.order(&[
        "getIndex",
        "getHealth",
        "getReadiness",
        "getOpenApi",
        "getDocs",
        "getDocsFile",
        "getProblem",
    ]);
    notes.errors("getProblem", &[Code::NotFound]);
    notes.tagged(&["getIndex", "getOpenApi", "getDocsFile"]);
    notes.unguarded(&[
        "getIndex",
        "getHealth",
        "getReadiness",
        "getOpenApi",
        "getDocs",
        "getDocsFile",
        "getProblem",
    ]);
}

/// What this server is.
#[derive(Debug, JsonSchema, Serialize)]
struct Index {
    /// The product.
    #[schemars(extend("examples" = ["Stoa"]))]
    name: &'static str,
    /// Its version.
    #[schemars(extend("examples" = ["1.0.0"]))]
    version: String,
    /// Paths worth a visit.
    links: Links,
}

/// Paths of the server.
#[derive(Debug, JsonSchema, Serialize)]
struct Links {
    /// The OpenAPI document.
    openapi: &'static str,
    /// Its explorer.
    docs: &'static str,
    /// Whether the process lives.
    health: &'static str,
    /// Whether requests can be served.
    readiness: &'static str,
}

impl Index {
    fn new(version: &str) -> Self {
        let links =
            Links { openapi: "/openapi.json", docs: "/docs", health: "/healthz", readiness: "/readyz" };
        Self { name: "Stoa", version: version.to_owned(), links }
    }
}

/// A page.
#[derive(Debug)]
pub(super) struct Html;
impl Media for Html {
    const MIME: &'static str = "text/html; charset=utf-8";
    const WHAT: &'static str = "A page for people";
}

/// The OpenAPI document itself.
#[derive(Debug)]
struct OpenApi;
impl Media for OpenApi {
    const MIME: &'static str = "application/json";
    const WHAT: &'static str = "An OpenAPI 3.1 document";
}

/// What this server is, and where to go from here
#[api_v2_operation(tags("Operations"), operation_id = "getIndex")]
async fn index(request: HttpRequest) -> Result<Reply<Index>, ApiError> {
    Ok(Reply::new(Index::new(&Http::of(&request)?.settings().version)).public())
}

/// This document
#[api_v2_operation(tags("Operations"), operation_id = "getOpenApi")]
async fn document(request: HttpRequest) -> Result<Stream<OpenApi>, ApiError> {
    let document = Http::of(&request)?.document();
    let unchanged = etag::unchanged(&request, &document.tag);
    let mut response = match unchanged {
        Some(_) => HttpResponse::NotModified().finish(),
        None => HttpResponse::Ok().content_type(OpenApi::MIME).body(document.body.clone()),
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(unchanged.unwrap_or(&document.tag)) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
    Ok(Stream::whole(response))
}

/// The path of a problem's page.
#[derive(serde::Deserialize, JsonSchema)]
struct ByCode {
    /// The problem's code
    code: String,
}

/// What a problem means
#[api_v2_operation(tags("Operations"), operation_id = "getProblem")]
async fn problem(path: Path<ByCode>) -> Result<Stream<Html>, ApiError> {
    explain(&path.0.code).map(Stream::whole)
}
