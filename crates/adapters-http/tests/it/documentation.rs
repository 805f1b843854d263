//! The OpenAPI document, its examples, the explorer, and the routes that run the server.

mod examples;
mod walk;

use std::collections::BTreeSet;

use actix_web::http::Method;
use adapters_http::{document, openapi_document};
use serde_json::{Value, json};

use crate::demo::{API, request, server};

pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    })
}

pub(crate) fn operation<'d>(document: &'d Value, id: &str) -> &'d Value {
    operations(document).find(|(.., operation)| operation["operationId"] == id).unwrap().2
}

#[test]
fn every_example_fits_its_schema() {
    for api in [&API, &adapters_http::API] {
        let document = document(api, "1");
        let mut seen = 0;
        for (path, method, operation) in operations(&document) {
            let request = operation["requestBody"]["content"].as_object().into_iter().flatten();
            let responses = operation["responses"].as_object().unwrap().values();
            let media = request.chain(responses.flat_map(|r| r["content"].as_object().into_iter().flatten()));
            for (_, media) in media {
                for (name, example) in media["examples"].as_object().into_iter().flatten() {
                    let mut schema = media["schema"].clone();
                    schema["components"] = document["components"].clone();
                    let validator = jsonschema::validator_for(&schema).unwrap();
                    let faults: Vec<_> =
                        validator.iter_errors(&example["value"]).map(|error| error.to_string()).collect();
                    assert!(faults.is_empty(), "{method} {path} {name}: {faults:?}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 20, "{seen}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document(&API, "1");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{name}");
    }
    assert!(!text.contains("x-carried") && !text.contains("#/definitions/"));
}

#[test]
fn operations_say_what_they_need_and_what_can_happen() {
    let document = document(&API, "1");
    let create = operation(&document, "createThing");
    assert_eq!(create["security"], json!([{ "bearer": [] }]));
    assert_eq!(create["x-permission"], "products:write");
    assert_eq!(create["tags"], json!(["Things"]));
    assert_eq!(create["summary"], "Make a thing");
    let statuses: Vec<_> = create["responses"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(statuses, ["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"]);
    let quota = &create["responses"]["429"]["headers"];
    assert!(["Retry-After", "RateLimit", "RateLimit-Policy"].iter().all(|name| quota[name].is_object()));
    let conflicts =
        create["responses"]["409"]["content"]["application/problem+json"]["examples"].as_object().unwrap();
    assert!(conflicts.contains_key("sku-taken") && conflicts.contains_key("idempotency-in-progress"));
    assert!(create["responses"]["201"]["headers"]["Location"]["schema"].is_object());
    assert_eq!(create["requestBody"]["required"], true);
    assert_eq!(operation(&document, "getThing")["security"], json!([{}, { "bearer": [] }]));
    assert_eq!(operation(&document, "listThings")["security"], json!([]));
    assert_eq!(operation(&document, "touch")["requestBody"]["required"], false);
    let patch = operation(&document, "changeThing")["requestBody"]["content"].as_object().unwrap();
    assert!(patch.contains_key("application/merge-patch+json") && patch.contains_key("application/json"));
}

#[test]
fn schemas_show_the_limits_that_are_checked() {
    let document = document(&API, "1");
    let schemas = &document["components"]["schemas"];
    let thing = &schemas["ThingBody"];
    assert_eq!(thing["additionalProperties"], false);
    assert_eq!(thing["properties"]["quantity"]["maximum"], 999);
    assert_eq!(thing["properties"]["sku"]["maxLength"], 64);
    assert_eq!(thing["properties"]["tags"]["maxItems"], 3);
    assert_eq!(thing["properties"]["serial"]["maximum"], i64::MAX);
    let list = operation(&document, "listThings");
    let limit = list["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "limit").unwrap();
    assert_eq!(limit["schema"]["maximum"], 100);
    let path = &operation(&document, "getThing")["parameters"][0];
    assert_eq!(
        (&path["in"], &path["required"], &path["schema"]["format"]),
        (&json!("path"), &json!(true), &json!("uuid"))
    );
    assert!(schemas.get("ThingFilter").is_none(), "parameters are no schemas of their own");
    assert!(schemas["Problem"]["properties"]["errors"].is_object());
}

#[actix_web::test]
async fn the_document_is_served_with_a_tag() {
    let server = server().await;
    let got = server.get("/openapi.json").await;
    assert_eq!(got.json(), document(&API, "1.2.3"));
    assert_eq!(
        (got.header("content-type"), got.header("cache-control")),
        ("application/json", "public, max-age=0, must-revalidate")
    );
    let again = request(Method::GET, "/openapi.json").insert_header(("if-none-match", got.header("etag")));
    assert_eq!(server.call(again).await.status, 304);
}

#[test]
fn what_is_printed_is_what_is_served() {
    let printed = openapi_document();
    assert_eq!(
        serde_json::from_str::<Value>(&printed).unwrap(),
        document(&adapters_http::API, env!("CARGO_PKG_VERSION"))
    );
    assert!(
        printed.starts_with("{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n    \"version\""),
        "{}",
        &printed[..80]
    );
}

#[actix_web::test]
async fn the_explorer_comes_from_the_binary() {
    let server = server().await;
    let page = server.get("/docs").await;
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let html = String::from_utf8(page.bytes).unwrap();
    let paths: BTreeSet<_> =
        html.split(['"']).filter(|text| text.starts_with("/docs/") || *text == "/openapi.json").collect();
    assert_eq!(paths.len(), 5);
    for path in paths {
        for (accept, encoding) in [("identity", ""), ("gzip", "gzip")] {
            let got =
                server.call(request(Method::GET, path).insert_header(("accept-encoding", accept))).await;
            assert_eq!((got.status.as_u16(), got.header("content-encoding")), (200, encoding), "{path}");
            assert!(!got.bytes.is_empty());
        }
    }
    assert_eq!(server.get("/docs/../Cargo.toml").await.status, 404);
    assert_eq!(server.get("/docs/nothing.js").await.code(), "not-found");
}

#[actix_web::test]
async fn the_server_introduces_itself() {
    let server = server().await;
    let index = server.get("/").await.json();
    assert_eq!(
        (&index["name"], &index["version"], &index["links"]["docs"]),
        (&json!("Stoa"), &json!("1.2.3"), &json!("/docs"))
    );
    assert_eq!(server.get("/healthz").await.bytes, b"ok");
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.bytes.as_slice()), (503, b"migrations".as_slice()));
}
