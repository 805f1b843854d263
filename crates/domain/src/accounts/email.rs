//! E-mail addresses and their one canonical form.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// An e-mail address in canonical form: one mailbox, one spelling.
///
/// The form is NFKC, lower case, NFKC again, with the domain in the ASCII form of IDNA (RFC 5891, UTS 46). What two
/// people could type for the same mailbox (other case, full-width letters, a Kelvin sign, a punycode domain) is one
/// value. The local part may hold letters of any script (RFC 6531).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// Why a text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseEmailError {
    /// More than 254 octets, the most that SMTP can carry (RFC 5321, section 4.5.3.1.3).
    #[error("must have at most 254 characters")]
    TooLong,
    /// Not a local part, an `@` and a domain.
    #[error("must be an e-mail address such as ada@example.com")]
    Malformed,
}

const MAX_OCTETS: usize = 254;
const MAX_LOCAL_OCTETS: usize = 64;

impl Email {
    /// Reads an address as a person types it, and brings it into its canonical form.
    ///
    /// # Errors
    /// [`ParseEmailError`] when it is too long, or no address after normalisation.
    pub fn parse(raw: &str) -> Result<Self, ParseEmailError> {
        let raw = raw.trim();
        if raw.chars().count() > MAX_OCTETS {
            return Err(ParseEmailError::TooLong);
        }
        let folded = fold(raw);
        let (local, host) = folded.rsplit_once('@').ok_or(ParseEmailError::Malformed)?;
        if !is_local_part(local) {
            return Err(ParseEmailError::Malformed);
        }
        let host = idna::domain_to_ascii_strict(host).map_err(|_| ParseEmailError::Malformed)?;
        if !host.contains('.') || host.ends_with('.') {
            return Err(ParseEmailError::Malformed);
        }
        let canonical = format!("{local}@{host}");
        if canonical.len() > MAX_OCTETS {
            return Err(ParseEmailError::TooLong);
        }
        Ok(Self(canonical))
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// NFKC, lower case, NFKC; again while that still changes something (a few characters need a second round).
fn fold(raw: &str) -> String {
    let once = |text: &str| text.nfkc().collect::<String>().to_lowercase().nfkc().collect::<String>();
    let mut folded = once(raw);
    for _ in 0..3 {
        let again = once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// A dot-atom (RFC 5322, section 3.2.3), with the letters of RFC 6531; no quoted forms.
fn is_local_part(local: &str) -> bool {
    let atom = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+/=?^_`{|}~-".contains(c)
            || (!c.is_ascii() && !c.is_control() && !c.is_whitespace() && !is_invisible(c))
    };
    (1..=MAX_LOCAL_OCTETS).contains(&local.len())
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

/// Characters that show nothing, or turn the direction of the text: two addresses must not look alike by them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address is personal: it stays out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_mailbox_are_one_address() {
        // R017
        for raw in [
            " Ada.K@Example.COM ",
            "ada.\u{212a}@example.com",
            "ａｄａ.k@example.com",
            "ada.k＠example.com",
            "ada.k@EXAMPLE。com",
        ] {
            assert_eq!(Email::parse(raw).unwrap().as_str(), "ada.k@example.com", "{raw}");
        }
        let bücher = Email::parse("ada@BÜCHER.example").unwrap();
        assert_eq!(bücher, Email::parse("ada@xn--bcher-kva.example").unwrap());
        assert_eq!(bücher, Email::parse("ada@bu\u{308}cher.example").unwrap());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for raw in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@.com",
            "ada@example.",
            "a da@example.com",
            "ada@exa mple.com",
            "ada@@example.com",
            "ada@example.com,eve@example.com",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "ada\0@example.com",
            "ada@exam\nple.com",
            "a\u{200b}da@example.com",
            "ada\u{ff1b}@example.com",
            "\"ada\"@example.com",
            "ada@-example.com",
        ] {
            assert_eq!(Email::parse(raw), Err(ParseEmailError::Malformed), "{raw:?}");
        }
    }

    #[test]
    fn length_is_bounded() {
        let host = format!("{}.{}.{}.com", "b".repeat(60), "c".repeat(60), "d".repeat(60));
        assert!(Email::parse(&format!("{}@{host}", "a".repeat(64))).is_ok());
        assert_eq!(Email::parse(&format!("{}@{host}", "a".repeat(65))), Err(ParseEmailError::Malformed));
        assert_eq!(Email::parse(&format!("a@{}.com", "b.".repeat(140))), Err(ParseEmailError::TooLong));
    }

    #[test]
    fn debug_output_does_not_show_it() {
        assert!(!format!("{:?}", Email::parse("ada@example.com").unwrap()).contains("ada"));
    }

    proptest! {
        #[test]
        fn the_canonical_form_of_a_canonical_form_is_itself(local in "\\PC{1,12}", host in "[a-zA-ZäöüßéİK0-9]{1,12}") {
            if let Ok(email) = Email::parse(&format!("{local}@{host}.example")) {
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
        }
    }
}
