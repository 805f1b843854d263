//! The rules from outside, as other crates use them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails by its panic"
)]

mod orders;
