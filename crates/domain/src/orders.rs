//! Orders: what was bought, at which price, and what became of it.

pub mod access;
pub mod address;
pub mod buyer;
pub mod change;
pub mod commands;
pub mod event;
pub mod goods;
pub mod history;
pub mod line;
pub mod machine;
pub mod offer;
pub mod order;
pub mod picking;
pub mod placement;
pub mod records;
pub mod status;
pub mod totals;
pub mod tracking;

#[cfg(test)]
mod fixtures;

pub use access::{GUEST_ACCESS_DAYS, GuestAccess};
pub use address::{Address, AddressFault, CountryCode, NewAddress};
pub use buyer::Buyer;
pub use change::{ChangeError, Occasion, OrderChange};
pub use commands::{
    DeliverError, ExpireError, FulfillError, NewFulfillment, NewPayment, NewRefund, NewReturn, PayError,
    RefundError, ReturnError,
};
pub use event::OrderEvent;
pub use goods::Goods;
pub use history::{Axis, HistoryEnd, HistoryStep};
pub use line::{MAX_LINES, MAX_QUANTITY, OrderLine, Quantity, QuantityError};
pub use machine::{Command, IllegalTransition, Refusal};
pub use offer::Offer;
pub use order::Order;
pub use picking::{LineFault, LineQuantity, PickError};
pub use placement::{
    ChangedLine, Item, ItemRef, OpenOrderLimits, OrderPlacement, OrderRequest, OrderedCart, PlacementContext,
    PlacementError, PlacementIds, Reservation, Shortage,
};
pub use records::{
    Fulfillment, NewRecord, Payment, PaymentMethod, PaymentReference, Records, Refund, Return,
};
pub use status::{FulfillmentStatus, OrderStatus, PaymentStatus};
pub use totals::Totals;
pub use tracking::{MAX_TRACKING_URL, ParseTrackingUrlError, Tracking, TrackingUrl};
