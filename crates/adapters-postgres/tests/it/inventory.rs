//! Stock: changed by hand, listed, and proven.

pub(crate) mod by_hand;
mod ledger;
mod levels;
mod walk;
