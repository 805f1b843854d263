//! Entity tags (RFC 9110, section 8.8.3): `"<version>.<digest of the body>"`, strong. `If-None-Match` looks at
//! the whole tag, `If-Match` at the version.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderName},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::version::{Precondition, VersionMismatch};
use sha2::{Digest, Sha256};

use crate::{
    input::{Checked, check},
    problem::{ApiError, Code, Fault, Faults},
};

/// The suffixes of compressed answers.
const SUFFIXES: [&str; 2] = ["-gzip", "-br"];

/// The tag of a body. What has no version (a list) is version 0.
pub(crate) fn tag(version: i64, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let digest = URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default());
    format!("\"{version}.{digest}\"")
}

/// The tag of the same answer when it is compressed.
pub(crate) fn suffixed(tag: &str, suffix: &str) -> String {
    match tag.strip_suffix('"') {
        Some(open) if !SUFFIXES.iter().any(|known| open.ends_with(known)) => format!("{open}{suffix}\""),
        _ => tag.to_owned(),
    }
}

/// The tag in `If-None-Match` that means the same answer as `tag`, whatever its compression; weak comparison.
/// It is returned as the client sent it, which is what a 304 repeats.
pub(crate) fn unchanged<'r>(request: &'r HttpRequest, tag: &'r str) -> Option<&'r str> {
    let current = opaque(tag)?;
    values(request, &header::IF_NONE_MATCH).flat_map(|value| value.split(',').map(str::trim)).find_map(
        |sent| match sent {
            "*" => Some(tag),
            sent => {
                let plain = sent.strip_prefix("W/").unwrap_or(sent);
                (opaque(plain)? == current).then_some(plain)
            }
        },
    )
}

/// What `If-Match` asks for. Without the header, and with `*`, it is whichever version is current: what must exist is
/// looked for anyway. Only weak tags, or tags that are none of ours, match no version.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IfMatch(pub Precondition);

impl IfMatch {
    /// Reads the header.
    fn parse(request: &HttpRequest, faults: &mut Faults) -> Option<Self> {
        let sent: Vec<&str> = values(request, &header::IF_MATCH).collect();
        if sent.is_empty() {
            return Some(Self::default());
        }
        let tags: Option<Vec<Tag>> =
            sent.iter().flat_map(|value| value.split(',').map(str::trim)).map(Tag::parse).collect();
        match tags.as_deref() {
            Some([Tag::Any]) => Some(Self::default()),
            Some(tags) if !tags.contains(&Tag::Any) => Some(Self(Precondition::OneOf(
                tags.iter()
                    .filter_map(|tag| if let Tag::Version(version) = tag { Some(*version) } else { None })
                    .collect(),
            ))),
            _ => {
                faults.push(Fault::header(
                    "If-Match",
                    "malformed",
                    "must be *, or a list of ETags in double quotes",
                ));
                None
            }
        }
    }
}

impl From<VersionMismatch> for ApiError {
    fn from(error: VersionMismatch) -> Self {
        Self::new(Code::VersionMismatch).detail(format!("{error}; get it again, and decide again"))
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Tag {
    Any,
    Version(i64),
    /// A weak tag, or one that this server never made: it matches nothing.
    Foreign,
}

impl Tag {
    /// `None` for what is no entity tag at all.
    fn parse(sent: &str) -> Option<Self> {
        if sent == "*" {
            return Some(Self::Any);
        }
        let (weak, strong) = sent.strip_prefix("W/").map_or((false, sent), |rest| (true, rest));
        let text = opaque(strong)?;
        let version = text.split('.').next().and_then(|version| version.parse().ok());
        Some(match version {
            Some(version) if !weak => Self::Version(version),
            _ => Self::Foreign,
        })
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut faults = Faults::default();
        let parsed = Self::parse(request, &mut faults);
        check(request, Ok((parsed, faults)))
    }
}

/// What stands between the quotes, without the suffix of a compressed answer.
fn opaque(tag: &str) -> Option<&str> {
    let text = tag.strip_prefix('"')?.strip_suffix('"')?;
    if text.bytes().any(|byte| byte == b'"' || byte <= b' ' || byte == 0x7f) {
        return None;
    }
    Some(SUFFIXES.iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text))
}

/// The values of a header. One that is no visible ASCII reads as `?`, which is no entity tag.
fn values<'r>(request: &'r HttpRequest, name: &HeaderName) -> impl Iterator<Item = &'r str> + use<'r> {
    request.headers().get_all(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn if_match(value: &str) -> Option<IfMatch> {
        let request = TestRequest::default().insert_header((header::IF_MATCH, value)).to_http_request();
        IfMatch::parse(&request, &mut Faults::default())
    }

    #[test]
    fn if_match_looks_at_the_version() {
        let versions = |versions: &[i64]| Some(IfMatch(Precondition::OneOf(versions.to_vec())));
        assert_eq!(if_match("\"7.abc\""), versions(&[7]));
        assert_eq!(if_match("\"7.abc-gzip\", \"8.x-br\""), versions(&[7, 8]));
        assert_eq!(if_match("*"), Some(IfMatch::default()));
        assert_eq!(if_match("W/\"7.abc\""), versions(&[]));
        assert_eq!(if_match("\"foreign\""), versions(&[]));
        for malformed in ["7", "", "\"7", "*, \"7.a\"", "\"a b\"", "\"7.a\" \"8.b\""] {
            assert_eq!(if_match(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn if_none_match_looks_at_the_whole_tag_but_not_at_compression() {
        let sent = |value: &str| {
            let request =
                TestRequest::default().insert_header((header::IF_NONE_MATCH, value)).to_http_request();
            unchanged(&request, "\"7.abc\"").map(str::to_owned)
        };
        assert_eq!(sent("\"7.abc\"").as_deref(), Some("\"7.abc\""));
        assert_eq!(sent("\"7.x\", W/\"7.abc-br\"").as_deref(), Some("\"7.abc-br\""));
        assert_eq!(sent("*").as_deref(), Some("\"7.abc\""));
        assert_eq!(sent("\"7.abd\""), None);
        assert_eq!(sent("7.abc"), None);
    }

    #[test]
    fn a_tag_gets_one_suffix() {
        assert_eq!(suffixed("\"7.abc\"", "-gzip"), "\"7.abc-gzip\"");
        assert_eq!(suffixed("\"7.abc-br\"", "-gzip"), "\"7.abc-br\"");
    }
}
