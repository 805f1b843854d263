//! A category's row, and how many products it has.

use diesel::{QueryableByName, sql_types::BigInt};
use domain::{
    Instant,
    catalog::{Category, Slug},
    text::Name,
};
use ports::{catalog::CategoryView, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, schema::categories};

/// Every column that a category is made of.
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
}

/// The columns of [`CategoryRow`], for a statement's list.
pub(super) const CATEGORY_COLUMNS: &str = "category.id, category.parent_id, category.slug, category.name, \
    category.position, category.version, category.created_at";

/// A category as people see it.
#[derive(QueryableByName)]
pub(super) struct CategoryViewRow {
    #[diesel(embed)]
    category: CategoryRow,
    #[diesel(sql_type = BigInt)]
    product_count: i64,
}

impl TryFrom<CategoryRow> for Category {
    type Error = StorageError;

    fn try_from(row: CategoryRow) -> Result<Self, Self::Error> {
        let place = Place { table: "categories", id: row.id };
        Ok(Self {
            id: row.id.into(),
            slug: place.read("slug", Slug::parse(&row.slug))?,
            name: place.read("name", Name::parse(&row.name))?,
            parent_id: row.parent_id.map(Into::into),
            position: place.read("position", u32::try_from(row.position))?,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

impl TryFrom<CategoryViewRow> for CategoryView {
    type Error = StorageError;

    fn try_from(row: CategoryViewRow) -> Result<Self, Self::Error> {
        Ok(Self { category: row.category.try_into()?, product_count: row.product_count.unsigned_abs() })
    }
}
