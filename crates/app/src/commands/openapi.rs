//! `stoa openapi`

use super::say;
use crate::failure::Failure;

/// Prints the OpenAPI document of this program, as /openapi.json serves it.
pub(crate) fn run() -> Result<(), Failure> {
    say(adapters_http::openapi_document());
    Ok(())
}
