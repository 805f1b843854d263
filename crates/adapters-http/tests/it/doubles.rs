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
use adapters_http::{API, Accounts, Catalog, Inventory, Orders, Shop};
use chrono::Duration;
use domain::{
    Instant,
    accounts::SessionLifetime,
    idempotency::IdempotencyRecord,
    money::{Currency, Money},
    orders::OpenOrderLimits,
};
use ports::{
    MockAccessTokens, MockAttempts, MockAuditLog, MockAuditReader, MockCatalogStore, MockCategoryReader,
    MockCategoryStore, MockClock, MockErasureStore, MockIdGenerator, MockIdempotencyReader, MockKeyedDigests,
    MockLedgerReader, MockMailedTokenStore, MockOrderReader, MockOrderStore, MockPasswordHasher,
    MockPersonalDataReader, MockPriceReader, MockPriceStore, MockProductReader, MockProductStore,
    MockProfileStore, MockSealer, MockSecretTokens, MockSessionStore, MockStockReader, MockStockStore,
    MockUserDirectory, MockUserStore,
    accounts::SessionStore,
    audit::AuditLog,
    ids::IdGenerator,
    security::{AccessToken, SecretToken},
};
use use_cases::{
    accounts::{
        AssignRoles, ChangePassword, ConfirmEmail, EditProfile, EndSession, EraseAccount, ExportAccount,
        GetProfile, GetUser, ListSessions, ListUsers, LogIn, LogOut, MailedTokens, PasswordProof,
        RefreshSession, Register, RequestEmailChange, RequestPasswordReset, ResetPassword, Sessions,
        Throttle,
    },
    audit::{ListAuditLog, RecordDenial},
    catalog::{
        AddVariant, CreateCategory, CreateProduct, DeleteCategory, DeleteProduct, DeleteVariant,
        EditCategory, EditPrices, EditProduct, EditVariant, GetProduct, GetVariant, ListCategories,
        ListProducts, RestoreProduct, SeePrices,
    },
    inventory::{AdjustStock, CountStock, GetMovement, GetStock, ListMovements, ListStock},
    orders::{GetOrder, ListOrders, PlaceOrder},
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
    pub(crate) order_store: MockOrderStore,
    pub(crate) orders: MockOrderReader,
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
        let clock = Arc::new(clock);
        let sessions = sessions(&ids);
        let throttle = self.attempts.map(|attempts| throttle(attempts, clock.clone()));
        let log: Arc<dyn AuditLog> = Arc::new(self.audit.unwrap_or_else(forgetful));
        let session_store: Arc<dyn SessionStore> = Arc::new(self.sessions);
        let (users, hasher) = (Arc::new(self.users), Arc::new(self.hasher));
        let (catalog, products) = (Arc::new(self.catalog), Arc::new(self.products));
        let records = Arc::new(self.records.reader());
        let orders = Arc::new(self.orders);
        let store_currency = currency("EUR");
        let profiles = Arc::new(self.profiles);
        let directory = Arc::new(self.directory);
        let mailed = Arc::new(self.mailed);
        let tokens = MailedTokens {
            secrets: sessions.secret_tokens.clone(),
            sealer: Arc::new(sealer()),
            ids: ids.clone(),
        };
        let proof = PasswordProof {
            hasher: hasher.clone(),
            throttle: throttle.clone(),
            log: log.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        };
        let accounts = Accounts {
            request_email_change: RequestEmailChange {
                profiles: profiles.clone(),
                store: mailed.clone(),
                tokens: tokens.clone(),
                proof: proof.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            confirm_email: ConfirmEmail {
                store: mailed.clone(),
                secrets: tokens.secrets.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            request_password_reset: RequestPasswordReset {
                users: users.clone(),
                store: mailed.clone(),
                tokens: tokens.clone(),
                throttle: throttle.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            reset_password: ResetPassword {
                store: mailed,
                profiles: profiles.clone(),
                secrets: tokens.secrets.clone(),
                hasher: hasher.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            register: Register {
                users: users.clone(),
                hasher,
                sessions: sessions.clone(),
                tokens: tokens.clone(),
                throttle,
                ids: ids.clone(),
                clock: clock.clone(),
            },
            log_in: LogIn {
                users,
                proof: proof.clone(),
                sessions: sessions.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            get_profile: GetProfile { profiles: profiles.clone() },
            edit_profile: EditProfile { profiles: profiles.clone(), ids: ids.clone(), clock: clock.clone() },
            change_password: ChangePassword {
                profiles: profiles.clone(),
                proof: proof.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            export_account: ExportAccount {
                data: Arc::new(self.personal_data),
                log: log.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            erase_account: EraseAccount {
                erasures: Arc::new(self.erasures),
                proof,
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_users: ListUsers { directory: directory.clone() },
            get_user: GetUser { profiles },
            assign_roles: AssignRoles { directory, ids: ids.clone(), clock: clock.clone() },
            list_audit_log: ListAuditLog { log: Arc::new(self.audit_reader) },
            record_denial: RecordDenial { log, ids: ids.clone(), clock: clock.clone() },
            log_out: LogOut {
                store: session_store.clone(),
                secret_tokens: sessions.secret_tokens.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            refresh_session: RefreshSession {
                store: session_store.clone(),
                sessions,
                grace: Duration::seconds(10),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_sessions: ListSessions { store: session_store.clone() },
            end_session: EndSession { store: session_store, ids: ids.clone(), clock: clock.clone() },
        };
        let store = Arc::new(self.product_store);
        let category_store = Arc::new(self.category_store);
        let list_categories = ListCategories { categories: Arc::new(self.categories) };
        let (new_ids, tells) = (|| ids.clone(), || clock.clone());
        let catalog = Catalog {
            create_product: CreateProduct {
                catalog: catalog.clone(),
                records: records.clone(),
                ids: new_ids(),
                clock: tells(),
                store_currency,
            },
            get_product: GetProduct { products: products.clone(), store_currency },
            list_products: ListProducts { products: products.clone(), store_currency },
            edit_product: EditProduct {
                store: store.clone(),
                products: products.clone(),
                ids: new_ids(),
                clock: tells(),
                store_currency,
            },
            delete_product: DeleteProduct { store: store.clone(), ids: new_ids(), clock: tells() },
            restore_product: RestoreProduct {
                store: store.clone(),
                products: products.clone(),
                records: records.clone(),
                ids: new_ids(),
                clock: tells(),
                store_currency,
            },
            add_variant: AddVariant {
                store: store.clone(),
                records: records.clone(),
                ids: new_ids(),
                clock: tells(),
            },
            get_variant: GetVariant { products: products.clone(), store_currency },
            edit_variant: EditVariant {
                store: store.clone(),
                products,
                ids: new_ids(),
                clock: tells(),
                store_currency,
            },
            delete_variant: DeleteVariant { store, ids: new_ids(), clock: tells() },
            create_category: CreateCategory {
                catalog,
                records: records.clone(),
                ids: new_ids(),
                clock: tells(),
            },
            edit_category: EditCategory {
                store: category_store.clone(),
                categories: list_categories.clone(),
                ids: new_ids(),
                clock: tells(),
            },
            delete_category: DeleteCategory { store: category_store, ids: new_ids(), clock: tells() },
            list_categories,
            edit_prices: EditPrices { prices: Arc::new(self.price_store), ids: new_ids() },
            see_prices: SeePrices { prices: Arc::new(self.prices) },
        };
        let (stock, ledger) = (Arc::new(self.stock), Arc::new(self.ledger));
        let stock_store = Arc::new(self.stock_store);
        let inventory = Inventory {
            list_stock: ListStock { stock: stock.clone() },
            get_stock: GetStock { stock },
            count_stock: CountStock { stock: stock_store.clone(), ids: ids.clone(), clock: clock.clone() },
            adjust_stock: AdjustStock {
                stock: stock_store,
                records: records.clone(),
                ids: ids.clone(),
                clock,
            },
            list_movements: ListMovements { ledger: ledger.clone() },
            get_movement: GetMovement { ledger },
        };
        let orders = Orders {
            place_order: PlaceOrder {
                orders: Arc::new(self.order_store),
                records,
                ids,
                store_currency,
                expiry: Duration::minutes(60),
                limits: Some(OpenOrderLimits::default()),
            },
            get_order: GetOrder { orders: orders.clone() },
            list_orders: ListOrders { orders },
        };
        Shop { accounts, catalog, inventory, orders }
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
    sealer.expect_seal().returning(|text| Ok(format!("lock {text}").into_bytes()));
    sealer
}

fn throttle(attempts: MockAttempts, clock: Arc<MockClock>) -> Throttle {
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
