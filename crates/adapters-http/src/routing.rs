//! How areas declare their routes: `config.service(resource("/things").route(get().to(list_things)))`.

use actix_web::{
    Error,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
};
use paperclip::actix::web;
pub use paperclip::actix::web::{Resource, ServiceConfig, delete, get, patch, post, put};

use crate::middleware::guard::guard;

/// A path of the API, to which routes are added. Its calls are counted, its work is bounded, has a deadline, survives a client that
/// hangs up, and answers 405 with `Allow` to other methods.
pub fn resource(
    path: &str,
) -> Resource<
    actix_web::Resource<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        >,
    >,
> {
    web::resource(path).wrap(from_fn(guard))
}

/// A path that answers even when the server has too much to do.
pub(crate) fn unguarded(path: &str) -> Resource {
    web::resource(path)
}
