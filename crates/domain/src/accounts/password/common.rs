//! The passwords that attackers try first.

use std::{collections::HashSet, sync::LazyLock};

/// About 8,300 passwords of at least eight characters, from the 20,000 that leaked most often.
const LIST: &str = include_str!("common/most_common.txt");

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| LIST.lines().collect());

/// Whether `password` is among the most common ones, in any case (NIST SP 800-63B, section 5.1.1.2).
pub(super) fn is_common(password: &str) -> bool {
    COMMON.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::password::MIN_CHARACTERS;

    #[test]
    fn what_everybody_takes_is_common_in_any_case() {
        for password in [
            "password",
            "password123",
            "12345678",
            "qwertyuiop",
            "iloveyou1",
            "trustno1",
            "Password123",
            "QWERTYUIOP",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn pass_phrases_and_odd_ones_are_not() {
        for password in
            ["correct horse battery staple", "xk9#mQ2v", "        ", "🎉🎉🎉🎉🎉🎉🎉🎉", &"x".repeat(128)]
        {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_holds_only_what_could_be_chosen_in_the_form_that_is_looked_up() {
        assert!(LIST.lines().count() > 8_000);
        for password in LIST.lines() {
            assert!(password.chars().count() >= MIN_CHARACTERS, "{password}");
            assert_eq!(password.to_lowercase(), password);
        }
    }
}
