//! Signing keys that change while servers run.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::{
    program::{succeed, wait_for},
    shop::{PASSWORD, Server, Shop, log_in},
    wire::Client,
};

fn kids(client: &Client) -> Vec<String> {
    let keys: Value = client.get("/.well-known/jwks.json").send().expect(200);
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn key_file(shop: &Shop, kid: &str) -> PathBuf {
    shop.directory.path().join(format!("keys/{kid}.pem"))
}

/// The `kid` that a token of a fresh log-in has.
fn signing(server: &Server, email: &str) -> (String, String) {
    let token = log_in(&server.client, email, PASSWORD).token;
    let header = token.split('.').next().unwrap();
    let all = kids(&server.client);
    let kid = all.into_iter().find(|kid| {
        // `{"typ":"at+jwt","alg":"EdDSA","kid":"…"}` in base64url, compared as text would need a decoder.
        base64url(header).contains(kid.as_str())
    });
    (kid.unwrap(), token)
}

fn base64url(text: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        bits = (bits << 6) | u32::from(value(byte));
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_new_key_signs_on_running_servers_and_logs_nobody_out_until_the_old_one_goes() {
    // R006
    let shop = Shop::open();
    let other = shop.another_server();
    let ada = shop.customer();
    let old = kids(shop.client()).remove(0);

    let printed = succeed(shop.stoa().args(["keys", "rotate"]));
    let new = printed.trim().strip_prefix("new signing key: ").unwrap().to_owned();

    // Until it signs anywhere, it is believed everywhere: a token of one server is good at the other, all the time.
    let token = wait_for("the new key", || {
        let (kid, token) = signing(&shop.server, &ada.email);
        other.client.get("/orders").token(&token).send().expect(200);
        (kid == new).then_some(token)
    });
    for client in [shop.client(), &other.client] {
        assert_eq!(kids(client), [old.clone(), new.clone()]);
        client.get("/orders").token(&ada.token).send().expect(200);
        client.get("/orders").token(&token).send().expect(200);
    }

    wait_for("the other server", || (signing(&other, &ada.email).0 == new).then_some(()));
    fs::remove_file(key_file(&shop, &old)).unwrap();
    for client in [shop.client(), &other.client] {
        wait_for("the end of the old key", || {
            (client.get("/orders").token(&ada.token).send().status == 401).then_some(())
        });
        client.get("/orders").token(&token).send().expect(200);
        assert_eq!(kids(client), [new.as_str()]);
    }
}

#[test]
fn a_directory_that_can_not_be_used_changes_nothing_and_is_told_once() {
    let shop = Shop::open();
    let ada = shop.customer();
    let old = kids(shop.client());
    let broken = key_file(&shop, "99991231T000000000Z-broken");
    fs::write(&broken, "no key").unwrap();
    let told = || shop.server.running.log().matches("the signing keys stay as they are").count();

    wait_for("a line in the log", || (told() == 1).then_some(()));
    std::thread::sleep(std::time::Duration::from_secs(5));
    assert_eq!(told(), 1);
    assert_eq!(kids(shop.client()), old);
    shop.client().get("/orders").token(&ada.token).send().expect(200);
    log_in(shop.client(), &ada.email, PASSWORD);

    fs::remove_file(&broken).unwrap();
    let printed = succeed(shop.stoa().args(["keys", "rotate"]));
    wait_for("the new key", || (kids(shop.client()).len() == 2).then_some(()));
    assert!(printed.contains(&kids(shop.client())[1]));
}
