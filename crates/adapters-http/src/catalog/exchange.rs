//! Products as files, out and in again: JSON, one product on each line, or a table, one variant on each line.
//!
//! A table has the product's own cells on the line of its first variant; the lines of its other variants follow, with
//! its slug and nothing else of it. What is a list or a map stands in one cell (`cells.rs`).

mod cells;
mod columns;
mod exported;
mod faults;
mod file_reader;
mod import_route;
mod imported;
mod intake;
mod notes;
mod report;
mod routes;
mod table;

use bytes::Bytes;
use ports::catalog::ProductRecord;
use serde::Serialize;

use self::exported::ExportedProduct;
pub(super) use self::{import_route::import_products, notes::notes, routes::export_products};
pub use self::{
    intake::{ImportStopped, ProductIntake},
    report::{ImportSummary, RowReport},
};
use crate::{csv, reply::Media};

/// How products stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object on each line.
    Ndjson,
    /// Comma-separated values.
    Csv,
}

/// A file of products.
#[derive(Debug)]
pub(crate) struct ProductFile;

impl Media for ProductFile {
    const MIME: &'static str = "application/x-ndjson";
    const ALL: &'static [&'static str] = &[Self::MIME, csv::MIME];
    const WHAT: &'static str = "Products, as a stream";
}

impl Format {
    /// The format's media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Ndjson => ProductFile::MIME,
            Self::Csv => csv::MIME,
        }
    }
}

/// The last line of a file in JSON: without it, the file is not whole.
#[derive(Debug, Serialize)]
struct End {
    end: bool,
    count: u64,
}

/// Writes a file of products, piece by piece.
#[derive(Debug)]
pub struct ProductFileWriter {
    format: Format,
    begun: bool,
    count: u64,
}

impl ProductFileWriter {
    /// A file that has nothing in it yet.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self { format, begun: false, count: 0 }
    }

    /// How many products it has.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The file's next bytes, which say these products.
    ///
    /// # Errors
    /// When a product can't be written as JSON, which its types rule out.
    pub fn write(&mut self, records: Vec<ProductRecord>) -> serde_json::Result<Bytes> {
        let mut out = self.begin();
        for record in records {
            self.count += 1;
            let product = ExportedProduct::from(record);
            match self.format {
                Format::Csv => table::write(&mut out, &product),
                Format::Ndjson => {
                    serde_json::to_writer(&mut out, &product)?;
                    out.push(b'\n');
                }
            }
        }
        Ok(out.into())
    }

    /// The file's last bytes; there may be none.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub fn end(&mut self) -> serde_json::Result<Bytes> {
        let mut out = self.begin();
        if self.format == Format::Ndjson {
            serde_json::to_writer(&mut out, &End { end: true, count: self.count })?;
            out.push(b'\n');
        }
        Ok(out.into())
    }

    fn begin(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == Format::Csv {
            csv::write(&mut out, table::COLUMNS);
        }
        out
    }
}
