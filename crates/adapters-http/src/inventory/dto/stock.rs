//! Levels, and what changes them.

use domain::{
    catalog::Sku,
    inventory::{AdjustmentReason, StockDelta},
    text::Note,
};
use ports::inventory::{self as read, MAX_BELOW, StockPlace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::inventory::{AdjustStockCommand, CountStockCommand, StockFilter};
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, Place, Reply, named::Named};

/// Which stock.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StockListQuery {
    /// Only what has fewer pieces available than this, the emptiest first
    #[schemars(range(min = 0, max = MAX_BELOW), extend("examples" = [5]))]
    below: Option<i32>,
    /// Only the variant with this SKU
    #[schemars(length(min = 1, max = 64), extend("format" = "sku", "examples" = ["SHIRT-S"]))]
    sku: Option<String>,
}

/// The stock of a variant.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "StockLevel")]
pub(crate) struct StockView {
    /// The product
    pub(crate) product_id: Uuid,
    /// The variant of it whose stock this is
    pub(crate) variant_id: Uuid,
    /// What it is counted and ordered by
    pub(crate) sku: String,
    /// Pieces that are there, sold or not
    pub(crate) on_hand: i32,
    /// Pieces that orders hold and that have not been shipped
    pub(crate) reserved: i32,
    /// `on_hand` less `reserved`: what can be sold without a backorder; negative when more is promised than is there
    pub(crate) available: i32,
    /// By how much more is promised than is there, where backorder does not allow for it; 0 when all is well
    pub(crate) shortfall: i32,
    /// Whether more may be sold than is there
    pub(crate) backorder: bool,
    /// Counts changes of `on_hand`; sales don't count
    pub(crate) version: i32,
}

/// Pieces that came or went.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StockAdjustment")]
pub(crate) struct AdjustmentBody {
    /// How many came, or went when it is below 0
    #[schemars(
        range(min = -1_000_000_000, max = 1_000_000_000),
        extend("not" = { "const": 0 }, "examples" = [-3])
    )]
    pub(crate) delta: i32,
    pub(crate) reason: Named<AdjustmentReason>,
    /// What there is to say about it
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// Whether to record a loss of pieces that orders hold
    #[serde(default)]
    pub(crate) force: bool,
}

/// What a count has found.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StockCount")]
pub(crate) struct CountBody {
    /// Pieces that are there, sold or not
    #[schemars(range(max = 1_000_000_000))]
    pub(crate) on_hand: u32,
    /// Whether to record a loss of pieces that orders hold
    #[serde(default)]
    pub(crate) force: bool,
}

impl IntoCommand for StockListQuery {
    type Command = StockFilter;

    fn into_command(self, faults: &mut Faults) -> Option<StockFilter> {
        let sku = faults.optional("/sku", self.sku, |sku| Sku::parse(&sku));
        Some(StockFilter { below: self.below, sku: sku? })
    }
}

impl IntoCommand for AdjustmentBody {
    type Command = AdjustStockCommand;

    fn into_command(self, faults: &mut Faults) -> Option<AdjustStockCommand> {
        let delta = faults.field_as("/delta", "not-allowed", StockDelta::new(self.delta));
        let note = faults.optional("/note", self.note, |note| Note::parse(&note));
        Some(AdjustStockCommand { delta: delta?, reason: self.reason.0, note: note?, force: self.force })
    }
}

impl IntoCommand for CountBody {
    type Command = CountStockCommand;

    fn into_command(self, _: &mut Faults) -> Option<CountStockCommand> {
        Some(CountStockCommand { on_hand: self.on_hand, force: self.force })
    }
}

impl ListQuery for StockListQuery {
    type Position = StockPlace;
    const PRIVATE: bool = true;
}

impl Place for StockPlace {
    /// One of the two is there.
    type Wire = (Option<String>, Option<(i32, Uuid)>);

    fn to_wire(&self) -> Self::Wire {
        match self {
            Self::BySku(sku) => (Some(sku.to_string()), None),
            Self::ByAvailable { available, id } => (None, Some((*available, *id))),
        }
    }

    fn from_wire(wire: Self::Wire) -> Option<Self> {
        match wire {
            (Some(sku), _) => Sku::parse(&sku).ok().map(Self::BySku),
            (None, place) => place.map(|(available, id)| Self::ByAvailable { available, id }),
        }
    }
}

impl StockView {
    /// The stock as the whole answer, with the ETag of the level's version.
    pub(crate) fn reply(stock: read::StockView) -> Reply<Self> {
        let version = stock.level.version;
        Reply::new(stock.into()).version(version.into())
    }
}

impl From<read::StockView> for StockView {
    fn from(read::StockView { product_id, sku, level }: read::StockView) -> Self {
        Self {
            product_id: product_id.uuid(),
            variant_id: level.variant_id.uuid(),
            sku: sku.to_string(),
            on_hand: level.on_hand,
            reserved: level.reserved,
            available: level.available(),
            shortfall: level.shortfall(),
            backorder: level.backorder,
            version: level.version,
        }
    }
}
