//! The application of one worker: the routes of an API inside of the machinery that is the same for all.

use std::sync::Arc;

use actix_web::{
    App, Error,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};
use paperclip::actix::OpenApiExt;

use crate::{
    http::Http,
    middleware::{
        cors::cors, encoding::encoding, headers::headers, methods::methods, observe::observe,
        problems::problems,
    },
    problem::ApiError,
    routes::Api,
};

/// Builds the application. `data` adds what the handlers of the areas ask for (`web::Data` of their use cases);
/// it runs once in each worker.
pub fn app(
    http: Arc<Http>,
    api: &Api,
    data: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // The last one wrapped is the outermost. paperclip comes after all of them: its own wrap loses the document.
    App::new()
        .app_data(web::Data::from(http))
        .configure(data)
        .default_service(web::to(no_such_route))
        .wrap(from_fn(problems))
        .wrap(Compress::default())
        .wrap(from_fn(encoding))
        .wrap(from_fn(methods))
        .wrap(from_fn(cors))
        .wrap(from_fn(headers))
        .wrap(from_fn(observe))
        .wrap_api()
        .configure(api.routes)
        .build()
}

async fn no_such_route() -> Result<&'static str, ApiError> {
    Err(ApiError::not_found())
}
