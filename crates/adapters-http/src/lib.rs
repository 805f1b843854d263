//! The HTTP contract on Actix and paperclip: parse, run, answer.

mod caller;
mod context;
mod etag;
mod http;
mod idempotency;
mod input;
mod json;
mod middleware;
mod openapi;
mod operations;
mod pagination;
mod problem;
mod reply;
mod routes;
mod routing;
mod schema;
mod server;
mod storage;

pub use self::{
    caller::{Allowed, Need, SignedIn, Visitor, may},
    context::{Context, Network, ParseNetworkError, client_address},
    etag::IfMatch,
    http::{Http, Ports, Settings},
    idempotency::Idempotent,
    input::{BODY_LIMIT, Body, ById, Change, Edit, IntoCommand, Patch, Path, Query, Upload},
    middleware::observe::{REQUEST_SECONDS, REQUESTS},
    openapi::{Notes, document},
    pagination::{ListQuery, Page, Paged, Place},
    problem::{ApiError, Code, Fault, Faults, PROBLEM_JSON, Problem},
    reply::{Accepted, Answered, Done, Media, NoContent, Reply, Stream},
    routes::{API, Api},
    routing::{Resource, ServiceConfig, delete, get, patch, post, put, resource},
    server::app,
};
