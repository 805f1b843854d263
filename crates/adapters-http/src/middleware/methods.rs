//! HEAD is GET without a body, OPTIONS names the methods, and `Allow` knows of both (RFC 9110, section 9.3).

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};

pub(crate) async fn methods<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = request.method().clone();
    if asked == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
        complete_allow(answer.headers_mut());
        if asked == Method::OPTIONS {
            return Ok(options(answer));
        }
    }
    if asked == Method::HEAD {
        answer = answer.map_body(|_, body| BoxBody::new(Omitted(body.size())));
    }
    Ok(answer)
}

fn options(refusal: ServiceResponse) -> ServiceResponse {
    let allow = refusal.headers().get(header::ALLOW).cloned();
    let mut answer = HttpResponse::NoContent().finish();
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    ServiceResponse::new(refusal.request().clone(), answer)
}

fn complete_allow(headers: &mut HeaderMap) {
    let listed = headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let mut methods: Vec<&str> =
        listed.split(',').map(str::trim).filter(|method| !method.is_empty()).collect();
    if methods.contains(&"GET") && !methods.contains(&"HEAD") {
        methods.push("HEAD");
    }
    if !methods.contains(&"OPTIONS") {
        methods.push("OPTIONS");
    }
    methods.sort_unstable();
    methods.dedup();
    if let Ok(allow) = HeaderValue::from_str(&methods.join(", ")) {
        headers.insert(header::ALLOW, allow);
    }
}

/// A body that is not sent, but whose length is told.
struct Omitted(BodySize);

impl MessageBody for Omitted {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}
