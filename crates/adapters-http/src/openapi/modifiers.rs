//! What each extractor and each reply type adds to its operation's documentation.

use std::collections::BTreeMap;

use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{
            DataType, DefaultOperationRaw, DefaultSchemaRaw, Either, Header, ParameterIn, SecurityScheme,
        },
        schema::Apiv2Schema,
    },
};
use schemars::JsonSchema;
use serde_json::json;

use super::carrier;
use crate::{
    asked::{Asked, GuestToken, Shown},
    caller::{Allowed, Need, SignedIn, Visitor},
    etag::IfMatch,
    idempotency::{IDEMPOTENCY_KEY, Idempotent},
    input::{Body, IntoCommand, JSON, JSON_PATCH, Patch, Path, Query, Upload},
    pagination::{DEFAULT_LIMIT, ListQuery, MAX_LIMIT, Paged},
    reply::{Answered, Done, Media, Reply, Stream},
};

type Definitions = BTreeMap<String, DefaultSchemaRaw>;
type Operation = DefaultOperationRaw;

impl<T: IntoCommand> Apiv2Schema for Body<T> {}
impl<T: IntoCommand> OperationModifier for Body<T> {
    fn update_parameter(operation: &mut Operation) {
        carrier::body::<T>(operation, JSON, !T::BODY_OPTIONAL);
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_request::<T>(definitions);
    }
}

impl<T: IntoCommand> Apiv2Schema for Patch<T> {}
impl<T: IntoCommand> OperationModifier for Patch<T> {
    fn update_parameter(operation: &mut Operation) {
        carrier::body::<T>(operation, JSON_PATCH, !T::BODY_OPTIONAL);
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_request::<T>(definitions);
    }
}

impl<M> Apiv2Schema for Upload<M> {}
impl<M: Media> OperationModifier for Upload<M> {
    fn update_parameter(operation: &mut Operation) {
        carrier::body::<String>(operation, M::ALL, true);
    }
}

impl<T: IntoCommand> Apiv2Schema for Query<T> {}
impl<T: IntoCommand> OperationModifier for Query<T> {
    fn update_parameter(operation: &mut Operation) {
        carrier::parameters::<T>(operation, ParameterIn::Query);
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_parameters::<T>(definitions);
    }
}

impl<T: ListQuery> Apiv2Schema for Paged<T> {}
impl<T: ListQuery> OperationModifier for Paged<T> {
    fn update_parameter(operation: &mut Operation) {
        carrier::parameters::<T>(operation, ParameterIn::Query);
        let limit =
            json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT });
        carrier::parameter(operation, ParameterIn::Query, "limit", "How many rows at most", limit);
        let what = "Where to go on: `next_cursor` of the page before, with the same filters";
        carrier::parameter(operation, ParameterIn::Query, "cursor", what, json!({ "type": "string" }));
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_parameters::<T>(definitions);
    }
}

impl<T> Apiv2Schema for Path<T> {}
impl<T: JsonSchema> OperationModifier for Path<T> {
    fn update_parameter(operation: &mut Operation) {
        carrier::parameters::<T>(operation, ParameterIn::Path);
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_parameters::<T>(definitions);
    }
}

impl Apiv2Schema for Idempotent {}
impl OperationModifier for Idempotent {
    fn update_parameter(operation: &mut Operation) {
        let what = "A name for this call: repeated with the same key, it has no second effect";
        let schema = json!({ "type": "string", "pattern": "^[!-~]{1,255}$" });
        carrier::parameter(operation, ParameterIn::Header, IDEMPOTENCY_KEY, what, schema);
    }
}

impl Apiv2Schema for IfMatch {}
impl OperationModifier for IfMatch {
    fn update_parameter(operation: &mut Operation) {
        let what = "The `ETag` that was read: the change is refused when the version has moved on";
        carrier::parameter(operation, ParameterIn::Header, "If-Match", what, json!({ "type": "string" }));
    }
}

macro_rules! caller_modifier {
    ($schemes:expr) => {
        fn update_security(operation: &mut Operation) {
            operation.security = $schemes;
        }

        fn update_security_definitions(_: &mut BTreeMap<String, SecurityScheme>) {}
    };
}

fn bearer() -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([("bearer".to_owned(), Vec::new())])
}

impl Apiv2Schema for SignedIn {}
impl OperationModifier for SignedIn {
    caller_modifier!(vec![bearer()]);
}

impl Apiv2Schema for Visitor {}
impl OperationModifier for Visitor {
    caller_modifier!(vec![BTreeMap::new(), bearer()]);
}

impl<H> Apiv2Schema for Asked<H> {}
impl<H: GuestToken> OperationModifier for Asked<H> {
    fn update_parameter(operation: &mut Operation) {
        Shown::<H>::update_parameter(operation);
    }

    caller_modifier!(vec![BTreeMap::new(), bearer()]);
}

impl<H> Apiv2Schema for Shown<H> {}
impl<H: GuestToken> OperationModifier for Shown<H> {
    fn update_parameter(operation: &mut Operation) {
        let schema = json!({ "type": "string" });
        carrier::parameter(operation, ParameterIn::Header, H::HEADER, H::WHAT, schema);
    }
}

impl<P> Apiv2Schema for Allowed<P> {}
impl<P: Need> OperationModifier for Allowed<P> {
    fn update_parameter(operation: &mut Operation) {
        let name = P::PERMISSION.name();
        let schema = json!(name);
        carrier::parameter(operation, ParameterIn::Header, carrier::PERMISSION, name, schema);
    }

    caller_modifier!(vec![bearer()]);
}

impl<T, const STATUS: u16> Apiv2Schema for Reply<T, STATUS> {}
impl<T: JsonSchema, const STATUS: u16> OperationModifier for Reply<T, STATUS> {
    fn update_response(operation: &mut Operation) {
        document_reply::<T>(operation, STATUS);
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_reply::<T>(definitions);
    }
}

impl<T, const STATUS: u16, const OTHER: u16> Apiv2Schema for Answered<T, STATUS, OTHER> {}
impl<T: JsonSchema, const STATUS: u16, const OTHER: u16> OperationModifier for Answered<T, STATUS, OTHER> {
    fn update_response(operation: &mut Operation) {
        for status in [STATUS, OTHER] {
            document_reply::<T>(operation, status);
            let what = "`true` when the call was answered before and this is that answer";
            add_header(operation, status, "Idempotency-Replayed", what);
        }
    }

    fn update_definitions(definitions: &mut Definitions) {
        carrier::define_reply::<T>(definitions);
    }
}

impl<const STATUS: u16> Apiv2Schema for Done<STATUS> {}
impl<const STATUS: u16> OperationModifier for Done<STATUS> {
    fn update_response(operation: &mut Operation) {
        carrier::respond_with(operation, &STATUS.to_string(), reason(STATUS), None);
    }
}

impl<M> Apiv2Schema for Stream<M> {}
impl<M: Media> OperationModifier for Stream<M> {
    fn update_response(operation: &mut Operation) {
        let kind = if M::MIME == "application/json" { "object" } else { "string" };
        let schema = json!({ "x-media": M::ALL, "type": kind });
        carrier::respond_with(operation, "200", M::WHAT, Some(schema));
    }
}

fn document_reply<T: JsonSchema>(operation: &mut Operation, status: u16) {
    carrier::respond::<T>(operation, &status.to_string(), reason(status));
    if status == 201 {
        add_header(operation, status, "Location", "The path of the new resource");
    }
}

fn add_header(operation: &mut Operation, status: u16, name: &str, what: &str) {
    if let Some(Either::Right(response)) = operation.responses.get_mut(&status.to_string()) {
        let header = Header {
            description: Some(what.to_owned()),
            data_type: Some(DataType::String),
            ..Header::default()
        };
        response.headers.insert(name.to_owned(), header);
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "Done",
        201 => "Created",
        202 => "Accepted",
        204 => "Done; nothing to show",
        _ => "Answered",
    }
}
