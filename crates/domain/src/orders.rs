//! Orders: what was bought, at which price, and what became of it.

pub mod address;
pub mod history;
pub mod line;
pub mod order;
pub mod placement;
pub mod status;

pub use address::{Address, AddressFault, CountryCode, NewAddress};
pub use history::{Axis, Command, HistoryStep};
pub use line::{MAX_LINES, MAX_QUANTITY, OrderLine, Quantity, QuantityError};
pub use order::{Order, Totals};
pub use placement::{
    Buyer, ChangedLine, Item, ItemRef, Offer, OpenOrderLimits, OrderPlacement, OrderRequest,
    PlacementContext, PlacementError, PlacementIds, Reservation, Shortage,
};
pub use status::{FulfillmentStatus, OrderStatus, PaymentStatus};
