//! The explorer at `/docs`: Swagger UI (Apache-2.0, see `assets/swagger-ui/LICENSE`) from the binary itself, so
//! that it works without a network and tells nobody that it is used.

use std::io::Read;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use paperclip::actix::api_v2_operation;
use schemars::JsonSchema;

use super::Html;
use crate::{
    etag,
    input::Path,
    problem::ApiError,
    reply::{Media, Stream},
};

/// The explorer may load and run what this server gives it, and talk to this server.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const PAGE: &str = include_str!("../../assets/docs/index.html");

/// A file of the explorer; the big ones are compressed already.
struct File {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
    compressed: bool,
}

const FILES: &[File] = &[
    File {
        name: "swagger-ui-bundle.js",
        media: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/swagger-ui/swagger-ui-bundle.js.gz"),
        compressed: true,
    },
    File {
        name: "swagger-ui.css",
        media: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/swagger-ui/swagger-ui.css.gz"),
        compressed: true,
    },
    File {
        name: "docs.js",
        media: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/docs/docs.js"),
        compressed: false,
    },
    File {
        name: "docs.css",
        media: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/docs/docs.css"),
        compressed: false,
    },
];

/// The path of a file.
#[derive(serde::Deserialize, JsonSchema)]
pub(super) struct ByName {
    /// The file's name
    file: String,
}

/// Scripts and style sheets.
#[derive(Debug)]
pub(super) struct Asset;
impl Media for Asset {
    const MIME: &'static str = "*/*";
    const WHAT: &'static str = "A script or a style sheet";
}

/// The interactive explorer
#[api_v2_operation(tags("Operations"), operation_id = "getDocs")]
pub(super) async fn explorer() -> Result<Stream<Html>, ApiError> {
    let mut response = HttpResponse::Ok().content_type(Html::MIME).body(PAGE);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(Stream::whole(response))
}

/// A file of the explorer
#[api_v2_operation(tags("Operations"), operation_id = "getDocsFile")]
pub(super) async fn file(request: HttpRequest, path: Path<ByName>) -> Result<Stream<Asset>, ApiError> {
    let file = FILES.iter().find(|file| file.name == path.0.file).ok_or_else(ApiError::not_found)?;
    let tag = etag::tag(0, file.bytes);
    let mut response = match etag::unchanged(&request, &tag) {
        Some(_) => HttpResponse::NotModified().finish(),
        None => send(file, accepts_gzip(&request))?,
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(Stream::whole(response))
}

fn send(file: &File, gzip: bool) -> Result<HttpResponse, ApiError> {
    let mut response = HttpResponse::Ok();
    response.content_type(file.media);
    if file.compressed && gzip {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
        return Ok(response.body(file.bytes));
    }
    if !file.compressed {
        return Ok(response.body(file.bytes));
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(file.bytes).read_to_end(&mut plain).map_err(ApiError::internal)?;
    Ok(response.body(plain))
}

/// Whether the client takes gzip, by its own words: the middleware may have chosen br for it.
fn accepts_gzip(request: &HttpRequest) -> bool {
    crate::middleware::encoding::accepts_gzip(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_compressed_file_inflates() {
        for file in FILES {
            let response = send(file, false).unwrap();
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING), "{}", file.name);
        }
    }

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        assert!(!PAGE.contains("http://") && !PAGE.contains("https://") && !PAGE.contains("//cdn"));
    }
}
