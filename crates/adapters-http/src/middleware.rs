//! What every request passes through, in this order (outermost first); [`crate::server`] puts them together.
//!
//! 1. [`observe`]: the request's id, its span, its line in the log, its metrics
//! 2. [`headers`]: what every answer says: security, caching, `Vary`
//! 3. [`cors`]
//! 4. [`methods`]: HEAD and OPTIONS
//! 5. [`encoding`], then actix's `Compress`
//! 6. [`problems`]: one form for everything that is not a success
//! 7. the router
//! 8. [`guard`], around every documented resource: quotas, load shedding, the deadline, panics, and writes that
//!    outlive their client

pub(crate) mod cors;
pub(crate) mod deadline;
pub(crate) mod encoding;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod methods;
pub(crate) mod observe;
pub(crate) mod problems;
pub(crate) mod request_id;
