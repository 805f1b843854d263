//! The OpenAPI 3.1 document. paperclip collects operations, parameters, tags, security and routes; the schemas
//! are those of [`crate::schema`], carried through paperclip's model ([`carrier`]); [`lift`] turns its
//! Swagger 2.0 into 3.1 in one pass.

pub(crate) mod carrier;
pub(crate) mod errors;
mod lift;
mod modifiers;
mod notes;

use actix_web::{App, web::Bytes};
use paperclip::{
    actix::OpenApiExt,
    v2::models::{DefaultApiRaw, Info, Tag},
};
use serde_json::Value;

pub use self::notes::Notes;
use crate::{
    etag,
    routes::{API, Api},
};

const DESCRIPTION: &str = "A headless shop: catalog with price history, stock, carts, checkout and orders.\n\n\
    Every error is a problem of RFC 9457; its `type` leads to a page that explains it. Lists are paged by \
    cursor. Writes take an `Idempotency-Key`, edits an `If-Match`. Sign in at `POST /auth/login` and send the \
    access token as bearer.";

/// The document of this server's API, as people read it: JSON, indented.
pub fn openapi_document() -> String {
    format!("{:#}", document(&API, env!("CARGO_PKG_VERSION")))
}

/// The document for `api`, as JSON.
pub fn document(api: &Api, version: &str) -> Value {
    let mut notes = Notes::default();
    (api.notes)(&mut notes);
    let tag = |(name, description): &(&str, &str)| Tag {
        name: (*name).to_owned(),
        description: Some((*description).to_owned()),
        external_docs: None,
    };
    let base = DefaultApiRaw {
        info: Info {
            title: "Stoa".to_owned(),
            version: version.to_owned(),
            description: Some(DESCRIPTION.to_owned()),
            ..Info::default()
        },
        tags: notes.tags().iter().map(tag).collect(),
        ..DefaultApiRaw::default()
    };
    let mut document = Value::Null;
    App::new().wrap_api_with_spec(base).configure(api.routes).with_raw_json_spec(|app, collected| {
        document = lift::lift(collected, &notes);
        app
    });
    document
}

/// The document as it is served.
pub(crate) struct Document {
    /// Its bytes.
    pub(crate) body: Bytes,
    /// Its entity tag.
    pub(crate) tag: String,
}

impl Document {
    pub(crate) fn new(document: &Value) -> Self {
        let body = Bytes::from(document.to_string());
        Self { tag: etag::tag(0, &body), body }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_note_is_about_an_operation_that_exists() {
        let document = document(&API, "0");
        let paths = document["paths"].as_object().unwrap().values();
        let operations: HashSet<_> = paths
            .flat_map(|item| item.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        let mut notes = Notes::default();
        (API.notes)(&mut notes);
        for operation in notes.operations() {
            assert!(operations.contains(operation), "there is no operation {operation}");
        }
    }
}
