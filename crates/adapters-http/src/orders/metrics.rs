//! How many orders there were, and why the others were refused.

use use_cases::Outcome;

use crate::ApiError;

/// Name of the counter of orders that were placed; a repeated call counts once.
pub const ORDERS_PLACED: &str = "orders_placed_total";
/// Name of the counter of orders that were refused, by the problem's code.
pub const ORDERS_REFUSED: &str = "orders_refused_total";

/// Counts what became of an order.
pub(super) fn counted<T>(outcome: Result<Outcome<T>, ApiError>) -> Result<Outcome<T>, ApiError> {
    match &outcome {
        Ok(Outcome::Done { .. }) => metrics::counter!(ORDERS_PLACED).increment(1),
        Ok(Outcome::Replayed(_)) => {}
        Err(refusal) => metrics::counter!(ORDERS_REFUSED, "reason" => refusal.code().as_str()).increment(1),
    }
    outcome
}
