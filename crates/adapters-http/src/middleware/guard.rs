//! Around every documented resource: no more calls than a client may make, no more work than the server can do, an answer in time, and no panic that
//! cuts a connection. A write goes on when its client has gone or its deadline has passed, so that it never
//! stops half-way; whoever repeats it with its key learns what became of it.
//!
//! It stands inside of the router, because a request can't be held on to before its route is known.

use std::panic::AssertUnwindSafe;

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use domain::accounts::Caller;
use futures::FutureExt;
use tracing::Instrument;

use super::deadline::Deadline;
use crate::{
    Shop,
    context::context,
    http::Http,
    problem::{ApiError, Code},
};

type Outcome = Result<ServiceResponse<BoxBody>, Error>;

pub(crate) async fn guard<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Outcome {
    let handle = request.request().clone();
    let Some(allowance) = Http::of(&handle)?.limiter().and_then(|limiter| limiter.take(&handle)) else {
        return bound(request, next).await;
    };
    let mut answer = match allowance.refusal() {
        Some(refusal) => refuse(handle.clone(), refusal)?,
        None => bound(request, next).await?,
    };
    allowance.announce(answer.headers_mut());
    Ok(answer)
}

async fn bound<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Outcome {
    let handle = request.request().clone();
    let http = Http::of(&handle)?;
    let slot = match http.admit() {
        Ok(slot) => slot,
        Err(refusal) => return refuse(handle.clone(), refusal),
    };
    let deadline = Deadline::start(&handle, http.settings().request_deadline);
    let survives = !matches!(*request.method(), Method::GET | Method::HEAD);
    let answer = next.call(request);
    let kept = handle.clone();
    let work = async move {
        let _slot = slot;
        match AssertUnwindSafe(answer).catch_unwind().await {
            Ok(answer) => {
                let answer = answer?.map_into_boxed_body();
                record_denial(&answer).await;
                Ok(answer)
            }
            Err(_) => refuse(kept, ApiError::internal("a handler panicked")),
        }
    };
    let answered = if survives {
        let task = actix_web::rt::spawn(work.in_current_span());
        deadline.bound(async { task.await.map_err(|_| ApiError::new(Code::Overloaded))? }).await
    } else {
        deadline.bound(work).await
    };
    match answered {
        Some(outcome) => outcome,
        None => refuse(handle, ApiError::new(Code::Overloaded).detail("no answer in time")),
    }
}

/// Tells the audit log of a 403. One that can't be told is in the log of the server at least.
async fn record_denial(answer: &ServiceResponse) {
    let request = answer.request();
    let denied = answer.response().error().and_then(|error| error.as_error::<ApiError>()?.denied());
    let (Some(permission), Some(shop)) = (denied, request.app_data::<Data<Shop>>()) else { return };
    let Some(caller) = request.extensions().get::<Caller>().cloned() else { return };
    if let Err(error) = shop.accounts.record_denial.run(&caller, permission, &context(request)).await {
        tracing::error!(%error, %permission, caller = %caller.user_id, "a denial is missing in the audit log");
    }
}

fn refuse(request: HttpRequest, error: ApiError) -> Outcome {
    Ok(ServiceResponse::from_err(error, request))
}
