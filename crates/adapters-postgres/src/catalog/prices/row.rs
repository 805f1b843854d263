//! A period of a price.

use diesel::{QueryableByName, pg::Pg};
use domain::{
    Instant,
    catalog::PricePeriod,
    money::{Currency, Money},
};
use ports::{catalog::PriceView, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, schema::prices};

/// Every column that a period is made of.
#[derive(QueryableByName)]
#[diesel(table_name = prices, check_for_backend(Pg))]
pub(in crate::catalog) struct PriceRow {
    pub(super) id: Uuid,
    pub(in crate::catalog) variant_id: Uuid,
    currency: String,
    amount_minor: i64,
    pub(super) valid_from: Instant,
    valid_to: Option<Instant>,
    changed_by: String,
}

/// The columns of [`PriceRow`], for a statement's list.
pub(in crate::catalog) const PRICE_COLUMNS: &str = "price.id, price.variant_id, price.currency, price.amount_minor, \
    price.valid_from, price.valid_to, price.changed_by";

impl TryFrom<PriceRow> for PricePeriod {
    type Error = StorageError;

    fn try_from(row: PriceRow) -> Result<Self, Self::Error> {
        let place = Place { table: "prices", id: row.id };
        let currency = place.read("currency", Currency::parse(&row.currency))?;
        Ok(Self {
            id: row.id.into(),
            price: place.read("amount_minor", Money::from_minor(row.amount_minor, currency))?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            changed_by: place.read("changed_by", row.changed_by.parse())?,
        })
    }
}

impl TryFrom<PriceRow> for PriceView {
    type Error = StorageError;

    fn try_from(row: PriceRow) -> Result<Self, Self::Error> {
        let variant = row.variant_id.into();
        PricePeriod::try_from(row).map(|period| Self::new(variant, period))
    }
}
