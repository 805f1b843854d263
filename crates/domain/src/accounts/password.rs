//! Passwords: what a new one must be, and the form in which they are compared.

mod common;

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::Email;

/// A password as somebody typed it, in NFKC: the form that is hashed and compared (NIST SP 800-63B, section 5.1.1.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A password that satisfies the rules for new ones.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(Password);

/// Why a new password was refused. The rules are those of NIST SP 800-63B: length and a blocklist, no composition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    #[error("must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// More than 128 characters.
    #[error("must have at most {MAX_CHARACTERS} characters")]
    TooLong,
    /// Holds U+0000.
    #[error("must not contain the NUL character")]
    Nul,
    /// Among the first that an attacker tries.
    #[error("is among the most common passwords; choose another one")]
    TooCommon,
    /// Can be guessed from the account's address.
    #[error("must not contain the name in the e-mail address")]
    ContainsEmail,
}

/// The fewest Unicode characters of a new password.
pub const MIN_CHARACTERS: usize = 8;
/// The most Unicode characters of a new password.
pub const MAX_CHARACTERS: usize = 128;
/// A shorter local part is not looked for: it would forbid too much.
const MIN_LOCAL_PART: usize = 3;

impl Password {
    /// Takes a password for comparison: any text, in NFKC. Nothing is trimmed or folded.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self(raw.nfkc().collect())
    }

    /// The secret itself, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl NewPassword {
    /// Accepts a new password for the account of `email`.
    ///
    /// # Errors
    /// The first [`PasswordError`] that applies.
    pub fn parse(raw: &str, email: &Email) -> Result<Self, PasswordError> {
        let password = Self::check(raw)?;
        password.suits(email)?;
        Ok(password)
    }

    /// The rule that needs the account: its address must not give the password away.
    ///
    /// # Errors
    /// [`PasswordError::ContainsEmail`].
    pub fn suits(&self, email: &Email) -> Result<(), PasswordError> {
        let local = email.local_part();
        if local.chars().count() >= MIN_LOCAL_PART && self.0.expose().to_lowercase().contains(local) {
            return Err(PasswordError::ContainsEmail);
        }
        Ok(())
    }

    /// The rules that need no account: length, NUL and the blocklist.
    ///
    /// # Errors
    /// The first [`PasswordError`] that applies.
    pub fn check(raw: &str) -> Result<Self, PasswordError> {
        let password = Password::new(raw);
        let length = password.expose().chars().count();
        if length < MIN_CHARACTERS {
            return Err(PasswordError::TooShort);
        }
        if length > MAX_CHARACTERS {
            return Err(PasswordError::TooLong);
        }
        if password.expose().contains('\0') {
            return Err(PasswordError::Nul);
        }
        if common::is_common(password.expose()) {
            return Err(PasswordError::TooCommon);
        }
        Ok(Self(password))
    }

    /// The password, for the hasher.
    #[must_use]
    pub const fn password(&self) -> &Password {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Result<NewPassword, PasswordError> {
        NewPassword::parse(raw, &Email::parse("Anna.Lee@example.com").unwrap())
    }

    #[test]
    fn length_counts_characters_after_nfkc() {
        // R014
        assert_eq!(parse("1234567"), Err(PasswordError::TooShort));
        assert!(parse("ﬃ23456").is_ok(), "the ligature is three letters");
        assert!(parse(&"🎉".repeat(128)).is_ok());
        assert!(parse(&" ".repeat(8)).is_ok());
        assert_eq!(parse(&"x".repeat(129)), Err(PasswordError::TooLong));
    }

    #[test]
    fn guessable_ones_are_refused() {
        // R014
        assert_eq!(parse("password123"), Err(PasswordError::TooCommon));
        assert_eq!(parse("xxANNA.LEExx"), Err(PasswordError::ContainsEmail));
        assert_eq!(parse("12345678\0"), Err(PasswordError::Nul));
    }

    #[test]
    fn a_short_local_part_is_not_looked_for() {
        // R014
        let email = Email::parse("al@example.com").unwrap();
        assert!(NewPassword::parse("metal-works", &email).is_ok());
    }

    #[test]
    fn spellings_of_one_password_compare_equal_and_case_counts() {
        assert_eq!(Password::new("ｐass"), Password::new("pass"));
        assert_ne!(Password::new("Pass"), Password::new("pass"));
        assert_ne!(Password::new("pass "), Password::new("pass"));
    }

    #[test]
    fn debug_output_does_not_show_it() {
        assert!(!format!("{:?} {:?}", Password::new("hunter22"), parse("hunter22")).contains("hunter"));
    }
}
