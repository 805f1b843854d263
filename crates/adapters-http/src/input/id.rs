//! The path parameter that most routes have.

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// `/things/{id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub struct ById {
    /// The resource's id.
    pub id: Uuid,
}
