//! Secrets, passwords, keys and tokens, as the program uses them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on has failed")]

mod folder;
mod keys;
mod passwords;
mod peppers;
mod tokens;
