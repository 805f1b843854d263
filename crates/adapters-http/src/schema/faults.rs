//! The validator's findings in the contract's words. A message never repeats the value: it may be a secret.

use std::borrow::Cow;

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

use super::{formats, rules};
use crate::{json::pointer_step, problem::Fault};

/// Adds the fault, or the faults, that `error` means.
pub(super) fn translate(error: &ValidationError<'_>, found: &mut Vec<Fault>) {
    let at = error.instance_path().as_str();
    let below = |name: &str| format!("{at}/{}", pointer_step(name));
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            found.push(Fault::at(below(name), "required", "is required"));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            found.extend(
                unexpected
                    .iter()
                    .map(|name| Fault::at(below(name), "unknown-field", "there is no such field")),
            );
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match meant(context, at) {
            Some(errors) => errors.iter().for_each(|error| translate(error, found)),
            None if constants(context, at).len() == context.len() => {
                let message = format!("must be one of {}", constants(context, at).join(", "));
                found.push(Fault::at(at, "not-allowed", message));
            }
            None => found.push(Fault::at(at, "type", "has none of the forms that are allowed here")),
        },
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default();
            let (code, message) = describe(error.kind());
            found.push(Fault::at(below(name), code, format!("its name {message}")));
        }
        Kind::Custom { keyword, message } if keyword == rules::MONEY => {
            found.push(Fault::at(below("amount"), "money-amount", message));
        }
        kind => {
            let (code, message) = describe(kind);
            found.push(Fault::at(at, code, message));
        }
    }
}

/// Of several forms, the one that the client meant: the only one that the value has the shape of.
fn meant<'e>(forms: &'e [Vec<ValidationError<'static>>], at: &str) -> Option<&'e [ValidationError<'static>]> {
    let shape_differs = |error: &ValidationError<'_>| match error.kind() {
        Kind::Type { .. } => error.instance_path().as_str() == at,
        Kind::Constant { .. } => {
            parent(error.instance_path().as_str()) == at || error.instance_path().as_str() == at
        }
        _ => false,
    };
    let mut candidates = forms.iter().filter(|errors| !errors.iter().any(shape_differs));
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// What each form would have to be, of forms that are one value each.
fn constants(forms: &[Vec<ValidationError<'static>>], at: &str) -> Vec<String> {
    let constant = |error: &ValidationError<'_>| match error.kind() {
        Kind::Constant { expected_value } if error.instance_path().as_str() == at => {
            Some(plain(expected_value))
        }
        _ => None,
    };
    forms.iter().filter_map(|errors| errors.iter().find_map(constant)).collect()
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn describe(kind: &Kind) -> (Cow<'static, str>, String) {
    let (code, message) = match kind {
        Kind::Type { kind } => ("type", format!("must be {}", types(kind))),
        Kind::MinLength { limit: 1 } => ("too-short", "must not be empty".to_owned()),
        Kind::MinLength { limit } => ("too-short", format!("must have at least {limit} characters")),
        Kind::MaxLength { limit } => ("too-long", format!("must have at most {limit} characters")),
        Kind::Minimum { limit } => ("too-small", format!("must be at least {limit}")),
        Kind::ExclusiveMinimum { limit } => ("too-small", format!("must be more than {limit}")),
        Kind::Maximum { limit } => ("too-large", format!("must be at most {limit}")),
        Kind::ExclusiveMaximum { limit } => ("too-large", format!("must be less than {limit}")),
        Kind::MinItems { limit } => ("too-few-items", format!("must have at least {limit} items")),
        Kind::MaxItems { limit } => ("too-many-items", format!("must have at most {limit} items")),
        Kind::AdditionalItems { limit } => ("too-many-items", format!("must have at most {limit} items")),
        Kind::MinProperties { limit } => ("too-few-items", format!("must have at least {limit} members")),
        Kind::MaxProperties { limit } => ("too-many-items", format!("must have at most {limit} members")),
        Kind::UniqueItems => ("duplicate-items", "must not list anything twice".to_owned()),
        Kind::MultipleOf { .. } => {
            ("not-a-multiple", "is no multiple of the step that is asked for".to_owned())
        }
        Kind::Pattern { pattern } => ("pattern", format!("must match {pattern}")),
        Kind::Enum { options } => ("not-allowed", format!("must be one of {}", list(options))),
        Kind::Constant { expected_value } => ("not-allowed", format!("must be {expected_value}")),
        Kind::Not { schema } => match schema.get("const") {
            Some(value) => ("not-allowed", format!("must not be {}", plain(value))),
            None => ("invalid", "is not acceptable".to_owned()),
        },
        Kind::Format { format } => return (Cow::Owned(format.clone()), formats::message(format)),
        Kind::FalseSchema => ("unknown-field", "there is no such field".to_owned()),
        _ => ("invalid", "is not acceptable".to_owned()),
    };
    (Cow::Borrowed(code), message)
}

fn types(kind: &TypeKind) -> String {
    let name = |kind: &jsonschema::types::JsonType| match kind.as_str() {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        _ => "null",
    };
    match kind {
        TypeKind::Single(kind) => name(kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| name(&kind)).collect::<Vec<_>>().join(" or "),
    }
}

fn list(options: &Value) -> String {
    options.as_array().into_iter().flatten().map(plain).collect::<Vec<_>>().join(", ")
}

/// A text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
