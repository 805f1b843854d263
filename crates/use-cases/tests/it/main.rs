//! What the use cases do, with doubles of every port.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on fails by its panic")]

mod carts;
mod create_admin;
mod create_category;
mod create_product;
mod deliver_mail;
mod editing;
mod export_products;
mod fixtures;
mod get_order;
mod going_on;
mod import_products;
mod leaving;
mod list_categories;
mod list_orders;
mod log_in;
mod mailed;
mod order_commands;
mod own_account;
mod place_order;
mod prices;
mod register;
mod see_products;
mod sessions;
mod staff;
mod stock;
mod throttle;
