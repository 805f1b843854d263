//! Taking a file in: a few rows at once, told in the file's order.

use std::{collections::BTreeSet, time::Duration};

use domain::catalog::{ProductRow, Slug};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use ports::{catalog::CommitImportError, storage::StorageError};
use use_cases::catalog::{ProductImportRun, RowOutcome};

use super::{
    Format,
    faults::row_faults,
    file_reader::{ImportedRow, ProductFileReader},
    report::{ImportSummary, RowReport},
};
use crate::Fault;

/// How many rows are under way at once: each waits for the disk most of the time.
const AT_ONCE: usize = 4;
/// How often a row is tried again while the database is away or has too much to do; each pause is twice as long as the
/// one before.
const RETRIES: u32 = 6;
/// The first pause.
const PAUSE: Duration = Duration::from_millis(100);

/// The database failed: what is behind this row was not taken in. The same file can be taken in again.
#[derive(Debug, thiserror::Error)]
#[error("the import stopped at line {line}")]
pub struct ImportStopped {
    /// The line of the file at which it stopped.
    pub line: u64,
    /// Why.
    #[source]
    pub source: StorageError,
}

/// A file that is being taken in.
pub struct ProductIntake {
    reader: ProductFileReader,
    run: ProductImportRun,
    under_way: FuturesOrdered<BoxFuture<'static, Taken>>,
    /// The SKUs and slugs of the rows that are under way: of two rows about the same, the later one has to wait.
    busy: BTreeSet<String>,
    summary: ImportSummary,
}

struct Taken {
    line: u64,
    names: Vec<String>,
    result: Result<RowOutcome, NotTaken>,
}

enum NotTaken {
    Faults(Vec<Fault>),
    Failed(StorageError),
}

impl ProductIntake {
    /// A file of this format, of which nothing has been read yet.
    #[must_use]
    pub fn new(format: Format, run: ProductImportRun) -> Self {
        let summary = ImportSummary::new(run.is_dry());
        let reader = ProductFileReader::new(format);
        Self { reader, run, under_way: FuturesOrdered::new(), busy: BTreeSet::new(), summary }
    }

    /// Takes the file's next bytes, and tells of the rows that are done.
    ///
    /// # Errors
    /// [`ImportStopped`].
    pub async fn push(&mut self, bytes: &[u8]) -> Result<Vec<RowReport>, ImportStopped> {
        let mut reports = Vec::new();
        for row in self.reader.push(bytes) {
            self.begin(row, &mut reports).await?;
        }
        while let Some(Some(taken)) = self.under_way.next().now_or_never() {
            reports.push(self.end(taken)?);
        }
        Ok(reports)
    }

    /// Takes what only the end of the file makes whole, and tells of the rest.
    ///
    /// # Errors
    /// [`ImportStopped`].
    pub async fn finish(mut self) -> Result<(Vec<RowReport>, ImportSummary), ImportStopped> {
        let mut reports = Vec::new();
        let format = Format::Ndjson;
        let reader = std::mem::replace(&mut self.reader, ProductFileReader::new(format));
        for row in reader.finish() {
            self.begin(row, &mut reports).await?;
        }
        while let Some(taken) = self.under_way.next().await {
            reports.push(self.end(taken)?);
        }
        Ok((reports, self.summary))
    }

    async fn begin(&mut self, row: ImportedRow, reports: &mut Vec<RowReport>) -> Result<(), ImportStopped> {
        let ImportedRow { line, read } = row;
        let names = read.as_ref().map(names).unwrap_or_default();
        while self.under_way.len() >= AT_ONCE || names.iter().any(|name| self.busy.contains(name)) {
            let Some(taken) = self.under_way.next().await else { break };
            reports.push(self.end(taken)?);
        }
        self.busy.extend(names.iter().cloned());
        // On a task of its own, so that it goes on while nobody asks.
        let task = read.map(|row| tokio::spawn(take(self.run.clone(), row)));
        let taken = async move {
            let result = match task {
                Ok(task) => task
                    .await
                    .unwrap_or_else(|panic| Err(NotTaken::Failed(StorageError::Internal(panic.into())))),
                Err(faults) => Err(NotTaken::Faults(faults)),
            };
            Taken { line, names, result }
        };
        self.under_way.push_back(taken.boxed());
        Ok(())
    }

    fn end(&mut self, taken: Taken) -> Result<RowReport, ImportStopped> {
        let Taken { line, names, result } = taken;
        for name in &names {
            self.busy.remove(name);
        }
        let result = match result {
            Ok(outcome) => Ok(outcome),
            Err(NotTaken::Faults(faults)) => Err(faults),
            Err(NotTaken::Failed(source)) => return Err(ImportStopped { line, source }),
        };
        let report = RowReport::new(line, result);
        self.summary.count(&report);
        Ok(report)
    }
}

/// What the row is about, as far as the row itself tells.
fn names(row: &ProductRow) -> Vec<String> {
    let slug = row.slug.clone().or_else(|| Slug::from_title(row.title.as_ref()?.as_str()));
    let skus = row.variants.iter().map(|variant| format!("sku {}", variant.sku));
    slug.map(|slug| format!("slug {slug}")).into_iter().chain(skus).collect()
}

/// Takes a row in, again while the database is away or has too much to do.
async fn take(run: ProductImportRun, row: ProductRow) -> Result<RowOutcome, NotTaken> {
    let mut retries = 0;
    loop {
        match run.take(row.clone()).await {
            Ok(outcome) => return Ok(outcome),
            Err(CommitImportError::Storage(StorageError::Unavailable(_) | StorageError::Overloaded(_)))
                if retries < RETRIES =>
            {
                tokio::time::sleep(PAUSE * 2_u32.pow(retries)).await;
                retries += 1;
            }
            Err(CommitImportError::Storage(error)) => return Err(NotTaken::Failed(error)),
            Err(refused) => return Err(NotTaken::Faults(row_faults(&refused))),
        }
    }
}
