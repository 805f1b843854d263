//! Products and categories.

mod categories;
mod exports;
mod imports;
mod new_products;
mod prices;
mod products;
