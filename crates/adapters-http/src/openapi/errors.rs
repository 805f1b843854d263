//! Which problems an operation can answer with: most follow from its shape, its notes name the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::notes::{Notes, Slot, sample};
use crate::{
    problem::{ApiError, Code, Fault, PROBLEM_JSON},
    schema::COMPONENTS,
};

/// The `responses` for every problem of a lifted operation.
pub(super) fn responses(operation: &Value, notes: &Notes) -> Map<String, Value> {
    let id = id(operation);
    let mut codes: BTreeSet<Code> = of_shape(operation);
    if !notes.is_unguarded(id) {
        codes.extend([Code::RateLimited, Code::Overloaded, Code::DatabaseUnavailable]);
    }
    codes.extend(notes.codes(id));
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), response(operation, status, &codes, notes)))
        .collect()
}

fn id(operation: &Value) -> &str {
    operation.get("operationId").and_then(Value::as_str).unwrap_or_default()
}

fn of_shape(operation: &Value) -> BTreeSet<Code> {
    let mut codes = BTreeSet::from([Code::Internal]);
    let has = |field: &str| operation.get(field).is_some();
    if operation.get("security").and_then(Value::as_array).is_some_and(|schemes| !schemes.is_empty()) {
        codes.extend([Code::Unauthenticated, Code::TokenExpired]);
    }
    if has("x-permission") {
        codes.insert(Code::Forbidden);
    }
    if has("requestBody") {
        codes.extend([
            Code::MalformedJson,
            Code::BadRequest,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ]);
    }
    for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let field = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
        match (field("in"), field("name")) {
            ("path", _) => codes.extend([Code::NotFound]),
            ("query", _) => codes.extend([Code::ValidationFailed]),
            ("header", "If-Match") => codes.extend([Code::VersionMismatch, Code::ValidationFailed]),
            ("header", "Idempotency-Key") => codes.extend([
                Code::IdempotencyInProgress,
                Code::IdempotencyKeyReused,
                Code::ValidationFailed,
            ]),
            _ => {}
        }
    }
    codes
}

fn response(operation: &Value, status: u16, codes: &[Code], notes: &Notes) -> Value {
    let described: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.title())).collect();
    let mut examples = notes.examples(id(operation), Slot::Reply(status));
    for code in codes {
        let known = examples
            .values()
            .any(|example| example.pointer("/value/code").is_some_and(|c| c == code.as_str()));
        if !known {
            examples.insert(
                code.as_str().to_owned(),
                json!({ "summary": code.title(), "value": example(*code, operation) }),
            );
        }
    }
    let mut response = json!({
        "description": described.join("; "),
        "content": { PROBLEM_JSON: { "schema": { "$ref": format!("{COMPONENTS}Problem") }, "examples": examples } },
    });
    let header = match status {
        401 => {
            json!({ "WWW-Authenticate": { "description": "The scheme to use", "schema": { "type": "string" } } })
        }
        429 => json!({
            "Retry-After": { "description": "When to come back, in seconds", "schema": { "type": "integer", "minimum": 1 } },
            "RateLimit-Policy": { "description": "How many calls one client may make, as `\"caller\";q=1200;w=60`", "schema": { "type": "string" } },
            "RateLimit": { "description": "How many are left, and in how many seconds there are more", "schema": { "type": "string" } },
        }),
        503 => json!({
            "Retry-After": { "description": "When to come back, in seconds", "schema": { "type": "integer", "minimum": 0 } }
        }),
        _ => return response,
    };
    if let Some(members) = response.as_object_mut() {
        members.insert("headers".to_owned(), header);
    }
    response
}

/// A problem of this code as the operation could give it.
fn example(code: Code, operation: &Value) -> Value {
    let error = match code {
        Code::ValidationFailed => ApiError::invalid(vec![fault(operation)]),
        code => ApiError::new(code),
    };
    serde_json::to_value(sample(&error)).unwrap_or_default()
}

fn fault(operation: &Value) -> Fault {
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let is_list =
        parameters.into_iter().any(|parameter| parameter.get("name").is_some_and(|name| name == "limit"));
    if operation.get("requestBody").is_some() {
        Fault::at("/colour", "unknown-field", "there is no such field")
    } else if is_list {
        Fault::parameter("limit", "too-large", "must be at most 100")
    } else {
        Fault::parameter("colour", "unknown-parameter", "there is no such parameter")
    }
}
