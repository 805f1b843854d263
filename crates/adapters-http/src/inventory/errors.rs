//! How failures of stock look from outside.

use domain::{catalog::Sku, inventory::StockError};
use serde::Serialize;
use use_cases::inventory::{ChangeStockError, SeeStockError};

use crate::{ApiError, Code, Fault};

/// Pieces that can't go, as a line of an order that is too short of stock says it too.
#[derive(Serialize)]
struct ShortLine<'a> {
    sku: &'a str,
    requested: u32,
    available: u32,
}

impl From<ChangeStockError> for ApiError {
    fn from(error: ChangeStockError) -> Self {
        match error {
            ChangeStockError::Forbidden(error) => error.into(),
            ChangeStockError::NotFound => Self::not_found(),
            ChangeStockError::Refused { sku, refusal } => refused(&sku, refusal),
            ChangeStockError::KeyReused(error) => error.into(),
            ChangeStockError::Key(error) => error.into(),
            ChangeStockError::Storage(error) => error.into(),
        }
    }
}

impl From<SeeStockError> for ApiError {
    fn from(error: SeeStockError) -> Self {
        match error {
            SeeStockError::Forbidden(error) => error.into(),
            SeeStockError::NotFound => Self::not_found(),
            SeeStockError::Storage(error) => error.into(),
        }
    }
}

pub(super) fn refused(sku: &Sku, refusal: StockError) -> ApiError {
    let said = refusal.to_string();
    match refusal {
        StockError::Version(error) => error.into(),
        StockError::TooMany => ApiError::invalid(vec![Fault::at("/delta", "too-large", said)]),
        StockError::Insufficient { requested, available, on_hand, .. } => {
            let could_be_forced = i64::from(requested) <= i64::from(on_hand);
            let hint = if could_be_forced { "; with force the loss is recorded" } else { "" };
            let line = ShortLine { sku: sku.as_str(), requested, available };
            ApiError::new(Code::InsufficientStock).detail(format!("{said}{hint}")).member("lines", [line])
        }
    }
}
