//! The pepper's file.

use std::{collections::HashSet, fs, path::Path};

use adapters_auth::{AeadSealer, HmacDigests, Pepper, PepperError, Purpose, SecretFileError};
use ports::security::{KeyedDigests, Sealer};

use crate::folder::{Folder, mode, set_mode};

const PURPOSES: [Purpose; 5] =
    [Purpose::Passwords, Purpose::Http, Purpose::Attempts, Purpose::Mails, Purpose::Answers];

#[test]
fn a_new_pepper_reads_back_and_is_its_owners_alone() {
    let folder = Folder::new();
    let path = folder.path().join("secrets/pepper");
    let made = Pepper::generate_into(&path).unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft stays behind");
    let loaded = Pepper::load(&path).unwrap();
    assert!(PURPOSES.iter().all(|purpose| made.derive(*purpose) == loaded.derive(*purpose)));
}

#[test]
fn each_purpose_of_each_pepper_has_its_own_key() {
    let folder = Folder::new();
    let peppers = ["a", "b"].map(|name| Pepper::generate_into(&folder.path().join(name)).unwrap());
    let keys: HashSet<_> =
        peppers.iter().flat_map(|pepper| PURPOSES.map(|purpose| pepper.derive(purpose))).collect();
    assert_eq!(keys.len(), 10);
}

#[test]
fn derived_keys_never_change() {
    let folder = Folder::new();
    let pepper = Pepper::load(&folder.write("pepper", [0x2a; 32])).unwrap();
    assert_eq!(PURPOSES.map(|purpose| pepper.derive(purpose)[..4].to_vec()), KEYS);
}

/// Computed with another implementation: HMAC-SHA-256 of the labels under 32 bytes 0x2a.
const KEYS: [[u8; 4]; 5] = [
    [0xc3, 0xce, 0x2b, 0xfc],
    [0xe4, 0x05, 0x3d, 0xf4],
    [0xe3, 0x48, 0xcc, 0x2a],
    [0x30, 0x50, 0x7f, 0xcb],
    [0x24, 0x8e, 0x2f, 0x9a],
];

#[test]
fn a_pepper_is_never_overwritten() {
    let folder = Folder::new();
    let path = folder.write("pepper", [1; 32]);
    let error = Pepper::generate_into(&path).unwrap_err();
    assert!(matches!(error, PepperError::File(SecretFileError::Exists { .. })), "{error}");
    assert_eq!(fs::read(&path).unwrap(), [1; 32]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn of_many_processes_that_make_one_at_once_one_succeeds() {
    let folder = Folder::new();
    let path = folder.path().join("pepper");
    let made: Vec<_> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..8).map(|_| scope.spawn(|| Pepper::generate_into(&path))).collect();
        makers.into_iter().filter_map(|maker| maker.join().unwrap().ok()).collect()
    });
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].derive(Purpose::Http), Pepper::load(&path).unwrap().derive(Purpose::Http));
}

#[test]
fn what_is_wrong_is_said_with_the_file_and_the_cure() {
    let folder = Folder::new();
    let short = folder.write("short", [1; 31]);
    let open = folder.write("open", [1; 32]);
    set_mode(&open, 0o644);
    let sentence = |path: &Path| Pepper::load(path).unwrap_err().to_string();
    let short_sentence = sentence(&short);
    assert!(short_sentence.contains("short has 31 bytes and needs at least 32"), "{short_sentence}");
    let open_sentence = sentence(&open);
    assert!(open_sentence.contains("mode 0644"), "{open_sentence}");
    assert!(open_sentence.ends_with(&format!("chmod 0600 {}", open.display())), "{open_sentence}");
    assert!(sentence(&folder.path().join("none")).ends_with("none can't be read"));
    assert!(sentence(folder.path()).ends_with("is not a regular file of at most 64 KiB"));
}

#[test]
fn debug_output_shows_nothing() {
    let folder = Folder::new();
    let pepper = Pepper::load(&folder.write("pepper", [b'z'; 32])).unwrap();
    assert_eq!(format!("{pepper:?}"), "Pepper(…)");
}

#[test]
fn digests_are_the_same_everywhere_and_differ_by_text_purpose_and_pepper() {
    let folder = Folder::new();
    let load = |name, byte| Pepper::load(&folder.write(name, [byte; 32])).unwrap();
    let (pepper, other) = (load("one", 1), load("two", 2));
    let digest = |pepper, purpose, text| HmacDigests::new(pepper, purpose).digest(text);
    let first = digest(&pepper, Purpose::Attempts, "ada");
    let copy = load("copy", 1);
    assert_eq!(first, digest(&copy, Purpose::Attempts, "ada"));
    assert_ne!(first, digest(&pepper, Purpose::Attempts, "bob"));
    assert_ne!(first, digest(&pepper, Purpose::Http, "ada"));
    assert_ne!(first, digest(&other, Purpose::Attempts, "ada"));
}

#[test]
fn what_is_sealed_opens_with_the_same_key_in_its_place_only_and_unchanged() {
    let folder = Folder::new();
    let load = |name, byte| Pepper::load(&folder.write(name, [byte; 32])).unwrap();
    let (pepper, other) = (load("one", 1), load("two", 2));
    let sealer = |pepper: &Pepper, purpose| AeadSealer::new(pepper, purpose).unwrap();
    let sealed = sealer(&pepper, Purpose::Mails).seal("s3cret ☂", "mail 1").unwrap();
    assert!(!sealed.windows(6).any(|bytes| bytes == b"s3cret"));
    assert_ne!(
        sealed,
        sealer(&pepper, Purpose::Mails).seal("s3cret ☂", "mail 1").unwrap(),
        "each time differently"
    );
    assert_eq!(sealer(&load("copy", 1), Purpose::Mails).open(&sealed, "mail 1").unwrap(), "s3cret ☂");
    assert!(sealer(&other, Purpose::Mails).open(&sealed, "mail 1").is_err());
    assert!(sealer(&pepper, Purpose::Http).open(&sealed, "mail 1").is_err());
    assert!(sealer(&pepper, Purpose::Mails).open(&sealed, "mail 2").is_err(), "in another place");
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(sealer(&pepper, Purpose::Mails).open(&changed, "mail 1").is_err(), "byte {index}");
    }
    assert!(sealer(&pepper, Purpose::Mails).open(&sealed[..10], "mail 1").is_err());
}
