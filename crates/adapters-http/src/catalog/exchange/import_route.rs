//! /products/import

use actix_web::{HttpMessage, HttpRequest, rt, web::Data};
use paperclip::actix::api_v2_operation;
use ports::{catalog::ImportMode, storage::StorageError};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{
    Format, ProductFile, ProductIntake,
    intake::ImportStopped,
    report::{self, Detail, ImportReport},
};
use crate::{
    Allowed, ApiError, Context, Query, Shop, Stream, Upload, csv,
    flow::{self, Outlet},
    may,
};

/// How many files a process takes in at once: they share the connections that are set aside for them.
static SEATS: Semaphore = Semaphore::const_new(2);

/// How products are imported.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct ImportQuery {
    /// Whether only what would become of each row is wanted: nothing is changed
    #[serde(default)]
    dry_run: bool,
    /// What the answer tells. `rows`: of each product, and the summary; `faults`: of each product that could not be taken
    /// in, and the summary; `summary`: only that
    #[serde(default)]
    report: Detail,
}

crate::plain_command!(ImportQuery);

/// Import products
///
/// A file as an export makes it, of any size: `application/x-ndjson` with a product on each line, or `text/csv` with a
/// variant on each line. A product is known again by the SKUs of its variants: it is made, or becomes what its row says,
/// all of the row or nothing. What a row, or a table's columns, leave out stays as it is; variants that it leaves out
/// stay as well. `stock` is a count of what is there. Rows that can't be taken in do not hold up the others.
///
/// The answer is streamed: a line for each product, in the file's order, with its `outcome` (`created`, `updated`,
/// `unchanged` or `failed`) and, where it failed, every fault; and at the end a summary with `"end": true`. Without that
/// line the import stopped early: send the file again, what was taken in already is `unchanged`. A row has 1 MiB at most;
/// an `Idempotency-Key` is ignored.
#[api_v2_operation(tags("Catalog"), operation_id = "importProducts")]
pub(in crate::catalog) async fn import_products(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    query: Query<ImportQuery>,
    request: HttpRequest,
    upload: Upload<ProductFile>,
    shop: Data<Shop>,
) -> Result<Stream<ImportReport>, ApiError> {
    let seat =
        SEATS.try_acquire().map_err(|_| StorageError::Overloaded("other files are imported".into()))?;
    let ImportQuery { dry_run, report: detail } = query.0;
    let mode = if dry_run { ImportMode::DryRun } else { ImportMode::Commit };
    let run = shop.catalog.import_products.begin(&caller, mode, context.0)?;
    let is_table = request.content_type().eq_ignore_ascii_case(csv::MIME);
    let format = if is_table { Format::Csv } else { Format::Ndjson };
    let (outlet, report) = flow::outlet();
    rt::spawn(async move {
        let _seat = seat;
        let outlet = Report { outlet, detail };
        if let Err(reason) = take_in(upload, ProductIntake::new(format, run), &outlet).await {
            tracing::warn!(%reason, "an import stopped early");
            outlet.outlet.cut();
        }
    });
    Ok(Stream::new(report))
}

/// Where the report goes.
struct Report {
    outlet: Outlet,
    detail: Detail,
}

/// Reads the file to its end, or until nobody wants to know what becomes of it.
async fn take_in(
    mut upload: Upload<ProductFile>,
    mut intake: ProductIntake,
    Report { outlet, detail }: &Report,
) -> Result<(), Box<dyn std::error::Error>> {
    while let Some(bytes) = upload.next().await.map_err(|error| error.what().to_owned())? {
        let rows = intake.push(&bytes).await.map_err(described)?;
        outlet.write(report::rows(&rows, *detail)?).await?;
    }
    let (rows, summary) = intake.finish().await.map_err(described)?;
    outlet.write(report::rows(&rows, *detail)?).await?;
    outlet.write(report::lines([&summary])?).await?;
    Ok(())
}

/// With its cause, which is for the log alone.
fn described(stopped: ImportStopped) -> String {
    format!("{stopped}: {}: {:?}", stopped.source, stopped.source)
}
