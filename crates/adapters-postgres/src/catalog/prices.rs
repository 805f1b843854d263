//! Prices over time: kept, and shown.

mod reader;
mod row;
mod store;

pub use self::{reader::PgPriceReader, store::PgPriceStore};
