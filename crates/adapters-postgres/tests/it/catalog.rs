//! Products and categories: kept, and shown.

mod categories;
mod editing;
mod exports;
mod lists;
mod price_edits;
mod price_history;
mod prices;
mod products;
mod shown;
