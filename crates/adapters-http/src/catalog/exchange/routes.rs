//! /products/export

use actix_web::{HttpRequest, http::header, web::Data};
use bytes::Bytes;
use futures::Stream as Pieces;
use paperclip::actix::api_v2_operation;
use ports::{catalog::CatalogSnapshot, storage::StorageError};

use super::{Format, ProductFile, ProductFileWriter};
use crate::{Allowed, ApiError, Media, NoQuery, Query, Shop, Stream, csv, flow, may};

/// Export all products
///
/// Products of every status, with their prices in every currency and their stock, as they are at one instant, however
/// long it takes to read them. `Accept` chooses: `application/x-ndjson` (the default) has a product on each line, and at
/// the end `{"end": true, "count": …}`, without which it is not whole; `text/csv` has a variant on each line, its
/// product's cells on the line of the first one, and no cell that a spreadsheet could take for a formula. A reader that
/// takes nothing for a minute is cut off.
#[api_v2_operation(tags("Catalog"), operation_id = "exportProducts")]
pub(in crate::catalog) async fn export_products(
    caller: Allowed<may::ProductsRead>,
    _none: Query<NoQuery>,
    request: HttpRequest,
    shop: Data<Shop>,
) -> Result<Stream<ProductFile>, ApiError> {
    let snapshot = shop.catalog.export_products.run(&caller).await?;
    let format = wanted(&request);
    Ok(Stream::of(format.mime(), flow::paced(pieces(snapshot, format))))
}

/// What of the two the client would rather have; one that wants neither gets JSON.
fn wanted(request: &HttpRequest) -> Format {
    let accepted = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let accepts = |wanted: &str| {
        let range = |range: &str| {
            let mut parts = range.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
            named.then(|| weight.unwrap_or(0.0))
        };
        accepted.clone().flat_map(|value| value.split(',')).filter_map(range).fold(0.0, f32::max)
    };
    if accepts(csv::MIME) > accepts(ProductFile::MIME) { Format::Csv } else { Format::Ndjson }
}

struct Reading {
    snapshot: Box<dyn CatalogSnapshot>,
    file: ProductFileWriter,
    ended: bool,
}

/// The file, a piece at a time.
fn pieces(
    snapshot: Box<dyn CatalogSnapshot>,
    format: Format,
) -> impl Pieces<Item = Result<Bytes, StorageError>> {
    let reading = Reading { snapshot, file: ProductFileWriter::new(format), ended: false };
    futures::stream::try_unfold(reading, async |mut reading: Reading| {
        if reading.ended {
            return Ok(None);
        }
        let records = reading.snapshot.next().await?;
        reading.ended = records.is_empty();
        let written = if reading.ended { reading.file.end() } else { reading.file.write(records) };
        let bytes = written.map_err(|error| StorageError::Internal(error.into()))?;
        Ok(Some((bytes, reading)))
    })
}
