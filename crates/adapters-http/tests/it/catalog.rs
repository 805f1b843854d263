//! Products and categories.

mod categories;
mod new_products;
mod prices;
mod products;
