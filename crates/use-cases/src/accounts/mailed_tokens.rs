//! Making tokens that are mailed: shared by everything that sends one.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::{Email, MailedPurpose, MailedToken},
    ids::{MailId, UserId},
    mail::Mail,
};
use ports::{
    ids::IdGenerator,
    security::{Sealer, SecretTokens},
    storage::Cause,
};

/// Makes tokens and the mails that bring them.
#[derive(Clone)]
pub struct MailedTokens {
    /// Makes and digests secrets.
    pub secrets: Arc<dyn SecretTokens>,
    /// Seals them until their mail goes out.
    pub sealer: Arc<dyn Sealer>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
}

impl MailedTokens {
    /// A token for `user_id`, not stored yet, and the mail that brings it to `to`.
    pub(super) fn issue(
        &self,
        purpose: MailedPurpose,
        user_id: UserId,
        to: Email,
        now: Instant,
    ) -> Result<(MailedToken, Mail), Cause> {
        let secret = self.secrets.generate()?;
        let id: MailId = self.ids.id();
        let sealed = Some(self.sealer.seal(&secret.secret, &id.to_string())?);
        let letter = purpose.letter();
        let token = MailedToken::issue(secret.digest, purpose, user_id, now);
        Ok((token, Mail { id, user_id, to, letter, sealed, at: now }))
    }
}
