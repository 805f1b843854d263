//! Products and categories: kept, and shown.

mod categories;
mod lists;
mod prices;
mod products;
mod shown;
