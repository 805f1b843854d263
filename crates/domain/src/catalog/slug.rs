//! Slugs: names that stand in addresses.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

/// A name for an address: lower-case letters and digits in words that single hyphens join, 200 characters at most.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// The text is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 200 characters: words of a-z and 0-9 with single hyphens between them")]
pub struct ParseSlugError;

impl Slug {
    /// The most characters of a slug.
    pub const MAX_CHARACTERS: usize = 200;

    /// Reads a slug.
    ///
    /// # Errors
    /// [`ParseSlugError`].
    pub fn parse(raw: &str) -> Result<Self, ParseSlugError> {
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fits = raw.len() <= Self::MAX_CHARACTERS && raw.split('-').all(word);
        if fits { Ok(Self(raw.to_owned())) } else { Err(ParseSlugError) }
    }

    /// Makes a slug from a title: `"Größe & Farbe"` becomes `grosse-farbe`; `None` when the title has no Latin letter
    /// or digit.
    #[must_use]
    pub fn from_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in title.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            match transliterated(c) {
                Some(letters) => slug.push_str(letters),
                None if c.is_ascii_alphanumeric() => slug.push(c),
                None if c == '\'' || c == '’' => {}
                None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                None => {}
            }
        }
        slug.truncate(Self::MAX_CHARACTERS);
        Self::parse(slug.trim_end_matches('-')).ok()
    }

    /// `prefix-` and the last twelve digits of an id, for a title that makes no slug.
    #[must_use]
    pub(crate) fn from_id(prefix: &'static str, id: Uuid) -> Self {
        let digits = id.simple().to_string();
        Self(format!("{prefix}-{}", digits.chars().skip(20).collect::<String>()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Latin letters that do not decompose.
const fn transliterated(c: char) -> Option<&'static str> {
    match c {
        'ß' => Some("ss"),
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'ł' => Some("l"),
        'đ' | 'ð' => Some("d"),
        'þ' => Some("th"),
        'ı' => Some("i"),
        _ => None,
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from_title(title: &str) -> String {
        Slug::from_title(title).map_or_else(String::new, |slug| slug.to_string())
    }

    #[test]
    fn a_title_becomes_words_with_hyphens() {
        assert_eq!(from_title("  Linen shirt – S/M  "), "linen-shirt-s-m");
        assert_eq!(from_title("Größe & Farbe: Œuvre, Łódź"), "grosse-farbe-oeuvre-lodz");
        assert_eq!(from_title("Men's ﬁne №5"), "mens-fine-no5");
        assert_eq!(from_title("リネンシャツ"), "");
    }

    #[test]
    fn anything_else_than_words_is_refused() {
        for raw in ["", "-", "a-", "-a", "a--b", "A", "a b", "ä", &"a".repeat(201)] {
            assert_eq!(Slug::parse(raw), Err(ParseSlugError), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_made_from_a_title_is_a_slug(title in "\\PC{1,220}") {
            prop_assert!(Slug::from_title(&title).is_none_or(|slug| Slug::parse(slug.as_str()) == Ok(slug)));
        }
    }
}
