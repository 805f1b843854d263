//! How refusals of carts look from outside.

use domain::carts::{CartRefusal, EditError};
use use_cases::carts::CartError;

use crate::{ApiError, Code, Fault, orders::short};

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

fn edit_refused(error: EditError, at: impl Fn(usize) -> String) -> ApiError {
    let said = error.to_string();
    let all = |places: Vec<usize>, field: &str, code: &'static str| {
        let pointers = places.into_iter().map(|place| format!("{}{field}", at(place)));
        ApiError::invalid(pointers.map(|pointer| Fault::at(pointer, code, said.clone())).collect())
    };
    match error {
        EditError::Refused(CartRefusal::Invisible) | EditError::UnknownLine => ApiError::not_found(),
        EditError::Refused(CartRefusal::Expired) => ApiError::new(Code::CartExpired).detail(said),
        EditError::Refused(CartRefusal::Ordered(order)) => {
            ApiError::new(Code::CartAlreadyOrdered).detail(said).member("order_id", order.uuid())
        }
        EditError::UnknownItems(places) => all(places, "", "unknown-variant"),
        EditError::QuantityTooLarge(places) => all(places, "/quantity", "too-large"),
        EditError::TooManyLines => ApiError::invalid(vec![Fault::at("/lines", "too-many-items", said)]),
        EditError::InsufficientStock(lines) => short(&lines),
        EditError::NoPrice { skus, .. } => {
            let skus: Vec<_> = skus.iter().map(|sku| sku.as_str()).collect();
            ApiError::new(Code::CurrencyMismatch).detail(said).member("skus", skus)
        }
        EditError::OtherCurrency { .. } => ApiError::new(Code::CurrencyMismatch).detail(said),
        EditError::Money(_) => ApiError::invalid(vec![Fault::at("/lines", "too-large", said)]),
    }
}
