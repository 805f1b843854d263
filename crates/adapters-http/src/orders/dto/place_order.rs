//! What a customer wants to buy.

use domain::{
    accounts::Email,
    catalog::Sku,
    ids::VariantId,
    money::{Currency, Money},
    orders::{Address, Item, ItemRef, MAX_LINES, Quantity},
    text::Note,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::orders::{PlaceOrderCommand, Purchase};
use uuid::Uuid;

use super::AddressBody;
use crate::{Faults, IntoCommand, money::MoneyDto};

/// A new order. What is bought is said by `lines`, or by a `cart_id`.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewOrder")]
pub(crate) struct PlaceOrderBody {
    /// The cart to buy, in its currency; not together with `lines`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cart_id: Option<Uuid>,
    /// What to buy; a variant that is named twice is added up
    #[schemars(length(min = 1, max = MAX_LINES))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<Vec<LineBody>>,
    /// Where a guest's mail goes; who is signed in says none
    #[schemars(length(min = 3, max = 254), extend("format" = "email"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// The currency to pay in, by ISO 4217; the store's own when absent. A cart has its own
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// Where the goods go
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shipping_address: Option<AddressBody>,
    /// Who gets the bill
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) billing_address: Option<AddressBody>,
    /// What the buyer wants to say
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// What the buyer was shown as the total: the order is refused when it is another
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expected_total: Option<MoneyDto>,
    /// What the buyer was shown as prices: the order is refused when one is another
    #[schemars(length(max = MAX_LINES))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expected_prices: Vec<ExpectedPriceBody>,
}

/// One thing to buy. It is named by `variant_id` or by `sku`.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewLine")]
pub(crate) struct LineBody {
    /// The variant, by its id; not together with `sku`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) variant_id: Option<Uuid>,
    /// The variant, by its SKU; not together with `variant_id`
    #[schemars(length(min = 1, max = 64), extend("format" = "sku", "examples" = ["SHIRT-S"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sku: Option<String>,
    /// How many
    #[schemars(range(min = 1, max = 999))]
    pub(crate) quantity: u32,
}

/// A price that the buyer was shown.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExpectedPrice")]
pub(crate) struct ExpectedPriceBody {
    /// Whose price; the variant must be in `lines`
    pub(crate) variant_id: Uuid,
    /// What one costs
    pub(crate) unit_price: MoneyDto,
}

impl IntoCommand for PlaceOrderBody {
    type Command = PlaceOrderCommand;

    fn into_command(mut self, faults: &mut Faults) -> Option<PlaceOrderCommand> {
        let what = self.purchase(faults);
        let email = faults.optional("/email", self.email, |email| Email::parse(&email));
        let shipping_address = address("/shipping_address", self.shipping_address, faults);
        let billing_address = address("/billing_address", self.billing_address, faults);
        let note = faults.optional("/note", self.note, |note| Note::parse(&note));
        let expected_total = MoneyDto::read_optional(self.expected_total.as_ref(), "/expected_total", faults);
        let expected_prices = faults.each("/expected_prices", self.expected_prices, ExpectedPriceBody::read);
        Some(PlaceOrderCommand {
            what: what?,
            email: email?,
            shipping_address: shipping_address?,
            billing_address: billing_address?,
            note: note?,
            expected_total: expected_total?,
            expected_prices: expected_prices?,
        })
    }
}

impl PlaceOrderBody {
    fn purchase(&mut self, faults: &mut Faults) -> Option<Purchase> {
        let currency = faults.optional("/currency", self.currency.take(), |code| Currency::parse(&code));
        match (self.cart_id, self.lines.take()) {
            (None, Some(lines)) => {
                let items = faults.each("/lines", lines, LineBody::read);
                Some(Purchase::Lines { items: items?, currency: currency? })
            }
            (Some(cart), None) if currency == Some(None) => Some(Purchase::Cart(cart.into())),
            (Some(_), None) => {
                faults.add("/currency", "ambiguous", "must not stand beside cart_id: a cart has its own");
                None
            }
            (Some(_), Some(_)) => {
                faults.add("/lines", "ambiguous", "must not stand beside cart_id");
                None
            }
            (None, None) => {
                faults.add("", "required", "needs lines or cart_id");
                None
            }
        }
    }
}

impl IntoCommand for LineBody {
    type Command = Item;

    fn into_command(self, faults: &mut Faults) -> Option<Item> {
        self.read(faults)
    }
}

impl LineBody {
    pub(crate) fn read(self, faults: &mut Faults) -> Option<Item> {
        let what = match (self.variant_id, self.sku) {
            (Some(id), None) => Some(ItemRef::Variant(id.into())),
            (None, Some(sku)) => faults.field_as("/sku", "sku", Sku::parse(&sku)).map(ItemRef::Sku),
            (None, None) => {
                faults.add("", "required", "needs variant_id or sku");
                None
            }
            (Some(_), Some(_)) => {
                faults.add("/sku", "ambiguous", "must not stand beside variant_id");
                None
            }
        };
        let quantity = faults.field("/quantity", Quantity::new(self.quantity));
        Some(Item { what: what?, quantity: quantity? })
    }
}

impl ExpectedPriceBody {
    fn read(self, faults: &mut Faults) -> Option<(VariantId, Money)> {
        let price = faults.within("/unit_price", |faults| self.unit_price.read(faults));
        Some((self.variant_id.into(), price?))
    }
}

/// An address that may be absent.
fn address(pointer: &str, body: Option<AddressBody>, faults: &mut Faults) -> Option<Option<Address>> {
    match body {
        Some(body) => faults.within(pointer, |faults| body.read(faults)).map(Some),
        None => Some(None),
    }
}
