//! Who may call what: every operation of the document, called by everybody, against one reviewed table
//! (`authorisation/matrix.md`).
//!
//! A new operation needs a row there. Its call is made of the document: the path with ids of things that are made for it
//! (`authorisation/stage.rs`), and the first example of its body. What the example can't know is said in
//! `authorisation/samples.rs`.

mod matrix;
mod sample;
mod samples;
mod stage;

use std::collections::BTreeSet;

use domain::accounts::{Permission, Role};
use serde_json::{Value, json};

use self::{
    matrix::{Row, rows},
    sample::Sample,
    stage::{Stage, Who},
};
use crate::{
    program::{stoa, succeed},
    wire::Answer,
};

/// Members that no customer ever sees, and what nobody does.
const STAFF_ONLY: [&str; 3] = ["changed_by", "on_hand", "reserved"];
const NOBODYS: [&str; 5] = ["password_hash", "password", "token_digest", "refresh_digest", "pepper"];

/// What nobody sets by naming it.
const NOT_ASSIGNABLE: [&str; 8] =
    ["id", "roles", "price", "total", "status", "version", "customer_id", "created_at"];

fn document() -> Value {
    let directory = tempfile::tempdir().unwrap();
    serde_json::from_str(&succeed(stoa(directory.path()).arg("openapi"))).unwrap()
}

/// Every operation: its route, as `GET /orders/{id}`, and what the document says of it.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &'_ Value)| -> Vec<_> {
        let operations = item.as_object().unwrap().keys();
        operations.map(|method| (path.clone(), method.clone())).collect()
    };
    let routes: Vec<_> = paths.iter().flat_map(of_path).collect();
    routes
        .into_iter()
        .map(|(path, method)| {
            (format!("{} {path}", method.to_uppercase()), &document["paths"][&path][&method])
        })
        .collect()
}

#[test]
fn the_matrix_has_every_operation_with_its_route_and_permission_and_no_other() {
    // R022
    let document = document();
    let operations = operations(&document);
    let rows = rows();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let named = operations.iter().find(|(_, operation)| operation["operationId"] == *row.operation);
        let (route, operation) = named.unwrap_or_else(|| panic!("there is no {}", row.operation));
        assert_eq!(row.route(), *route, "{}", row.operation);
        let permission = operation["x-permission"].as_str();
        assert!(
            permission == row.permission() || (permission.is_none() && row.is_special()),
            "{} needs {permission:?}",
            row.operation
        );
        for (who, status) in row.cells() {
            assert!(
                operation["responses"][status.to_string()].is_object(),
                "the document knows no {status} of {}, which {} gets",
                row.operation,
                who.name()
            );
        }
        assert!(seen.insert((row.operation.clone(), row.call.clone())), "{} has two rows", row.call);
    }
    for (route, operation) in &operations {
        let id = operation["operationId"].as_str().unwrap();
        assert!(
            rows.iter().any(|row| row.operation == id),
            "authorisation/matrix.md has no row for {id}, {route}"
        );
    }
}

#[test]
fn the_matrix_says_the_same_as_the_table_of_roles_and_permissions() {
    // R022
    for row in rows() {
        let Some(name) = row.permission() else { continue };
        let permission = Permission::ALL.into_iter().find(|permission| permission.name() == name).unwrap();
        for (who, status) in row.cells() {
            let expected = match who.role() {
                None => status == 401 || (row.is_special() && status >= 400),
                Some(role) if role.permissions().contains(&permission) => status < 400,
                Some(Role::Customer) if who == Who::Owner && row.is_special() => true,
                Some(_) => status == 403 || (row.is_special() && status == 404),
            };
            assert!(expected, "{} needs {name}, and {} gets {status}", row.call, who.name());
        }
    }
}

#[test]
fn everybody_gets_at_every_operation_what_the_matrix_says() {
    // R022, R023, R026
    let document = document();
    let operations = operations(&document);
    let stage = Stage::open();
    let mut wrong = String::new();
    for row in rows() {
        let (_, operation) =
            operations.iter().find(|(_, operation)| operation["operationId"] == *row.operation).unwrap();
        let statuses = played(&stage, &row, operation);
        if statuses != row.statuses {
            wrong.push_str(&format!("\n{}", row.line(&statuses)));
        }
    }
    assert!(wrong.is_empty(), "the server answers otherwise than the matrix says, namely:{wrong}");
    stage.shop.check();
}

/// What everybody gets; first those who should be refused, whose calls have no effect.
fn played(stage: &Stage, row: &Row, operation: &Value) -> Vec<u16> {
    let (refused, admitted): (Vec<_>, Vec<_>) = row.cells().partition(|(_, status)| *status >= 400);
    let calls: Vec<_> =
        refused.iter().map(|(who, _)| (*who, samples::sample(stage, row, operation, *who))).collect();
    let before = stage.fingerprint();
    let answers: Vec<_> = calls
        .iter()
        .map(|(who, sample)| {
            let answer = sample.call(&stage.shop).send();
            if answer.status == 404 {
                is_as_unknown_as_anything(stage, sample, &answer);
            }
            (*who, answer)
        })
        .collect();
    if answers.iter().all(|(_, answer)| answer.status >= 400) {
        assert_eq!(before, stage.fingerprint(), "a refused call of {} has an effect", row.call);
    }
    let admitted = admitted.iter().map(|(who, _)| {
        let answer = samples::sample(stage, row, operation, *who).call(&stage.shop).send();
        (*who, answer)
    });
    let all: Vec<_> = answers.into_iter().chain(admitted).collect();
    let status = |who: Who| {
        let (_, answer) = all.iter().find(|(whose, _)| *whose == who).unwrap();
        shows_nothing_of_others(row, who, answer);
        answer.status
    };
    Who::ALL.into_iter().map(status).collect()
}

/// Whether something is somebody else's, or is not at all, can't be told apart (R023).
fn is_as_unknown_as_anything(stage: &Stage, sample: &Sample, answer: &Answer) {
    let unknown = sample.of_nothing().call(&stage.shop).send();
    let told = |answer: &Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        let headers = answer.headers.iter().filter(|(name, _)| name != "x-request-id" && name != "date");
        (answer.status, body, headers.cloned().collect::<Vec<_>>())
    };
    assert_eq!(told(answer), told(&unknown), "{sample:?}");
}

/// R026
fn shows_nothing_of_others(row: &Row, who: Who, answer: &Answer) {
    if answer.status >= 300 || answer.header("content-type") != "application/json" {
        return;
    }
    let mut members = BTreeSet::new();
    // The document speaks of members that its reader does not have.
    if row.operation != "getOpenApi" {
        gather(&answer.json(), &mut members);
    }
    let hidden: &[&str] = if who.is_customer() { &STAFF_ONLY } else { &[] };
    for member in NOBODYS.iter().chain(hidden) {
        assert!(!members.contains(*member), "{} sees {member} by {}", who.name(), row.call);
    }
    let text = answer.text();
    assert!(!text.contains("$2b$"), "{} sees a hash by {}", who.name(), row.call);
}

/// The names of all members, however deep.
fn gather(value: &Value, members: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, members)),
        Value::Object(object) => {
            for (name, value) in object {
                members.insert(name.clone());
                gather(value, members);
            }
        }
        _ => {}
    }
}

#[test]
fn nobody_assigns_what_an_operation_does_not_take() {
    // R025
    let document = document();
    let stage = Stage::open();
    let mut tried = 0;
    for row in rows() {
        let operations = operations(&document);
        let (_, operation) =
            operations.iter().find(|(_, operation)| operation["operationId"] == *row.operation).unwrap();
        let Some((who, _)) = row.cells().find(|(_, status)| *status < 300) else { continue };
        let Some(schema) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        else {
            continue;
        };
        let schema = &document["components"]["schemas"][schema.rsplit('/').next().unwrap()];
        let sample = samples::sample(&stage, &row, operation, who);
        let before = stage.fingerprint();
        for field in NOT_ASSIGNABLE.iter().filter(|field| schema["properties"].get(**field).is_none()) {
            let faults = sample.clone().with(field, json!("x")).call(&stage.shop).send().faults();
            assert_eq!(faults, [format!("/{field} unknown-field")], "{}", row.call);
            tried += 1;
        }
        assert_eq!(before, stage.fingerprint(), "{}", row.call);
    }
    assert!(tried > 50, "{tried}");
}
