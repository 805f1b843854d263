//! Swagger 2.0, as paperclip collects it, to OpenAPI 3.1.

use serde_json::{Map, Value, json};

use super::{
    carrier::{self, PERMISSION, PROBLEMS},
    errors, etags,
    notes::{Notes, Slot},
};

/// The OpenAPI 3.1 document.
pub(super) fn lift(mut collected: Value, notes: &Notes) -> Value {
    carrier::unpack(&mut collected);
    let mut paths = take(&mut collected, "paths");
    let items = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    for (method, operation) in items.flat_map(|item| item.as_object_mut().into_iter().flatten()) {
        lift_operation(operation, notes);
        etags::document(method, operation, notes);
    }
    let paths = in_reading_order(paths, notes);
    json!({
        "openapi": "3.1.0",
        "info": take(&mut collected, "info"),
        "servers": [{ "url": "/" }],
        "tags": take(&mut collected, "tags"),
        "paths": paths,
        "components": {
            "schemas": take(&mut collected, "definitions"),
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "An access token from POST /auth/login",
            } },
        },
    })
}

/// The paths, and the operations of each, in the order that the notes name.
fn in_reading_order(mut paths: Value, notes: &Notes) -> Value {
    let rank = |operation: &Value| {
        notes.rank(operation.get("operationId").and_then(Value::as_str).unwrap_or_default())
    };
    let mut items: Vec<(String, Value)> =
        paths.as_object_mut().map(std::mem::take).into_iter().flatten().collect();
    items.sort_by_cached_key(|(_, item)| item.as_object().and_then(|all| all.values().map(rank).min()));
    for (_, item) in &mut items {
        if let Some(operations) = item.as_object_mut() {
            let mut sorted: Vec<(String, Value)> = std::mem::take(operations).into_iter().collect();
            sorted.sort_by_cached_key(|(_, operation)| rank(operation));
            operations.extend(sorted);
        }
    }
    Value::Object(items.into_iter().collect())
}

fn lift_operation(operation: &mut Value, notes: &Notes) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameters = take(operation, "parameters");
    let mut responses = take(operation, "responses");
    let Some(members) = operation.as_object_mut() else { return };
    if let Some(Value::String(text)) = members.get_mut("description") {
        *text = text.replace("\n ", "\n");
    }
    members.retain(|name, _| !matches!(name.as_str(), "produces" | "consumes" | "schemes"));
    members.entry("security").or_insert_with(|| json!([]));
    lift_parameters(members, parameters, &id, notes);
    let has_problems = responses.as_object_mut().and_then(|all| all.remove(PROBLEMS)).is_some();
    let mut lifted = Map::new();
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        lifted.insert(status.clone(), lift_response(response.take(), &id, status, notes));
    }
    if is_list(members)
        && let Some(page) = lifted.get_mut("200").and_then(Value::as_object_mut)
    {
        let link = "The next page, as `rel=\"next\"`; absent on the last one";
        page.insert(
            "headers".into(),
            json!({ "Link": { "description": link, "schema": { "type": "string" } } }),
        );
    }
    if has_problems {
        lifted.extend(errors::responses(operation, notes));
    }
    if let Some(members) = operation.as_object_mut() {
        members.insert("responses".to_owned(), Value::Object(lifted));
    }
}

fn lift_parameters(operation: &mut Map<String, Value>, parameters: Value, id: &str, notes: &Notes) {
    let mut kept = Vec::new();
    for mut parameter in parameters.as_array().cloned().into_iter().flatten() {
        let schema = take(&mut parameter, "schema");
        if parameter.get("name").is_some_and(|name| name == PERMISSION) {
            operation.insert(PERMISSION.to_owned(), schema);
        } else if parameter.get("in").is_some_and(|place| place == "body") {
            let required = take(&mut parameter, "required") == json!(true);
            operation.insert("requestBody".to_owned(), request_body(schema, required, id, notes));
        } else if let Some(members) = parameter.as_object_mut() {
            members.insert("schema".to_owned(), schema);
            kept.push(parameter);
        }
    }
    if !kept.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(kept));
    }
}

fn request_body(mut carried: Value, required: bool, id: &str, notes: &Notes) -> Value {
    let schema = take(&mut carried, "schema");
    let types = take(&mut carried, "types");
    let names: Vec<_> = types.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let content = content(&names, &schema, &notes.examples(id, Slot::Request));
    json!({ "required": required, "content": content })
}

/// The same in each of the media types. An example that is a text is one of the first type.
fn content(names: &[&str], schema: &Value, examples: &Map<String, Value>) -> Map<String, Value> {
    let is_text = schema.get("type").is_some_and(|kind| kind == "string");
    let none = Map::new();
    let of = |place| if is_text && place > 0 { none.clone() } else { examples.clone() };
    let media = |(place, name): (usize, &&str)| ((*name).to_owned(), media_type(schema.clone(), of(place)));
    names.iter().enumerate().map(media).collect()
}

fn lift_response(mut response: Value, id: &str, status: &str, notes: &Notes) -> Value {
    let mut schema = take(&mut response, "schema");
    let mut headers = take(&mut response, "headers");
    if let Some(members) = response.as_object_mut() {
        if !schema.is_null() {
            let media = take(&mut schema, "x-media");
            let examples =
                status.parse().map(|status| notes.examples(id, Slot::Reply(status))).unwrap_or_default();
            let names: Vec<_> = media.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let names = if names.is_empty() { vec!["application/json"] } else { names };
            let content = content(&names, &schema, &examples);
            members.insert("content".to_owned(), Value::Object(content));
        }
        for header in headers.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let kind = take(header, "type");
            if let Some(header) = header.as_object_mut() {
                header.insert("schema".to_owned(), json!({ "type": kind }));
            }
        }
        if !headers.is_null() {
            members.insert("headers".to_owned(), headers);
        }
    }
    response
}

fn media_type(schema: Value, examples: Map<String, Value>) -> Value {
    if examples.is_empty() {
        json!({ "schema": schema })
    } else {
        json!({ "schema": schema, "examples": examples })
    }
}

fn is_list(operation: &Map<String, Value>) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    parameters.into_iter().any(|parameter| parameter.get("name").is_some_and(|name| name == "cursor"))
}

/// Takes a member out of an object; `null` when there is none.
fn take(value: &mut Value, name: &str) -> Value {
    value.as_object_mut().and_then(|members| members.shift_remove(name)).unwrap_or_default()
}
