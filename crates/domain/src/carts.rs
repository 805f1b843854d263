//! Carts: what somebody means to buy. They hold no stock, and prices are always today's (the contract's section 5).

pub mod cart;
pub mod checkout;
pub mod claim;
pub mod edit;
pub mod quote;

#[cfg(test)]
mod fixtures;

pub use cart::{Cart, CartLine, CartOwner, CartRefusal, CartState};
pub use checkout::{CartExpiry, CheckoutError};
pub use claim::{CartClaim, ClaimError, Cut, Destination};
pub use edit::{Addition, CartChange, CartOccasion, EditError, NewCart};
pub use quote::{Offers, Problem, Quote, QuotedLine};
