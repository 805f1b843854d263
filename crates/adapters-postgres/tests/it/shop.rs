//! A shop on a database of its own: the adapters, and values to keep with them.

use std::{net::IpAddr, sync::Arc, time::Duration};

use adapters_postgres::{
    ConnectSettings, Database, PgAttempts, PgCatalogStore, PgOrderReader, PgOrderStore, PgProductExporter,
    PgProductReader, PgUserStore, PoolSettings,
};
use domain::{
    Instant,
    accounts::{
        AdminCreation, Email, LogIn, MailedPurpose, MailedToken, OpenedSession, Registration,
        SessionLifetime, User, session::Origin,
    },
    actor::{Actor, Origination},
    audit::{AuditEntry, AuditStamp, SecurityEvent, Trace},
    catalog::{NewIds, NewProduct, NewVariant, ProductCreation, ProductStatus, Sku, Slug},
    ids::{UserId, VariantId},
    mail::Mail,
    money::{Currency, Money},
    orders::{Buyer, Item, ItemRef, Order, OrderPlacement, OrderRequest, PlacementIds, Quantity},
    text::Name,
};
use ports::{
    accounts::UserStore,
    catalog::CatalogStore,
    orders::{CommitPlacementError, OrderStore, Purchaser},
};
use test_database::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    arrange::{number, violations},
    idempotency::Lock,
};

/// A shop that nobody else uses.
pub(crate) struct Shop {
    /// For what tests arrange or look up past the adapters.
    pub(crate) client: Client,
    pub(crate) pool: Database,
    database: TestDatabase,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let database = TestDatabase::create().await;
        let pool = Database::new(&settings(database.url())).unwrap();
        Self { client: database.client().await, pool, database }
    }

    /// One more connection.
    pub(crate) async fn client(&self) -> Client {
        self.database.client().await
    }

    pub(crate) fn url(&self) -> String {
        self.database.url()
    }

    pub(crate) fn users(&self) -> PgUserStore {
        PgUserStore::new(self.pool.clone())
    }

    pub(crate) fn attempts(&self) -> PgAttempts {
        PgAttempts::new(self.pool.clone())
    }

    pub(crate) fn catalog(&self) -> PgCatalogStore {
        PgCatalogStore::new(self.pool.clone())
    }

    pub(crate) fn products(&self) -> PgProductReader {
        PgProductReader::new(self.pool.clone())
    }

    pub(crate) fn exporter(&self) -> PgProductExporter {
        PgProductExporter::new(self.pool.clone())
    }

    pub(crate) fn store(&self) -> PgOrderStore {
        PgOrderStore::new(self.pool.clone(), Arc::new(Lock))
    }

    pub(crate) fn orders(&self) -> PgOrderReader {
        PgOrderReader::new(self.pool.clone())
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        number(&self.client, &format!("SELECT count(*) FROM {table}")).await
    }

    /// Fails when an invariant of the shop is broken.
    pub(crate) async fn assert_sound(&self) {
        assert_eq!(violations(&self.client).await, Vec::<String>::new());
    }

    /// A new customer.
    pub(crate) async fn customer(&self) -> UserId {
        let registration = registration(&format!("{}@example.com", Uuid::now_v7()));
        self.users().commit_registration(&registration).await.unwrap();
        registration.user.id
    }

    /// A new product with a variant for each of these SKUs, with so many pieces at so many cents.
    pub(crate) async fn product(&self, variants: &[(&str, u32, i64)]) -> ProductCreation {
        let new = NewProduct {
            variants: variants
                .iter()
                .map(|(sku, stock, cents)| NewVariant {
                    stock: *stock,
                    price: Some(euro(*cents)),
                    ..variant(sku)
                })
                .collect(),
            ..product("Linen shirt")
        };
        let creation = create(new, a_moment_ago());
        self.catalog().commit_product_creation(&creation, None).await.unwrap();
        creation
    }

    /// Loads, and decides on, an order of so many of each SKU.
    pub(crate) async fn decide(&self, customer: UserId, items: &[(&str, u32)]) -> OrderPlacement {
        self.decide_on(request(customer, items)).await
    }

    pub(crate) async fn decide_on(&self, request: OrderRequest) -> OrderPlacement {
        self.decide_on_from(&self.store(), request).await
    }

    pub(crate) async fn decide_on_from(&self, store: &PgOrderStore, request: OrderRequest) -> OrderPlacement {
        let purchaser = match request.buyer.customer_id() {
            Some(customer) => Purchaser::Customer(customer),
            None => Purchaser::Guest(email("guest@example.com")),
        };
        let context = store.load_placement(&purchaser, &request.items, request.currency).await;
        let ids = PlacementIds {
            order: Uuid::now_v7().into(),
            lines: request.items.iter().map(|_| Uuid::now_v7().into()).collect(),
            event: Uuid::now_v7().into(),
            request_id: Some("request-1".to_owned()),
        };
        request.place(&context.unwrap().unwrap(), ids, chrono::Duration::minutes(60)).unwrap()
    }

    /// Places an order of so many of each SKU.
    pub(crate) async fn place(
        &self,
        customer: UserId,
        items: &[(&str, u32)],
    ) -> Result<Order, CommitPlacementError> {
        let placement = self.decide(customer, items).await;
        self.store().commit_placement(&placement, None, None).await.map(|()| placement.order)
    }

    /// `on_hand` and `reserved` of a variant.
    pub(crate) async fn level(&self, variant: VariantId) -> (i32, i32) {
        let sql = "SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1";
        let row = self.client.query_one(sql, &[&variant.uuid()]).await.unwrap();
        (row.get(0), row.get(1))
    }
}

/// A pool whose callers wait long, for tests with many tasks on a slow machine.
pub(crate) fn settings(url: String) -> PoolSettings {
    PoolSettings {
        connect: ConnectSettings {
            url,
            application_name: "test".to_owned(),
            connect_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(20),
            statement_timeout: Duration::from_secs(30),
        },
        max_size: 12,
        acquire_timeout: Duration::from_secs(30),
    }
}

/// An instant that has passed on the database's clock too, as exact as the database keeps it.
pub(crate) fn a_moment_ago() -> Instant {
    let now = chrono::Utc::now() - chrono::Duration::milliseconds(20);
    Instant::from_timestamp_micros(now.timestamp_micros()).unwrap()
}

pub(crate) fn euro(cents: i64) -> Money {
    Money::from_minor(cents, currency("EUR")).unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

pub(crate) fn sku(raw: &str) -> Sku {
    Sku::parse(raw).unwrap()
}

pub(crate) fn email(raw: &str) -> Email {
    Email::parse(raw).unwrap()
}

pub(crate) fn name(raw: &str) -> Name {
    Name::parse(raw).unwrap()
}

pub(crate) fn registration(address: &str) -> Registration {
    let user = User::register(Uuid::now_v7().into(), email(address), Some(name("Ada")), a_moment_ago());
    let event = user.registered(Uuid::now_v7().into(), Actor::User(user.id), Some("request-1".to_owned()));
    let audit = audit_line(SecurityEvent::Registered, Actor::User(user.id), &user);
    let (verification, mail) = mailed(&user, MailedPurpose::EmailVerification, user.email.clone());
    Registration {
        password_hash: "$first".to_owned(),
        opened: session(&user),
        event,
        audit,
        verification,
        mail,
        user,
    }
}

/// A token for `user`, and the mail that brings it to `to`.
pub(crate) fn mailed(user: &User, purpose: MailedPurpose, to: Email) -> (MailedToken, Mail) {
    let mut digest = [9; 32];
    digest[..16].copy_from_slice(Uuid::now_v7().as_bytes());
    let (letter, sealed, at) = (purpose.letter(), Some(b"sealed".to_vec()), a_moment_ago());
    let mail = Mail { id: Uuid::now_v7().into(), user_id: user.id, to, letter, sealed, at };
    (MailedToken::issue(digest, purpose, user.id, at), mail)
}

pub(crate) fn admin_creation(address: &str) -> AdminCreation {
    let user = User::administrator(Uuid::now_v7().into(), email(address), a_moment_ago());
    let event = user.registered(Uuid::now_v7().into(), Actor::System, None);
    let audit = audit_line(SecurityEvent::Registered, Actor::System, &user);
    AdminCreation { password_hash: "$first".to_owned(), event, audit, user }
}

/// The decision that logs `user` in.
pub(crate) fn log_in(user: &User, opened: OpenedSession, rehashed: Option<&str>) -> LogIn {
    let event = SecurityEvent::LoggedIn { session: opened.session.id };
    let audit = audit_line(event, Actor::User(user.id), user);
    LogIn { user: user.clone(), opened, rehashed: rehashed.map(ToOwned::to_owned), audit }
}

/// A line of the audit log about `user`.
pub(crate) fn audit_line(event: SecurityEvent, actor: Actor, user: &User) -> AuditEntry {
    let by = Trace { ip: Some([192, 0, 2, 9].into()), request_id: Some("request-1".to_owned()) };
    AuditStamp { id: Uuid::now_v7().into(), actor, by, at: a_moment_ago() }.entry(event, Some(user.id))
}

pub(crate) fn session(user: &User) -> OpenedSession {
    let lifetime = SessionLifetime { idle: chrono::Duration::days(7), absolute: chrono::Duration::days(30) };
    let origin = Origin { user_agent: Some("Browser/1".to_owned()), ip: Some([192, 0, 2, 7].into()) };
    let mut digest = [7; 32];
    digest[..16].copy_from_slice(Uuid::now_v7().as_bytes());
    OpenedSession::open(Uuid::now_v7().into(), user.id, origin, digest, lifetime, a_moment_ago())
}

/// A product without variants, under a slug of its own.
pub(crate) fn product(title: &str) -> NewProduct {
    NewProduct {
        title: name(title),
        slug: Some(Slug::parse(&format!("p-{}", Uuid::now_v7())).unwrap()),
        description: None,
        status: ProductStatus::Active,
        category_id: None,
        tags: vec![],
        attributes: [].into(),
        images: vec![],
        options: vec![],
        variants: vec![],
    }
}

/// A variant without stock or price.
pub(crate) fn variant(raw: &str) -> NewVariant {
    NewVariant {
        sku: sku(raw),
        title: None,
        option_values: [].into(),
        price: None,
        stock: 0,
        barcode: None,
        weight_grams: None,
        backorder: false,
    }
}

pub(crate) fn create(new: NewProduct, at: Instant) -> ProductCreation {
    let ids = NewIds {
        product: Uuid::now_v7().into(),
        variants: new.variants.iter().map(|_| (Uuid::now_v7().into(), Uuid::now_v7().into())).collect(),
        event: Uuid::now_v7().into(),
    };
    new.create(ids, origination(at)).unwrap()
}

pub(crate) fn origination(at: Instant) -> Origination {
    Origination { actor: Actor::System, request_id: Some("request-1".to_owned()), at }
}

/// Whoever asks for so many of each SKU, from a network address of their own.
pub(crate) fn request(customer: UserId, items: &[(&str, u32)]) -> OrderRequest {
    let item = |(raw, quantity): &(&str, u32)| Item {
        what: ItemRef::Sku(sku(raw)),
        quantity: Quantity::new(*quantity).unwrap(),
    };
    OrderRequest {
        buyer: Buyer::customer(customer, Some(address_of(customer))),
        items: items.iter().map(item).collect(),
        currency: currency("EUR"),
        shipping_address: None,
        billing_address: None,
        note: None,
        expected_total: None,
        expected_prices: vec![],
    }
}

fn address_of(customer: UserId) -> IpAddr {
    IpAddr::from(*customer.uuid().as_bytes())
}
