//! Products: what is shown.

use std::collections::BTreeMap;

use super::Slug;
use crate::{
    Instant,
    ids::{CategoryId, ProductId},
    text::{Description, Name},
};

/// Free facts about a product, by name: material, energy class, and so on.
pub type Attributes = BTreeMap<String, String>;

/// A product, without its variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub title: Name,
    /// What it is.
    pub description: Option<Description>,
    /// Who can see it.
    pub status: ProductStatus,
    /// Where it stands in the category tree.
    pub category_id: Option<CategoryId>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Free facts.
    pub attributes: Attributes,
    /// Pictures, the first one first.
    pub images: Vec<Image>,
    /// What its variants differ in.
    pub options: Vec<ProductOption>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last edited.
    pub updated_at: Instant,
    /// Counts edits.
    pub version: i32,
}

/// Who can see a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductStatus {
    /// Staff only: not ready yet.
    Draft,
    /// Everybody; it can be bought.
    Active,
    /// Staff only: not sold any more.
    Archived,
}

/// A picture, by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// An absolute http or https address.
    pub url: String,
    /// What it shows, for those who can't see it.
    pub alt: Option<String>,
}

/// Something that variants differ in, such as size, with its values in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductOption {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

impl ProductStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Active, Self::Archived];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}
