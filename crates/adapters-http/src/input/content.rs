//! The bytes of a body: their type, their encoding, their number, and the time they may take.

use std::{io::Read, time::Duration};

use actix_web::{
    HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{self, HeaderName},
    web::{Bytes, BytesMut},
};
use futures::StreamExt;

use crate::{
    middleware::deadline,
    problem::{ApiError, Code},
};

/// The most bytes of a body, before and after decompression.
pub const BODY_LIMIT: usize = 256 * 1024;

/// How long a client may take to send a body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The media types of a request body.
pub(crate) const JSON: &[&str] = &["application/json"];
pub(crate) const JSON_PATCH: &[&str] = &["application/json", "application/merge-patch+json"];

#[derive(Clone, Copy)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

/// Whether the request has no body at all, not even a declared one.
pub(super) fn is_absent(request: &HttpRequest) -> bool {
    let headers = request.headers();
    !headers.contains_key(header::CONTENT_TYPE)
        && !headers.contains_key(header::TRANSFER_ENCODING)
        && text(request, &header::CONTENT_LENGTH).is_none_or(|length| length == "0")
}

/// Reads the body, if its type is one of `types`.
///
/// # Errors
/// 415 for another type or encoding, 413 for too many bytes, 400 for what is cut short or can't be inflated.
pub(super) async fn read(request: &HttpRequest, payload: Payload, types: &[&str]) -> Result<Bytes, ApiError> {
    check_type(request, types)?;
    let encoding = encoding(request)?;
    let declared = text(request, &header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large());
    }
    deadline::suspend(request, BODY_TIME);
    let received = tokio::time::timeout(BODY_TIME, receive(payload, declared.unwrap_or(0))).await;
    deadline::restart(request);
    inflate(received.map_err(|_| cut("the body did not arrive in time"))??, encoding)
}

async fn receive(mut payload: Payload, expected: usize) -> Result<Bytes, ApiError> {
    let mut body = BytesMut::with_capacity(expected);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            error => cut("the body was cut short").caused_by(error.to_string()),
        })?;
        if body.len().saturating_add(chunk.len()) > BODY_LIMIT {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The connection can't be used again: what is left of the body is not worth reading.
fn too_large() -> ApiError {
    ApiError::new(Code::PayloadTooLarge).header(header::CONNECTION, "close")
}

fn cut(detail: &'static str) -> ApiError {
    ApiError::new(Code::BadRequest).detail(detail).header(header::CONNECTION, "close")
}

fn inflate(body: Bytes, encoding: Encoding) -> Result<Bytes, ApiError> {
    let inflated = match encoding {
        Encoding::Identity => return Ok(body),
        Encoding::Gzip => read_bounded(flate2::read::MultiGzDecoder::new(body.as_ref())),
        Encoding::Brotli => read_bounded(brotli::Decompressor::new(body.as_ref(), 4_096)),
    };
    let inflated = inflated.map_err(|_| {
        ApiError::new(Code::BadRequest).detail("the body is not what its Content-Encoding says")
    })?;
    if inflated.len() > BODY_LIMIT { Err(too_large()) } else { Ok(inflated.into()) }
}

/// Everything that `reader` has, but one byte over the limit at most.
fn read_bounded(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut inflated = Vec::new();
    let most = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(&mut inflated)?;
    Ok(inflated)
}

/// Passes when the body's type is one of `types` and it is not compressed.
pub(super) fn check_plain(request: &HttpRequest, types: &[&str]) -> Result<(), ApiError> {
    check_type(request, types)?;
    match encoding(request)? {
        Encoding::Identity => Ok(()),
        _ => Err(ApiError::new(Code::UnsupportedMediaType).detail("send the body without Content-Encoding")),
    }
}

fn check_type(request: &HttpRequest, types: &[&str]) -> Result<(), ApiError> {
    let content_type = text(request, &header::CONTENT_TYPE).unwrap_or_default();
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = types.iter().any(|known| known.eq_ignore_ascii_case(essence));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if known && utf8 {
        return Ok(());
    }
    Err(ApiError::new(Code::UnsupportedMediaType)
        .detail(format!("send the body as {}, in UTF-8", types.join(" or ")))
        .header(header::ACCEPT, types.join(", ")))
}

fn encoding(request: &HttpRequest) -> Result<Encoding, ApiError> {
    let name = text(request, &header::CONTENT_ENCODING).map(|name| name.trim().to_ascii_lowercase());
    match name.as_deref() {
        None | Some("identity" | "") => Ok(Encoding::Identity),
        Some("gzip" | "x-gzip") => Ok(Encoding::Gzip),
        Some("br") => Ok(Encoding::Brotli),
        Some(_) => Err(ApiError::new(Code::UnsupportedMediaType)
            .detail("send the body without Content-Encoding, or as gzip or br")
            .header(header::ACCEPT_ENCODING, "gzip, br, identity")),
    }
}

/// A header's only value. One that is there twice, or is no ASCII, can't be understood: it reads as `?`.
fn text<'r>(request: &'r HttpRequest, name: &HeaderName) -> Option<&'r str> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?;
    Some(if values.next().is_some() { "?" } else { value.to_str().unwrap_or("?") })
}
