//! Who calls, and whether they may. A handler says it with its first argument: [`SignedIn`], [`Visitor`] or
//! [`Allowed`] with a permission; the OpenAPI document says the same.

use std::{fmt, marker::PhantomData, ops::Deref};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header};
use domain::{
    accounts::{Caller, Permission},
    ids::UserId,
};
use ports::security::{AdmissionError, TokenError};

use crate::{
    http::Http,
    input::Checked,
    problem::{ApiError, Code},
};

/// A caller with a valid access token.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Caller);

/// Anybody; a token that is sent must be valid.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Caller>);

/// A caller whose roles have the permission `P`, such as `Allowed<may::ProductsWrite>`.
#[derive(Clone, Debug)]
pub struct Allowed<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

/// A permission, as a type.
pub trait Need: 'static {
    /// The permission.
    const PERMISSION: Permission;
}

/// The permissions, as types for [`Allowed`].
pub mod may {
    use super::{Need, Permission};

    macro_rules! permissions {
        ($($name:ident)+) => {$(
            #[doc = concat!("See [`Permission::", stringify!($name), "`].")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Need for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )+};
    }

    permissions! {
        ProductsRead ProductsWrite CategoriesWrite InventoryRead InventoryWrite
        OrdersRead OrdersCancel OrdersConfirm OrdersFulfill UsersRead UsersWrite AuditRead EventsRead
    }
}

/// Who called, for the log: nothing but the id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallerId(UserId);

impl fmt::Display for CallerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Deref for SignedIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<P> Deref for Allowed<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        signed_in(request).map_or_else(Checked::refusal, |caller| Checked::value(Self(caller)))
    }
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        caller(request).map_or_else(Checked::refusal, |caller| Checked::value(Self(caller)))
    }
}

impl<P: Need + Unpin> FromRequest for Allowed<P> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let allowed = signed_in(request).and_then(|caller| {
            caller.require(P::PERMISSION)?;
            Ok(Self { caller, permission: PhantomData })
        });
        allowed.map_or_else(Checked::refusal, Checked::value)
    }
}

fn signed_in(request: &HttpRequest) -> Result<Caller, ApiError> {
    caller(request)?.ok_or_else(|| ApiError::new(Code::Unauthenticated))
}

/// Who calls: `None` without a token. The token is verified once, however many extractors ask.
///
/// # Errors
/// 401 for a token that is not to be believed, or whose session was ended; 503 while nobody can tell.
pub(crate) fn caller(request: &HttpRequest) -> Result<Option<Caller>, ApiError> {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    if let Some(known) = request.extensions().get::<Caller>() {
        return Ok(Some(known.clone()));
    }
    let http = Http::of(request)?.ports();
    let token = bearer(request).ok_or_else(invalid)?;
    let caller = http.tokens.verify(token, http.clock.now()).map_err(|error| match error {
        TokenError::Expired => ApiError::new(Code::TokenExpired),
        TokenError::Invalid => invalid(),
    })?;
    let caller = http.callers.admit(caller).map_err(|error| match error {
        AdmissionError::Ended => invalid(),
        AdmissionError::NotKnown => ApiError::new(Code::DatabaseUnavailable),
    })?;
    request.extensions_mut().insert(CallerId(caller.user_id));
    request.extensions_mut().insert(caller.clone());
    Ok(Some(caller))
}

fn invalid() -> ApiError {
    ApiError::new(Code::Unauthenticated)
        .detail("the access token is not valid")
        .header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// The token of the only `Authorization` header (RFC 6750, section 2.1).
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
