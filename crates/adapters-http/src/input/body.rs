//! Request bodies, as commands.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures::future::LocalBoxFuture;

use super::{IntoCommand, content, finish, pending, read};
use crate::{
    idempotency, json,
    problem::{ApiError, Faults},
};

/// The command that a JSON body means. Extraction fails with every fault of the body, the query and the
/// headers in one 422.
#[derive(Debug)]
pub struct Body<T: IntoCommand>(pub T::Command);

/// The command that a JSON Merge Patch (RFC 7396) means. Its wire type has [`super::Change`] and
/// [`super::Edit`] fields.
#[derive(Debug)]
pub struct Patch<T: IntoCommand>(pub T::Command);

impl<T: IntoCommand> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let command = receive::<T>(request, payload, content::JSON);
        Box::pin(async move { command.await.map(Self) })
    }
}

impl<T: IntoCommand> FromRequest for Patch<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let command = receive::<T>(request, payload, content::JSON_PATCH);
        Box::pin(async move { command.await.map(Self) })
    }
}

fn receive<T: IntoCommand>(
    request: &HttpRequest,
    payload: &mut Payload,
    types: &'static [&'static str],
) -> impl Future<Output = Result<T::Command, ApiError>> + use<T> {
    pending::expect_body(request);
    let (request, payload) = (request.clone(), payload.take());
    async move {
        let bytes = if T::BODY_OPTIONAL && content::is_absent(&request) {
            "{}".into()
        } else {
            content::read(&request, payload, types).await?
        };
        idempotency::remember_body(&request, &bytes);
        let mut found = pending::take(&request);
        let tree = json::read(&bytes, &mut found)?;
        let mut faults = Faults::default();
        faults.append(found);
        let command = read::<T>(tree, &mut faults, |wire, faults| wire.into_command_at(&request, faults))?;
        finish(command, faults)
    }
}
