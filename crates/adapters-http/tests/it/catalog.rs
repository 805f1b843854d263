//! Products and categories.

mod categories;
mod exports;
mod new_products;
mod prices;
mod products;
