//! The README's calls, as they stand there.

use std::process::Command;

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

#[test]
fn the_sale_in_the_readme_works_as_pasted() {
    let directory = open_directory();
    let bind = format!("127.0.0.1:{}", free_port());
    let mut command = stoa(directory.path());
    command.env("BIND", &bind);
    let _running = Running::start(command, directory.path(), "server");
    let client = Client::new(&format!("http://{bind}"));
    wait_for("the shop", || {
        client.get("/readyz").try_send().is_ok_and(|answer| answer.status == 200).then_some(())
    });
    let sale = blocks("A sale in six calls").join("\n");
    assert_eq!(sale.matches("curl ").count(), 6);
    // Somebody who pastes it is not that fast.
    let mails = blocks("Mails").join("\n").replace("cat ", "sleep 2; cat ");
    // Only the address differs, and the program that Cargo has built already.
    let script = format!("{sale}\n{mails}")
        .replace("127.0.0.1:8080", &bind)
        .replace("cargo run -q --", env!("CARGO_BIN_EXE_stoa"));

    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script]).current_dir(directory.path());
    bash.envs([("BCRYPT_COST", "4"), ("ALLOW_WEAK_BCRYPT", "true")]);
    let printed = succeed(&mut bash);

    assert!(printed.contains("admin@example.com is an administrator now"), "{printed}");
    assert!(printed.contains("Subject: Choose another password"), "{printed}");
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
