//! Which adapter stands behind which port: the one place that knows them all.

use std::{sync::Arc, time::Duration};

use adapters_auth::{
    BcryptHasher, HasherConfig, HmacDigests, JwtAccessTokens, Pepper, Purpose, RandomSecrets, TokenConfig,
    UuidV7,
};
use adapters_http::Shop;
use adapters_postgres::{
    CallerFeed, Database, DatabaseClock, PgAttempts, PgAuditLog, PgAuditReader, PgCallerRegistry,
    PgCatalogStore, PgCategoryReader, PgIdempotencyReader, PgOrderReader, PgOrderStore, PgProductReader,
    PgSessionStore, PgUserStore, ShownProducts,
};
use domain::{accounts::SessionLifetime, orders::OpenOrderLimits};
use ports::{
    accounts::{SessionStore, UserStore},
    audit::AuditLog,
    catalog::{CatalogStore, ProductReader},
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
    security::PasswordHasher,
};
use use_cases::{
    accounts::{
        CreateAdmin, EndSession, ListSessions, LogIn, LogOut, RefreshSession, Register, Sessions, Throttle,
    },
    audit::{ListAuditLog, RecordDenial},
    catalog::{CreateCategory, CreateProduct, GetProduct, ListCategories, ListProducts},
    orders::{GetOrder, ListOrders, PlaceOrder},
};

use crate::{
    config::{Config, RateLimit},
    database::Home,
    failure::Failure,
    identity::Secrets,
};

/// How much longer than access tokens are good for, the changes that concern them are remembered: clocks differ, and what
/// was read before a change may be signed after it.
const MARGIN: Duration = Duration::from_secs(60);

/// What the whole process shares, whichever command runs.
#[derive(Clone)]
pub(crate) struct Tools {
    /// One connection for housekeeping and for commands; requests have pools of their own.
    pub(crate) database: Database,
    /// The database's clock; [`Tools::start`] has compared it already.
    pub(crate) clock: Arc<DatabaseClock>,
    /// Makes ids.
    pub(crate) ids: Arc<dyn IdGenerator>,
    /// Hashes passwords.
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    /// Random secrets.
    pub(crate) secrets: Arc<RandomSecrets>,
    /// The secret from which keys are derived.
    pub(crate) pepper: Pepper,
    /// The products that were shown lately.
    pub(crate) shown: Arc<ShownProducts>,
    /// Which sessions were ended and whose roles were changed lately.
    pub(crate) callers: Arc<PgCallerRegistry>,
}

impl Tools {
    /// Reads the secrets and starts the threads that hash; asks the database nothing.
    ///
    /// # Errors
    /// A sentence about what is missing or wrong.
    pub(crate) fn new(home: &Home, config: &Config) -> Result<Self, Failure> {
        let pepper = Secrets::locate(config)?.pepper()?;
        let database = home.pool(&config.database, 1)?;
        let hashing = HasherConfig::for_cost(config.identity.bcrypt_cost.get());
        Ok(Self {
            clock: Arc::new(DatabaseClock::new(database.clone())),
            database,
            ids: Arc::new(UuidV7),
            hasher: Arc::new(BcryptHasher::new(hashing, &pepper)?),
            secrets: Arc::new(RandomSecrets),
            pepper,
            shown: Arc::new(ShownProducts::new()),
            callers: Arc::new(PgCallerRegistry::new(config.identity.access_token_ttl.get() + MARGIN)),
        })
    }

    /// The same for a command, which needs the database at once: migrates it and compares the clocks.
    ///
    /// # Errors
    /// A sentence about what is missing or wrong.
    pub(crate) async fn start(home: &Home, config: &Config) -> Result<Self, Failure> {
        adapters_postgres::migrate(&home.url).await?;
        let tools = Self::new(home, config)?;
        tools.clock.sync().await?;
        Ok(tools)
    }

    /// Makes administrators.
    pub(crate) fn create_admin(&self) -> CreateAdmin {
        CreateAdmin {
            users: Arc::new(PgUserStore::new(self.database.clone())),
            hasher: self.hasher.clone(),
            ids: self.ids.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Signs and verifies access tokens.
    ///
    /// # Errors
    /// A sentence about the keys.
    pub(crate) fn access_tokens(&self, config: &Config) -> Result<Arc<JwtAccessTokens>, Failure> {
        let keys = Secrets::locate(config)?.keys()?;
        let issuer = config.public_url();
        let lifetime = config.identity.access_token_ttl.chrono();
        let tokens = TokenConfig { audience: issuer.clone(), issuer, lifetime };
        Ok(Arc::new(JwtAccessTokens::new(keys, tokens, self.ids.clone())))
    }

    /// Hears what other processes change about callers, on a connection of its own.
    ///
    /// # Errors
    /// A sentence about the database's address.
    pub(crate) fn caller_feed(&self, home: &Home, config: &Config) -> Result<CallerFeed, Failure> {
        Ok(CallerFeed::new(home.pool(&config.database, 1)?, self.callers.clone()))
    }

    /// Every use case, on the connections of one worker.
    pub(crate) fn shop(&self, config: &Config, tokens: &Arc<JwtAccessTokens>, database: &Database) -> Shop {
        let store_currency = config.shop.store_currency;
        let users: Arc<dyn UserStore> = Arc::new(PgUserStore::new(database.clone()));
        let log: Arc<dyn AuditLog> = Arc::new(PgAuditLog::new(database.clone()));
        let session_store: Arc<dyn SessionStore> =
            Arc::new(PgSessionStore::new(database.clone(), self.callers.clone()));
        let catalog: Arc<dyn CatalogStore> = Arc::new(PgCatalogStore::new(database.clone()));
        let products = PgProductReader::new(database.clone());
        let products: Arc<dyn ProductReader> =
            Arc::new(products.remembering(self.shown.clone(), self.clock.clone()));
        let records: Arc<dyn IdempotencyReader> = Arc::new(PgIdempotencyReader::new(database.clone()));
        let orders = Arc::new(PgOrderReader::new(database.clone()));
        let (ids, hasher) = (&self.ids, &self.hasher);
        let clock: Arc<dyn Clock> = self.clock.clone();
        let throttle = match config.http.rate_limit {
            RateLimit::Off => None,
            RateLimit::On(_) => Some(Throttle {
                attempts: Arc::new(PgAttempts::new(database.clone())),
                digests: Arc::new(HmacDigests::new(&self.pepper, Purpose::Attempts)),
                clock: clock.clone(),
            }),
        };
        let sessions = Sessions {
            access_tokens: tokens.clone(),
            secret_tokens: self.secrets.clone(),
            ids: ids.clone(),
            lifetime: SessionLifetime {
                idle: config.identity.refresh_token_ttl.chrono(),
                absolute: config.identity.session_max_age.chrono(),
            },
        };
        Shop {
            register: Register {
                users: users.clone(),
                hasher: hasher.clone(),
                sessions: sessions.clone(),
                throttle: throttle.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            log_in: LogIn {
                users,
                hasher: hasher.clone(),
                sessions: sessions.clone(),
                throttle,
                log: log.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_audit_log: ListAuditLog { log: Arc::new(PgAuditReader::new(database.clone())) },
            record_denial: RecordDenial { log, ids: ids.clone(), clock: clock.clone() },
            refresh_session: RefreshSession {
                store: session_store.clone(),
                sessions,
                grace: config.identity.refresh_grace.chrono(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            log_out: LogOut {
                store: session_store.clone(),
                secret_tokens: self.secrets.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_sessions: ListSessions { store: session_store.clone() },
            end_session: EndSession { store: session_store, ids: ids.clone(), clock: clock.clone() },
            create_product: CreateProduct {
                catalog: catalog.clone(),
                records: records.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
                store_currency,
            },
            get_product: GetProduct { products: products.clone(), store_currency },
            list_products: ListProducts { products, store_currency },
            create_category: CreateCategory { catalog, records: records.clone(), ids: ids.clone(), clock },
            list_categories: ListCategories { categories: Arc::new(PgCategoryReader::new(database.clone())) },
            place_order: PlaceOrder {
                orders: Arc::new(PgOrderStore::new(database.clone()).announcing(self.shown.clone())),
                records,
                ids: ids.clone(),
                store_currency,
                expiry: config.shop.order_expiry.chrono(),
                limits: match config.http.rate_limit {
                    RateLimit::On(_) => Some(OpenOrderLimits::default()),
                    RateLimit::Off => None,
                },
            },
            get_order: GetOrder { orders: orders.clone() },
            list_orders: ListOrders { orders },
        }
    }
}
