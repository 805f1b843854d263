//! The words of each mail. There is no storefront here, so a letter says which call takes its token; whoever builds one
//! reads the token off the person's hands.

use domain::mail::Letter;

/// What a mail says.
pub(crate) struct Words {
    pub(crate) subject: &'static str,
    pub(crate) body: String,
}

/// The words of `letter` from the shop at `url`, with the secret that it tells. Lines are short, so that they go over the
/// wire as they are.
pub(crate) fn words(letter: Letter, url: &str, secret: &str) -> Words {
    let (subject, body) = match letter {
        Letter::VerifyEmail => (
            "Verify your address",
            format!(
                "Somebody has made an account with this address at\n{url}\n\n{}\n\n{NOTHING_TO_DO}",
                token("within seven days", url, "/auth/verify-email", secret),
            ),
        ),
        Letter::ResetPassword => (
            "Choose another password",
            format!(
                "Somebody has asked for another password for your account at\n{url}\n\n{}\n\n{NOTHING_TO_DO}\n\
                The password stays as it is.",
                token(
                    "with the new password, within 30 minutes",
                    url,
                    "/auth/password-reset/confirm",
                    secret
                ),
            ),
        ),
        Letter::ConfirmEmailChange => (
            "Confirm your new address",
            format!(
                "Somebody wants to use this address for their account at\n{url}\n\n{}\n\n{NOTHING_TO_DO}",
                token("within a day", url, "/auth/verify-email", secret),
            ),
        ),
        Letter::EmailChangeRequested => (
            "Another address for your account",
            format!(
                "Somebody wants to give another address to your account at\n{url}\n\n\
                If it was not you, change your password now:\nwhoever asked for this knows it."
            ),
        ),
        Letter::EmailChanged => (
            "Your account has another address",
            format!(
                "There is another address now for your account at\n{url}\n\n\
                This is the last mail to this one. If it was not you, tell the shop."
            ),
        ),
        Letter::PasswordChanged => (
            "Your password was changed",
            format!(
                "There is another password now for your account at\n{url}\n\n\
                If it was not you, ask for a password reset at once."
            ),
        ),
    };
    Words { subject, body: format!("Hello,\n\n{body}\n") }
}

const NOTHING_TO_DO: &str = "If it was not you, there is nothing to do.";

/// What to do with the token, and until when.
fn token(until: &str, url: &str, route: &str, secret: &str) -> String {
    format!("If it was you, send this token {until}:\n\n    {secret}\n\nto\n\n    POST {url}{route}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_letters_that_bring_a_token_tell_the_secret() {
        for letter in Letter::ALL {
            let tells = words(letter, "https://shop.example", "s3cret").body.contains("s3cret");
            let brings =
                matches!(letter, Letter::VerifyEmail | Letter::ResetPassword | Letter::ConfirmEmailChange);
            assert_eq!(tells, brings, "{letter:?}");
        }
    }

    #[test]
    fn every_letter_names_the_shop() {
        assert!(Letter::ALL.iter().all(|letter| {
            words(*letter, "https://shop.example", "").body.contains("https://shop.example")
        }));
    }
}
