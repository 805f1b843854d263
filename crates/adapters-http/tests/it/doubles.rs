//! The shop on doubles of its ports, and the people and things that its tests share.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use actix_web::{
    Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
    web::Data,
};
use adapters_http::{
    API, AccountPorts, Accounts, CartPorts, Carts, Catalog, CatalogPorts, Events, Inventory, InventoryPorts,
    OrderPorts, Orders, Shop,
};
use chrono::Duration;
use domain::{
    Instant,
    accounts::SessionLifetime,
    idempotency::IdempotencyRecord,
    money::{Currency, Money},
    orders::OpenOrderLimits,
};
use ports::{
    MockAccessTokens, MockAttempts, MockAuditLog, MockAuditReader, MockCartStore, MockCatalogStore,
    MockCategoryReader, MockCategoryStore, MockClock, MockErasureStore, MockEventReader, MockIdGenerator,
    MockIdempotencyReader, MockKeyedDigests, MockLedgerReader, MockMailedTokenStore, MockOrderReader,
    MockOrderStore, MockPasswordHasher, MockPersonalDataReader, MockPriceReader, MockPriceStore,
    MockProductExporter, MockProductImporter, MockProductReader, MockProductStore, MockProfileStore,
    MockSealer, MockSecretTokens, MockSessionStore, MockStockReader, MockStockStore, MockUserDirectory,
    MockUserStore,
    carts::CartStore,
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
    security::{AccessToken, SecretToken},
};
use use_cases::{
    accounts::{Sessions, Throttle},
    events::ListEvents,
    orders::OrderExpiry,
};
use uuid::Uuid;

use crate::demo::{Server, server_of, settings};

/// A double for each port of the shop; what a test does not expect, fails it.
#[derive(Default)]
pub(crate) struct Doubles {
    pub(crate) users: MockUserStore,
    pub(crate) sessions: MockSessionStore,
    /// Keeps tokens that are mailed.
    pub(crate) mailed: MockMailedTokenStore,
    /// Shows accounts to the staff.
    pub(crate) directory: MockUserDirectory,
    /// Keeps profiles.
    pub(crate) profiles: MockProfileStore,
    /// Erases accounts.
    pub(crate) erasures: MockErasureStore,
    /// Gathers what is held on people.
    pub(crate) personal_data: MockPersonalDataReader,
    pub(crate) hasher: MockPasswordHasher,
    /// Keeps the audit log; whatever is told is forgotten when absent.
    pub(crate) audit: Option<MockAuditLog>,
    pub(crate) audit_reader: MockAuditReader,
    /// Counts attempts; nobody does when absent.
    pub(crate) attempts: Option<MockAttempts>,
    pub(crate) catalog: MockCatalogStore,
    pub(crate) products: MockProductReader,
    /// Reads the catalog for export.
    pub(crate) exporter: MockProductExporter,
    /// Takes products in.
    pub(crate) importer: MockProductImporter,
    pub(crate) categories: MockCategoryReader,
    pub(crate) product_store: MockProductStore,
    pub(crate) category_store: MockCategoryStore,
    pub(crate) price_store: MockPriceStore,
    pub(crate) prices: MockPriceReader,
    /// Keeps stock that is changed by hand.
    pub(crate) stock_store: MockStockStore,
    /// Shows stock.
    pub(crate) stock: MockStockReader,
    /// Shows the ledger.
    pub(crate) ledger: MockLedgerReader,
    /// Keeps carts.
    pub(crate) carts: MockCartStore,
    pub(crate) order_store: MockOrderStore,
    pub(crate) orders: MockOrderReader,
    pub(crate) events: MockEventReader,
    pub(crate) records: Records,
    /// The ids to give first; afterwards they count from 1.
    pub(crate) ids: Vec<Uuid>,
    /// The instant; [`now`] when absent.
    pub(crate) now: Option<Instant>,
}

/// The answers that were recorded with their effects, as the database would keep them.
#[derive(Clone, Default)]
pub(crate) struct Records(Arc<Mutex<Vec<IdempotencyRecord>>>);

impl Records {
    /// Keeps a record; false when its key is taken.
    pub(crate) fn keep(&self, record: Option<&IdempotencyRecord>) -> bool {
        let Some(record) = record else { return true };
        let mut all = self.0.lock().unwrap();
        let same = |known: &IdempotencyRecord| {
            (known.call.caller, &known.call.key) == (record.call.caller, &record.call.key)
        };
        if all.iter().any(same) {
            return false;
        }
        all.push(record.clone());
        true
    }

    fn reader(&self) -> MockIdempotencyReader {
        let records = self.clone();
        let mut reader = MockIdempotencyReader::new();
        reader.expect_find().returning(move |caller, key| {
            let all = records.0.lock().unwrap();
            Ok(all.iter().find(|record| record.call.caller == caller && record.call.key == *key).cloned())
        });
        reader
    }
}

/// The real API on these doubles.
pub(crate) async fn shop(
    doubles: Doubles,
) -> Server<impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>> {
    let shop = Data::new(doubles.shop());
    server_of(settings(), &API, |config| {
        config.app_data(shop);
    })
    .await
}

impl Doubles {
    fn shop(self) -> Shop {
        let ids = ids(self.ids);
        let mut clock = MockClock::new();
        let at = self.now.unwrap_or_else(now);
        clock.expect_now().returning(move || at);
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let records: Arc<dyn IdempotencyReader> = Arc::new(self.records.reader());
        let store_currency = currency("EUR");
        let accounts = Accounts::on(AccountPorts {
            users: Arc::new(self.users),
            profiles: Arc::new(self.profiles),
            sessions: Arc::new(self.sessions),
            mailed: Arc::new(self.mailed),
            directory: Arc::new(self.directory),
            erasures: Arc::new(self.erasures),
            personal_data: Arc::new(self.personal_data),
            log: Arc::new(self.audit.unwrap_or_else(forgetful)),
            audit: Arc::new(self.audit_reader),
            hasher: Arc::new(self.hasher),
            sealer: Arc::new(sealer()),
            opening: sessions(&ids),
            throttle: self.attempts.map(|attempts| throttle(attempts, clock.clone())),
            grace: Duration::seconds(10),
            ids: ids.clone(),
            clock: clock.clone(),
        });
        let catalog = Catalog::on(CatalogPorts {
            catalog: Arc::new(self.catalog),
            products: Arc::new(self.products),
            exporter: Arc::new(self.exporter),
            importer: Arc::new(self.importer),
            product_store: Arc::new(self.product_store),
            categories: Arc::new(self.categories),
            category_store: Arc::new(self.category_store),
            price_store: Arc::new(self.price_store),
            prices: Arc::new(self.prices),
            records: records.clone(),
            store_currency,
            ids: ids.clone(),
            clock: clock.clone(),
        });
        let inventory = Inventory::on(InventoryPorts {
            stock_store: Arc::new(self.stock_store),
            stock: Arc::new(self.stock),
            ledger: Arc::new(self.ledger),
            records: records.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        });
        let cart_store: Arc<dyn CartStore> = Arc::new(self.carts);
        let carts = Carts::on(CartPorts {
            carts: cart_store.clone(),
            records: records.clone(),
            secrets: sessions(&ids).secret_tokens,
            ids: ids.clone(),
            store_currency,
            ttl: Duration::days(30),
        });
        let orders = Orders::on(OrderPorts {
            order_store: Arc::new(self.order_store),
            carts: cart_store,
            secrets: sessions(&ids).secret_tokens,
            orders: Arc::new(self.orders),
            records,
            ids,
            clock,
            store_currency,
            expiry: OrderExpiry { customer: Duration::minutes(60), guest: Duration::minutes(15) },
            limits: Some(OpenOrderLimits::default()),
        });
        let events = Events { list_events: ListEvents { events: Arc::new(self.events) } };
        Shop { accounts, catalog, inventory, carts, orders, events }
    }
}

fn forgetful() -> MockAuditLog {
    let mut log = MockAuditLog::new();
    log.expect_append().returning(|_| Ok(()));
    log
}

fn ids(first: Vec<Uuid>) -> Arc<dyn IdGenerator> {
    let count = AtomicU64::new(1);
    let first = Mutex::new(first.into_iter());
    let mut ids = MockIdGenerator::new();
    ids.expect_next().returning(move || {
        let given = first.lock().unwrap().next();
        given.unwrap_or_else(|| uuid(count.fetch_add(1, Ordering::Relaxed).into()))
    });
    Arc::new(ids)
}

/// What is sealed begins with a lock.
fn sealer() -> MockSealer {
    let mut sealer = MockSealer::new();
    sealer.expect_seal().returning(|text, _| Ok(format!("lock {text}").into_bytes()));
    sealer
}

fn throttle(attempts: MockAttempts, clock: Arc<dyn Clock>) -> Throttle {
    let mut digests = MockKeyedDigests::new();
    digests.expect_digest().returning(|_| [3; 32]);
    Throttle { attempts: Arc::new(attempts), digests: Arc::new(digests), clock }
}

fn sessions(ids: &Arc<dyn IdGenerator>) -> Sessions {
    let mut access_tokens = MockAccessTokens::new();
    access_tokens.expect_issue().returning(|_, _| {
        Ok(AccessToken { token: "the access token".to_owned(), lifetime: Duration::minutes(15) })
    });
    let mut secret_tokens = MockSecretTokens::new();
    secret_tokens
        .expect_generate()
        .returning(|| Ok(SecretToken { secret: "the refresh token".to_owned(), digest: [7; 32] }));
    // A token's digest is its first byte, again and again.
    secret_tokens.expect_digest().returning(|secret| [secret.bytes().next().unwrap_or(0); 32]);
    Sessions {
        access_tokens: Arc::new(access_tokens),
        secret_tokens: Arc::new(secret_tokens),
        ids: Arc::clone(ids),
        lifetime: SessionLifetime { idle: Duration::days(30), absolute: Duration::days(180) },
    }
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// 2 March 2026, 9:30:00.000250 UTC.
pub(crate) fn now() -> Instant {
    Instant::from_timestamp_micros(1_772_443_800_000_250).unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

pub(crate) fn money(amount: &str, code: &str) -> Money {
    Money::parse(amount, currency(code)).unwrap()
}
