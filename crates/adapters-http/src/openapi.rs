//! The OpenAPI 3.1 document. paperclip collects operations, parameters, tags, security and routes; the schemas
//! are those of [`crate::schema`], carried through paperclip's model ([`carrier`]); [`lift`] turns its
//! Swagger 2.0 into 3.1 in one pass.

pub(crate) mod carrier;
pub(crate) mod errors;
mod etags;
mod lift;
mod modifiers;
mod notes;

use actix_web::{App, web::Bytes};
use paperclip::{
    actix::OpenApiExt,
    v2::models::{DefaultApiRaw, Info, License, Tag},
};
use serde_json::Value;

pub use self::notes::Notes;
use crate::{
    etag,
    routes::{API, Api},
};

const DESCRIPTION: &str = "A headless shop: accounts, a catalog with stock, and orders.\n\n\
    - **Sign in** at `POST /auth/login` and send the access token as `Authorization: Bearer …`.\n\
    - **Errors** are problems of RFC 9457, `application/problem+json`. Programs switch on `code`; `type` leads to a page \
    that explains it; a request that breaks rules gets all of them at once in `errors`, each with its place.\n\
    - **Money** is an amount as text and a currency of ISO 4217: `{\"amount\": \"19.99\", \"currency\": \"EUR\"}`.\n\
    - **Lists** are paged: send `next_cursor` as `cursor`, with the same filters, until it is `null`.\n\
    - **Repeats** are safe with an `Idempotency-Key`: the same key gives the first answer again, and has no second \
    effect, whatever happened in between.\n\
    - **Quotas** are told with every answer in `RateLimit-Policy` and `RateLimit` (`r` calls are left, `t` seconds until \
    there are more); beyond them it is 429, and `Retry-After` says when there is room again.\n\
    - **Fields** and parameters that do not exist are refused, so that no typo goes unnoticed.";

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
            license: Some(License { name: Some(env!("CARGO_PKG_LICENSE").to_owned()), url: None }),
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
