//! How failures to set a price look from outside.

use domain::catalog::PriceRefusal;
use use_cases::catalog::EditPriceError;

use crate::{ApiError, Code, Fault};

impl From<EditPriceError> for ApiError {
    fn from(error: EditPriceError) -> Self {
        match error {
            EditPriceError::Forbidden(error) => error.into(),
            EditPriceError::NotFound => Self::not_found(),
            EditPriceError::Refused(refusal) => refusal.into(),
            EditPriceError::Storage(error) => error.into(),
        }
    }
}

impl From<PriceRefusal> for ApiError {
    fn from(refusal: PriceRefusal) -> Self {
        match refusal {
            PriceRefusal::Past => Self::invalid(vec![Fault::at("/valid_from", "past", refusal.to_string())]),
            PriceRefusal::InForce => Self::new(Code::PriceInForce),
            PriceRefusal::NoSuchPrice => Self::not_found(),
            PriceRefusal::CurrencyMismatch { .. } => {
                Self::new(Code::CurrencyMismatch).detail(refusal.to_string())
            }
            PriceRefusal::Version(error) => error.into(),
        }
    }
}
