//! Files of products: their formats, and how far a command has come with one.

use std::path::Path;

use adapters_http::Format;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// How products stand in a file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FileFormat {
    /// A JSON object on each line
    Ndjson,
    /// A table, for spreadsheets
    Csv,
}

impl FileFormat {
    /// What was asked for, else what the file's name says.
    pub(super) fn choose(asked: Option<Self>, file: Option<&Path>) -> Format {
        let by_name = || {
            let ending = file.and_then(Path::extension)?.to_str()?.to_ascii_lowercase();
            (ending == "csv").then_some(Self::Csv)
        };
        match asked.or_else(by_name) {
            Some(Self::Csv) => Format::Csv,
            Some(Self::Ndjson) | None => Format::Ndjson,
        }
    }
}

/// Shows on standard error, when that is a terminal, how many products are done; nobody knows how many there will be.
pub(super) fn counter() -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{spinner} {human_pos} products, {per_sec}, {elapsed}")?;
    Ok(ProgressBar::no_length().with_style(style))
}
