//! What schemars leaves unsaid: the range that an integer's Rust type has anyway, and defaults that are none. And
//! what the document says but another rule checks.

use serde_json::{Value, json};

/// Completes a schema, and every schema in it.
pub(super) fn complete(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some((least, most)) = members.get("format").and_then(Value::as_str).and_then(range) {
                members.entry("minimum").or_insert(least);
                members.entry("maximum").or_insert(most);
            }
            if members.get("default").is_some_and(Value::is_null) {
                members.shift_remove("default");
            }
            for (keyword, member) in members {
                if !matches!(keyword.as_str(), "examples" | "default" | "const" | "enum") {
                    complete(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(complete),
        _ => {}
    }
}

/// Takes out what this schema's validator would count in another form than the rule means: the length of a password
/// is that of its NFKC form, which the domain checks.
pub(super) fn leave_to_the_domain(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("format").is_some_and(|format| format == "password") {
                members.remove("minLength");
                members.remove("maxLength");
            }
            members.values_mut().for_each(leave_to_the_domain);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_to_the_domain),
        _ => {}
    }
}

fn range(format: &str) -> Option<(Value, Value)> {
    Some(match format {
        "int8" => (json!(i8::MIN), json!(i8::MAX)),
        "int16" => (json!(i16::MIN), json!(i16::MAX)),
        "int32" => (json!(i32::MIN), json!(i32::MAX)),
        "int64" => (json!(i64::MIN), json!(i64::MAX)),
        "uint8" => (json!(0), json!(u8::MAX)),
        "uint16" => (json!(0), json!(u16::MAX)),
        "uint32" => (json!(0), json!(u32::MAX)),
        "uint64" => (json!(0), json!(u64::MAX)),
        _ => return None,
    })
}
