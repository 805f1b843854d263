//! Rules across the fields of one object that the validator checks in the same pass, so that a fault elsewhere does not
//! hide them. A DTO asks for one with `#[schemars(extend("x-money" = true))]`.

use domain::money::{Currency, Money};
use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::Value;

use super::formats::is_amount;

/// An amount has no more digits than its currency. Its fault stands at `amount`.
pub(super) const MONEY: &str = "x-money";

struct MoneyRule;

impl MoneyRule {
    /// What is wrong with an amount that some other currency could have; what is wrong with either field alone is
    /// said by its format.
    fn fault(money: &Value) -> Option<String> {
        let text = |field: &str| money.get(field).and_then(Value::as_str);
        let currency = Currency::parse(text("currency")?).ok()?;
        let amount = text("amount").filter(|amount| is_amount(amount))?;
        Money::parse(amount, currency).err().map(|error| error.to_string())
    }
}

impl<'i> Keyword<'i> for MoneyRule {
    fn validate(&self, money: &'i Value) -> Result<(), ValidationError<'i>> {
        Self::fault(money).map_or(Ok(()), |message| Err(ValidationError::custom(message)))
    }

    fn is_valid(&self, money: &'i Value) -> bool {
        Self::fault(money).is_none()
    }
}

/// Teaches the validator these rules.
pub(super) fn register(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options.with_keyword(MONEY, |_, _, _| Ok(Box::new(MoneyRule)))
}
