//! Lines of the ledger.

use domain::inventory::{LedgerLine, MovementKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ApiError, ListQuery, instant::Timestamp, named::Named, plain_command};

/// Which lines of the ledger: all.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovementsQuery {}

plain_command!(MovementsQuery);

impl ListQuery for MovementsQuery {
    type Position = i64;
    const PRIVATE: bool = true;
}

/// `/variants/{id}/inventory/movements/{sequence}`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct MovementPath {
    /// The variant's id.
    pub(crate) id: Uuid,
    /// The line's number among the variant's lines.
    #[schemars(regex(pattern = "^[1-9][0-9]{0,17}$"), extend("examples" = ["3"]))]
    sequence: String,
}

/// A change of stock: one line of the ledger.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "StockMovement")]
pub(crate) struct MovementView {
    /// Its number among the variant's lines, from 1 and without a gap
    pub(crate) sequence: i64,
    /// Whose stock
    pub(crate) variant_id: Uuid,
    pub(crate) kind: Named<MovementKind>,
    /// By how much `on_hand` changed
    pub(crate) delta_on_hand: i32,
    /// By how much `reserved` changed
    pub(crate) delta_reserved: i32,
    /// `on_hand` after it
    pub(crate) on_hand_after: i32,
    /// `reserved` after it
    pub(crate) reserved_after: i32,
    /// The order that it belongs to
    pub(crate) order_id: Option<Uuid>,
    /// Who did it: `user:` and an id, `guest` or `system`
    pub(crate) actor: String,
    /// What whoever adjusted it has to say
    pub(crate) note: Option<String>,
    /// When
    pub(crate) at: Timestamp,
    /// The request's id
    pub(crate) request_id: Option<String>,
}

impl MovementPath {
    /// The number.
    ///
    /// # Errors
    /// 404 when it is none.
    pub(crate) fn sequence(&self) -> Result<i64, ApiError> {
        self.sequence.parse().map_err(|_| ApiError::not_found())
    }
}

impl From<LedgerLine> for MovementView {
    fn from(LedgerLine { sequence, movement }: LedgerLine) -> Self {
        Self {
            sequence,
            variant_id: movement.variant_id.uuid(),
            kind: Named(movement.kind),
            delta_on_hand: movement.delta_on_hand,
            delta_reserved: movement.delta_reserved,
            on_hand_after: movement.on_hand_after,
            reserved_after: movement.reserved_after,
            order_id: movement.order_id.map(|id| id.uuid()),
            actor: movement.origination.actor.to_string(),
            note: movement.note.map(String::from),
            at: movement.origination.at.into(),
            request_id: movement.origination.request_id,
        }
    }
}
