//! What the shop can do, for the handlers: every use case that a route calls, by area.

mod accounts;
mod catalog;
mod orders;

pub use self::{accounts::Accounts, catalog::Catalog, orders::Orders};

/// The whole shop. Each worker has its own, on its own connections.
#[derive(Clone)]
pub struct Shop {
    /// Who is who.
    pub accounts: Accounts,
    /// What is sold.
    pub catalog: Catalog,
    /// What was sold.
    pub orders: Orders,
}
