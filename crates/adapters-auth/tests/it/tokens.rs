//! Access tokens, good and forged.

mod forgeries;
mod good;

use std::sync::Arc;

use adapters_auth::{JwtAccessTokens, Keys, TokenConfig, UuidV7};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::accounts::{Caller, Role, Roles};
use jsonwebtoken::{Algorithm, EncodingKey};
use ports::ids::IdGenerator;
use serde_json::{Value, json};

use crate::{
    folder::Folder,
    keys::{ED25519_PEM, at},
};

const ISSUER: &str = "https://shop.example";

fn config() -> TokenConfig {
    TokenConfig { issuer: ISSUER.to_owned(), audience: ISSUER.to_owned(), lifetime: Duration::minutes(15) }
}

fn tokens_of(folder: &Folder) -> JwtAccessTokens {
    JwtAccessTokens::new(Keys::load(folder.path(), None).unwrap(), config(), Arc::new(UuidV7))
}

/// A shop with one key, `k1`.
fn tokens() -> JwtAccessTokens {
    let folder = Folder::new();
    folder.write("k1.pem", ED25519_PEM);
    tokens_of(&folder)
}

fn caller() -> Caller {
    Caller {
        user_id: UuidV7.next().into(),
        session_id: UuidV7.next().into(),
        roles: Roles::from_iter([Role::Support]),
    }
}

/// The header of a good token.
fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k1"})
}

/// The claims of a good token, issued at `at(0)`.
fn claims() -> Value {
    let now = at(0).timestamp();
    json!({
        "iss": ISSUER, "aud": ISSUER, "sub": UuidV7.next(), "sid": UuidV7.next(), "jti": UuidV7.next(),
        "iat": now, "nbf": now, "exp": now + 900, "roles": ["customer"],
    })
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with a good signature of the shop's key, whatever it says.
fn sign(header: &Value, claims: &Value) -> String {
    let key = EncodingKey::from_ed_pem(ED25519_PEM.as_bytes()).unwrap();
    sign_with(header, claims, &key, Algorithm::EdDSA)
}

fn sign_with(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}
