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

impl Image {
    /// Whether `url` is an absolute http or https address: nothing that a page would run, or read from its own host.
    #[must_use]
    pub fn is_address(url: &str) -> bool {
        let Some((scheme, rest)) = url.split_once("://") else { return false };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let plain =
            |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '<' | '>' | '\\' | '`');
        (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
            && host.contains(|c: char| c.is_alphanumeric())
            && url.chars().all(plain)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_addresses_of_the_web_are_addresses_of_pictures() {
        for url in ["https://img.example/a.jpg", "http://192.0.2.1:8080/?a=b#c", "HTTPS://bücher.example"] {
            assert!(Image::is_address(url), "{url}");
        }
        for url in [
            "",
            "a.jpg",
            "/a.jpg",
            "//img.example/a.jpg",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
            "data:image/png;base64,AA==",
            "ftp://img.example/a",
            "https://",
            "https:///a.jpg",
            "https://a.example/ b",
            "https://a.example/\"onerror=",
            " https://a.example",
        ] {
            assert!(!Image::is_address(url), "{url}");
        }
    }
}
