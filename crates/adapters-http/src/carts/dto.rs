//! What clients send and get about carts.

use domain::{
    carts::{Cut, Problem, QuotedLine},
    money::Currency,
    orders::{MAX_LINES, Quantity},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::carts::{ClaimedCart, OpenCartCommand, OpenedCart, PricedCart};
use uuid::Uuid;

use crate::{
    Edit, Faults, IntoCommand,
    instant::Timestamp,
    money::MoneyDto,
    named::{Named, Names},
    orders::LineBody,
};

/// `/carts/{id}/lines/{line_id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct CartLinePath {
    /// The cart's id
    pub(crate) id: Uuid,
    /// The line's id
    pub(crate) line_id: Uuid,
}

/// A new cart.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCart")]
pub(crate) struct OpenCartBody {
    /// The currency of its prices, by ISO 4217; the store's own when absent
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// What comes into it; a variant that is named twice is added up
    #[schemars(length(max = MAX_LINES))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lines: Vec<LineBody>,
}

/// Another quantity of a line.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CartLinePatch")]
pub(crate) struct CartLinePatchBody {
    /// How many
    #[schemars(range(min = 1, max = 999))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) quantity: Edit<u32>,
}

/// What somebody means to buy. It holds no stock, and its prices are always today's.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Cart")]
pub(crate) struct CartView {
    /// Identity
    pub(crate) id: Uuid,
    /// The currency of all its amounts
    pub(crate) currency: &'static str,
    /// What is in it, in the order in which it was added
    pub(crate) lines: Vec<CartLineView>,
    /// Pieces of all lines
    pub(crate) item_count: u32,
    pub(crate) totals: CartTotalsView,
    /// When it expires, unless it is edited before
    pub(crate) expires_at: Timestamp,
    /// Counts edits
    pub(crate) version: i32,
}

/// One variant in a cart.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CartLine")]
pub(crate) struct CartLineView {
    /// Identity
    pub(crate) id: Uuid,
    /// What
    pub(crate) variant_id: Uuid,
    /// Of which product
    pub(crate) product_id: Uuid,
    /// Its SKU
    pub(crate) sku: String,
    /// Its name
    pub(crate) title: String,
    /// How many
    #[schemars(range(min = 1, max = 999))]
    pub(crate) quantity: u32,
    /// What one costs today; `null` when it has no price in the cart's currency
    pub(crate) unit_price: Option<MoneyDto>,
    /// `unit_price` times `quantity`
    pub(crate) line_total: Option<MoneyDto>,
    /// What one cost when the line was added, when that is not what it costs today
    pub(crate) previous_unit_price: Option<MoneyDto>,
    /// What keeps it from being ordered
    pub(crate) problem: Option<Named<Problem>>,
}

/// What a cart would cost today.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CartTotals")]
pub(crate) struct CartTotalsView {
    /// The sum of the lines that have a price
    pub(crate) subtotal: MoneyDto,
    /// What ordering it would cost
    pub(crate) total: MoneyDto,
}

/// A cart that was opened.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "OpenedCart")]
pub(crate) struct OpenedCartView {
    #[serde(flatten)]
    pub(crate) cart: CartView,
    /// What opens a guest's cart, as the header `Cart-Token`; shown only here
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub(crate) token: Option<String>,
}

/// The user's cart, with what was in a guest's.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ClaimedCart")]
pub(crate) struct ClaimedCartView {
    #[serde(flatten)]
    pub(crate) cart: CartView,
    /// What is fewer than both carts together had
    pub(crate) cuts: Vec<CutView>,
}

/// Something of which there is less in the cart than both carts together had.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Cut")]
pub(crate) struct CutView {
    /// What
    pub(crate) variant_id: Uuid,
    /// Its SKU
    pub(crate) sku: String,
    /// How many both together had
    pub(crate) requested: u32,
    /// How many are in the cart now; 0 when it can't be bought
    pub(crate) quantity: u32,
}

impl Names for Problem {
    const TYPE: &'static str = "CartProblem";
    const ABOUT: &'static str = "What keeps a line from being ordered. `unavailable`: it is not sold (any more), or not in this \
        currency; `insufficient-stock`: there are not enough.";
    const VALUES: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        Self::name(self)
    }
}

impl IntoCommand for OpenCartBody {
    type Command = OpenCartCommand;
    const BODY_OPTIONAL: bool = true;

    fn into_command(self, faults: &mut Faults) -> Option<OpenCartCommand> {
        let currency = faults.optional("/currency", self.currency, |code| Currency::parse(&code));
        let items = faults.each("/lines", self.lines, LineBody::read);
        Some(OpenCartCommand { currency: currency?, items: items? })
    }
}

impl IntoCommand for CartLinePatchBody {
    type Command = Option<Quantity>;

    fn into_command(self, faults: &mut Faults) -> Option<Option<Quantity>> {
        faults.optional("/quantity", self.quantity.into_option(), Quantity::new)
    }
}

impl From<PricedCart> for CartView {
    fn from(PricedCart { cart, quote }: PricedCart) -> Self {
        Self {
            id: cart.id.uuid(),
            currency: cart.currency.code(),
            lines: quote.lines.into_iter().map(CartLineView::from).collect(),
            item_count: quote.item_count,
            totals: CartTotalsView { subtotal: quote.subtotal.into(), total: quote.total.into() },
            expires_at: cart.expires_at.into(),
            version: cart.version,
        }
    }
}

impl From<QuotedLine> for CartLineView {
    fn from(quoted: QuotedLine) -> Self {
        let QuotedLine { line, offer, unit_price, line_total, previous_unit_price, problem } = quoted;
        Self {
            id: line.id.uuid(),
            variant_id: line.variant_id.uuid(),
            product_id: offer.product_id.uuid(),
            title: offer.title(),
            sku: offer.sku.to_string(),
            quantity: line.quantity.get(),
            unit_price: unit_price.map(MoneyDto::from),
            line_total: line_total.map(MoneyDto::from),
            previous_unit_price: previous_unit_price.map(MoneyDto::from),
            problem: problem.map(Named),
        }
    }
}

impl From<OpenedCart> for OpenedCartView {
    fn from(OpenedCart { cart, token, .. }: OpenedCart) -> Self {
        Self { cart: cart.into(), token }
    }
}

impl From<ClaimedCart> for ClaimedCartView {
    fn from(ClaimedCart { cart, cuts }: ClaimedCart) -> Self {
        Self { cart: cart.into(), cuts: cuts.into_iter().map(CutView::from).collect() }
    }
}

impl From<Cut> for CutView {
    fn from(Cut { variant_id, sku, requested, quantity }: Cut) -> Self {
        Self { variant_id: variant_id.uuid(), sku: sku.to_string(), requested, quantity }
    }
}
