//! Answers that are a success.

use std::marker::PhantomData;

use actix_web::{
    HttpRequest, HttpResponse, Responder, ResponseError as _,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use domain::idempotency::Answer;
use futures::{Stream as ByteStream, TryStreamExt};
use serde::Serialize;
use use_cases::Outcome;

use crate::{etag, problem::ApiError};

/// `Cache-Control` of what everybody may see: kept, but asked about each time.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");

/// The header that tells a stored answer from a new one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A JSON answer with the status `STATUS`. It is private (`no-store`) unless it says that it is public.
#[derive(Debug)]
pub struct Reply<T, const STATUS: u16 = 200> {
    body: T,
    location: Option<String>,
    link: Option<String>,
    version: Option<i64>,
    public: bool,
    secret: bool,
    attachment: Option<&'static str>,
}

impl<T> Reply<T, 201> {
    /// 201: `body` is the whole new resource, `location` its path.
    pub fn created(location: impl Into<String>, body: T) -> Self {
        Self { location: Some(location.into()), ..Self::new(body) }
    }
}

impl<T, const STATUS: u16> Reply<T, STATUS> {
    /// An answer with this body.
    pub fn new(body: T) -> Self {
        Self {
            body,
            location: None,
            link: None,
            version: None,
            public: false,
            secret: false,
            attachment: None,
        }
    }

    /// Gives the answer the ETag of this version of the resource.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Lets everybody keep the answer, to be asked about each time; it gets an ETag. An answer to a request
    /// with a token stays private all the same.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self.version = self.version.or(Some(0));
        self
    }

    /// Says whether the body holds a secret, such as the token of a guest's cart. An answer that does is kept sealed
    /// when it is kept to be given again.
    #[must_use]
    pub fn secret_if(mut self, holds_a_secret: bool) -> Self {
        self.secret = holds_a_secret;
        self
    }

    /// Lets browsers save the answer under this name instead of showing it.
    #[must_use]
    pub(crate) fn attachment(mut self, name: &'static str) -> Self {
        self.attachment = Some(name);
        self
    }

    #[must_use]
    pub(crate) fn link(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }
}

impl<T: Serialize, const STATUS: u16> Reply<T, STATUS> {
    /// The answer as bytes: what an idempotency record keeps. It is empty when `T` can't be written as JSON,
    /// which its tests rule out.
    pub fn answer(&self) -> Answer {
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let etag = self.version.map(|version| etag::tag(version, &body));
        Answer { status: STATUS, location: self.location.clone(), etag, body, is_secret: self.secret }
    }
}

impl<T: Serialize, const STATUS: u16> Responder for Reply<T, STATUS> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let answer = self.answer();
        if answer.body.is_empty() {
            return ApiError::internal("an answer could not be written as JSON").error_response();
        }
        let unchanged = answer
            .etag
            .as_deref()
            .filter(|_| request.method() == Method::GET)
            .and_then(|tag| etag::unchanged(request, tag).map(str::to_owned));
        let mut response = match unchanged {
            Some(tag) => respond(Answer { status: 304, etag: Some(tag), body: Vec::new(), ..answer }),
            None => respond(answer),
        };
        if self.public {
            response.headers_mut().insert(header::CACHE_CONTROL, PUBLIC);
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("authorization"));
        }
        if let Some(Ok(link)) = self.link.map(|link| HeaderValue::from_str(&link)) {
            response.headers_mut().insert(header::LINK, link);
        }
        let disposition = self.attachment.map(|name| format!("attachment; filename=\"{name}\""));
        if let Some(Ok(disposition)) = disposition.map(HeaderValue::try_from) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// An answer without a body; [`NoContent`] and [`Accepted`] are the usual ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done<const STATUS: u16>;

/// 204: done, and nothing to show.
pub type NoContent = Done<204>;

/// 202: will be done, or was nothing to do; which of the two is not told.
pub type Accepted = Done<202>;

impl<const STATUS: u16> Responder for Done<STATUS> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::new(status(STATUS))
    }
}

/// The answer to a request that may have come before: made now, or the stored one, byte for byte. It has the status `STATUS`,
/// or `OTHER` where it depends on what was found.
#[derive(Debug)]
pub struct Answered<T, const STATUS: u16, const OTHER: u16 = STATUS> {
    answer: Answer,
    replayed: bool,
    documented: PhantomData<T>,
}

impl<T: Serialize, const STATUS: u16> Answered<T, STATUS> {
    /// The answer to a call: the recorded one, or what `present` makes of the value.
    pub fn to<V>(outcome: Outcome<V>, present: impl FnOnce(&V) -> Reply<T, STATUS>) -> Self {
        Self::either(outcome, |value| present(value).answer())
    }
}

impl<T: Serialize, const STATUS: u16, const OTHER: u16> Answered<T, STATUS, OTHER> {
    /// The same where the value says which of the two statuses it is.
    pub fn either<V>(outcome: Outcome<V>, present: impl FnOnce(&V) -> Answer) -> Self {
        let (answer, replayed) = match outcome {
            Outcome::Done { answer: Some(answer), .. } => (answer, false),
            Outcome::Done { value, answer: None } => (present(&value), false),
            Outcome::Replayed(answer) => (answer, true),
        };
        Self { answer, replayed, documented: PhantomData }
    }
}

impl<T: Serialize, const STATUS: u16> From<Reply<T, STATUS>> for Answered<T, STATUS> {
    fn from(reply: Reply<T, STATUS>) -> Self {
        Self { answer: reply.answer(), replayed: false, documented: PhantomData }
    }
}

impl<T, const STATUS: u16, const OTHER: u16> Responder for Answered<T, STATUS, OTHER> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = respond(self.answer);
        if self.replayed {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// A media type that is streamed, for the OpenAPI document.
pub trait Media: 'static {
    /// Its name, such as `text/csv`.
    const MIME: &'static str;
    /// All of them, when a client can choose.
    const ALL: &'static [&'static str] = &[Self::MIME];
    /// What the stream is, for people.
    const WHAT: &'static str;
}

/// An answer of media type `M` whose length nobody knows beforehand. The deadline ends with its head.
#[derive(Debug)]
pub struct Stream<M> {
    response: HttpResponse,
    media: PhantomData<M>,
}

impl<M: Media> Stream<M> {
    /// What the server has at hand in another form than JSON.
    pub(crate) fn whole(response: HttpResponse) -> Self {
        Self { response, media: PhantomData }
    }

    /// Streams `bytes`; an error of theirs cuts the connection, so that a cut stream can't pass for a whole one.
    pub fn new<S, E>(bytes: S) -> Self
    where
        S: ByteStream<Item = Result<bytes::Bytes, E>> + 'static,
        E: std::error::Error + 'static,
    {
        Self::of(M::MIME, bytes)
    }

    /// The same in the one of the media types that the client has chosen.
    pub fn of<S, E>(mime: &'static str, bytes: S) -> Self
    where
        S: ByteStream<Item = Result<bytes::Bytes, E>> + 'static,
        E: std::error::Error + 'static,
    {
        let bytes = bytes.map_err(Box::<dyn std::error::Error>::from);
        Self { response: HttpResponse::Ok().content_type(mime).streaming(bytes), media: PhantomData }
    }
}

impl<M> Responder for Stream<M> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

fn respond(answer: Answer) -> HttpResponse {
    let mut response = HttpResponse::new(status(answer.status));
    let headers = response.headers_mut();
    let named = [(header::LOCATION, answer.location), (header::ETAG, answer.etag)];
    for (name, value) in named.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if answer.body.is_empty() {
        return response;
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.set_body(BoxBody::new(answer.body))
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
