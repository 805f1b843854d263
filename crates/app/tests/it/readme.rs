//! The README's calls, as they stand there.

use std::{fs, process::Command};

use tempfile::TempDir;

use crate::{
    program::{Running, free_port, open_directory, stoa, succeed, wait_for},
    wire::Client,
};

/// The shell blocks below a heading.
fn blocks(heading: &str) -> Vec<String> {
    let readme = include_str!("../../../../README.md");
    let (_, below) = readme.split_once(&format!("## {heading}\n")).expect("the README has this heading");
    let section = below.split("\n## ").next().unwrap();
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// What the shell prints for the blocks below these headings, one after another, on a new shop.
fn printed(headings: &[&str]) -> Vec<String> {
    printed_in(headings).0
}

/// The same, and the directory in which it was.
fn printed_in(headings: &[&str]) -> (Vec<String>, TempDir) {
    let directory = open_directory();
    let bind = format!("127.0.0.1:{}", free_port());
    let mut command = stoa(directory.path());
    command.env("BIND", &bind);
    let _running = Running::start(command, directory.path(), "server");
    let client = Client::new(&format!("http://{bind}"));
    wait_for("the shop", || {
        client.get("/readyz").try_send().is_ok_and(|answer| answer.status == 200).then_some(())
    });
    let sections: Vec<_> = headings.iter().map(|heading| blocks(heading).join("\n")).collect();
    // Somebody who pastes it is not as fast as this, and a mail takes a moment.
    let script = sections.join("\necho '=== next heading'\n").replace("cat .data", "sleep 2; cat .data");
    // Only the address differs, and the program that Cargo has built already.
    let script =
        script.replace("127.0.0.1:8080", &bind).replace("cargo run -q --", env!("CARGO_BIN_EXE_stoa"));
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script]).current_dir(directory.path());
    bash.envs([("BCRYPT_COST", "4"), ("ALLOW_WEAK_BCRYPT", "true")]);
    (succeed(&mut bash).split("=== next heading\n").map(str::to_owned).collect(), directory)
}

#[test]
fn the_sale_in_the_readme_works_as_pasted() {
    assert_eq!(blocks("A sale in six calls").join("").matches("curl ").count(), 6);

    let headings = ["A sale in six calls", "Mails", "Who may do what"];
    let [printed, mails, roles] = <[_; 3]>::try_from(printed(&headings)).unwrap();

    assert!(printed.contains("admin@example.com is an administrator now"), "{printed}");
    assert!(roles.contains(r#""roles":["customer","support"]"#), "{roles}");
    assert!(mails.contains("Subject: Choose another password"), "{mails}");
    let order = printed.rsplit_once("\"number\":").expect("the order").1;
    for part in [
        "\"status\":\"pending\"",
        "\"sku\":\"SHIRT-M\"",
        "\"amount\":\"119.70\"",
        "\"email\":\"ada@example.com\"",
    ] {
        assert!(order.contains(part), "{part}: {order}");
    }
}

#[test]
fn the_cart_in_the_readme_works_as_pasted() {
    let printed = printed(&["A sale in six calls", "A cart"]).remove(1);

    let (cart, order) = printed.rsplit_once("\"number\":").expect("the order");
    for part in ["\"item_count\":3", "\"amount\":\"119.70\"", "\"previous_unit_price\":null"] {
        assert!(cart.contains(part), "{part}: {cart}");
    }
    for part in ["\"status\":\"pending\"", "\"sku\":\"SHIRT-S\"", "\"amount\":\"119.70\""] {
        assert!(order.contains(part), "{part}: {order}");
    }
}

#[test]
fn the_order_s_life_in_the_readme_works_as_pasted() {
    let printed = printed(&["A sale in six calls", "An order's life"]).remove(1);

    let (order, history) = printed.split_once("{\"data\":").expect("the history");
    let order = order.rsplit_once("\"number\":").expect("the order").1;
    for part in [
        "\"status\":\"completed\"",
        "\"payment_status\":\"partially_refunded\"",
        "\"fulfillment_status\":\"partially_returned\"",
        "\"refunded\":{\"amount\":\"39.90\"",
    ] {
        assert!(order.contains(part), "{part}: {order}");
    }
    let (steps, cancelled) = history.rsplit_once("\"number\":").expect("the guest's order");
    assert!(steps.contains("\"from\":\"confirmed\",\"to\":\"completed\""), "{steps}");
    assert!(cancelled.contains("\"status\":\"cancelled\""), "{cancelled}");
}

#[test]
fn the_diagram_in_the_readme_is_the_one_that_the_program_prints() {
    let readme = include_str!("../../../../README.md");
    let (_, diagram) = readme.split_once("```mermaid\n").expect("a diagram");
    let directory = open_directory();
    let printed = succeed(stoa(directory.path()).args(["orders", "diagram"]));
    assert_eq!(diagram.split("```").next().unwrap(), printed);
}

#[test]
fn the_stock_in_the_readme_works_as_pasted() {
    let printed = printed(&["A sale in six calls", "Stock that adds up"]).remove(1);

    let (_, stock) = printed.rsplit_once("{\"data\":").expect("what runs low");
    for part in [
        "\"sku\":\"SHIRT-M\"",
        "\"on_hand\":12",
        "\"available\":10",
        "the ledger adds up: 2 variants, 6 lines",
    ] {
        assert!(stock.contains(part), "{part}: {stock}");
    }
}

#[test]
fn the_price_s_life_in_the_readme_works_as_pasted() {
    let printed = printed(&["A sale in six calls", "A price's life"]).remove(1);

    let amounts: Vec<_> =
        printed.split("\"amount\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let set = ["34.90"];
    // The first size with its lowest price of 30 days, and the second.
    let product = ["34.90", "39.90", "39.90"];
    let as_of = ["29.90", "34.90"];
    let history = ["29.90", "34.90", "39.90"];
    assert_eq!(amounts, [&set[..], &product, &as_of, &history].concat(), "{printed}");
    assert!(printed.ends_with("204\n"), "{printed}");
}

#[test]
fn the_files_in_the_readme_work_as_pasted() {
    let (printed, directory) = printed_in(&["A sale in six calls", "Products as files"]);

    let table = fs::read_to_string(directory.path().join("catalog.csv")).unwrap();
    let cells: Vec<_> = table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(cells, ["linen-shirt", "linen-shirt"], "{table}");
    let files = &printed[1];
    let report = "\"created\":0,\"updated\":1,\"unchanged\":0,\"failed\":1,\"dry_run\":";
    for part in [
        format!("{report}true}}"),
        format!("{report}false}}"),
        "1 products: 0 created, 1 updated, 0 unchanged, 0 failed".to_owned(),
    ] {
        assert!(files.contains(&part), "{part}: {files}");
    }
}

#[test]
fn the_search_in_the_readme_finds_the_shirt_as_pasted() {
    let printed = printed(&["A sale in six calls", "Finding products"]).remove(1);

    let found = printed.matches("\"sku\":\"SHIRT-M\"").count();
    assert_eq!(found, 2, "by words that are misspelt, and by price: {printed}");
}
