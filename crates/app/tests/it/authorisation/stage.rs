//! One shop with everybody in it, and the things that calls are about.

use std::{cell::RefCell, collections::HashMap};

use domain::accounts::Role;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio_postgres::Client as Database;

use crate::{
    mails::token,
    shop::{PASSWORD, Person, Shop, lines, number},
};

/// Tables that change by themselves, or because of a refusal.
const RESTLESS: [&str; 3] = ["audit_log", "attempts", "mails"];

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Somebody without a token.
    Nobody,
    /// The customer whose orders and sessions it is about.
    Owner,
    /// Another customer.
    Other,
    Support,
    CatalogManager,
    OrderManager,
    Admin,
}

impl Who {
    pub(super) const ALL: [Self; 7] = [
        Self::Nobody,
        Self::Owner,
        Self::Other,
        Self::Support,
        Self::CatalogManager,
        Self::OrderManager,
        Self::Admin,
    ];

    /// The title of the column.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Owner => "owner",
            Self::Other => "other",
            Self::Support => "support",
            Self::CatalogManager => "catalog_manager",
            Self::OrderManager => "order_manager",
            Self::Admin => "admin",
        }
    }

    pub(super) const fn role(self) -> Option<Role> {
        match self {
            Self::Nobody => None,
            Self::Owner | Self::Other => Some(Role::Customer),
            Self::Support => Some(Role::Support),
            Self::CatalogManager => Some(Role::CatalogManager),
            Self::OrderManager => Some(Role::OrderManager),
            Self::Admin => Some(Role::Admin),
        }
    }

    pub(super) fn is_customer(self) -> bool {
        matches!(self, Self::Nobody | Self::Owner | Self::Other)
    }
}

pub(super) struct Stage {
    // In the order in which they have to go.
    database: Database,
    runtime: Runtime,
    people: Vec<(Who, Person)>,
    pub(super) shop: Shop,
    /// The tokens of guests' carts.
    tokens: RefCell<HashMap<String, String>>,
    /// Digests what stands in the database.
    everything: String,
}

impl Stage {
    pub(super) fn open() -> Self {
        let shop = Shop::open();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let database = runtime.block_on(shop.database.client());
        let everything = runtime.block_on(everything(&database));
        let mut stage =
            Self { database, runtime, people: Vec::new(), shop, tokens: RefCell::default(), everything };
        let people = Who::ALL.into_iter().filter_map(|who| Some((who, stage.fresh(who)?)));
        stage.people = people.collect();
        stage
    }

    /// Somebody of this kind whom nobody has seen before.
    pub(super) fn fresh(&self, who: Who) -> Option<Person> {
        match who.role()? {
            Role::Customer => Some(self.shop.customer()),
            role => Some(self.shop.staff(role.name())),
        }
    }

    pub(super) fn person(&self, who: Who) -> Option<&Person> {
        self.people.iter().find(|(kind, _)| *kind == who).map(|(_, person)| person)
    }

    pub(super) fn owner(&self) -> &Person {
        self.person(Who::Owner).unwrap()
    }

    fn admin(&self) -> &Person {
        self.person(Who::Admin).unwrap()
    }

    /// What stands in a path behind `kind` for `{id}`, or for `{id:draft}` where it is a special one. It is new, and if
    /// it is anybody's, the owner's. `within` are the ids before it in the path.
    pub(super) fn name(&self, kind: &str, parameter: &str, within: &[String]) -> String {
        match (kind, parameter) {
            ("sessions", "id") => self.session(),
            ("users", "id") => self.shop.customer().id,
            ("products", "id") => text(&self.product("active")["id"]),
            ("products", "id:draft") => text(&self.product("draft")["id"]),
            ("variants", "id") => text(&self.product("active")["variants"][0]["id"]),
            ("variants", "id:draft") => text(&self.product("draft")["variants"][0]["id"]),
            ("categories", "id") => {
                text(&self.made("/categories", &json!({"name": format!("C{}", number())}))["id"])
            }
            ("prices", "id") => self.scheduled_price(),
            ("prices", "currency") => "EUR".to_owned(),
            // The line that its opening stock is.
            ("movements", "sequence") => "1".to_owned(),
            ("carts", "id") => text(&self.cart()["id"]),
            ("carts", "id:guest") => self.guest_cart(),
            ("lines", "line_id") => self.line_of(&within[0]),
            ("orders", "id") => self.order(),
            ("orders", "id:confirmed") => self.confirmed_order(),
            ("orders", "id:delivered") => self.delivered_order(),
            ("payments", "payment_id") => self.record_of(&within[0], "payments"),
            ("fulfillments", "fulfillment_id") => self.record_of(&within[0], "fulfillments"),
            ("returns", "return_id") => {
                self.manage(&within[0], "/returns", &self.a_piece(&within[0]));
                self.record_of(&within[0], "returns")
            }
            ("refunds", "refund_id") => {
                self.manage(&within[0], "/refunds", &a_cent());
                self.record_of(&within[0], "refunds")
            }
            ("docs", "file") => "docs.css".to_owned(),
            ("problems", "code") => "not-found".to_owned(),
            _ => panic!("say in authorisation/stage.rs what /{kind}/{{{parameter}}} is"),
        }
    }

    /// The answer to one more log-in of the owner.
    pub(super) fn new_log_in(&self) -> Value {
        let body = json!({"email": self.owner().email, "password": PASSWORD});
        self.shop.client().post("/auth/login", &body).send().expect(200)
    }

    /// One more session of the owner.
    fn session(&self) -> String {
        self.new_log_in();
        let sessions = self.shop.client().get("/auth/sessions?limit=1").token(&self.owner().token).send();
        text(&sessions.expect(200)["data"][0]["id"])
    }

    /// The token in a mail to somebody who has just registered and forgotten the password.
    pub(super) fn mailed(&self, letter: &str) -> String {
        let somebody = self.shop.customer();
        self.shop.client().post("/auth/password-reset", &json!({"email": somebody.email})).send();
        token(&self.shop, letter, &somebody.email, 0)
    }

    fn product(&self, status: &str) -> Value {
        let sku = format!("SKU-{}", number());
        let of = |sku: &str| json!({"sku": sku, "price": {"amount": "1", "currency": "EUR"}, "stock": 9});
        // Two, so that one of them can go.
        let body = json!({"title": sku, "status": status, "variants": [of(&sku), of(&format!("{sku}-2"))]});
        self.made("/products", &body)
    }

    /// A price that has not begun.
    fn scheduled_price(&self) -> String {
        let path = format!("/variants/{}/prices/EUR", self.name("variants", "id", &[]));
        let body = json!({"amount": "2", "valid_from": "2099-01-01T00:00:00Z"});
        let call = self.shop.client().call("PUT", &path).token(&self.admin().token).json(&body);
        text(&call.send().expect(200)["id"])
    }

    /// The SKU of a product that can be ordered.
    pub(super) fn sku(&self) -> String {
        text(&self.product("active")["variants"][0]["sku"])
    }

    /// An order of the owner.
    fn order(&self) -> String {
        let body = lines(&[(&self.sku(), 1)]);
        text(&self.shop.client().post("/orders", &body).token(&self.owner().token).send().expect(201)["id"])
    }

    /// The owner's cart, with something in it.
    pub(super) fn cart(&self) -> Value {
        let body = lines(&[(&self.sku(), 1)]);
        self.shop.client().post("/carts", &body).token(&self.owner().token).send().json()
    }

    fn line_of(&self, cart: &str) -> String {
        let path = format!("/carts/{cart}");
        let cart = self.shop.client().get(&path).token(&self.owner().token).send().expect(200);
        text(&cart["lines"][0]["id"])
    }

    fn guest_cart(&self) -> String {
        let cart = self.shop.client().post("/carts", &json!({})).send().expect(201);
        let id = text(&cart["id"]);
        self.tokens.borrow_mut().insert(id.clone(), text(&cart["token"]));
        id
    }

    /// The token of a guest's cart.
    pub(super) fn cart_token(&self, cart: &str) -> String {
        self.tokens.borrow()[cart].clone()
    }

    fn confirmed_order(&self) -> String {
        let id = self.order();
        let payment =
            json!({"amount": {"amount": "1", "currency": "EUR"}, "method": "card", "reference": id});
        self.manage(&id, "/payments", &payment);
        id
    }

    fn delivered_order(&self) -> String {
        let id = self.confirmed_order();
        let sent = self.manage(&id, "/fulfillments", &json!({}));
        self.manage(&id, &format!("/fulfillments/{}/deliver", text(&sent["id"])), &json!({}));
        id
    }

    /// What the administrator does with an order.
    fn manage(&self, order: &str, what: &str, body: &Value) -> Value {
        let call = self.shop.client().post(&format!("/orders/{order}{what}"), body);
        call.token(&self.admin().token).send().json()
    }

    fn seen(&self, order: &str) -> Value {
        let call = self.shop.client().get(&format!("/orders/{order}")).token(&self.admin().token);
        call.send().expect(200)
    }

    /// The id of an order's first record of this kind.
    fn record_of(&self, order: &str, kind: &str) -> String {
        text(&self.seen(order)[kind][0]["id"])
    }

    /// A return of one piece of an order.
    pub(super) fn a_piece(&self, order: &str) -> Value {
        let line = &self.seen(order)["lines"][0]["id"];
        json!({"lines": [{"line_id": line, "quantity": 1}], "restock": true})
    }

    /// What an administrator has made.
    fn made(&self, path: &str, body: &Value) -> Value {
        self.shop.client().post(path, body).token(&self.admin().token).send().expect(201)
    }

    /// A digest of everything that stands in the database.
    pub(super) fn fingerprint(&self) -> String {
        self.runtime.block_on(one(&self.database, &self.everything))
    }
}

/// A refund of next to nothing.
pub(super) fn a_cent() -> Value {
    json!({"amount": {"amount": "0.01", "currency": "EUR"}})
}

/// The statement that digests every row of every table, but for the restless ones.
async fn everything(database: &Database) -> String {
    let restless = RESTLESS.map(|table| format!("'{table}'")).join(", ");
    let rows = format!(
        "SELECT string_agg(format('SELECT %L || t::text AS line FROM %I AS t', relname, relname), ' UNION ALL ')
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ({restless})"
    );
    format!("SELECT md5(string_agg(line, '|' ORDER BY line)) FROM ({}) AS lines", one(database, &rows).await)
}

async fn one(database: &Database, statement: &str) -> String {
    database.query_one(statement, &[]).await.unwrap().get(0)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
