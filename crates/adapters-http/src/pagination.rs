//! Lists, page by page: `?limit=` and `?cursor=`, the page itself, and the `Link` to the next one.
//!
//! A cursor is the place of the last row, signed. The signature covers the route, the filters and the sort, and
//! for private lists the caller, so that a cursor works where it was given and nowhere else.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ports::pagination::{self, PageRequest, Position};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    caller,
    http::Http,
    input::{Checked, IntoCommand, Parameters, check, parameters, query_command},
    problem::{ApiError, Fault, Faults},
    reply::Reply,
};

/// Rows of a page when the client does not say.
pub(crate) const DEFAULT_LIMIT: u16 = 20;
/// The most rows of a page.
pub(crate) const MAX_LIMIT: u16 = 100;
/// Bytes of a cursor's signature.
const SIGNATURE: usize = 16;
/// RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One page of a list.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(rename = "Page{T}")]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub data: Vec<T>,
    /// What `cursor` takes for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// The filters and the sort of a list.
pub trait ListQuery: IntoCommand {
    /// A row's place in the list.
    type Position: Place;
    /// Whether the list differs from caller to caller: its cursors then work for their caller only.
    const PRIVATE: bool;
}

/// A row's place in a list, as a cursor holds it.
pub trait Place: Sized + 'static {
    /// Its form inside of a cursor; short names save bytes.
    type Wire: Serialize + DeserializeOwned;

    /// For the cursor.
    fn to_wire(&self) -> Self::Wire;

    /// From the cursor; `None` when it makes no sense.
    fn from_wire(wire: Self::Wire) -> Option<Self>;
}

/// The number of a row that is counted within its list.
impl Place for i64 {
    type Wire = (i64,);

    fn to_wire(&self) -> Self::Wire {
        (*self,)
    }

    fn from_wire((number,): Self::Wire) -> Option<Self> {
        Some(number)
    }
}

impl Place for i32 {
    type Wire = (i32,);

    fn to_wire(&self) -> Self::Wire {
        (*self,)
    }

    fn from_wire((number,): Self::Wire) -> Option<Self> {
        Some(number)
    }
}

impl Place for Position {
    type Wire = (i64, Uuid);

    fn to_wire(&self) -> Self::Wire {
        (self.at.timestamp_micros(), self.id)
    }

    fn from_wire((at, id): Self::Wire) -> Option<Self> {
        Some(Self { at: chrono::DateTime::from_timestamp_micros(at)?, id })
    }
}

/// The page of a list that a request asks for. The wire type `T` has the filters alone; `limit` and `cursor`
/// are the same for every list.
#[derive(Debug)]
pub struct Paged<T: ListQuery> {
    /// What the filters mean.
    pub filter: T::Command,
    /// How many rows at most.
    pub limit: u16,
    /// After which row; `None` from the beginning.
    pub after: Option<T::Position>,
    request: HttpRequest,
    binding: Vec<u8>,
    others: Parameters,
}

impl<T: ListQuery> Unpin for Paged<T> {}

impl<T: ListQuery> Paged<T> {
    /// The answer with these rows, and the place of the last one when more follow.
    ///
    /// # Errors
    /// 500 when the place can't be written.
    pub fn reply<V>(&self, data: Vec<V>, next: Option<T::Position>) -> Result<Reply<Page<V>>, ApiError> {
        let next_cursor =
            next.map(|place| seal(Http::of(&self.request)?, &self.binding, &place)).transpose()?;
        let link = next_cursor.as_deref().map(|cursor| self.link(cursor));
        Ok(Reply::new(Page { data, next_cursor }).link(link))
    }

    /// `Link` (RFC 8288), relative: whatever host the client used, it is the right one.
    fn link(&self, cursor: &str) -> String {
        let mut link = format!("<{}?", self.request.path());
        for (name, value) in &self.others {
            let encode = |text| utf8_percent_encode(text, RESERVED);
            link.push_str(&format!("{}={}&", encode(name), encode(value)));
        }
        link.push_str(&format!("cursor={cursor}>; rel=\"next\""));
        link
    }
}

impl<T: ListQuery<Position: Clone>> Paged<T> {
    /// What a reader port takes.
    pub fn page(&self) -> PageRequest<T::Position> {
        PageRequest { limit: self.limit, after: self.after.clone() }
    }

    /// The answer with a reader port's page, each row shown by `show`.
    ///
    /// # Errors
    /// 500 when the place can't be written.
    pub fn show<R, V>(
        &self,
        page: pagination::Page<R, T::Position>,
        show: impl FnMut(R) -> V,
    ) -> Result<Reply<Page<V>>, ApiError> {
        self.reply(page.rows.into_iter().map(show).collect(), page.next)
    }
}

impl<T: ListQuery> FromRequest for Paged<T> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut faults = Faults::default();
        let paged = read::<T>(request, &mut faults);
        check(request, paged.map(|paged| (paged, faults)))
    }
}

fn read<T: ListQuery>(request: &HttpRequest, faults: &mut Faults) -> Result<Option<Paged<T>>, ApiError> {
    let mut filters = parameters(request.query_string(), faults);
    let cursor = take(&mut filters, "cursor");
    let mut others = filters.clone();
    let limit = limit(take(&mut filters, "limit"), faults);
    others.retain(|(name, _)| name != "cursor");
    let binding = binding::<T>(request, &filters)?;
    let http = Http::of(request)?;
    let after = match cursor {
        None => Some(None),
        Some(cursor) => {
            let place = open::<T::Position>(http, &binding, &cursor);
            if place.is_none() {
                faults.push(Fault::parameter(
                    "cursor",
                    "cursor",
                    "is no cursor of this list with these filters",
                ));
            }
            place.map(Some)
        }
    };
    let filter = query_command::<T>(filters, faults)?;
    Ok(filter.zip(limit).zip(after).map(|((filter, limit), after)| Paged {
        filter,
        limit,
        after,
        request: request.clone(),
        binding,
        others,
    }))
}

fn take(parameters: &mut Parameters, name: &str) -> Option<String> {
    let index = parameters.iter().position(|(known, _)| known == name)?;
    Some(parameters.remove(index).1)
}

fn limit(text: Option<String>, faults: &mut Faults) -> Option<u16> {
    let Some(text) = text else { return Some(DEFAULT_LIMIT) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fault = match text.parse::<u16>() {
        Ok(limit @ 1..=MAX_LIMIT) if digits => return Some(limit),
        Ok(0) if digits => ("too-small", "must be at least 1"),
        _ if digits => ("too-large", "must be at most 100"),
        _ => ("type", "must be a whole number from 1 to 100"),
    };
    faults.push(Fault::parameter("limit", fault.0, fault.1));
    None
}

/// What a cursor is bound to: route, filters in the order of their names, and the caller of a private list.
fn binding<T: ListQuery>(request: &HttpRequest, filters: &Parameters) -> Result<Vec<u8>, ApiError> {
    let mut filters: Vec<_> = filters.iter().collect();
    filters.sort();
    let caller =
        if T::PRIVATE { caller::caller(request)?.map(|caller| caller.user_id.to_string()) } else { None };
    serde_json::to_vec(&(request.path(), filters, caller)).map_err(ApiError::internal)
}

fn seal<P: Place>(http: &Http, binding: &[u8], place: &P) -> Result<String, ApiError> {
    let mut cursor = serde_json::to_vec(&place.to_wire()).map_err(ApiError::internal)?;
    let signature = http.sign_cursor(&[binding, &cursor]);
    cursor.extend(signature.iter().take(SIGNATURE));
    Ok(URL_SAFE_NO_PAD.encode(cursor))
}

fn open<P: Place>(http: &Http, binding: &[u8], cursor: &str) -> Option<P> {
    let cursor = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (place, signature) = cursor.split_at_checked(cursor.len().checked_sub(SIGNATURE)?)?;
    let expected = http.sign_cursor(&[binding, place]);
    let differences = expected.iter().zip(signature).fold(0, |seen, (one, other)| seen | (one ^ other));
    if differences != 0 {
        return None;
    }
    P::from_wire(serde_json::from_slice(place).ok()?)
}
