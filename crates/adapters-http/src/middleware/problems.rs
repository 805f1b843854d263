//! One form for everything that is not a success, whoever made it: handlers, extractors or the router.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
};

use super::request_id::RequestId;
use crate::{
    http::Http,
    problem::{ApiError, Code, PROBLEM_JSON},
};

/// Marks an answer that keeps its own body although its status is no success, such as `/readyz`'s one word.
#[derive(Debug)]
pub(crate) struct OwnBody;

pub(crate) async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let status = answer.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || answer.response().extensions().contains::<OwnBody>() {
        return Ok(answer);
    }
    let made = ApiError::new(Code::of_status(status));
    let own = answer.response().error().and_then(|error| error.as_error::<ApiError>());
    let body = render(&answer, own.unwrap_or(&made))?;
    let foreign = own.is_none();
    let mut answer = answer.map_body(|_, _| BoxBody::new(body));
    if foreign {
        *answer.response_mut().status_mut() = made.code().status();
        for (name, value) in made.head().finish().headers() {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
    }
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    Ok(answer)
}

fn render(answer: &ServiceResponse, error: &ApiError) -> Result<Vec<u8>, Error> {
    let request = answer.request();
    let public_url = &Http::of(request)?.settings().public_url;
    Ok(serde_json::to_vec(&error.problem(public_url, RequestId::of(request).as_str()))?)
}
