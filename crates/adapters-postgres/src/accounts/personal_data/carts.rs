//! Carts, whatever became of them, with their lines.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    ids::UserId,
    money::{Currency, Money},
};
use futures::try_join;
use ports::{
    accounts::personal_data::{HeldCart, HeldCartLine},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    schema::{cart_lines, carts},
};

pub(super) struct CartRows {
    carts: Vec<CartRow>,
    lines: Vec<LineRow>,
}

/// Identity, currency, status; when it was opened, was changed and expires.
type CartRow = (Uuid, String, String, Instant, Instant, Instant);
/// Of which cart; which variant, how many, at which price, since when.
type LineRow = (Uuid, Uuid, i32, Option<i64>, Instant);

impl CartRows {
    pub(super) async fn load(connection: &AsyncPgConnection, person: UserId) -> QueryResult<Self> {
        let (carts, lines) = try_join!(load_carts(connection, person), load_lines(connection, person))?;
        Ok(Self { carts, lines })
    }

    pub(super) fn into_carts(self) -> Result<Vec<HeldCart>, StorageError> {
        let mut of_cart: BTreeMap<Uuid, Vec<LineRow>> = BTreeMap::new();
        for line in self.lines {
            of_cart.entry(line.0).or_default().push(line);
        }
        let whole = |(id, currency, status, created_at, updated_at, expires_at): CartRow| {
            let currency = Place { table: "carts", id }.read("currency", Currency::parse(&currency))?;
            let lines = of_cart.remove(&id).unwrap_or_default().into_iter().map(|row| line(row, currency));
            let lines = lines.collect::<Result<_, _>>()?;
            Ok(HeldCart { id: id.into(), currency, status, created_at, updated_at, expires_at, lines })
        };
        self.carts.into_iter().map(whole).collect()
    }
}

fn line(
    (cart, variant, quantity, minor, added_at): LineRow,
    currency: Currency,
) -> Result<HeldCartLine, StorageError> {
    let place = Place { table: "cart_lines", id: cart };
    let price = minor.map(|minor| Money::from_minor(minor, currency)).transpose();
    Ok(HeldCartLine {
        variant_id: variant.into(),
        quantity: place.read("quantity", u32::try_from(quantity))?,
        added_price: place.read("added_price_minor", price)?,
        added_at,
    })
}

async fn load_carts(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<CartRow>> {
    use carts::{created_at, currency, expires_at, id, status, updated_at, user_id};
    carts::table
        .filter(user_id.eq(person.uuid()))
        .order((created_at, id))
        .select((id, currency, status, created_at, updated_at, expires_at))
        .load(&mut connection)
        .await
}

async fn load_lines(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<LineRow>> {
    use cart_lines::{added_at, added_price_minor, cart_id, id, quantity, variant_id};
    cart_lines::table
        .inner_join(carts::table.on(carts::id.eq(cart_id)))
        .filter(carts::user_id.eq(person.uuid()))
        .order((added_at, id))
        .select((cart_id, variant_id, quantity, added_price_minor, added_at))
        .load(&mut connection)
        .await
}
