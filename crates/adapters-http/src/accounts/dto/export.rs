//! All that is held on one person, as they get it.

mod orders;

use domain::{actor::Actor, ids::UserId};
use ports::{
    accounts::{
        PersonalData,
        personal_data::{
            HeldCart, HeldCartLine, HeldMailedToken, HeldRefreshToken, HeldSession, StoredAnswer, WaitingMail,
        },
    },
    audit::AuditView,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use self::orders::ExportedOrder;
use super::UserView;
use crate::{instant::Timestamp, money::MoneyDto};

/// All that is held on one person. Lists begin with the oldest.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "AccountExport")]
pub(crate) struct AccountExportView {
    /// The account, as `GET /users/me` shows it
    pub(crate) profile: UserView,
    /// When the address was shown to be the person's
    pub(crate) email_verified_at: Option<Timestamp>,
    /// When the account was edited last
    pub(crate) updated_at: Timestamp,
    /// Every log-in, also those that are over
    pub(crate) sessions: Vec<ExportedSession>,
    /// Tokens that were mailed, without the tokens
    pub(crate) mailed_tokens: Vec<ExportedMailedToken>,
    /// Mails that wait to be sent; those that went out are not kept
    pub(crate) waiting_mails: Vec<ExportedMail>,
    /// Carts, whatever became of them
    pub(crate) carts: Vec<ExportedCart>,
    /// Orders, whatever became of them, with their histories
    pub(crate) orders: Vec<ExportedOrder>,
    /// What the audit log says of the person, and of what they did
    pub(crate) audit_log: Vec<ExportedAuditLine>,
    /// Answers that are kept for repeated calls with an `Idempotency-Key`, without what they said: a copy of the orders
    pub(crate) stored_answers: Vec<ExportedAnswer>,
}

/// A log-in.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedSession {
    /// Identity
    pub(crate) id: Uuid,
    /// When the person logged in
    pub(crate) created_at: Timestamp,
    /// When its tokens were last renewed
    pub(crate) last_used_at: Timestamp,
    /// When it ends, however often it is renewed
    pub(crate) expires_at: Timestamp,
    /// When it was ended before that
    pub(crate) ended_at: Option<Timestamp>,
    /// How it was ended, such as `logged_out`
    pub(crate) end_reason: Option<String>,
    /// What the client called itself
    pub(crate) user_agent: Option<String>,
    /// The network address that the log-in came from
    pub(crate) ip: Option<String>,
    /// Its refresh tokens, without the tokens
    pub(crate) refresh_tokens: Vec<ExportedRefreshToken>,
}

/// What is known of a refresh token.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedRefreshToken {
    /// When it was issued
    pub(crate) issued_at: Timestamp,
    /// When it is too old
    pub(crate) expires_at: Timestamp,
    /// When it was exchanged for the next one
    pub(crate) used_at: Option<Timestamp>,
    /// When it was ended with its session
    pub(crate) revoked_at: Option<Timestamp>,
}

/// What is known of a token that was mailed.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedMailedToken {
    /// What it is for, such as `password_reset`
    pub(crate) kind: String,
    /// The address that it confirms
    pub(crate) new_email: Option<String>,
    /// When it was made
    pub(crate) created_at: Timestamp,
    /// When it is too old
    pub(crate) expires_at: Timestamp,
    /// When it was used or voided
    pub(crate) used_at: Option<Timestamp>,
}

/// A mail that waits to be sent.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedMail {
    /// What it is about
    pub(crate) kind: String,
    /// Where it goes
    pub(crate) recipient: String,
    /// When it was written
    pub(crate) created_at: Timestamp,
    /// When it is tried next
    pub(crate) not_before: Timestamp,
}

/// A cart.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedCart {
    /// Identity
    pub(crate) id: Uuid,
    /// The currency of its amounts
    pub(crate) currency: &'static str,
    /// `open`, or what became of it
    pub(crate) status: String,
    /// When it was opened
    pub(crate) created_at: Timestamp,
    /// When it was changed last
    pub(crate) updated_at: Timestamp,
    /// When it expires
    pub(crate) expires_at: Timestamp,
    /// What is in it
    pub(crate) lines: Vec<ExportedCartLine>,
}

/// One variant of a cart.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedCartLine {
    /// What
    pub(crate) variant_id: Uuid,
    /// How many
    pub(crate) quantity: u32,
    /// What one cost when it was added
    pub(crate) added_price: Option<MoneyDto>,
    /// When it was added
    pub(crate) added_at: Timestamp,
}

/// One line of the audit log.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedAuditLine {
    /// Identity
    pub(crate) id: Uuid,
    /// When it happened
    pub(crate) at: Timestamp,
    /// What happened
    #[serde(rename = "type")]
    #[schemars(extend("examples" = ["session.opened"]))]
    pub(crate) kind: String,
    /// Who did it
    #[schemars(extend("enum" = ["you", "staff", "guest", "system"]))]
    pub(crate) by: &'static str,
    /// Whether it happened to the person's own account
    pub(crate) about_you: bool,
    /// The network address that it came from, unless it is another person's
    pub(crate) ip: Option<String>,
    /// The request's id
    pub(crate) request_id: Option<String>,
    /// What more there is to say, unless it is about another person
    pub(crate) detail: Map<String, Value>,
}

/// An answer that is kept for a repeated call.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedAnswer {
    /// The `Idempotency-Key` of the call
    pub(crate) key: String,
    /// The answer's status
    pub(crate) status: u16,
    /// What the call made
    pub(crate) location: Option<String>,
    /// When it was given
    pub(crate) created_at: Timestamp,
    /// When it is forgotten
    pub(crate) expires_at: Timestamp,
}

/// Who did something, as the person `me` is told: who of the staff it was is not.
pub(super) fn told(actor: Actor, me: UserId) -> &'static str {
    match actor {
        Actor::User(id) if id == me => "you",
        Actor::User(_) => "staff",
        Actor::Guest => "guest",
        Actor::System => "system",
    }
}

impl TryFrom<PersonalData> for AccountExportView {
    type Error = serde_json::Error;

    fn try_from(data: PersonalData) -> Result<Self, Self::Error> {
        let me = data.user.id;
        let line = |line| ExportedAuditLine::of(line, me);
        Ok(Self {
            profile: data.user.into(),
            email_verified_at: data.email_verified_at.map(Timestamp::from),
            updated_at: data.updated_at.into(),
            sessions: data.sessions.into_iter().map(ExportedSession::from).collect(),
            mailed_tokens: data.mailed_tokens.into_iter().map(ExportedMailedToken::from).collect(),
            waiting_mails: data.waiting_mails.into_iter().map(ExportedMail::from).collect(),
            carts: data.carts.into_iter().map(ExportedCart::from).collect(),
            orders: data.orders.into_iter().map(|held| ExportedOrder::of(held, me)).collect(),
            audit_log: data.audit_log.into_iter().map(line).collect::<Result<_, _>>()?,
            stored_answers: data.stored_answers.into_iter().map(ExportedAnswer::from).collect(),
        })
    }
}

impl ExportedAuditLine {
    fn of(line: AuditView, me: UserId) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: line.id.uuid(),
            at: line.at.into(),
            kind: line.event,
            by: line.actor.parse().map_or("system", |actor| told(actor, me)),
            about_you: line.subject.is_some_and(|subject| subject == me.to_string()),
            ip: line.ip.map(|ip| ip.to_string()),
            request_id: line.request_id,
            detail: serde_json::from_str(&line.detail)?,
        })
    }
}

impl From<HeldSession> for ExportedSession {
    fn from(held: HeldSession) -> Self {
        let (ended_at, end_reason) = held.ended.unzip();
        Self {
            id: held.session.id.uuid(),
            created_at: held.session.created_at.into(),
            last_used_at: held.last_used_at.into(),
            expires_at: held.session.expires_at.into(),
            ended_at: ended_at.map(Timestamp::from),
            end_reason,
            user_agent: held.session.user_agent,
            ip: held.session.ip.map(|ip| ip.to_string()),
            refresh_tokens: held.refresh_tokens.into_iter().map(ExportedRefreshToken::from).collect(),
        }
    }
}

impl From<HeldRefreshToken> for ExportedRefreshToken {
    fn from(held: HeldRefreshToken) -> Self {
        Self {
            issued_at: held.issued_at.into(),
            expires_at: held.expires_at.into(),
            used_at: held.used_at.map(Timestamp::from),
            revoked_at: held.revoked_at.map(Timestamp::from),
        }
    }
}

impl From<HeldMailedToken> for ExportedMailedToken {
    fn from(token: HeldMailedToken) -> Self {
        Self {
            kind: token.kind,
            new_email: token.new_email,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.into(),
            used_at: token.used_at.map(Timestamp::from),
        }
    }
}

impl From<WaitingMail> for ExportedMail {
    fn from(mail: WaitingMail) -> Self {
        Self {
            kind: mail.kind,
            recipient: mail.recipient,
            created_at: mail.created_at.into(),
            not_before: mail.not_before.into(),
        }
    }
}

impl From<HeldCart> for ExportedCart {
    fn from(cart: HeldCart) -> Self {
        Self {
            id: cart.id.uuid(),
            currency: cart.currency.code(),
            status: cart.status,
            created_at: cart.created_at.into(),
            updated_at: cart.updated_at.into(),
            expires_at: cart.expires_at.into(),
            lines: cart.lines.into_iter().map(ExportedCartLine::from).collect(),
        }
    }
}

impl From<HeldCartLine> for ExportedCartLine {
    fn from(line: HeldCartLine) -> Self {
        Self {
            variant_id: line.variant_id.uuid(),
            quantity: line.quantity,
            added_price: line.added_price.map(MoneyDto::from),
            added_at: line.added_at.into(),
        }
    }
}

impl From<StoredAnswer> for ExportedAnswer {
    fn from(answer: StoredAnswer) -> Self {
        Self {
            key: answer.key,
            status: answer.status,
            location: answer.location,
            created_at: answer.created_at.into(),
            expires_at: answer.expires_at.into(),
        }
    }
}
