//! A category's row, with how many products it has.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use domain::{
    Instant,
    catalog::{Category, Slug},
    text::Name,
};
use ports::{catalog::CategoryView, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, schema::categories};

#[derive(QueryableByName)]
#[diesel(table_name = categories)]
pub(super) struct CategoryRow {
    id: Uuid,
    parent_id: Option<Uuid>,
    slug: String,
    name: String,
    position: i32,
    version: i32,
    created_at: Instant,
    #[diesel(sql_type = BigInt)]
    product_count: i64,
}

impl TryFrom<CategoryRow> for CategoryView {
    type Error = StorageError;

    fn try_from(row: CategoryRow) -> Result<Self, Self::Error> {
        let place = Place { table: "categories", id: row.id };
        let category = Category {
            id: row.id.into(),
            slug: place.read("slug", Slug::parse(&row.slug))?,
            name: place.read("name", Name::parse(&row.name))?,
            parent_id: row.parent_id.map(Into::into),
            position: place.read("position", u32::try_from(row.position))?,
            created_at: row.created_at,
            version: row.version,
        };
        Ok(Self { category, product_count: row.product_count.unsigned_abs() })
    }
}
