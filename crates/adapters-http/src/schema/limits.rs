//! What schemars leaves unsaid: the range that an integer's Rust type has anyway, and defaults that are none. And
//! what the validator has to read in other words.

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

/// Adapts a schema to its validator, which shall say what the document says, but in other words.
///
/// The length of a password is that of its NFKC form, which the domain counts. And of an object that has no member at
/// all, the validator names the unexpected ones only when they are called unevaluated.
pub(super) fn for_validation(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("format").is_some_and(|format| format == "password") {
                members.remove("minLength");
                members.remove("maxLength");
            }
            if !members.contains_key("properties")
                && members.get("additionalProperties") == Some(&Value::Bool(false))
            {
                members.remove("additionalProperties");
                members.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
            members.values_mut().for_each(for_validation);
        }
        Value::Array(items) => items.iter_mut().for_each(for_validation),
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
