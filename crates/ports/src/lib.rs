//! What the use cases ask of the outside world, as traits in the domain's words.
//!
//! Each promise is written at its method. Verbs mean the same everywhere: `find` may find nothing, `list` gives a page,
//! `load` gathers what a decision needs, and `commit_*` makes one decision true in one database transaction, or not at
//! all. No trait hands out a transaction: what belongs together travels together, as one value.
//!
//! With the feature `mocks` every trait has a `mockall` double, for tests of the use cases.
#![deny(missing_docs)]

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod carts;
pub mod catalog;
pub mod clock;
pub mod events;
pub mod idempotency;
pub mod ids;
pub mod inventory;
pub mod mail;
pub mod orders;
pub mod pagination;
pub mod readiness;
pub mod security;
pub mod storage;

#[cfg(feature = "mocks")]
pub use {
    accounts::{
        MockErasureStore, MockMailedTokenStore, MockPersonalDataReader, MockProfileStore, MockSessionStore,
        MockUserDirectory, MockUserStore,
    },
    attempts::MockAttempts,
    audit::{MockAuditLog, MockAuditReader},
    carts::MockCartStore,
    catalog::{
        MockCatalogSnapshot, MockCatalogStore, MockCategoryReader, MockCategoryStore, MockPriceReader,
        MockPriceStore, MockProductExporter, MockProductImporter, MockProductReader, MockProductStore,
    },
    clock::MockClock,
    events::MockEventReader,
    idempotency::MockIdempotencyReader,
    ids::MockIdGenerator,
    inventory::{MockLedgerReader, MockLedgerWalk, MockStockReader, MockStockStore},
    mail::{MockMailer, MockOutbox},
    orders::{MockOrderReader, MockOrderStore},
    readiness::MockReadiness,
    security::{
        MockAccessTokens, MockCallerRegistry, MockKeyedDigests, MockPasswordHasher, MockSealer,
        MockSecretTokens,
    },
};
