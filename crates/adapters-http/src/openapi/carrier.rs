//! A whole JSON schema travels through paperclip's Swagger 2.0 model in the `example` of a marked schema.

use std::collections::BTreeMap;

use paperclip::v2::models::{
    DefaultOperationRaw, DefaultSchemaRaw, Either, Parameter, ParameterIn, Response,
};
use schemars::{JsonSchema, generate::Contract};
use serde_json::{Map, Value, json};

use crate::schema::{COMPONENTS, json_schema, resolve};

/// Marks a schema that carries another one.
const MARK: &str = "x-carried";
/// The key of a response that stands for every problem of an operation.
pub(crate) const PROBLEMS: &str = "default";
/// The name of a parameter that is none: it carries the permission that an operation needs.
pub(crate) const PERMISSION: &str = "x-permission";

type Definitions = BTreeMap<String, DefaultSchemaRaw>;

/// Packs any JSON.
pub(crate) fn carry(cargo: Value) -> DefaultSchemaRaw {
    DefaultSchemaRaw { title: Some(MARK.to_owned()), example: Some(cargo), ..DefaultSchemaRaw::default() }
}

/// Unpacks whatever is packed in `value`.
pub(crate) fn unpack(value: &mut Value) {
    match value {
        Value::Object(members) if members.get("title").is_some_and(|title| title == MARK) => {
            *value = members.remove("example").unwrap_or_default();
        }
        Value::Object(members) => members.values_mut().for_each(unpack),
        Value::Array(items) => items.iter_mut().for_each(unpack),
        _ => {}
    }
}

/// Adds a response with the schema of `T`.
pub(crate) fn respond<T: JsonSchema>(operation: &mut DefaultOperationRaw, status: &str, what: &str) {
    respond_with(operation, status, what, Some(json_schema::<T>(Contract::Serialize).0));
}

/// Adds a response with this schema.
pub(crate) fn respond_with(
    operation: &mut DefaultOperationRaw,
    status: &str,
    what: &str,
    schema: Option<Value>,
) {
    let response =
        Response { description: Some(what.to_owned()), schema: schema.map(carry), ..Response::default() };
    operation.responses.insert(status.to_owned(), Either::Right(response));
}

/// Adds what replies of `T` refer to.
pub(crate) fn define_reply<T: JsonSchema>(definitions: &mut Definitions) {
    define(definitions, json_schema::<T>(Contract::Serialize).1);
}

/// Adds what requests of `T` refer to.
pub(crate) fn define_request<T: JsonSchema>(definitions: &mut Definitions) {
    define(definitions, json_schema::<T>(Contract::Deserialize).1);
}

/// Adds a body of `T`, in one of the media types.
pub(crate) fn body<T: JsonSchema>(operation: &mut DefaultOperationRaw, types: &[&str], required: bool) {
    let schema = json_schema::<T>(Contract::Deserialize).0;
    operation.parameters.push(Either::Right(Parameter {
        in_: ParameterIn::Body,
        name: "body".to_owned(),
        required,
        schema: Some(carry(json!({ "types": types, "schema": schema }))),
        ..Parameter::default()
    }));
}

/// Adds a parameter with this schema.
pub(crate) fn parameter(
    operation: &mut DefaultOperationRaw,
    place: ParameterIn,
    name: &str,
    description: &str,
    schema: Value,
) {
    operation.parameters.push(Either::Right(Parameter {
        in_: place,
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: place == ParameterIn::Path,
        schema: Some(carry(schema)),
        ..Parameter::default()
    }));
}

/// Adds a parameter for each field of `T`.
pub(crate) fn parameters<T: JsonSchema>(operation: &mut DefaultOperationRaw, place: ParameterIn) {
    let (schema, definitions) = json_schema::<T>(Contract::Deserialize);
    let object = resolve(&schema, &definitions);
    let required = |name: &str| {
        place == ParameterIn::Path
            || object
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|n| n == name))
    };
    for (name, field) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let mut field = field.clone();
        let description = field.as_object_mut().and_then(|members| members.remove("description"));
        without_null(&mut field);
        operation.parameters.push(Either::Right(Parameter {
            in_: place,
            name: name.clone(),
            description: description.as_ref().and_then(Value::as_str).map(str::to_owned),
            required: required(name),
            schema: Some(carry(field)),
            ..Parameter::default()
        }));
    }
}

/// Adds what the fields of `T` refer to; not `T` itself, which is no schema of its own.
pub(crate) fn define_parameters<T: JsonSchema>(definitions: &mut Definitions) {
    let (schema, mut own) = json_schema::<T>(Contract::Deserialize);
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(COMPONENTS));
    if let Some(name) = name {
        own.remove(name);
    }
    define(definitions, own);
}

fn define(definitions: &mut Definitions, schemas: Map<String, Value>) {
    definitions.extend(schemas.into_iter().map(|(name, schema)| (name, carry(schema))));
}

/// An absent parameter is not a null one.
fn without_null(schema: &mut Value) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            if let Some(members) = schema.as_object_mut() {
                members.insert("type".to_owned(), only);
            }
        }
    }
    if let Some(Value::Array(forms)) = schema.get_mut("anyOf") {
        forms.retain(|form| form.get("type").is_none_or(|name| name != "null"));
        if let [only] = forms.as_slice() {
            *schema = only.clone();
        }
    }
}
