//! A cart with its lines and their offers, as it was at one moment: one statement.

use diesel::{
    QueryResult, QueryableByName, deserialize,
    pg::Pg,
    row::NamedRow,
    sql_query,
    sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    carts::{Cart, CartLine, CartOwner, CartState, Offers},
    money::{Currency, Money},
    orders::{Offer, Quantity},
};
use ports::{
    carts::{LoadedCart, WhichCart},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    offers::{OFFER_COLUMNS, OFFERED, OfferRow},
    statement::prepared,
};

#[derive(QueryableByName)]
pub(super) struct CartRow {
    #[diesel(sql_type = Timestamptz)]
    now: Instant,
    #[diesel(sql_type = SqlUuid)]
    cart_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Bytea>)]
    token_digest: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    order_id: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    created_at: Instant,
    #[diesel(sql_type = Timestamptz)]
    updated_at: Instant,
    #[diesel(sql_type = Timestamptz)]
    expires_at: Instant,
    #[diesel(sql_type = Integer)]
    cart_version: i32,
}

/// The columns of [`CartRow`], of a `cart` that is joined to the order that it became, `ordered`.
pub(super) const CART_COLUMNS: &str = "now() AS now, cart.id AS cart_id, cart.user_id, cart.token_digest, \
    cart.currency, cart.status, ordered.id AS order_id, cart.created_at, cart.updated_at, cart.expires_at, \
    cart.version AS cart_version";

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    line_id: Uuid,
    #[diesel(sql_type = Integer)]
    quantity: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    added_price_minor: Option<i64>,
    #[diesel(sql_type = Timestamptz)]
    added_at: Instant,
    #[diesel(embed)]
    offer: OfferRow,
}

/// A line, unless the cart is empty.
struct MaybeLine(Option<LineRow>);

impl QueryableByName<Pg> for MaybeLine {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let id = NamedRow::get::<Nullable<SqlUuid>, Option<Uuid>>(row, "line_id")?;
        id.map(|_| LineRow::build(row)).transpose().map(Self)
    }
}

/// A cart with one of its lines.
#[derive(QueryableByName)]
pub(crate) struct CartLineRow {
    #[diesel(embed)]
    cart: CartRow,
    #[diesel(embed)]
    line: MaybeLine,
}

/// A cart, once for each of its lines, or once when it is empty; nothing when there is no such cart. Prices are in the
/// cart's currency, and in force at the instant of the statement.
pub(crate) async fn load_cart(
    mut connection: &AsyncPgConnection,
    which: WhichCart,
) -> QueryResult<Vec<CartLineRow>> {
    let (condition, id) = match which {
        WhichCart::Id(id) => ("priced.id = $1", id.uuid()),
        WhichCart::OpenOf(user) => ("priced.user_id = $1 AND priced.status = 'open'", user.uuid()),
    };
    let statement = sql_query(format!(
        "WITH cart AS (SELECT * FROM carts AS priced WHERE {condition})
        SELECT {CART_COLUMNS}, line.*
        FROM cart
        LEFT JOIN orders AS ordered ON ordered.cart_id = cart.id
        LEFT JOIN (
            SELECT line.cart_id AS of_cart, line.id AS line_id, line.quantity, line.added_price_minor, line.added_at,
                {OFFER_COLUMNS}
            FROM cart AS priced
            JOIN cart_lines AS line ON line.cart_id = priced.id
            JOIN variants AS variant ON variant.id = line.variant_id
            {OFFERED}
        ) AS line ON line.of_cart = cart.id
        ORDER BY line.added_at, line.line_id"
    ))
    .bind::<SqlUuid, _>(id);
    prepared(statement).load(&mut connection).await
}

/// The cart of these rows; no item has been named yet.
pub(crate) fn loaded_cart(rows: Vec<CartLineRow>) -> Result<Option<LoadedCart>, StorageError> {
    let mut loaded: Option<LoadedCart> = None;
    for CartLineRow { cart, line: MaybeLine(line) } in rows {
        let loaded = match &mut loaded {
            Some(loaded) => loaded,
            None => {
                let now = cart.now;
                let cart = cart.into_cart()?;
                loaded.insert(LoadedCart { cart, offers: Offers::new(), named: Vec::new(), now })
            }
        };
        if let Some(line) = line {
            let (line, offer) = line.into_line(loaded.cart.currency)?;
            loaded.cart.lines.push(line);
            loaded.offers.insert(offer.variant_id, offer);
        }
    }
    Ok(loaded)
}

impl CartRow {
    /// When it was read.
    pub(super) const fn now(&self) -> Instant {
        self.now
    }

    /// The cart, without its lines.
    pub(super) fn into_cart(self) -> Result<Cart, StorageError> {
        let place = Place { table: "carts", id: self.cart_id };
        let digest = |digest: Vec<u8>| <[u8; 32]>::try_from(digest.as_slice());
        let owner = match (self.user_id, self.token_digest) {
            (Some(user), _) => CartOwner::User(user.into()),
            (None, token) => {
                let token = token.ok_or("a cart is somebody's");
                CartOwner::Guest(place.read("token_digest", digest(place.read("token_digest", token)?))?)
            }
        };
        let state = match (self.status.as_str(), self.order_id) {
            ("open", _) => Ok(CartState::Open),
            ("expired", _) => Ok(CartState::Expired),
            ("merged", _) => Ok(CartState::Merged),
            ("completed", Some(order)) => Ok(CartState::Ordered(order.into())),
            _ => Err("is no state that a cart can be in"),
        };
        Ok(Cart {
            id: self.cart_id.into(),
            owner,
            currency: place.read("currency", Currency::parse(&self.currency))?,
            state: place.read("status", state)?,
            lines: Vec::new(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
            version: self.cart_version,
        })
    }
}

impl LineRow {
    fn into_line(self, currency: Currency) -> Result<(CartLine, Offer), StorageError> {
        let place = Place { table: "cart_lines", id: self.line_id };
        let quantity = u32::try_from(self.quantity).unwrap_or_default();
        let price = self.added_price_minor.map(|minor| Money::from_minor(minor, currency)).transpose();
        let line = CartLine {
            id: self.line_id.into(),
            variant_id: self.offer.variant_id.into(),
            quantity: place.read("quantity", Quantity::new(quantity))?,
            added_price: place.read("added_price_minor", price)?,
            added_at: self.added_at,
        };
        Ok((line, self.offer.into_offer(currency)?))
    }
}
