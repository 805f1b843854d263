//! How refusals of carts look from outside.

use domain::carts::{CartRefusal, EditError};
use use_cases::carts::CartError;

use crate::{
    ApiError, Code, Fault,
    orders::{short, unpriced},
};

/// Items stand in the list `lines`.
impl From<CartError> for ApiError {
    fn from(error: CartError) -> Self {
        refused(error, |place| format!("/lines/{place}"))
    }
}

/// The same where the whole body is the only item.
pub(super) fn of_the_line(error: CartError) -> ApiError {
    refused(error, |_| String::new())
}

fn refused(error: CartError, at: impl Fn(usize) -> String) -> ApiError {
    match error {
        CartError::NotFound | CartError::Invisible => ApiError::not_found(),
        CartError::Edit(error) => edit_refused(error, at),
        CartError::Version(error) => error.into(),
        CartError::UnknownUser => ApiError::new(Code::Unauthenticated).detail(error.to_string()),
        CartError::KeyReused(error) => error.into(),
        CartError::Key(error) => error.into(),
        CartError::NoToken(cause) => ApiError::internal(cause),
        CartError::Storage(error) => error.into(),
    }
}

impl From<CartRefusal> for ApiError {
    fn from(refusal: CartRefusal) -> Self {
        let said = refusal.to_string();
        match refusal {
            CartRefusal::Invisible => Self::not_found(),
            CartRefusal::Expired => Self::new(Code::CartExpired).detail(said),
            CartRefusal::Ordered(order) => {
                Self::new(Code::CartAlreadyOrdered).detail(said).member("order_id", order.uuid())
            }
        }
    }
}

fn edit_refused(error: EditError, at: impl Fn(usize) -> String) -> ApiError {
    let said = error.to_string();
    let all = |places: Vec<usize>, field: &str, code: &'static str| {
        let pointers = places.into_iter().map(|place| format!("{}{field}", at(place)));
        ApiError::invalid(pointers.map(|pointer| Fault::at(pointer, code, said.clone())).collect())
    };
    match error {
        EditError::Refused(refusal) => refusal.into(),
        EditError::UnknownLine => ApiError::not_found(),
        EditError::UnknownItems(places) => all(places, "", "unknown-variant"),
        EditError::QuantityTooLarge(places) => all(places, "/quantity", "too-large"),
        EditError::TooManyLines => ApiError::invalid(vec![Fault::at("/lines", "too-many-items", said)]),
        EditError::InsufficientStock(lines) => short(&lines),
        EditError::NoPrice { skus, .. } => unpriced(&skus, said),
        EditError::OtherCurrency { .. } => ApiError::new(Code::CurrencyMismatch).detail(said),
        EditError::Money(_) => ApiError::invalid(vec![Fault::at("/lines", "too-large", said)]),
    }
}
