//! Orders.

mod placing;
mod seeing;
