//! The directory of signing keys.

use std::fs;

use adapters_auth::{DirectoryState, Keys, KeysError, SecretFileError};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use domain::Instant;

use crate::folder::{Folder, mode, set_mode};

/// The example of RFC 8410, section 10.3, without the public half, as OpenSSL writes keys.
pub(crate) const ED25519_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
/// Its public half.
const ED25519_PUBLIC_PEM: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

/// A key on another curve.
fn p256_pem() -> String {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()))
}

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

#[test]
fn a_new_key_loads_and_is_its_owners_alone() {
    let folder = Folder::new();
    let dir = folder.path().join("keys");
    let kid = Keys::generate_into(&dir, at(0)).unwrap();
    assert!(kid.starts_with("20270115T080000000Z-"), "{kid}");
    assert_eq!((mode(&dir), mode(&dir.join(format!("{kid}.pem")))), (0o700, 0o600));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "no draft stays behind");
    assert_eq!(Keys::load(&dir, None).unwrap().active_kid(), kid);
}

#[test]
fn the_newest_key_signs_unless_another_is_named() {
    let folder = Folder::new();
    let old = Keys::generate_into(folder.path(), at(0)).unwrap();
    let new = Keys::generate_into(folder.path(), at(1)).unwrap();
    assert_eq!(Keys::load(folder.path(), None).unwrap().active_kid(), new);
    assert_eq!(Keys::load(folder.path(), Some(&old)).unwrap().active_kid(), old);
    let error = Keys::load(folder.path(), Some("gone")).unwrap_err();
    assert!(error.to_string().ends_with(&format!("name one that is there: {old}, {new}")), "{error}");
}

#[test]
fn a_key_that_would_not_be_the_newest_is_not_made() {
    let folder = Folder::new();
    folder.write("z-last.pem", ED25519_PEM);
    let error = Keys::generate_into(folder.path(), at(0)).unwrap_err();
    assert!(matches!(error, KeysError::NotNewest { .. }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_key_is_published_and_nothing_private() {
    // R006
    let folder = Folder::new();
    let kids = [0, 1].map(|seconds| Keys::generate_into(folder.path(), at(seconds)).unwrap());
    let jwks = serde_json::to_value(Keys::load(folder.path(), None).unwrap().jwks()).unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for (key, kid) in keys.iter().zip(kids) {
        assert_eq!(key["kid"], kid);
        let members: Vec<_> = key.as_object().unwrap().keys().collect();
        assert_eq!(members.len(), 6);
        assert!(!members.iter().any(|member| *member == "d"), "no private part");
    }
}

#[test]
fn a_key_that_openssl_has_made_loads() {
    let folder = Folder::new();
    folder.write("mine.pem", ED25519_PEM);
    folder.write("README", "not a key");
    let keys = Keys::load(folder.path(), None).unwrap();
    assert_eq!(keys.jwks().keys[0].x, "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
}

#[test]
fn what_is_no_key_is_named() {
    let cut = ED25519_PEM.replacen("MC4C", "MC4D", 1);
    for contents in ["", "junk", ED25519_PUBLIC_PEM, &p256_pem(), &cut, &ED25519_PEM[..60]] {
        let folder = Folder::new();
        Keys::generate_into(folder.path(), at(0)).unwrap();
        let path = folder.write("bad.pem", contents);
        let error = Keys::load(folder.path(), None).unwrap_err();
        let expected = format!(
            "{} holds no Ed25519 private key in PKCS#8 PEM; make one with: openssl genpkey -algorithm ed25519",
            path.display()
        );
        assert_eq!(error.to_string(), expected, "{contents:?}");
    }
}

#[test]
fn a_name_that_can_not_be_a_kid_is_refused() {
    for name in ["a b.pem", "ä.pem", "a.b.pem", "a'--.pem", &format!("{}.pem", "a".repeat(65))] {
        let folder = Folder::new();
        folder.write(name, ED25519_PEM);
        assert!(matches!(Keys::load(folder.path(), None), Err(KeysError::Name { .. })), "{name}");
    }
}

#[test]
fn keys_that_others_could_read_or_swap_are_refused() {
    let folder = Folder::new();
    let file = folder.write("k.pem", ED25519_PEM);
    for (file_mode, dir_mode, loads) in [
        (0o400, 0o700, true),
        (0o600, 0o755, true),
        (0o640, 0o700, false),
        (0o604, 0o700, false),
        (0o600, 0o770, false),
    ] {
        set_mode(&file, file_mode);
        set_mode(folder.path(), dir_mode);
        match Keys::load(folder.path(), None) {
            Ok(_) => assert!(loads, "{file_mode:o} {dir_mode:o}"),
            Err(KeysError::File(SecretFileError::Open { .. })) => {
                assert!(!loads, "{file_mode:o} {dir_mode:o}")
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn an_empty_and_an_absent_directory_say_what_to_do() {
    let folder = Folder::new();
    let error = Keys::load(folder.path(), None).unwrap_err();
    assert!(error.to_string().ends_with("make one with: stoa keys rotate"), "{error}");
    let error = Keys::load(&folder.path().join("none"), None).unwrap_err();
    assert!(error.to_string().ends_with("none can't be read"), "{error}");
}

#[test]
fn debug_output_shows_kids_only() {
    let folder = Folder::new();
    folder.write("k1.pem", ED25519_PEM);
    let shown = format!("{:?}", Keys::load(folder.path(), None).unwrap());
    assert_eq!(shown, r#"Keys { active: "k1", kids: ["k1"], .. }"#);
}

#[test]
fn a_directory_of_keys_looks_the_same_until_something_changes() {
    let folder = Folder::new();
    let look = || DirectoryState::of(folder.path()).unwrap();
    let empty = look();
    let kid = Keys::generate_into(folder.path(), at(0)).unwrap();
    let one = look();
    assert_eq!(one, look());
    assert_ne!(one, empty);
    folder.write("notes.txt", "no key");
    assert_eq!(one, look(), "other files do not matter");
    let file = folder.path().join(format!("{kid}.pem"));
    set_mode(&file, 0o400);
    let closed = look();
    assert_ne!(closed, one, "a new mode may make it readable");
    Keys::generate_into(folder.path(), at(1)).unwrap();
    assert_ne!(look(), closed);
    fs::remove_file(file).unwrap();
    assert!(DirectoryState::of(&folder.path().join("none")).is_err());
}
