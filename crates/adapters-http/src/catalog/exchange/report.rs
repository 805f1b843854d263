//! What an import says of each row, and at its end.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::catalog::RowOutcome;
use uuid::Uuid;

use crate::{Fault, reply::Media};

/// The report of an import.
#[derive(Debug)]
pub(crate) struct ImportReport;

impl Media for ImportReport {
    const MIME: &'static str = "application/x-ndjson";
    const WHAT: &'static str =
        "A line for each product of the file, in the file's order, and a summary at the end";
}

/// How much the report of an import tells.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportDetail")]
pub(in crate::catalog) enum Detail {
    /// Of every row, and the summary.
    #[default]
    Rows,
    /// Of every row with faults, and the summary.
    Faults,
    /// Only the summary.
    Summary,
}

/// What became of a row.
#[derive(Debug, Serialize)]
pub struct RowReport {
    /// The line of the file on which the row begins.
    pub line: u64,
    /// `created`, `updated`, `unchanged` or `failed`.
    pub outcome: &'static str,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Everything that is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// What became of a file. A report without it is not whole.
#[derive(Debug, Serialize)]
pub struct ImportSummary {
    end: bool,
    /// How many products the file has.
    pub rows: u64,
    /// How many of them are new.
    pub created: u64,
    /// How many are others than before.
    pub updated: u64,
    /// How many were as the file says.
    pub unchanged: u64,
    /// How many were not taken in.
    pub failed: u64,
    /// Whether all this only would be so.
    pub dry_run: bool,
}

impl RowReport {
    pub(super) fn new(line: u64, result: Result<RowOutcome, Vec<Fault>>) -> Self {
        let (outcome, id, errors) = match result {
            Ok(RowOutcome::Created(id)) => ("created", Some(id.uuid()), Vec::new()),
            Ok(RowOutcome::Updated(id)) => ("updated", Some(id.uuid()), Vec::new()),
            Ok(RowOutcome::Unchanged(id)) => ("unchanged", Some(id.uuid()), Vec::new()),
            Err(errors) => ("failed", None, errors),
        };
        Self { line, outcome, id, errors }
    }
}

impl ImportSummary {
    pub(super) const fn new(dry_run: bool) -> Self {
        Self { end: true, rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0, dry_run }
    }

    pub(super) fn count(&mut self, report: &RowReport) {
        self.rows += 1;
        match report.outcome {
            "created" => self.created += 1,
            "updated" => self.updated += 1,
            "unchanged" => self.unchanged += 1,
            _ => self.failed += 1,
        }
    }
}

/// Lines of a report.
pub(super) fn lines<'a, T: Serialize + 'a>(
    all: impl IntoIterator<Item = &'a T>,
) -> serde_json::Result<Bytes> {
    let mut out = Vec::new();
    for one in all {
        serde_json::to_writer(&mut out, one)?;
        out.push(b'\n');
    }
    Ok(out.into())
}

/// The lines of those rows that somebody wants to hear of.
pub(super) fn rows(all: &[RowReport], detail: Detail) -> serde_json::Result<Bytes> {
    lines(all.iter().filter(|row| match detail {
        Detail::Rows => true,
        Detail::Faults => !row.errors.is_empty(),
        Detail::Summary => false,
    }))
}
