//! The catalog: what is kept of it, and the views of it that people see.

mod category_reader;
mod category_row;
mod page;
mod product_reader;
mod product_row;
mod shown;
mod store;
mod variant_rows;

pub use category_reader::PgCategoryReader;
pub use product_reader::{PRODUCT_CACHE, PgProductReader};
pub(crate) use product_row::{stored_images, stored_options, stored_texts};
pub use shown::{ProductFeed, ShownProducts};
pub use store::PgCatalogStore;
