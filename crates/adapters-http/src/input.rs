//! What every input goes through: tree, schema, wire type, command; with every fault of all four in one answer.

mod body;
mod content;
mod id;
mod patch;
mod path;
mod pending;
mod query;
mod upload;

use actix_web::HttpRequest;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::{
    body::{Body, Patch},
    content::BODY_LIMIT,
    id::ById,
    patch::{Change, Edit},
    path::Path,
    query::{NoQuery, Query},
    upload::Upload,
};
pub(crate) use self::{
    content::{JSON, JSON_PATCH},
    pending::{Checked, check},
    query::{Parameters, command as query_command, parameters},
};
use crate::{
    problem::{ApiError, Fault, Faults},
    schema::Compiled,
};

/// A wire type that becomes a command of the domain: the rules that its schema can't say are here.
///
/// The schema has been checked when this is called, but it may have found faults (such as a text that is too
/// long): `self` is what could be read, so that the faults of both come in one answer.
pub trait IntoCommand: DeserializeOwned + JsonSchema + 'static {
    /// What the use case takes.
    type Command: 'static;

    /// Whether a request without any body is read as `{}`.
    const BODY_OPTIONAL: bool = false;

    /// The command, or faults with pointers relative to `self` and `None`.
    fn into_command(self, faults: &mut Faults) -> Option<Self::Command>;

    /// The same for a body whose meaning depends on its request's path; that of most does not.
    fn into_command_at(self, request: &HttpRequest, faults: &mut Faults) -> Option<Self::Command> {
        let _ = request;
        self.into_command(faults)
    }
}

/// Declares wire types that are their own command.
#[macro_export]
macro_rules! plain_command {
    ($($body:ty),+ $(,)?) => {$(
        impl $crate::IntoCommand for $body {
            type Command = Self;

            fn into_command(self, _: &mut $crate::Faults) -> Option<Self> {
                Some(self)
            }
        }
    )+};
}

/// The command that `tree` means, and every fault that `tree` has; `into_command` is one of [`IntoCommand`]'s.
///
/// # Errors
/// 500 when the type's schema is broken.
pub(crate) fn read<T: IntoCommand>(
    mut tree: Value,
    faults: &mut Faults,
    into_command: impl FnOnce(T, &mut Faults) -> Option<T::Command>,
) -> Result<Option<T::Command>, ApiError> {
    let broken = Compiled::of::<T>()?.faults(&tree);
    for fault in &broken {
        if fault.code() == "unknown-field" {
            fault.remove_from(&mut tree);
        }
    }
    faults.append(broken);
    match serde_path_to_error::deserialize::<_, T>(tree) {
        Ok(wire) => Ok(into_command(wire, faults)),
        Err(error) => {
            if faults.is_empty() {
                faults.add(&pointer(error.path()), "type", "is not acceptable here");
            }
            Ok(None)
        }
    }
}

/// The command, or one answer with all faults.
pub(crate) fn finish<C>(command: Option<C>, faults: Faults) -> Result<C, ApiError> {
    match command {
        Some(command) if faults.is_empty() => Ok(command),
        _ if faults.is_empty() => Err(ApiError::invalid(vec![Fault::at("", "invalid", "is not acceptable")])),
        _ => Err(ApiError::invalid(faults.into_vec())),
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", crate::json::pointer_step(key)),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
