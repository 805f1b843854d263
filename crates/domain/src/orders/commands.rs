//! What can be done with an order: one file for each command, each a decision on the loaded order.
//!
//! Every command first asks the table of [`super::machine`] whether this asker may do this with an order that stands
//! so, and only then looks at figures.

mod cancel;
mod complete;
mod confirm;
mod deliver;
mod expire;
mod fulfill;
mod pay;
mod refund;
mod take_back;
#[cfg(test)]
mod tests;

pub use deliver::DeliverError;
pub use expire::ExpireError;
pub use fulfill::{FulfillError, NewFulfillment};
pub use pay::{NewPayment, PayError};
pub use refund::{NewRefund, RefundError};
pub use take_back::{NewReturn, ReturnError};

use super::{LineQuantity, Order, event::Pieces};

/// The picked pieces by variant, for the event.
fn by_variant(order: &Order, picked: &[LineQuantity]) -> Pieces {
    let variant = |pick: &LineQuantity| {
        let line = order.lines.iter().find(|line| line.id == pick.line_id)?;
        Some((line.variant_id, pick.quantity.get()))
    };
    picked.iter().filter_map(variant).collect()
}
