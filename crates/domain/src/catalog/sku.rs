//! Stock keeping units.

use std::fmt;

use crate::text::normalized;

/// What a variant is counted and ordered by: 1 to 64 characters without white space. Case counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku(String);

/// The text is no SKU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 64 characters, without white space or control characters")]
pub struct ParseSkuError;

impl Sku {
    /// The most characters of a SKU.
    pub const MAX_CHARACTERS: usize = 64;

    /// Reads a SKU; nothing is trimmed or folded.
    ///
    /// # Errors
    /// [`ParseSkuError`].
    pub fn parse(raw: &str) -> Result<Self, ParseSkuError> {
        let sku = normalized(raw);
        let fits = (1..=Self::MAX_CHARACTERS).contains(&sku.chars().count())
            && !sku.chars().any(|c| c.is_whitespace() || c.is_control());
        if fits { Ok(Self(sku)) } else { Err(ParseSkuError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_has_1_to_64_characters_and_no_blanks() {
        assert!(Sku::parse("SHIRT-S/42.α").is_ok() && Sku::parse(&"ä".repeat(64)).is_ok());
        for raw in ["", " ", "A B", "A\tB", "A\0", &"x".repeat(65)] {
            assert_eq!(Sku::parse(raw), Err(ParseSkuError), "{raw:?}");
        }
    }
}
