//! What was, or is to be, told to somebody: mailed tokens, waiting mails, and answers kept for repeated calls. Without
//! what they say.

use diesel::{ExpressionMethods, QueryDsl, QueryResult};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, ids::UserId};
use futures::try_join;
use ports::{
    accounts::personal_data::{HeldMailedToken, StoredAnswer, WaitingMail},
    storage::StorageError,
};

use crate::{
    corrupt::Place,
    schema::{idempotency_keys, mails, one_time_tokens},
};

pub(super) struct MessageRows {
    person: UserId,
    tokens: Vec<TokenRow>,
    mails: Vec<MailRow>,
    answers: Vec<AnswerRow>,
}

/// The same, as the person is told.
pub(super) struct Messages {
    pub(super) mailed_tokens: Vec<HeldMailedToken>,
    pub(super) waiting_mails: Vec<WaitingMail>,
    pub(super) stored_answers: Vec<StoredAnswer>,
}

/// What it is for, the address that it confirms; when it was made, expires and was used.
type TokenRow = (String, Option<String>, Instant, Instant, Option<Instant>);
/// What it is about, where it goes; when it was written and is tried next.
type MailRow = (String, String, Instant, Instant);
/// The key, the status, what was made; when it was given and is forgotten.
type AnswerRow = (String, i16, Option<String>, Instant, Instant);

impl MessageRows {
    pub(super) async fn load(connection: &AsyncPgConnection, person: UserId) -> QueryResult<Self> {
        let (tokens, mails, answers) = try_join!(
            load_tokens(connection, person),
            load_mails(connection, person),
            load_answers(connection, person),
        )?;
        Ok(Self { person, tokens, mails, answers })
    }

    pub(super) fn into_messages(self) -> Result<Messages, StorageError> {
        let place = Place { table: "idempotency_keys", id: self.person.uuid() };
        let token = |(kind, new_email, created_at, expires_at, used_at)| HeldMailedToken {
            kind,
            new_email,
            created_at,
            expires_at,
            used_at,
        };
        let mail = |(kind, recipient, created_at, not_before)| WaitingMail {
            kind,
            recipient,
            created_at,
            not_before,
        };
        let answer = |(key, status, location, created_at, expires_at): AnswerRow| {
            let status = place.read("status", u16::try_from(status))?;
            Ok(StoredAnswer { key, status, location, created_at, expires_at })
        };
        Ok(Messages {
            mailed_tokens: self.tokens.into_iter().map(token).collect(),
            waiting_mails: self.mails.into_iter().map(mail).collect(),
            stored_answers: self.answers.into_iter().map(answer).collect::<Result<_, StorageError>>()?,
        })
    }
}

async fn load_tokens(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<TokenRow>> {
    use one_time_tokens::{created_at, digest, expires_at, kind, new_email, used_at, user_id};
    one_time_tokens::table
        .filter(user_id.eq(person.uuid()))
        .order((created_at, digest))
        .select((kind, new_email, created_at, expires_at, used_at))
        .load(&mut connection)
        .await
}

async fn load_mails(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<MailRow>> {
    use mails::{created_at, id, kind, not_before, recipient, user_id};
    mails::table
        .filter(user_id.eq(person.uuid()))
        .order((created_at, id))
        .select((kind, recipient, created_at, not_before))
        .load(&mut connection)
        .await
}

async fn load_answers(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<AnswerRow>> {
    use idempotency_keys::{caller, created_at, expires_at, key, location, status};
    idempotency_keys::table
        .filter(caller.eq(person.to_string()))
        .order((created_at, key))
        .select((key, status, location, created_at, expires_at))
        .load(&mut connection)
        .await
}
