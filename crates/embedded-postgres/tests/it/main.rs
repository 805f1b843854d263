//! The crate against the real PostgreSQL of this machine, as root or not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod durable;
mod killed;
mod refused;
mod throw_away;
mod workshop;
