//! A walk over the document: every operation is described whole, and answers as it says.

use std::collections::HashSet;

use actix_web::{http::Method, test::TestRequest};
use adapters_http::{API, document};
use serde_json::{Value, json};

use super::operations;
use crate::{
    demo::{as_who, request},
    doubles::{Doubles, shop},
};

/// The call that a method and a path template mean, with an id that nothing has.
fn call(method: &str, path: &str, who: Option<&str>) -> TestRequest {
    let path = path
        .replace("{id}", "018f4d9e-0000-7000-8000-0000000000ff")
        .replace("{code}", "not-found")
        .replace("{currency}", "EUR")
        .replace("{file}", "docs.js");
    let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
    let call = match who {
        Some(who) => as_who(who, method.clone(), &path),
        None => request(method.clone(), &path),
    };
    if method == Method::GET {
        call
    } else {
        call.insert_header(("content-type", "application/json")).set_payload("{}")
    }
}

#[test]
fn every_operation_is_described_whole() {
    let document = document(&API, "1");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    assert_eq!(tags, ["Accounts", "Catalog", "Inventory", "Carts", "Orders", "Events", "Operations"]);
    let order: Vec<_> =
        operations(&document).map(|(.., operation)| operation["operationId"].as_str().unwrap()).collect();
    let first = ["register", "logIn", "refresh", "logOut", "listSessions", "endSession"];
    assert_eq!(order[..6], first, "as a newcomer would read them");
    let mut ids = HashSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{method} {path}");
        assert!(
            id.bytes().all(|byte| byte.is_ascii_alphanumeric()) && id.starts_with(char::is_lowercase),
            "{id}"
        );
        let summary = operation["summary"].as_str().unwrap();
        assert!(!summary.ends_with('.') && summary.len() < 60, "{id}: {summary}");
        assert!(tags.contains(&&operation["tags"][0]), "{id}");
        assert!(operation["security"].is_array(), "{id} says whether it needs a token");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{id}");
        assert!(answers.values().all(|answer| !answer["description"].as_str().unwrap().is_empty()), "{id}");
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        for name in path.split('/').filter_map(|step| step.strip_prefix('{')) {
            let name = name.trim_end_matches('}');
            assert!(
                parameters.iter().any(|p| p["in"] == "path" && p["name"] == name && p["required"] == true),
                "{path}"
            );
        }
        for parameter in parameters {
            assert!(parameter["schema"].is_object(), "{id} {parameter}");
            assert!(parameter["in"] == "path" || parameter["description"].is_string(), "{id} {parameter}");
        }
    }
}

#[test]
fn every_body_has_an_example_and_takes_nothing_unknown() {
    let document = document(&API, "1");
    let schemas = &document["components"]["schemas"];
    for (path, _, operation) in operations(&document) {
        if let Some(body) = operation.get("requestBody") {
            let content = body["content"].as_object().unwrap();
            let shown = |media: &Value| media["examples"].as_object().is_some_and(|all| !all.is_empty());
            assert!(content.values().any(shown), "{path}");
            // What is streamed in is text.
            let names = content.values().filter_map(|media| media["schema"]["$ref"].as_str());
            for name in names.map(|schema| schema.rsplit('/').next().unwrap()) {
                assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
            }
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let content = answer["content"].as_object().into_iter().flatten();
            for (media, content) in content.filter(|(media, _)| media.ends_with("json")) {
                let schema = &content["schema"];
                let typed = schema.get("$ref").is_some();
                assert!(!typed || content["examples"].is_object(), "{path} {status} {media}");
            }
        }
    }
}

#[actix_web::test]
async fn what_needs_a_token_is_401_without_one() {
    let document = document(&API, "1");
    let server = shop(Doubles::default()).await;
    let mut seen = 0;
    for (path, method, operation) in operations(&document) {
        if operation["security"] != json!([{ "bearer": [] }]) {
            continue;
        }
        let got = server.call(call(method, path, None)).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (401, "unauthenticated"), "{method} {path}");
        assert!(operation["responses"]["401"].is_object(), "{method} {path}");
        seen += 1;
    }
    assert!(seen > 0);
}

#[actix_web::test]
async fn what_needs_a_permission_is_403_without_it() {
    let document = document(&API, "1");
    let server = shop(Doubles::default()).await;
    let mut permissions = Vec::new();
    for (path, method, operation) in operations(&document) {
        if let Some(permission) = operation["x-permission"].as_str() {
            permissions.push(permission);
            let got = server.call(call(method, path, Some("customer"))).await;
            assert_eq!((got.status.as_u16(), got.code().as_str()), (403, "forbidden"), "{method} {path}");
            assert!(got.json()["detail"].as_str().unwrap().contains(permission));
            assert!(operation["responses"]["403"].is_object(), "{method} {path}");
        }
    }
    assert!(!permissions.is_empty());
}

#[actix_web::test]
async fn what_takes_a_tag_gives_one_and_spares_the_answer() {
    let document = document(&API, "1");
    let server = shop(Doubles::default()).await;
    let takes = |operation: &Value| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.into_iter().any(|parameter| parameter["name"] == "If-None-Match")
    };
    let needs_nothing = |operation: &Value| {
        !["Catalog", "Carts", "Orders"].iter().any(|tag| operation["tags"][0] == *tag)
            && operation["security"] != json!([{ "bearer": [] }])
    };
    let operations =
        operations(&document).filter(|(.., operation)| takes(operation) && needs_nothing(operation));
    let mut seen = 0;
    for (path, method, operation) in operations {
        let got = server.call(call(method, path, None)).await;
        let again = call(method, path, None).insert_header(("if-none-match", got.header("etag")));
        assert_eq!(server.call(again).await.status, 304, "{method} {path}");
        assert!(
            operation["responses"]["304"].is_object()
                && operation["responses"]["200"]["headers"]["ETag"].is_object()
        );
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[actix_web::test]
async fn every_documented_path_is_there_and_its_methods_are_all() {
    let document = document(&API, "1");
    let server = shop(Doubles::default()).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let got = server.call(call("options", path, None)).await;
        let mut expected: Vec<String> =
            item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        if expected.contains(&"GET".to_owned()) {
            expected.push("HEAD".to_owned());
        }
        expected.push("OPTIONS".to_owned());
        expected.sort();
        assert_eq!((got.status.as_u16(), got.header("allow")), (204, expected.join(", ").as_str()), "{path}");
    }
}
