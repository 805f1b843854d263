//! Path parameters. A path that can't be read leads nowhere: 404.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Checked;
use crate::{problem::ApiError, schema::Compiled};

/// The parameters of the path, by name: a flat type whose fields are all text, such as ids.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T> Unpin for Path<T> {}

impl<T: DeserializeOwned + JsonSchema + 'static> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match read(request) {
            Ok(value) => Checked::value(Self(value)),
            Err(error) => Checked::refusal(error),
        }
    }
}

fn read<T: DeserializeOwned + JsonSchema + 'static>(request: &HttpRequest) -> Result<T, ApiError> {
    let segments: Map<String, Value> =
        request.match_info().iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let tree = Value::Object(segments);
    if !Compiled::of::<T>()?.faults(&tree).is_empty() {
        return Err(ApiError::not_found());
    }
    serde_json::from_value(tree).map_err(|_| ApiError::not_found())
}
