//! A product's row.

use diesel::{
    QueryableByName,
    pg::Pg,
    sql_types::{Nullable, Timestamptz},
};
use domain::{
    Instant,
    catalog::{Attributes, Image, Product, ProductOption, ProductStatus, Slug},
    text::{Description, Name},
};
use ports::storage::StorageError;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{corrupt::Place, schema::products};

/// Every column that a product is made of.
#[derive(QueryableByName)]
#[diesel(table_name = products, check_for_backend(Pg))]
pub(super) struct ProductRow {
    pub(super) id: Uuid,
    slug: String,
    title: String,
    description: Option<String>,
    status: String,
    category_id: Option<Uuid>,
    tags: Vec<String>,
    attributes: Value,
    images: Value,
    options: Value,
    pub(super) version: i32,
    pub(super) created_at: Instant,
    updated_at: Instant,
}

/// The columns of [`ProductRow`], for a statement's list.
pub(super) const PRODUCT_COLUMNS: &str = "product.id, product.slug, product.title, product.description, \
    product.status, product.category_id, product.tags, product.attributes, product.images, product.options, \
    product.version, product.created_at, product.updated_at";

/// A product's row, also of one that is deleted.
#[derive(QueryableByName)]
pub(super) struct AnyProductRow {
    #[diesel(embed)]
    pub(super) product: ProductRow,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) deleted_at: Option<Instant>,
}

/// A picture, as the column `images` holds it.
#[derive(Deserialize)]
struct StoredImage {
    url: String,
    alt: Option<String>,
}

/// An option, as the column `options` holds it.
#[derive(Deserialize)]
struct StoredOption {
    name: String,
    values: Vec<String>,
}

/// Texts by name, as the columns `attributes` and `option_values` hold them.
pub(crate) fn stored_texts(texts: &Attributes) -> Value {
    texts.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
}

/// The column `images`.
pub(crate) fn stored_images(images: &[Image]) -> Value {
    images.iter().map(|image| json!({ "url": image.url, "alt": image.alt })).collect()
}

/// The column `options`.
pub(crate) fn stored_options(options: &[ProductOption]) -> Value {
    options.iter().map(|option| json!({ "name": option.name, "values": option.values })).collect()
}

impl TryFrom<ProductRow> for Product {
    type Error = StorageError;

    fn try_from(row: ProductRow) -> Result<Self, Self::Error> {
        let place = Place { table: "products", id: row.id };
        let images: Vec<StoredImage> = place.read("images", serde_json::from_value(row.images))?;
        let options: Vec<StoredOption> = place.read("options", serde_json::from_value(row.options))?;
        Ok(Self {
            id: row.id.into(),
            slug: place.read("slug", Slug::parse(&row.slug))?,
            title: place.read("title", Name::parse(&row.title))?,
            description: place
                .read("description", row.description.as_deref().map(Description::parse).transpose())?,
            status: place.read("status", ProductStatus::parse(&row.status).ok_or("no such status"))?,
            category_id: row.category_id.map(Into::into),
            tags: row.tags,
            attributes: place.read("attributes", serde_json::from_value(row.attributes))?,
            images: images.into_iter().map(|StoredImage { url, alt }| Image { url, alt }).collect(),
            options: options
                .into_iter()
                .map(|StoredOption { name, values }| ProductOption { name, values })
                .collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
