//! How refusals of orders look from outside.

use domain::{
    carts::CheckoutError,
    catalog::Sku,
    orders::{ChangedLine, PlacementError, Shortage},
};
use serde::Serialize;
use use_cases::orders::{ListOrdersError, PlaceOrderError};

use crate::{ApiError, Code, Fault, money::MoneyDto};

/// When to look again whether an open order has been paid or has expired: seconds.
const OPEN_ORDERS_RETRY: u64 = 60;

/// A line that asks for more than there is.
#[derive(Serialize)]
struct ShortLine<'a> {
    sku: &'a str,
    requested: u32,
    available: u32,
}

/// A line whose price is not as expected.
#[derive(Serialize)]
struct ChangedPrice<'a> {
    sku: &'a str,
    expected: MoneyDto,
    actual: MoneyDto,
}

/// A total that is not as expected.
#[derive(Serialize)]
struct ChangedTotal {
    expected: MoneyDto,
    actual: MoneyDto,
}

impl From<PlaceOrderError> for ApiError {
    fn from(error: PlaceOrderError) -> Self {
        match error {
            PlaceOrderError::UnknownCustomer => Self::new(Code::Unauthenticated).detail(error.to_string()),
            PlaceOrderError::NeedsEmail => {
                Self::invalid(vec![Fault::at("/email", "required", error.to_string())])
            }
            PlaceOrderError::NeedsNoEmail => {
                Self::invalid(vec![Fault::at("/email", "not-allowed", error.to_string())])
            }
            PlaceOrderError::UnknownCart => Self::not_found(),
            PlaceOrderError::Cart(error) => error.into(),
            PlaceOrderError::Refused(error) => error.into(),
            PlaceOrderError::TooManyOpenOrders => {
                let detail = error.to_string();
                Self::new(Code::TooManyOpenOrders).detail(detail).retry_after(OPEN_ORDERS_RETRY)
            }
            PlaceOrderError::KeyReused(error) => error.into(),
            PlaceOrderError::Key(error) => error.into(),
            PlaceOrderError::Storage(error) => error.into(),
        }
    }
}

impl From<CheckoutError> for ApiError {
    fn from(error: CheckoutError) -> Self {
        match error {
            CheckoutError::Refused(refusal) => refusal.into(),
            CheckoutError::Empty => Self::new(Code::CartEmpty).detail(error.to_string()),
            CheckoutError::Placement(error) => error.into(),
        }
    }
}

impl From<PlacementError> for ApiError {
    fn from(error: PlacementError) -> Self {
        let said = error.to_string();
        let at = |places: Vec<usize>, list: &str, field: &str, code: &'static str| {
            let pointers = places.into_iter().map(|place| format!("/{list}/{place}{field}"));
            Self::invalid(pointers.map(|pointer| Fault::at(pointer, code, said.clone())).collect())
        };
        match error {
            PlacementError::Empty => Self::invalid(vec![Fault::at("/lines", "too-few-items", said)]),
            PlacementError::TooManyLines => Self::invalid(vec![Fault::at("/lines", "too-many-items", said)]),
            PlacementError::UnknownItems(places) => at(places, "lines", "", "unknown-variant"),
            PlacementError::QuantityTooLarge(places) => at(places, "lines", "/quantity", "too-large"),
            PlacementError::UnknownExpectations(places) => {
                at(places, "expected_prices", "/variant_id", "not-ordered")
            }
            PlacementError::Money(_) => Self::invalid(vec![Fault::at("/lines", "too-large", said)]),
            PlacementError::NoPrice { skus, .. } => unpriced(&skus, said),
            PlacementError::ForeignExpectation { .. } => Self::new(Code::CurrencyMismatch).detail(said),
            PlacementError::InsufficientStock(lines) => short(&lines),
            PlacementError::QuoteChanged { lines, total } => {
                let lines: Vec<_> = lines.iter().map(ChangedPrice::from).collect();
                let changed = Self::new(Code::QuoteChanged).detail(said).member("lines", lines);
                match total {
                    Some((expected, actual)) => {
                        let total = ChangedTotal { expected: expected.into(), actual: actual.into() };
                        changed.member("total", total)
                    }
                    None => changed,
                }
            }
        }
    }
}

/// Lines that ask for more than there is.
pub(crate) fn short(lines: &[Shortage]) -> ApiError {
    let skus: Vec<_> = lines.iter().map(|line| line.sku.as_str()).collect();
    let said = format!("not enough stock of {}", skus.join(", "));
    let lines: Vec<_> = lines.iter().map(ShortLine::from).collect();
    ApiError::new(Code::InsufficientStock).detail(said).member("lines", lines)
}

/// What has no price in the currency that was asked for.
pub(crate) fn unpriced(skus: &[Sku], said: String) -> ApiError {
    let skus: Vec<_> = skus.iter().map(|sku| sku.as_str()).collect();
    ApiError::new(Code::CurrencyMismatch).detail(said).member("skus", skus)
}

impl From<ListOrdersError> for ApiError {
    fn from(error: ListOrdersError) -> Self {
        match error {
            ListOrdersError::Forbidden(error) => error.into(),
            ListOrdersError::Storage(error) => error.into(),
        }
    }
}

impl<'a> From<&'a Shortage> for ShortLine<'a> {
    fn from(Shortage { sku, requested, available }: &'a Shortage) -> Self {
        Self { sku: sku.as_str(), requested: *requested, available: *available }
    }
}

impl<'a> From<&'a ChangedLine> for ChangedPrice<'a> {
    fn from(ChangedLine { sku, expected, actual }: &'a ChangedLine) -> Self {
        Self { sku: sku.as_str(), expected: (*expected).into(), actual: (*actual).into() }
    }
}
