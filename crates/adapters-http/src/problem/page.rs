//! The page behind a problem's `type`: what the code means, for the developer who follows the link.

use std::fmt::Write as _;

use actix_web::{HttpResponse, http::header};

use super::{ApiError, Code};

/// The page of the code `name`.
///
/// # Errors
/// 404 for a code that does not exist.
pub(crate) fn explain(name: &str) -> Result<HttpResponse, ApiError> {
    let code = Code::parse(name).ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .body(page(code)))
}

fn page(code: Code) -> String {
    let mut page = String::with_capacity(2_048);
    let (name, status, title) = (code.as_str(), code.status(), code.title());
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} – {name}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:10vh auto;padding:0 1rem;color:#222}}\
         code{{background:#f2f2f2;padding:.1em .3em;border-radius:3px}}\
         @media(prefers-color-scheme:dark){{body{{background:#161616;color:#ddd}}code{{background:#2a2a2a}}a{{color:#8ab4f8}}}}\
         </style></head>\n<body><p><code>{name}</code> · HTTP {status}</p><h1>{title}</h1><p>{}</p>\
         <p><a href=\"/docs\">API documentation</a></p></body></html>\n",
        escape(code.explanation()),
    );
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_names_and_explains_it() {
        for code in Code::ALL {
            let page = page(*code);
            assert!(page.contains(code.as_str()) && page.contains(&escape(code.explanation())));
            assert!(code.explanation().len() > 40, "{}", code.as_str());
        }
    }
}
