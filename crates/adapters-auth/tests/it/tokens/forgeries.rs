//! Tokens that must not be believed.

use adapters_auth::RandomSecrets;
use ports::security::{AccessTokens, SecretTokens, TokenError};
use proptest::prelude::*;

use super::*;

#[track_caller]
fn assert_refused(token: &str) {
    let tokens = tokens();
    for _ in 0..2 {
        assert_eq!(tokens.verify(token, at(0)), Err(TokenError::Invalid), "{token:.200}");
    }
}

fn with(mut json: Value, member: &str, value: Value) -> Value {
    json[member] = value;
    json
}

fn without(mut json: Value, member: &str) -> Value {
    json.as_object_mut().unwrap().remove(member).unwrap();
    json
}

#[test]
fn no_other_algorithm_is_believed() {
    // R003
    for algorithm in
        ["none", "None", "NONE", "nOnE", "HS256", "RS256", "ES256", "PS256", "Ed448", "eddsa", ""]
    {
        let header = with(header(), "alg", json!(algorithm));
        assert_refused(&sign(&header, &claims()));
        assert_refused(&format!("{}.{}.", part(&header), part(&claims())));
    }
    assert_refused(&sign(&without(header(), "alg"), &claims()));
    assert_refused(&sign(&with(header(), "alg", json!(["EdDSA"])), &claims()));
}

#[test]
fn the_public_key_is_no_shared_secret() {
    // R003
    let x = tokens().jwks().keys[0].x.clone();
    let point = URL_SAFE_NO_PAD.decode(&x).unwrap();
    for secret in [point.as_slice(), x.as_bytes(), b"", ED25519_PEM.as_bytes()] {
        let key = EncodingKey::from_secret(secret);
        for algorithm in ["HS256", "EdDSA"] {
            let header = with(header(), "alg", json!(algorithm));
            assert_refused(&sign_with(&header, &claims(), &key, Algorithm::HS256));
        }
    }
}

#[test]
fn a_key_that_is_not_ours_is_not_believed() {
    let folder = Folder::new();
    let kid = Keys::generate_into(folder.path(), at(0)).unwrap();
    let file = std::fs::read(folder.path().join(format!("{kid}.pem"))).unwrap();
    let foreign = EncodingKey::from_ed_pem(&file).unwrap();
    for kid in ["k1", &kid] {
        assert_refused(&sign_with(&with(header(), "kid", json!(kid)), &claims(), &foreign, Algorithm::EdDSA));
    }
}

#[test]
fn only_a_kid_of_ours_is_looked_up() {
    // R005
    let kids = [
        json!(""),
        json!("k2"),
        json!("K1"),
        json!("k1.pem"),
        json!("../keys/k1"),
        json!("/dev/null"),
        json!("k1' OR '1'='1"),
        json!("k1\n2026 INFO all is well"),
        json!("k1\u{0}"),
        json!(null),
        json!(1),
        json!(["k1"]),
        json!("k".repeat(2_000)),
    ];
    for kid in kids {
        assert_refused(&sign(&with(header(), "kid", kid), &claims()));
    }
    assert_refused(&sign(&without(header(), "kid"), &claims()));
}

#[test]
fn a_header_that_brings_or_names_a_key_is_refused() {
    // R005
    let jwk = serde_json::to_value(&tokens().jwks().keys[0]).unwrap();
    for (member, value) in [
        ("jwk", jwk),
        ("jku", json!("https://shop.example/.well-known/jwks.json")),
        ("x5u", json!("https://shop.example/key.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
    ] {
        assert_refused(&sign(&with(header(), member, value), &claims()));
    }
}

#[test]
fn only_an_access_token_is_one() {
    // R004
    for kind in [json!("JWT"), json!("jwt"), json!("rt+jwt"), json!(""), json!(null), json!(7)] {
        assert_refused(&sign(&with(header(), "typ", kind), &claims()));
    }
    assert_refused(&sign(&without(header(), "typ"), &claims()));
    assert_refused(&RandomSecrets.generate().unwrap().secret);
}

#[test]
fn every_claim_is_required() {
    // R004
    for claim in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti", "roles"] {
        assert_refused(&sign(&header(), &without(claims(), claim)));
        for value in [json!(null), json!({}), json!(true), json!(""), json!("junk"), json!(1.5)] {
            assert_refused(&sign(&header(), &with(claims(), claim, value)));
        }
    }
}

#[test]
fn every_claim_is_checked() {
    // R004
    let now = at(0).timestamp();
    for (claim, value) in [
        ("iss", json!("https://shop.example/")),
        ("iss", json!([ISSUER])),
        ("aud", json!("https://other.example")),
        ("aud", json!([ISSUER, "https://other.example"])),
        ("aud", json!([])),
        ("nbf", json!(now + 6)),
        ("iat", json!(now + 6)),
        ("nbf", json!(i64::MAX)),
        ("exp", json!((now + 900).to_string())),
        ("exp", json!(-1.0)),
        ("roles", json!(["root"])),
        ("roles", json!(["customer", "Admin"])),
        ("roles", json!("admin")),
    ] {
        assert_refused(&sign(&header(), &with(claims(), claim, value)));
    }
}

#[test]
fn a_forged_token_that_is_also_old_is_only_invalid() {
    let old = with(claims(), "exp", json!(at(-60).timestamp()));
    assert_eq!(tokens().verify(&sign(&header(), &old), at(0)), Err(TokenError::Expired));
    assert_refused(&sign(&header(), &with(old.clone(), "iss", json!("https://other.example"))));
    let mut forged = sign(&header(), &old);
    let place = forged.len() - 20;
    let other = if forged.as_bytes()[place] == b'A' { "B" } else { "A" };
    forged.replace_range(place..=place, other);
    assert_refused(&forged);
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    // R003
    let tokens = tokens();
    let good = tokens.issue(&caller(), at(0)).unwrap().token;
    tokens.verify(&good, at(0)).unwrap();
    for position in 0..good.len() {
        for replacement in *b"A.B-~ \0" {
            let mut bytes = good.clone().into_bytes();
            if bytes[position] != replacement {
                bytes[position] = replacement;
                let changed = String::from_utf8(bytes).unwrap();
                assert_eq!(tokens.verify(&changed, at(0)), Err(TokenError::Invalid), "{position}");
            }
        }
    }
}

#[test]
fn parts_that_are_missing_or_too_many_are_noticed() {
    // R003
    let good = sign(&header(), &claims());
    let parts: Vec<_> = good.split('.').collect();
    let [h, c, s] = [parts[0], parts[1], parts[2]];
    for token in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "....".to_owned(),
        h.to_owned(),
        format!("{h}.{c}"),
        format!("{h}.{c}."),
        format!("{h}..{s}"),
        format!(".{c}.{s}"),
        format!("{good}."),
        format!("{good}.{s}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{h}.{s}.{c}"),
    ] {
        assert_refused(&token);
    }
}

#[test]
fn a_member_that_comes_twice_is_refused() {
    let twice = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"k1"}"#);
    let good = sign(&header(), &claims());
    assert_refused(&format!("{twice}.{}", good.split_once('.').unwrap().1));
}

#[test]
fn a_token_over_4_kib_is_refused_even_with_a_good_signature() {
    // R003
    let padded = |length: usize| sign(&header(), &with(claims(), "padding", json!("x".repeat(length))));
    assert!(padded(2_000).len() < 4096 && tokens().verify(&padded(2_000), at(0)).is_ok());
    assert_refused(&padded(3_000));
    assert_refused(&"A".repeat(10_000_000));
}

proptest! {
    #[test]
    fn junk_is_refused(junk in "\\PC{0,300}|[A-Za-z0-9_=-]{0,80}\\.[A-Za-z0-9_=-]{0,80}\\.[A-Za-z0-9_=-]{0,80}") {
        prop_assert_eq!(tokens().verify(&junk, at(0)), Err(TokenError::Invalid));
    }
}
