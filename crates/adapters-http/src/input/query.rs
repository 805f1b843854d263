//! Query parameters, checked as if they were a flat JSON object.

use std::borrow::Cow;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Checked, IntoCommand, check, read};
use crate::{
    json::normalise,
    problem::{ApiError, Fault, Faults},
    schema::{Compiled, Kind},
};

/// The command that the query means. Extraction fails with every fault of it in one 422.
#[derive(Debug)]
pub struct Query<T: IntoCommand>(pub T::Command);

impl<T: IntoCommand> Unpin for Query<T> {}

impl<T: IntoCommand> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut faults = Faults::default();
        let parameters = parameters(request.query_string(), &mut faults);
        let command = command::<T>(parameters, &mut faults);
        check(request, command.map(|command| (command.map(Self), faults)))
    }
}

/// No parameters at all: whatever is sent is a fault.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

crate::plain_command!(NoQuery);

/// Names and values, decoded, each name once.
pub(crate) type Parameters = Vec<(String, String)>;

/// The parameters of a query; what can't be decoded, has a NUL or comes twice is a fault.
pub(crate) fn parameters(query: &str, faults: &mut Faults) -> Parameters {
    let mut parameters = Parameters::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decode(name) else {
            faults.push(Fault::parameter(name, "invalid-encoding", "is not percent-encoded UTF-8"));
            continue;
        };
        if parameters.iter().any(|(known, _)| *known == name) {
            faults.push(Fault::parameter(name, "repeated", "must not be given twice"));
            continue;
        }
        match decode(value) {
            Some(value) if value.contains('\0') => {
                faults.push(Fault::parameter(
                    &name,
                    "null-character",
                    "must not contain the character U+0000",
                ));
                parameters.push((name, value));
            }
            Some(value) => parameters.push((name, value)),
            None => faults.push(Fault::parameter(name, "invalid-encoding", "is not percent-encoded UTF-8")),
        }
    }
    parameters
}

/// The command that the parameters mean.
///
/// # Errors
/// 500 when the type's schema is broken.
pub(crate) fn command<T: IntoCommand>(
    parameters: Parameters,
    faults: &mut Faults,
) -> Result<Option<T::Command>, ApiError> {
    let mut found = Faults::default();
    let tree = tree::<T>(parameters)?;
    let command = read::<T>(tree, &mut found, T::into_command)?;
    for fault in found.into_vec() {
        faults.push(fault.into_parameter());
    }
    Ok(command)
}

fn tree<T: JsonSchema + 'static>(parameters: Parameters) -> Result<Value, ApiError> {
    let schema = Compiled::of::<T>()?;
    let members: Map<String, Value> = parameters
        .into_iter()
        .map(|(name, text)| {
            let value = match schema.property(&name) {
                Some(Kind::Integer) => integer(&text).unwrap_or(Value::String(text)),
                Some(Kind::Boolean) if text == "true" => Value::Bool(true),
                Some(Kind::Boolean) if text == "false" => Value::Bool(false),
                _ => Value::String(text),
            };
            (name, value)
        })
        .collect();
    Ok(Value::Object(members))
}

/// Digits, perhaps after a minus; no plus, no blanks, no exponent.
fn integer(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse::<i64>().ok().map(Value::from) } else { None }
}

fn decode(raw: &str) -> Option<String> {
    let spaced = if raw.contains('+') { Cow::Owned(raw.replace('+', " ")) } else { Cow::Borrowed(raw) };
    percent_decode_str(&spaced).decode_utf8().ok().map(normalise)
}
