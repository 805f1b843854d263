//! Products and categories: kept, and shown.

mod categories;
mod editing;
mod exports;
mod histories;
mod imports;
mod listing;
mod lists;
mod price_edits;
mod price_history;
mod prices;
mod products;
mod search;
mod shown;
mod walks;
