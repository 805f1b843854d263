//! Who may know whom: every dependency of every crate is one that ARCHITECTURE.md's table has.
//!
//! An arrow that this file does not list fails here. Draw it in the table first, then here.

use std::process::Command;

use serde_json::Value;

/// The crates of ours that a crate may depend on; `None` for a crate that has no place in the house yet.
fn allowed_arrows(of: &str) -> Option<&'static [&'static str]> {
    Some(match of {
        "domain" | "embedded-postgres" | "bench" | "chaos" => &[],
        "ports" => &["domain"],
        "use-cases" => &["domain", "ports"],
        "adapters-http" => &["domain", "ports", "use-cases"],
        adapter if adapter.starts_with("adapters-") => &["domain", "ports"],
        "app" => &[
            "adapters-auth",
            "adapters-http",
            "adapters-mail",
            "adapters-postgres",
            "domain",
            "embedded-postgres",
            "ports",
            "use-cases",
        ],
        "test-database" => &["adapters-postgres", "embedded-postgres"],
        _ => return None,
    })
}

/// What the inner crates may take from the outside: values and macros, nothing that does I/O.
fn allowed_libraries(of: &str) -> Option<&'static [&'static str]> {
    match of {
        "domain" => {
            Some(&["chrono", "idna", "rust_decimal", "serde", "thiserror", "unicode-normalization", "uuid"])
        }
        "ports" => Some(&["async-trait", "bytes", "chrono", "futures", "mockall", "thiserror", "uuid"]),
        "use-cases" => Some(&["async-trait", "bytes", "chrono", "futures", "thiserror", "uuid"]),
        _ => None,
    }
}

/// Technologies, and the only crates that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("actix-http", &["adapters-http", "app"]),
    ("actix-web", &["adapters-http", "app"]),
    ("bcrypt", &["adapters-auth"]),
    ("clap", &["app", "bench", "chaos"]),
    ("deadpool", &["adapters-postgres"]),
    ("diesel", &["adapters-postgres"]),
    ("diesel-async", &["adapters-postgres"]),
    ("diesel_migrations", &["adapters-postgres"]),
    ("jsonschema", &["adapters-http"]),
    ("jsonwebtoken", &["adapters-auth"]),
    ("lettre", &["adapters-mail"]),
    ("metrics-exporter-prometheus", &["app"]),
    ("paperclip", &["adapters-http"]),
    ("rustix", &["adapters-auth", "bench", "embedded-postgres"]),
    ("schemars", &["adapters-http"]),
    ("tokio-postgres", &["adapters-postgres", "chaos", "test-database"]),
    ("tracing-subscriber", &["app"]),
];

/// A dependency of what is built and shipped; tests may use what they like.
struct Arrow {
    from: String,
    to: String,
    /// `to` is a crate of this workspace.
    ours: bool,
}

#[test]
fn every_crate_has_a_place_in_the_house() {
    let homeless: Vec<String> = crates().into_iter().filter(|name| allowed_arrows(name).is_none()).collect();

    assert!(homeless.is_empty(), "the table of arrows has no line for {homeless:?}");
}

#[test]
fn no_crate_depends_on_one_of_ours_that_the_table_does_not_allow() {
    let strays =
        strays(|arrow| arrow.ours && !allowed_arrows(&arrow.from).unwrap_or(&[]).contains(&&*arrow.to));

    assert!(strays.is_empty(), "arrows that the table does not have: {strays:#?}");
}

#[test]
fn the_inner_crates_know_values_and_no_technology() {
    let strays = strays(|arrow| {
        !arrow.ours
            && allowed_libraries(&arrow.from).is_some_and(|libraries| !libraries.contains(&&*arrow.to))
    });

    assert!(strays.is_empty(), "the core must not depend on these: {strays:#?}");
}

#[test]
fn each_technology_stays_in_the_crate_that_it_belongs_to() {
    let strays = strays(|arrow| {
        HOMES.iter().any(|(technology, homes)| *technology == arrow.to && !homes.contains(&&*arrow.from))
    });

    assert!(strays.is_empty(), "technologies away from home: {strays:#?}");
}

fn strays(is_stray: impl Fn(&Arrow) -> bool) -> Vec<String> {
    let arrows = arrows();
    assert!(arrows.len() > 20, "cargo metadata shows only {} dependencies", arrows.len());
    arrows
        .iter()
        .filter(|arrow| is_stray(arrow))
        .map(|arrow| format!("{} -> {}", arrow.from, arrow.to))
        .collect()
}

fn crates() -> Vec<String> {
    packages().iter().map(|package| text(&package["name"])).collect()
}

fn arrows() -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for package in packages() {
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["kind"] != "dev" {
                arrows.push(Arrow {
                    from: text(&package["name"]),
                    to: text(&dependency["name"]),
                    ours: dependency["path"].is_string(),
                });
            }
        }
    }
    arrows
}

/// The workspace as Cargo sees it: renamed, optional and platform-specific dependencies included.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("a list of packages").clone()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
