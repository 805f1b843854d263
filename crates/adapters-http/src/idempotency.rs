//! `Idempotency-Key`, on the wire's side: the key, the caller it belongs to, and the digest by which a repeated
//! request is recognised. What was answered is kept and looked up by the use case, in its own transaction.

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use domain::{
    accounts::Caller,
    idempotency::{Answer, IdempotencyKey, KeyReused, KeyedCall},
    ids::UserId,
};
use ports::idempotency::KeyConflict;
use use_cases::Keyed;
use uuid::Uuid;

use crate::{
    asked::Asked,
    http::Http,
    input::{Checked, check},
    problem::{ApiError, Code, Fault, Faults},
};

/// The header's name.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The key of a request, when there is one. A handler that takes it honours it.
#[derive(Debug)]
pub struct Idempotent {
    key: Option<IdempotencyKey>,
    request: HttpRequest,
}

/// The keyed digest of the request, once its body has been read.
#[derive(Clone, Copy)]
struct RequestDigest([u8; 32]);

impl Idempotent {
    /// The call as a signed-in caller made it, and how its answer is written; `None` without a key.
    ///
    /// # Errors
    /// 500 outside the server.
    pub fn call<T>(&self, caller: &Caller, present: fn(&T) -> Answer) -> Result<Option<Keyed<T>>, ApiError> {
        self.keyed(caller.user_id, present)
    }

    /// The call as whoever asks made it: somebody with an account, or a guest, who is known by the secret token of a cart
    /// or an order, if by anything.
    ///
    /// # Errors
    /// 422 when there is no token and the key is no UUID: guests' keys must not meet by accident. 500 outside the server.
    pub fn asked_call<H, T>(
        &self,
        asked: &Asked<H>,
        present: fn(&T) -> Answer,
    ) -> Result<Option<Keyed<T>>, ApiError> {
        match (asked.caller(), &self.key) {
            (_, None) => Ok(None),
            (Some(caller), Some(_)) => self.call(caller, present),
            (None, Some(key)) => self.guest_call(key, asked.token(), present),
        }
    }

    fn guest_call<T>(
        &self,
        key: &IdempotencyKey,
        token: Option<[u8; 32]>,
        present: fn(&T) -> Answer,
    ) -> Result<Option<Keyed<T>>, ApiError> {
        if token.is_none() && Uuid::try_parse(key.as_str()).is_err() {
            let message = "must be a UUID, unless the request has a token";
            return Err(ApiError::invalid(vec![Fault::header(IDEMPOTENCY_KEY, "uuid", message)]));
        }
        let token = token.as_ref().map_or(&[][..], |digest| digest);
        let digest = Http::of(&self.request)?.digest_body(&[b"guest", token]);
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest).for_each(|(byte, digested)| *byte = digested);
        self.keyed(uuid::Builder::from_custom_bytes(bytes).into_uuid().into(), present)
    }

    fn keyed<T>(&self, caller: UserId, present: fn(&T) -> Answer) -> Result<Option<Keyed<T>>, ApiError> {
        let Some(key) = self.key.clone() else { return Ok(None) };
        let ttl = Http::of(&self.request)?.settings().idempotency_ttl;
        let ttl = chrono::Duration::from_std(ttl).map_err(ApiError::internal)?;
        let known = self.request.extensions().get::<RequestDigest>().copied();
        let digest = match known {
            Some(RequestDigest(digest)) => digest,
            None => digest(&self.request, b"")?,
        };
        Ok(Some(Keyed { call: KeyedCall { caller, key, digest }, present, ttl }))
    }
}

/// Keeps the digest of a request whose body has been read, if it has a key.
pub(crate) fn remember_body(request: &HttpRequest, body: &[u8]) {
    if request.headers().contains_key(IDEMPOTENCY_KEY)
        && let Ok(digest) = digest(request, body)
    {
        request.extensions_mut().insert(RequestDigest(digest));
    }
}

fn digest(request: &HttpRequest, body: &[u8]) -> Result<[u8; 32], ApiError> {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    Ok(Http::of(request)?.digest_body(&[request.method().as_str().as_bytes(), path.as_bytes(), body]))
}

impl FromRequest for Idempotent {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut faults = Faults::default();
        let mut sent = request.headers().get_all(IDEMPOTENCY_KEY);
        let key = match (sent.next(), sent.next()) {
            (None, _) => None,
            (Some(key), None) => {
                let key = key.to_str().ok().and_then(|key| IdempotencyKey::parse(key).ok());
                if key.is_none() {
                    let message = "must have 1 to 255 visible ASCII characters";
                    faults.push(Fault::header(IDEMPOTENCY_KEY, "malformed", message));
                }
                key
            }
            (Some(_), Some(_)) => {
                faults.push(Fault::header(IDEMPOTENCY_KEY, "repeated", "must not be given twice"));
                None
            }
        };
        check(request, Ok((Some(Self { key, request: request.clone() }), faults)))
    }
}

impl From<KeyReused> for ApiError {
    fn from(_: KeyReused) -> Self {
        Self::new(Code::IdempotencyKeyReused)
    }
}

impl From<KeyConflict> for ApiError {
    fn from(_: KeyConflict) -> Self {
        Self::new(Code::IdempotencyInProgress)
    }
}
