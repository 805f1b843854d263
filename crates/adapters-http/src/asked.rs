//! Who asks for what guests have, too. A handler says it with its first argument: [`Asked`] with the header by which a
//! guest is known, `Asked<CartToken>` or `Asked<OrderToken>`.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::{accounts::Caller, asker::Asker};

use crate::{caller::caller, http::Http, input::Checked, problem::ApiError};

/// A header that shows the secret token of something that guests have.
pub trait GuestToken: 'static {
    /// Its name.
    const HEADER: &'static str;
    /// What it is, for people.
    const WHAT: &'static str;
}

/// `Cart-Token`: opens a guest's cart.
#[derive(Clone, Copy, Debug)]
pub struct CartToken;

/// `Order-Token`: opens a guest's order.
#[derive(Clone, Copy, Debug)]
pub struct OrderToken;

impl GuestToken for CartToken {
    const HEADER: &'static str = "Cart-Token";
    const WHAT: &'static str = "The `token` that came with a guest's cart when it was opened";
}

impl GuestToken for OrderToken {
    const HEADER: &'static str = "Order-Token";
    const WHAT: &'static str = "The `order_token` that came with a guest's order when it was placed";
}

/// The digest of the token in the header `H`. What can't be a token is taken for one that opens nothing, and two are none.
#[derive(Clone)]
pub struct Shown<H> {
    digest: Option<[u8; 32]>,
    header: PhantomData<H>,
}

/// Whoever asks: somebody with an account, or a guest with the token in the header `H`, or nobody. An access token that is
/// sent must be valid.
#[derive(Clone)]
pub struct Asked<H> {
    caller: Option<Caller>,
    shown: Shown<H>,
}

impl<H> Shown<H> {
    /// The digest of the token, when there is one.
    pub fn token(&self) -> Option<[u8; 32]> {
        self.digest
    }
}

impl<H> Asked<H> {
    /// Who asks. Whoever is signed in is that user, whatever guest's token comes along.
    pub fn asker(&self) -> Option<Asker> {
        let user = || self.caller.clone().map(Asker::User);
        user().or_else(|| self.token().map(Asker::Guest))
    }

    /// Who asks for something by its id: without any token that is as unknown as it is to somebody else.
    ///
    /// # Errors
    /// 404 for nobody.
    pub fn known(&self) -> Result<Asker, ApiError> {
        self.asker().ok_or_else(ApiError::not_found)
    }

    /// Whoever is signed in.
    pub fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// The digest of the guest's token, when there is one.
    pub fn token(&self) -> Option<[u8; 32]> {
        self.shown.token()
    }
}

impl<H: GuestToken> Shown<H> {
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let mut sent = request.headers().get_all(H::HEADER);
        let digest = match (sent.next(), sent.next()) {
            (Some(token), None) => {
                let token = token.to_str().unwrap_or_default();
                Some(Http::of(request)?.ports().secrets.digest(token))
            }
            _ => None,
        };
        Ok(Self { digest, header: PhantomData })
    }
}

impl<H: GuestToken + Unpin> FromRequest for Shown<H> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Self::of(request).map_or_else(Checked::refusal, Checked::value)
    }
}

impl<H: GuestToken + Unpin> FromRequest for Asked<H> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = caller(request).and_then(|caller| Ok(Self { caller, shown: Shown::of(request)? }));
        asked.map_or_else(Checked::refusal, Checked::value)
    }
}
