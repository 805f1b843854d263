//! Prices over time: kept, and shown.

mod reader;
mod row;
mod store;

pub use self::{reader::PgPriceReader, store::PgPriceStore};
pub(super) use self::{
    row::{PRICE_COLUMNS, PriceRow},
    store::store_prices_in_tx,
};
