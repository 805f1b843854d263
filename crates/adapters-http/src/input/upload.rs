//! Bodies that are streamed in: of any length and, as long as they go on, of any duration.

use std::{marker::PhantomData, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures::StreamExt;

use super::{Checked, content};
use crate::{
    middleware::deadline,
    problem::{ApiError, Code},
    reply::Media,
};

/// A client that sends nothing for so long is cut off.
const STALL: Duration = Duration::from_secs(60);

/// A body of one of the media types of `M` that is streamed in. There is no deadline for its request.
pub struct Upload<M> {
    payload: Payload,
    media: PhantomData<M>,
}

impl<M> Unpin for Upload<M> {}

impl<M> Upload<M> {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// 400 when the body is cut short or stalls.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        match tokio::time::timeout(STALL, self.payload.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(error))) => Err(ApiError::new(Code::BadRequest)
                .detail("the body was cut short")
                .caused_by(error.to_string())),
            Err(_) => Err(ApiError::new(Code::BadRequest).detail("the body stalled")),
        }
    }
}

impl<M: Media> FromRequest for Upload<M> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if let Err(error) = content::check_plain(request, M::ALL) {
            return Checked::refusal(error);
        }
        deadline::lift(request);
        Checked::value(Self { payload: payload.take(), media: PhantomData })
    }
}
