//! Bounded text: NFC, without NUL, with a length in Unicode characters.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Text of 1 to `MAX` Unicode characters that is not all blank, in NFC (Unicode Standard Annex 15).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

/// Titles and names.
pub type Name = Text<200>;
/// Descriptions.
pub type Description = Text<20_000>;
/// Notes and reasons.
pub type Note = Text<1_000>;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing there, or only white space.
    #[error("must not be blank")]
    Blank,
    /// More than the given number of characters.
    #[error("must have at most {max} characters, has {actual}")]
    TooLong {
        /// How many are allowed.
        max: usize,
        /// How many there are.
        actual: usize,
    },
    /// PostgreSQL can't store U+0000, and nobody means it.
    #[error("must not contain the NUL character")]
    Nul,
}

impl<const MAX: usize> Text<MAX> {
    /// Takes a text in, in NFC; white space at both ends is dropped.
    ///
    /// # Errors
    /// [`TextError`] when it is blank, too long, or holds a NUL.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = normalized(raw.trim());
        let actual = text.chars().count();
        if text.is_empty() {
            return Err(TextError::Blank);
        }
        if text.contains('\0') {
            return Err(TextError::Nul);
        }
        if actual > MAX {
            return Err(TextError::TooLong { max: MAX, actual });
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `raw` in NFC, without a copy being normalised when it already is.
#[must_use]
pub fn normalized(raw: &str) -> String {
    if is_nfc(raw) { raw.to_owned() } else { raw.nfc().collect() }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Text::<3>::parse("äöü").is_ok());
        assert_eq!(Text::<3>::parse("äöüx"), Err(TextError::TooLong { max: 3, actual: 4 }));
    }

    #[test]
    fn a_decomposed_letter_is_stored_composed() {
        assert_eq!(Text::<1>::parse("e\u{301}").unwrap().as_str(), "\u{e9}");
    }

    #[test]
    fn blank_and_nul_are_refused() {
        assert_eq!(Name::parse(" \t"), Err(TextError::Blank));
        assert_eq!(Name::parse("a\0b"), Err(TextError::Nul));
    }
}
