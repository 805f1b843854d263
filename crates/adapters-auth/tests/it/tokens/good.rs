//! Tokens of ours, and their keys' rotation.

use std::fs;

use chrono::Duration;
use domain::accounts::Role;
use ports::security::{AccessTokens, TokenError};
use serde_json::Value;

use super::*;

fn decoded(token: &str, part: usize) -> Value {
    let part = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_token_speaks_for_its_caller_until_it_expires() {
    let (tokens, caller) = (tokens(), caller());
    let issued = tokens.issue(&caller, at(0)).unwrap();
    assert_eq!(issued.lifetime, Duration::minutes(15));
    // Twice each: the second answer comes from what is remembered.
    for (seconds, expected) in [
        (0, Ok(caller.clone())),
        (-5, Ok(caller.clone())),
        (-6, Err(TokenError::Invalid)),
        (904, Ok(caller.clone())),
        (905, Err(TokenError::Expired)),
        (86_400, Err(TokenError::Expired)),
    ] {
        for _ in 0..2 {
            assert_eq!(tokens.verify(&issued.token, at(seconds)), expected, "{seconds}");
        }
    }
}

#[test]
fn a_token_never_seen_before_expires_too() {
    let tokens = tokens();
    let issued = tokens.issue(&caller(), at(0)).unwrap();
    assert_eq!(tokens.verify(&issued.token, at(905)), Err(TokenError::Expired));
    assert_eq!(tokens.verify(&issued.token, at(-6)), Err(TokenError::Invalid));
}

#[test]
fn a_token_says_what_it_must_and_no_more() {
    let (tokens, caller) = (tokens(), caller());
    let issued = tokens.issue(&caller, at(0)).unwrap();
    assert_eq!(decoded(&issued.token, 0), header());
    let mut claims = decoded(&issued.token, 1);
    assert!(claims["jti"].take().is_string());
    let now = at(0).timestamp();
    let expected = json!({
        "iss": ISSUER, "aud": ISSUER, "sub": caller.user_id.to_string(), "sid": caller.session_id.to_string(),
        "iat": now, "nbf": now, "exp": now + 900, "jti": null, "roles": ["customer", "support"],
    });
    assert_eq!(claims, expected);
}

#[test]
fn two_tokens_of_one_moment_differ() {
    let (tokens, caller) = (tokens(), caller());
    let [one, two] = [0, 0].map(|seconds| tokens.issue(&caller, at(seconds)).unwrap().token);
    assert_ne!(one, two);
}

#[test]
fn the_tests_own_signatures_are_believed() {
    let verified = tokens().verify(&sign(&header(), &claims()), at(0)).unwrap();
    assert!(verified.roles.contains(Role::Customer));
}

#[test]
fn rotation_logs_nobody_out_and_a_key_that_is_gone_is_not_believed() {
    let folder = Folder::new();
    let old_kid = Keys::generate_into(folder.path(), at(0)).unwrap();
    let (tokens, caller) = (tokens_of(&folder), caller());
    let old = tokens.issue(&caller, at(0)).unwrap().token;

    let new_kid = Keys::generate_into(folder.path(), at(1)).unwrap();
    tokens.replace_keys(Keys::load(folder.path(), None).unwrap());
    let new = tokens.issue(&caller, at(1)).unwrap().token;
    assert_eq!((&decoded(&old, 0)["kid"], &decoded(&new, 0)["kid"]), (&old_kid.into(), &(&*new_kid).into()));
    for token in [&old, &new] {
        assert_eq!(tokens.verify(token, at(2)), Ok(caller.clone()));
    }
    assert_eq!(tokens.jwks().keys.len(), 2);

    fs::remove_file(folder.path().join(format!("{}.pem", decoded(&old, 0)["kid"].as_str().unwrap())))
        .unwrap();
    tokens.replace_keys(Keys::load(folder.path(), None).unwrap());
    assert_eq!(tokens.verify(&old, at(2)), Err(TokenError::Invalid), "although it was remembered");
    assert_eq!(tokens.verify(&new, at(2)), Ok(caller.clone()));
    assert_eq!(tokens_of(&folder).verify(&old, at(2)), Err(TokenError::Invalid), "after a restart too");
    assert_eq!(tokens.jwks().keys.len(), 1);
}
