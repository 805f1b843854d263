//! Money on the wire: the amount is text, with exactly the currency's minor digits.

use domain::money::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;

/// An amount of money. In answers the amount has exactly the minor digits of its currency.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Money", extend("x-money" = true))]
pub(crate) struct MoneyDto {
    /// A decimal number as text, such as `"19.99"`, at most 999999999999; fewer digits than the currency has are filled
    /// up, more are refused
    #[schemars(length(min = 1, max = 20), extend("format" = "money-amount", "examples" = ["19.99"]))]
    pub(crate) amount: String,
    /// The currency's code in ISO 4217
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    pub(crate) currency: String,
}

impl MoneyDto {
    /// The amount, or a fault at the field that is wrong.
    pub(crate) fn read(&self, faults: &mut Faults) -> Option<Money> {
        let currency = faults.field_as("/currency", "currency", Currency::parse(&self.currency))?;
        faults.field_as("/amount", "money-amount", Money::parse(&self.amount, currency))
    }

    /// An optional amount at `pointer`.
    pub(crate) fn read_optional(
        money: Option<&Self>,
        pointer: &str,
        faults: &mut Faults,
    ) -> Option<Option<Money>> {
        match money {
            Some(money) => faults.within(pointer, |faults| money.read(faults)).map(Some),
            None => Some(None),
        }
    }
}

impl From<Money> for MoneyDto {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency().code().to_owned() }
    }
}
