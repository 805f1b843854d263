//! What the shop can do, one file each: **load** what is needed, let the domain **decide**, **commit** the decision in
//! one atomic step.

pub mod accounts;
pub mod audit;
pub mod carts;
pub mod catalog;
pub mod context;
pub mod events;
pub mod idempotency;
pub mod inventory;
pub mod mail;
pub mod orders;
mod settle;

pub use context::RequestContext;
pub use idempotency::{Keyed, Outcome};
