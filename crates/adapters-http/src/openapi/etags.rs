//! Which answers have an `ETag`, and that whoever has one need not read the same again.

use serde_json::{Map, Value, json};

use super::notes::Notes;

/// Completes a lifted operation whose notes say that its answers have an `ETag`.
pub(super) fn document(method: &str, operation: &mut Value, notes: &Notes) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    if !notes.is_tagged(id) {
        return;
    }
    let Some(operation) = operation.as_object_mut() else { return };
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for answer in answers.iter_mut().filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer) {
        name_header(answer);
    }
    if method == "get" {
        let mut unchanged = json!({ "description": "Unchanged since that `ETag` was read" });
        name_header(&mut unchanged);
        answers.insert("304".to_owned(), unchanged);
        answers.sort_keys();
        take_header(operation);
    }
}

fn name_header(answer: &mut Value) {
    let header = json!({ "description": "Names this state of the answer", "schema": { "type": "string" } });
    let headers = answer.as_object_mut().map(|members| members.entry("headers").or_insert_with(|| json!({})));
    if let Some(headers) = headers.and_then(Value::as_object_mut) {
        headers.insert("ETag".to_owned(), header);
    }
}

fn take_header(operation: &mut Map<String, Value>) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(json!({
            "name": "If-None-Match",
            "in": "header",
            "description": "The `ETag` of an answer that the client has; while that holds, it is not sent again",
            "schema": { "type": "string" },
        }));
    }
}
