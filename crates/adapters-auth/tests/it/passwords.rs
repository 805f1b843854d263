//! Hashing and comparing.

use adapters_auth::{BcryptHasher, HasherConfig, Pepper, StartHasherError};
use domain::accounts::Password;
use ports::security::{HashError, PasswordCheck, PasswordHasher};

use crate::folder::Folder;

const CHEAP: HasherConfig = HasherConfig { cost: 4, threads: 2, waiting: 100 };

fn pepper() -> Pepper {
    Pepper::generate_into(&Folder::new().path().join("pepper")).unwrap()
}

fn hasher() -> BcryptHasher {
    BcryptHasher::new(CHEAP, &pepper()).unwrap()
}

async fn matches(hasher: &BcryptHasher, password: &str, hash: &str) -> bool {
    let check = hasher.check(&Password::new(password), Some(hash.to_owned())).await.unwrap();
    check != PasswordCheck::Differs
}

#[tokio::test]
async fn the_password_matches_its_hash_and_another_one_does_not() {
    let hasher = hasher();
    let hash = hasher.hash(&Password::new("correct horse")).await.unwrap();
    let same = hasher.check(&Password::new("correct horse"), Some(hash.clone())).await.unwrap();
    assert_eq!(same, PasswordCheck::Matches { rehashed: None });
    for other in ["Correct horse", "correct horse ", " correct horse", "", "correct"] {
        assert!(!matches(&hasher, other, &hash).await, "{other}");
    }
}

#[tokio::test]
async fn every_character_counts_at_any_length() {
    // R015
    let hasher = hasher();
    for length in [8, 64, 71, 72, 73, 100, 128] {
        let password: String = "aé🎉".chars().cycle().take(length).collect();
        let hash = hasher.hash(&Password::new(&password)).await.unwrap();
        assert!(matches(&hasher, &password, &hash).await);
        let cut: String = password.chars().take(length - 1).collect();
        let last_differs = format!("{cut}#");
        let longer = format!("{password}x");
        let repeated = format!("{password}{password}");
        let repeated_after_nul = format!("{password}\0{password}");
        let with_nul = format!("{password}\0");
        for other in [cut, last_differs, longer, repeated, repeated_after_nul, with_nul] {
            assert!(!matches(&hasher, &other, &hash).await, "{length}: {other:?}");
        }
    }
}

#[tokio::test]
async fn spellings_with_the_same_nfkc_are_one_password() {
    // R015
    let hasher = hasher();
    let hash = hasher.hash(&Password::new("Ångström ﬁve")).await.unwrap();
    assert!(matches(&hasher, "A\u{30a}ngstro\u{308}m five", &hash).await);
    assert!(matches(&hasher, "\u{212b}ngström ｆive", &hash).await);
    assert!(!matches(&hasher, "ångström five", &hash).await);
}

#[tokio::test]
async fn two_hashes_of_a_password_differ_and_show_the_cost() {
    let hasher = hasher();
    let password = Password::new("correct horse");
    let (one, two) = (hasher.hash(&password).await.unwrap(), hasher.hash(&password).await.unwrap());
    assert_ne!(one, two);
    assert!(one.starts_with("$2b$04$"), "{one}");
}

#[tokio::test]
async fn without_the_pepper_a_hash_is_worthless() {
    let hash = hasher().hash(&Password::new("correct horse")).await.unwrap();
    assert!(!matches(&hasher(), "correct horse", &hash).await);
}

#[tokio::test]
async fn without_an_account_nothing_matches() {
    let check = hasher().check(&Password::new("correct horse"), None).await.unwrap();
    assert_eq!(check, PasswordCheck::Differs);
}

#[tokio::test]
async fn a_cheaper_hash_is_made_anew_once_the_password_is_known() {
    let pepper = pepper();
    let password = Password::new("correct horse");
    let old = BcryptHasher::new(CHEAP, &pepper).unwrap().hash(&password).await.unwrap();
    let dearer = BcryptHasher::new(HasherConfig { cost: 6, ..CHEAP }, &pepper).unwrap();

    let wrong = dearer.check(&Password::new("wrong"), Some(old.clone())).await.unwrap();
    assert_eq!(wrong, PasswordCheck::Differs);
    let PasswordCheck::Matches { rehashed: Some(new) } = dearer.check(&password, Some(old)).await.unwrap()
    else {
        panic!("must be rehashed");
    };
    assert!(new.starts_with("$2b$06$"), "{new}");
    let again = dearer.check(&password, Some(new)).await.unwrap();
    assert_eq!(again, PasswordCheck::Matches { rehashed: None });
}

#[tokio::test]
async fn a_dearer_hash_stays() {
    let pepper = pepper();
    let password = Password::new("correct horse");
    let dear = BcryptHasher::new(HasherConfig { cost: 6, ..CHEAP }, &pepper).unwrap();
    let hash = dear.hash(&password).await.unwrap();
    let check = BcryptHasher::new(CHEAP, &pepper).unwrap().check(&password, Some(hash)).await.unwrap();
    assert_eq!(check, PasswordCheck::Matches { rehashed: None });
}

#[tokio::test]
async fn a_hash_that_is_none_is_our_failure() {
    for hash in ["", "plain", "$2b$99$", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"] {
        let check = hasher().check(&Password::new("correct horse"), Some(hash.to_owned())).await;
        assert!(matches!(check, Err(HashError::Failed(_))), "{hash}");
    }
}

#[tokio::test]
async fn over_a_full_queue_checks_are_refused_and_the_rest_succeeds() {
    // R018
    let config = HasherConfig { cost: 8, threads: 1, waiting: 2 };
    let hasher = BcryptHasher::new(config, &pepper()).unwrap();
    let password = Password::new("correct horse");
    let check = || hasher.check(&password, None);
    let (a, b, c, d, e) = tokio::join!(check(), check(), check(), check(), check());
    for served in [a, b, c] {
        assert_eq!(served.unwrap(), PasswordCheck::Differs);
    }
    for refused in [d, e] {
        assert!(matches!(refused, Err(HashError::Overloaded)));
    }
    assert!(check().await.is_ok(), "places are free again");
}

#[test]
fn an_unbearable_cost_is_refused() {
    for cost in [0, 3, 16, 31] {
        let started = BcryptHasher::new(HasherConfig { cost, ..CHEAP }, &pepper());
        assert!(matches!(started, Err(StartHasherError::Cost(named)) if named == cost));
    }
}
