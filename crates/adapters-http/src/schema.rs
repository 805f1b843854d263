//! One schema for two readers: the JSON schema of a type stands in the OpenAPI document, and the very same one
//! checks what comes in.

mod faults;
mod formats;
mod limits;
mod rules;

use std::{any::TypeId, cell::RefCell, collections::HashMap, rc::Rc};

use jsonschema::{Draft, Validator};
use schemars::{
    JsonSchema,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use crate::problem::{ApiError, Fault};

/// Where the OpenAPI document keeps the schemas that have a name.
pub(crate) const COMPONENTS: &str = "#/components/schemas/";

/// The schema of `T`, and of everything named that it refers to.
pub(crate) fn json_schema<T: JsonSchema>(contract: Contract) -> (Value, Map<String, Value>) {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.contract = contract;
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut schema: Value = generator.subschema_for::<T>().into();
    let mut definitions = generator.take_definitions(true);
    limits::complete(&mut schema);
    definitions.values_mut().for_each(limits::complete);
    (schema, definitions)
}

/// The object that a schema means: itself, or what it refers to.
pub(crate) fn resolve<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| definitions.get(path.strip_prefix(COMPONENTS)?))
        .unwrap_or(schema)
}

/// How a parameter's text becomes a JSON value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Text, and everything that is written as text: ids, instants, amounts.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// A type's schema, compiled.
#[derive(Debug)]
pub(crate) struct Compiled {
    validator: Validator,
    properties: HashMap<String, Kind>,
}

thread_local! {
    static COMPILED: RefCell<HashMap<TypeId, Rc<Compiled>>> = RefCell::default();
}

impl Compiled {
    /// The compiled schema of `T`; made once in each thread.
    ///
    /// # Errors
    /// 500 when the schema is no schema, which is a fault of the type's attributes.
    pub(crate) fn of<T: JsonSchema + 'static>() -> Result<Rc<Self>, ApiError> {
        let id = TypeId::of::<T>();
        if let Some(known) = COMPILED.with_borrow(|compiled| compiled.get(&id).cloned()) {
            return Ok(known);
        }
        let compiled = Rc::new(Self::compile::<T>()?);
        COMPILED.with_borrow_mut(|all| all.insert(id, Rc::clone(&compiled)));
        Ok(compiled)
    }

    fn compile<T: JsonSchema>() -> Result<Self, ApiError> {
        let (mut schema, definitions) = json_schema::<T>(Contract::Deserialize);
        let properties = resolve(&schema, &definitions)
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, property)| (name.clone(), kind(property, &definitions)))
            .collect();
        if let Some(root) = schema.as_object_mut() {
            root.insert("components".into(), json!({ "schemas": definitions }));
        }
        limits::for_validation(&mut schema);
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = rules::register(formats::register(options))
            .build(&schema)
            .map_err(|error| ApiError::internal(format!("{}: {error}", T::schema_name())))?;
        Ok(Self { validator, properties })
    }

    /// Every fault of `value`.
    pub(crate) fn faults(&self, value: &Value) -> Vec<Fault> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for error in self.validator.iter_errors(value) {
            faults::translate(&error, &mut found);
        }
        found
    }

    /// How the property is written in a query, when there is a property of that name.
    pub(crate) fn property(&self, name: &str) -> Option<Kind> {
        self.properties.get(name).copied()
    }
}

fn kind(property: &Value, definitions: &Map<String, Value>) -> Kind {
    let property = resolve(property, definitions);
    let is = |wanted: &str| match property.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    };
    if is("integer") {
        Kind::Integer
    } else if is("boolean") {
        Kind::Boolean
    } else {
        Kind::Text
    }
}
