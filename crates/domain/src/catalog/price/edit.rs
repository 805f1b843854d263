//! What staff does to the prices of a variant, as one decision with its versions and its event.

use super::{NewPrice, PriceChange, PricePeriod, PriceRefusal, PriceTimeline};
use crate::{
    Instant,
    actor::{Actor, Origination},
    events::{Event, EventData, PriceFact},
    ids::{EventId, PriceId, ProductId, VariantId},
    money::Money,
    version::Precondition,
};

/// What somebody wants to do to a variant's prices.
///
/// A price that begins now begins at an instant at which nobody can have bought at the old one. That instant can't be
/// known before others who sell or edit the variant are kept out, so this is decided when they are: whoever stores it
/// brings what it then finds to [`decide`](Self::decide).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEdit {
    /// What.
    pub wish: PriceWish,
    /// On which version of the variant.
    pub condition: Precondition,
    /// Who wants it.
    pub actor: Actor,
    /// In which request.
    pub request_id: Option<String>,
    /// The event's id, should anything change.
    pub event_id: EventId,
}

/// The two things that can be done to prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceWish {
    /// To set one.
    Set {
        /// Of which variant.
        variant_id: VariantId,
        /// The id of the period, should there be a new one.
        price_id: PriceId,
        /// To how much, in the currency that it is about.
        price: Money,
        /// From when on; `None` from now on.
        valid_from: Option<Instant>,
    },
    /// To call one off.
    Cancel {
        /// Which.
        price_id: PriceId,
    },
}

/// A variant and its prices in one currency, while nobody else can change or sell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedVariant {
    /// The variant.
    pub variant_id: VariantId,
    /// Its version.
    pub variant_version: i32,
    /// Its product.
    pub product_id: ProductId,
    /// The product's version.
    pub product_version: i32,
    /// Its prices, those at least that are in force at `now` or later.
    pub prices: PriceTimeline,
    /// The instant.
    pub now: Instant,
}

/// Decision: what becomes of a variant's prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceDecision {
    /// The price that was asked for: as it is afterwards, or as it was before it was called off.
    pub price: PricePeriod,
    /// The variant.
    pub variant_id: VariantId,
    /// The variant's version afterwards.
    pub variant_version: i32,
    /// Its product.
    pub product_id: ProductId,
    /// The product's version afterwards.
    pub product_version: i32,
    /// What has to become true; nothing when all is as it should be.
    pub effect: Option<PriceEffect>,
}

/// What has to become true together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEffect {
    /// The periods.
    pub change: PriceChange,
    /// `price.changed`, `price.scheduled` or `price.cancelled`.
    pub event: Event,
}

impl PriceEdit {
    /// Decides on what is found.
    ///
    /// # Errors
    /// [`PriceRefusal`]; a version that was not meant comes before everything but a price that is not there.
    pub fn decide(&self, found: &PricedVariant) -> Result<PriceDecision, PriceRefusal> {
        match &self.wish {
            PriceWish::Set { price_id, price, valid_from, .. } => {
                self.condition.check(found.variant_version)?;
                let new = NewPrice { id: *price_id, price: *price, valid_from: *valid_from, by: self.actor };
                self.set(&new, found)
            }
            PriceWish::Cancel { price_id } => {
                let periods = found.prices.periods();
                let price = periods.iter().find(|period| period.id == *price_id);
                let price = price.ok_or(PriceRefusal::NoSuchPrice)?.clone();
                self.condition.check(found.variant_version)?;
                let change = found.prices.cancel(*price_id, found.now)?;
                Ok(self.decision(found, price, change, EventData::PriceCancelled))
            }
        }
    }

    fn set(&self, new: &NewPrice, found: &PricedVariant) -> Result<PriceDecision, PriceRefusal> {
        let change = found.prices.set(new, found.now)?;
        let from = found.prices.beginning(new.valid_from, found.now)?;
        let after = change.as_ref().map(|change| found.prices.after(change));
        let price = after.as_ref().unwrap_or(&found.prices).as_of(from).ok_or(PriceRefusal::NoSuchPrice)?;
        let Some(change) = change else { return Ok(found.unchanged(price.clone())) };
        // A price that was scheduled to differ from the one before it, and does not any more, is called off.
        let called_off = change.removed.first().filter(|_| price.valid_from < from);
        Ok(match called_off.cloned() {
            Some(gone) => {
                let told = self.decision(found, gone, change, EventData::PriceCancelled);
                PriceDecision { price: price.clone(), ..told }
            }
            None if new.valid_from.is_some_and(|wanted| wanted > found.now) => {
                self.decision(found, price.clone(), change, EventData::PriceScheduled)
            }
            None => self.decision(found, price.clone(), change, EventData::PriceChanged),
        })
    }

    fn decision(
        &self,
        found: &PricedVariant,
        price: PricePeriod,
        change: PriceChange,
        told: fn(PriceFact) -> EventData,
    ) -> PriceDecision {
        let variant_version = found.variant_version.saturating_add(1);
        let product_version = found.product_version.saturating_add(1);
        let fact = PriceFact {
            variant_id: found.variant_id,
            variant_version,
            price_id: price.id,
            price: price.price,
            valid_from: price.valid_from,
            valid_to: price.valid_to,
        };
        let by = Origination { actor: self.actor, request_id: self.request_id.clone(), at: found.now };
        let event = Event::new(self.event_id, found.product_id.uuid(), product_version, told(fact), by);
        let effect = Some(PriceEffect { change, event });
        PriceDecision { variant_version, product_version, effect, ..found.unchanged(price) }
    }
}

impl PricedVariant {
    const fn unchanged(&self, price: PricePeriod) -> PriceDecision {
        PriceDecision {
            price,
            variant_id: self.variant_id,
            variant_version: self.variant_version,
            product_id: self.product_id,
            product_version: self.product_version,
            effect: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::{money::Currency, version::VersionMismatch};

    fn euro(cents: i64) -> Money {
        Money::from_minor(cents, Currency::parse("EUR").unwrap()).unwrap()
    }

    fn now() -> Instant {
        Instant::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn id(n: u128) -> PriceId {
        Uuid::from_u128(n).into()
    }

    fn period(n: u128, cents: i64, from: i64, to: Option<i64>) -> PricePeriod {
        let at = |minutes| now() + Duration::minutes(minutes);
        let (valid_from, valid_to) = (at(from), to.map(at));
        PricePeriod { id: id(n), price: euro(cents), valid_from, valid_to, changed_by: Actor::System }
    }

    /// 10.00 for ten minutes, and 12.00 in ten.
    fn found() -> PricedVariant {
        let periods = vec![period(1, 1000, -10, Some(10)), period(2, 1200, 10, None)];
        PricedVariant {
            variant_id: Uuid::from_u128(70).into(),
            variant_version: 3,
            product_id: Uuid::from_u128(71).into(),
            product_version: 7,
            prices: PriceTimeline::new(euro(0).currency(), periods).unwrap(),
            now: now(),
        }
    }

    fn edit(wish: PriceWish) -> PriceEdit {
        PriceEdit {
            wish,
            condition: Precondition::OneOf(vec![3]),
            actor: Actor::User(Uuid::from_u128(500).into()),
            request_id: Some("request-1".to_owned()),
            event_id: Uuid::from_u128(9).into(),
        }
    }

    fn set(cents: i64, ahead: Option<i64>) -> PriceEdit {
        edit(PriceWish::Set {
            variant_id: Uuid::from_u128(70).into(),
            price_id: id(5),
            price: euro(cents),
            valid_from: ahead.map(|minutes| now() + Duration::minutes(minutes)),
        })
    }

    fn told(decision: &PriceDecision) -> (&'static str, PriceFact) {
        let event = &decision.effect.as_ref().unwrap().event;
        let (EventData::PriceChanged(fact)
        | EventData::PriceScheduled(fact)
        | EventData::PriceCancelled(fact)) = event.data
        else {
            panic!("{event:?}")
        };
        assert_eq!((event.aggregate_id, event.aggregate_version), (Uuid::from_u128(71), 8));
        assert_eq!((fact.variant_id, fact.variant_version), (decision.variant_id, 4));
        assert_eq!(event.origination.at, now());
        assert_eq!(event.origination.request_id.as_deref(), Some("request-1"));
        (event.data.event_type(), fact)
    }

    #[test]
    fn a_price_of_now_is_told_as_changed_with_both_versions_one_further() {
        for ahead in [None, Some(0), Some(-1)] {
            let decision = set(900, ahead).decide(&found()).unwrap();
            let expected = PricePeriod {
                changed_by: Actor::User(Uuid::from_u128(500).into()),
                ..period(5, 900, 0, Some(10))
            };
            assert_eq!(decision.price, expected);
            assert_eq!((decision.variant_version, decision.product_version), (4, 8));
            let (kind, fact) = told(&decision);
            assert_eq!((kind, fact.price, fact.valid_to), ("price.changed", euro(900), expected.valid_to));
        }
    }

    #[test]
    fn a_price_to_come_is_told_as_scheduled() {
        for (ahead, price) in [(5, id(5)), (10, id(2)), (20, id(5))] {
            let decision = set(900, Some(ahead)).decide(&found()).unwrap();
            assert_eq!((told(&decision).0, decision.price.id), ("price.scheduled", price), "{ahead}");
        }
    }

    #[test]
    fn nothing_changes_when_the_price_is_what_it_is() {
        for (cents, ahead, price) in [(1000, None, id(1)), (1000, Some(9), id(1)), (1200, Some(15), id(2))] {
            let decision = set(cents, ahead).decide(&found()).unwrap();
            assert_eq!((decision.effect, decision.price.id), (None, price));
            assert_eq!((decision.variant_version, decision.product_version), (3, 7));
        }
    }

    #[test]
    fn scheduling_what_holds_before_calls_off_what_was_scheduled() {
        let decision = set(1000, Some(10)).decide(&found()).unwrap();
        assert_eq!((decision.price.id, decision.price.valid_to), (id(1), None));
        let (kind, fact) = told(&decision);
        assert_eq!((kind, fact.price_id, fact.price), ("price.cancelled", id(2), euro(1200)));
    }

    #[test]
    fn a_price_is_called_off_before_it_begins_and_not_after() {
        let cancel = |n| edit(PriceWish::Cancel { price_id: id(n) }).decide(&found());
        let decision = cancel(2).unwrap();
        assert_eq!((told(&decision).0, decision.price), ("price.cancelled", period(2, 1200, 10, None)));
        assert_eq!(cancel(1), Err(PriceRefusal::InForce));
        assert_eq!(cancel(3), Err(PriceRefusal::NoSuchPrice));
    }

    #[test]
    fn another_version_than_the_one_that_was_read_is_refused() {
        let found = PricedVariant { variant_version: 4, ..found() };
        let mismatch = Err(PriceRefusal::Version(VersionMismatch { current: 4 }));
        assert_eq!(set(900, None).decide(&found), mismatch);
        assert_eq!(set(1000, None).decide(&found), mismatch, "also when nothing would change");
        assert_eq!(edit(PriceWish::Cancel { price_id: id(1) }).decide(&found), mismatch);
        let unknown = edit(PriceWish::Cancel { price_id: id(3) }).decide(&found);
        assert_eq!(unknown, Err(PriceRefusal::NoSuchPrice), "what is not there has no version");
    }
}
