//! The stock of a variant, as a row.

use diesel::{
    QueryableByName,
    sql_types::{Text, Uuid as SqlUuid},
};
use domain::catalog::Sku;
use ports::{inventory::StockView, storage::StorageError};
use uuid::Uuid;

use super::LevelFigures;
use crate::corrupt::Place;

#[derive(QueryableByName)]
pub(super) struct LevelRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) variant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    product_id: Uuid,
    #[diesel(sql_type = Text)]
    pub(super) sku: String,
    #[diesel(embed)]
    figures: LevelFigures,
}

/// The columns of [`LevelRow`], for a statement's list.
pub(super) const LEVEL_COLUMNS: &str = "level.variant_id, variant.product_id, variant.sku, level.on_hand, \
    level.reserved, level.backorder, level.version AS level_version";

impl TryFrom<LevelRow> for StockView {
    type Error = StorageError;

    fn try_from(row: LevelRow) -> Result<Self, Self::Error> {
        let place = Place { table: "variants", id: row.variant_id };
        Ok(Self {
            product_id: row.product_id.into(),
            sku: place.read("sku", Sku::parse(&row.sku))?,
            level: row.figures.level(row.variant_id),
        })
    }
}
