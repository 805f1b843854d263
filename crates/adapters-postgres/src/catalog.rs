//! The catalog: what is kept of it, and the views of it that people see.

mod category_reader;
mod category_row;
mod category_store;
mod export;
mod import;
mod page;
mod past_prices;
mod prices;
mod product_reader;
mod product_row;
mod product_store;
mod shown;
mod store;
mod taken;
mod variant_rows;

pub use category_reader::PgCategoryReader;
pub use category_store::PgCategoryStore;
pub use export::PgProductExporter;
pub use import::PgProductImporter;
pub use past_prices::PgPastPrices;
pub use prices::{PgPriceReader, PgPriceStore};
pub use product_reader::{PRODUCT_CACHE, PgProductReader};
pub(crate) use product_row::{stored_images, stored_options, stored_texts};
pub use product_store::PgProductStore;
pub(crate) use shown::Announcer;
pub use shown::{ProductFeed, ShownProducts};
pub use store::PgCatalogStore;
