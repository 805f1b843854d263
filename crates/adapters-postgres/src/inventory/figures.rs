//! The figures of a stock level, as a part of other rows.

use diesel::{
    QueryableByName,
    sql_types::{Bool, Integer},
};
use domain::{ids::VariantId, inventory::StockLevel};

/// What a row says of the stock of its variant.
#[derive(QueryableByName)]
pub(crate) struct LevelFigures {
    #[diesel(sql_type = Integer)]
    on_hand: i32,
    #[diesel(sql_type = Integer)]
    reserved: i32,
    #[diesel(sql_type = Bool)]
    pub(crate) backorder: bool,
    #[diesel(sql_type = Integer)]
    pub(crate) level_version: i32,
}

/// The columns of [`LevelFigures`], of a `level`.
pub(crate) const FIGURE_COLUMNS: &str =
    "level.on_hand, level.reserved, level.backorder, level.version AS level_version";

impl LevelFigures {
    /// The level of this variant.
    pub(crate) fn level(&self, variant_id: impl Into<VariantId>) -> StockLevel {
        StockLevel {
            variant_id: variant_id.into(),
            on_hand: self.on_hand,
            reserved: self.reserved,
            backorder: self.backorder,
            version: self.level_version,
        }
    }
}
