//! What the shop can do, for the handlers: every use case that a route calls, by area.

mod accounts;
mod carts;
mod catalog;
mod events;
mod inventory;
mod orders;

pub use self::{
    accounts::{AccountPorts, Accounts},
    carts::{CartPorts, Carts},
    catalog::{Catalog, CatalogPorts},
    events::Events,
    inventory::{Inventory, InventoryPorts},
    orders::{OrderPorts, Orders},
};

/// The whole shop. Each worker has its own, on its own connections.
#[derive(Clone)]
pub struct Shop {
    /// Who is who.
    pub accounts: Accounts,
    /// What is sold.
    pub catalog: Catalog,
    /// How much of it there is.
    pub inventory: Inventory,
    /// What somebody means to buy.
    pub carts: Carts,
    /// What was sold.
    pub orders: Orders,
    /// What happened.
    pub events: Events,
}
