//! Compression, with what actix's `Compress` leaves out: a compressed answer is another representation, so its
//! strong ETag differs (RFC 9110, section 8.8.3), and `Vary` stands on the plain one too.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
};

use super::headers::vary;
use crate::etag;

pub(crate) async fn encoding<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let chosen = choose(request.headers());
    let gzip = AcceptsGzip(weights(request.headers()).gzip > 0);
    request.extensions_mut().insert(gzip);
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(chosen));
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let headers = answer.headers_mut();
    vary(headers, &header::ACCEPT_ENCODING);
    let suffix = match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        Some(b"gzip") => "-gzip",
        Some(b"br") => "-br",
        _ => return Ok(answer),
    };
    let tag =
        headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(|tag| etag::suffixed(tag, suffix));
    if let Some(Ok(tag)) = tag.map(|tag| HeaderValue::from_str(&tag)) {
        headers.insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// Whether a client takes gzip, whichever encoding was chosen for it.
#[derive(Clone, Copy)]
struct AcceptsGzip(bool);

/// Whether the client of `request` takes gzip.
pub(crate) fn accepts_gzip(request: &HttpRequest) -> bool {
    request.extensions().get::<AcceptsGzip>().is_some_and(|accepts| accepts.0)
}

/// How much a client likes each encoding, in thousandths; 0 is a refusal.
struct Weights {
    br: u16,
    gzip: u16,
    identity: u16,
}

fn weights(headers: &HeaderMap) -> Weights {
    let (mut br, mut gzip, mut identity, mut others) = (None, None, None, None);
    for value in headers.get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()) {
        for (name, weight) in value.split(',').filter_map(parse) {
            match name.to_ascii_lowercase().as_str() {
                "br" => br = Some(weight),
                "gzip" | "x-gzip" => gzip = Some(weight),
                "identity" => identity = Some(weight),
                "*" => others = Some(weight),
                _ => {}
            }
        }
    }
    let weight = |named: Option<u16>, unnamed| named.or(others).unwrap_or(unnamed);
    Weights { br: weight(br, 0), gzip: weight(gzip, 0), identity: weight(identity, 1) }
}

/// The one encoding to use: the client's favourite of br, gzip and none. A client that refuses all three gets
/// the plain answer, as RFC 9110, section 12.5.3 permits.
fn choose(headers: &HeaderMap) -> &'static str {
    let Weights { br, gzip, identity } = weights(headers);
    if br > 0 && br >= gzip && br >= identity {
        "br"
    } else if gzip > 0 && gzip >= identity {
        "gzip"
    } else {
        "identity"
    }
}

/// One member of the list, with its weight in thousandths.
fn parse(member: &str) -> Option<(&str, u16)> {
    let mut parts = member.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(Some(1_000), thousandths)?))
}

fn thousandths(weight: &str) -> Option<u16> {
    let (whole, digits) = weight.split_once('.').unwrap_or((weight, ""));
    let fits =
        matches!(whole, "0" | "1") && digits.len() <= 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let value = fits.then(|| format!("{whole}{digits:0<3}"))?.parse().ok()?;
    (value <= 1_000).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_favourite_encoding_is_chosen() {
        let cases = [
            ("", "identity"),
            ("gzip", "gzip"),
            ("gzip, deflate, br", "br"),
            ("br;q=0.5, gzip;q=0.8", "gzip"),
            ("gzip;q=0", "identity"),
            ("identity, gzip;q=0.5", "identity"),
            ("*", "br"),
            ("identity;q=0, *;q=0", "identity"),
            ("deflate, zstd", "identity"),
            ("gzip;q=7", "identity"),
        ];
        for (accept, chosen) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            assert_eq!(choose(&headers), chosen, "{accept}");
        }
    }
}
