//! Everything that is held on one person, as it is shown to them.
//!
//! What is secret (hashes, digests of tokens, sealed mails) and what is the staff's own (who recorded a payment, notes
//! in the ledger) is no part of it.

use async_trait::async_trait;
use domain::{
    Instant,
    accounts::{Session, User},
    ids::{CartId, UserId, VariantId},
    money::{Currency, Money},
    orders::{HistoryStep, Order},
};

use crate::{audit::AuditView, storage::StorageError};

/// What is held on one person. Lists begin with the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// The account.
    pub user: User,
    /// When the person has shown that the address is theirs.
    pub email_verified_at: Option<Instant>,
    /// When the account was edited last.
    pub updated_at: Instant,
    /// Every log-in, also those that are over.
    pub sessions: Vec<HeldSession>,
    /// Tokens that were mailed.
    pub mailed_tokens: Vec<HeldMailedToken>,
    /// Mails that wait to be sent; those that went out are not kept.
    pub waiting_mails: Vec<WaitingMail>,
    /// Carts.
    pub carts: Vec<HeldCart>,
    /// Orders, whatever became of them.
    pub orders: Vec<HeldOrder>,
    /// What the audit log says about the person, and of what they did.
    pub audit_log: Vec<AuditView>,
    /// Answers that are kept for repeated calls.
    pub stored_answers: Vec<StoredAnswer>,
}

/// A log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSession {
    /// The session.
    pub session: Session,
    /// When its tokens were last renewed.
    pub last_used_at: Instant,
    /// When it was ended, and how; `None` if it was not.
    pub ended: Option<(Instant, String)>,
    /// Its refresh tokens.
    pub refresh_tokens: Vec<HeldRefreshToken>,
}

/// What is known of a refresh token, without the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldRefreshToken {
    /// When it was issued.
    pub issued_at: Instant,
    /// When it is too old.
    pub expires_at: Instant,
    /// When it was exchanged for the next one.
    pub used_at: Option<Instant>,
    /// When it was ended with its session.
    pub revoked_at: Option<Instant>,
}

/// What is known of a token that was mailed, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMailedToken {
    /// What it is for.
    pub kind: String,
    /// The address that it confirms, if it does.
    pub new_email: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it is too old.
    pub expires_at: Instant,
    /// When it was used or voided.
    pub used_at: Option<Instant>,
}

/// A mail that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    /// What it is about.
    pub kind: String,
    /// Where it goes.
    pub recipient: String,
    /// When it was written.
    pub created_at: Instant,
    /// When it is tried next.
    pub not_before: Instant,
}

/// A cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCart {
    /// Identity.
    pub id: CartId,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Whether it is open, or what became of it.
    pub status: String,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
    /// When it expires.
    pub expires_at: Instant,
    /// What is in it.
    pub lines: Vec<HeldCartLine>,
}

/// One variant of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldCartLine {
    /// What.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: u32,
    /// What one cost when it was added.
    pub added_price: Option<Money>,
    /// When it was added.
    pub added_at: Instant,
}

/// An order with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOrder {
    /// The order, with the address that it was placed from.
    pub order: Order,
    /// Every step of it, the first one first.
    pub history: Vec<HistoryStep>,
}

/// An answer that is kept for a repeated call. What it said is not shown once more: it tells of the orders, as they were
/// then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The key that the call came with.
    pub key: String,
    /// The answer's status.
    pub status: u16,
    /// What the call made.
    pub location: Option<String>,
    /// When it was given.
    pub created_at: Instant,
    /// When it is forgotten.
    pub expires_at: Instant,
}

/// Gathers what is held on people.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PersonalDataReader: Send + Sync {
    /// All that is held on this person, of one moment; `None` when there is no such person (any more).
    async fn collect(&self, id: UserId) -> Result<Option<PersonalData>, StorageError>;
}
