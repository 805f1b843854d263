//! The HTTP contract, proved on a demo resource that exists in these tests only.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

mod access;
mod accounts;
mod answers;
mod bodies;
mod catalog;
mod demo;
mod documentation;
mod doubles;
mod idempotency;
mod lifecycle;
mod lists;
mod orders;
mod overload;
mod own_data;
mod problems;
mod quotas;
mod routing;
