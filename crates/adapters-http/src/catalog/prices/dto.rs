//! Prices, as clients set and see them.

use actix_web::HttpRequest;
use domain::{
    Instant,
    catalog::PriceDecision,
    ids::VariantId,
    money::{Currency, Money},
};
use ports::catalog as read;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::catalog::{PriceHistoryFilter, SetPriceCommand};
use uuid::Uuid;

use crate::{Fault, Faults, IntoCommand, ListQuery, instant::Timestamp, money::MoneyDto};

/// `/variants/{id}/prices/{currency}`
#[derive(Deserialize, JsonSchema)]
pub(super) struct ByCurrency {
    /// The variant's id.
    pub(super) id: Uuid,
    /// The currency of the price, by ISO 4217.
    #[expect(dead_code, reason = "the body is read with it, so that the faults of both come together")]
    #[schemars(extend("examples" = ["EUR"]))]
    currency: String,
}

/// A price to be set.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPrice")]
pub(crate) struct SetPriceBody {
    /// A decimal number as text, such as `"39.90"`, in the currency of the path: at most 999999999999; fewer digits than
    /// the currency has are filled up, more are refused
    #[schemars(length(min = 1, max = 20), extend("format" = "money-amount", "examples" = ["39.90"]))]
    pub(crate) amount: String,
    /// From which future instant on; from now on when absent. Up to 60 seconds ago is now
    #[schemars(extend("format" = "date-time", "examples" = ["2027-01-01T00:00:00Z"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) valid_from: Option<String>,
}

/// Of which instant.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AsOfQuery {
    /// Any instant, past or future; now when absent
    as_of: Option<Instant>,
}

/// Which part of a price history.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceHistoryQuery {
    /// Only that of this variant
    variant_id: Option<Uuid>,
    /// Only that in this currency, by ISO 4217
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    currency: Option<String>,
    /// Only what was in force at this instant or later
    from: Option<Instant>,
    /// Only what was in force before this instant
    to: Option<Instant>,
}

/// What a variant costs in one currency, and for how long.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Price")]
pub(crate) struct PriceView {
    /// Identity
    pub(crate) id: Uuid,
    /// What costs so much
    pub(crate) variant_id: Uuid,
    /// The amount, with exactly the minor digits of its currency
    pub(crate) amount: String,
    /// The currency's code in ISO 4217
    pub(crate) currency: String,
    /// From when on it is in force
    pub(crate) valid_from: Timestamp,
    /// When it ends; `null` for as long as nothing replaces it
    pub(crate) valid_to: Option<Timestamp>,
    /// Who set it: `user:` and an id, or `system`
    pub(crate) changed_by: String,
}

/// What a variant costs in one currency at one instant.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PriceAsOf")]
pub(crate) struct PriceAsOfView {
    /// Identity
    pub(crate) id: Uuid,
    /// What costs so much
    pub(crate) variant_id: Uuid,
    /// The amount, with exactly the minor digits of its currency
    pub(crate) amount: String,
    /// The currency's code in ISO 4217
    pub(crate) currency: String,
    /// From when on it is in force
    pub(crate) valid_from: Timestamp,
    /// When it ends; `null` for as long as nothing replaces it
    pub(crate) valid_to: Option<Timestamp>,
    /// The lowest price in force during the 30 days before it began (the EU's Omnibus Directive, art. 6a); `null` when
    /// there was none
    pub(crate) lowest_price_30d: Option<MoneyDto>,
    /// Who set it: `user:` and an id, or `system`; for staff only
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changed_by: Option<String>,
}

/// One period of a price history.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PastPrice")]
pub(crate) struct PastPriceView {
    /// What costs, did cost or will cost so much
    pub(crate) variant_id: Uuid,
    /// The amount, with exactly the minor digits of its currency
    pub(crate) amount: String,
    /// The currency's code in ISO 4217
    pub(crate) currency: String,
    /// From when on it is in force
    pub(crate) valid_from: Timestamp,
    /// When it ends; `null` for as long as nothing replaces it
    pub(crate) valid_to: Option<Timestamp>,
    /// Who set it: `user:` and an id, or `system`; for staff only
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changed_by: Option<String>,
}

impl SetPriceBody {
    fn read(self, currency: Option<Currency>, faults: &mut Faults) -> Option<SetPriceCommand> {
        let valid_from = faults.optional("/valid_from", self.valid_from, |text| text.parse::<Instant>());
        let price = faults.field_as("/amount", "money-amount", Money::parse(&self.amount, currency?));
        Some(SetPriceCommand { price: price?, valid_from: valid_from? })
    }
}

impl IntoCommand for SetPriceBody {
    type Command = SetPriceCommand;

    fn into_command(self, faults: &mut Faults) -> Option<SetPriceCommand> {
        self.read(None, faults)
    }

    /// Which amounts there are, the currency in the path says.
    fn into_command_at(self, request: &HttpRequest, faults: &mut Faults) -> Option<SetPriceCommand> {
        let currency = Currency::parse(request.match_info().get("currency").unwrap_or_default());
        let currency = currency
            .map_err(|error| faults.push(Fault::parameter("currency", "currency", error.to_string())))
            .ok();
        self.read(currency, faults)
    }
}

impl IntoCommand for AsOfQuery {
    type Command = Option<Instant>;

    fn into_command(self, _: &mut Faults) -> Option<Option<Instant>> {
        Some(self.as_of)
    }
}

impl IntoCommand for PriceHistoryQuery {
    type Command = PriceHistoryFilter;

    fn into_command(self, faults: &mut Faults) -> Option<PriceHistoryFilter> {
        let currency = faults.optional("/currency", self.currency, |code| Currency::parse(&code));
        Some(PriceHistoryFilter {
            variant_id: self.variant_id.map(VariantId::from),
            currency: currency?,
            from: self.from,
            to: self.to,
        })
    }
}

impl ListQuery for PriceHistoryQuery {
    type Position = ports::pagination::Position;
    const PRIVATE: bool = false;
}

impl From<PriceDecision> for PriceView {
    fn from(PriceDecision { price, variant_id, .. }: PriceDecision) -> Self {
        Self {
            id: price.id.uuid(),
            variant_id: variant_id.uuid(),
            amount: price.price.amount(),
            currency: price.price.currency().code().to_owned(),
            valid_from: price.valid_from.into(),
            valid_to: price.valid_to.map(Timestamp::from),
            changed_by: price.changed_by.to_string(),
        }
    }
}

impl From<read::PriceAsOf> for PriceAsOfView {
    fn from(read::PriceAsOf { price, lowest_price_30d }: read::PriceAsOf) -> Self {
        Self {
            id: price.id.uuid(),
            variant_id: price.variant_id.uuid(),
            amount: price.price.amount(),
            currency: price.price.currency().code().to_owned(),
            valid_from: price.valid_from.into(),
            valid_to: price.valid_to.map(Timestamp::from),
            lowest_price_30d: lowest_price_30d.map(MoneyDto::from),
            changed_by: price.changed_by.map(|actor| actor.to_string()),
        }
    }
}

impl From<read::PriceView> for PastPriceView {
    fn from(price: read::PriceView) -> Self {
        Self {
            variant_id: price.variant_id.uuid(),
            amount: price.price.amount(),
            currency: price.price.currency().code().to_owned(),
            valid_from: price.valid_from.into(),
            valid_to: price.valid_to.map(Timestamp::from),
            changed_by: price.changed_by.map(|actor| actor.to_string()),
        }
    }
}
