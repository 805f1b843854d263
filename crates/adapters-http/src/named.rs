//! Enumerations of the domain on the wire: by their names, which the schema lists.

use std::borrow::Cow;

use domain::{
    accounts::Role,
    catalog::ProductStatus,
    inventory::{AdjustmentReason, MovementKind},
    orders::{FulfillmentStatus, OrderStatus, PaymentStatus},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An enumeration whose values have names.
pub(crate) trait Names: Copy + 'static {
    /// What the OpenAPI document calls it.
    const TYPE: &'static str;
    /// What it says, for people.
    const ABOUT: &'static str;

    /// Every value.
    const VALUES: &'static [Self];

    /// The value's name.
    fn name(self) -> &'static str;
}

/// A value of an enumeration, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named<T>(pub(crate) T);

macro_rules! names {
    ($($enumeration:ident in $values:expr, $about:literal;)+) => {$(
        impl Names for $enumeration {
            const TYPE: &'static str = stringify!($enumeration);
            const ABOUT: &'static str = $about;
            const VALUES: &'static [Self] = $values;

            fn name(self) -> &'static str {
                $enumeration::name(self)
            }
        }
    )+};
}

names! {
    Role in &Self::ALL,
        "What a person is in the shop. `support` reads all profiles and orders, and cancels orders; `catalog_manager` \
        keeps the catalog and its stock; `order_manager` runs orders; `admin` may do everything.";
    ProductStatus in &Self::ALL,
        "Who can see a product. `draft`: staff, it is not ready yet; `active`: everybody, it can be bought; \
        `archived`: staff, it is not sold any more.";
    AdjustmentReason in Self::ALL,
        "Why stock was adjusted. `received`: it was delivered; `damaged`: it can't be sold any more; `lost`: nobody knows \
        where it is; `correction`: an earlier figure was wrong; `returned`: it came back, other than with a return of an \
        order.";
    MovementKind in Self::ALL,
        "Why stock changed. `opening`: what a new variant had; `received` to `returned`: an adjustment by hand; `count`: \
        somebody has counted; `reservation`: an order holds it; `release`: an order holds it no longer; `fulfillment`: an \
        order's goods went out; `restock`: an order's goods came back.";
    OrderStatus in Self::ALL,
        "Where an order stands. `pending`: placed, stock reserved, waiting for money; `confirmed`: will be fulfilled; \
        `completed`: all is delivered and paid; `expired`: not paid in time; `cancelled`: called off.";
    PaymentStatus in Self::ALL,
        "What became of the money; it follows from the order's own records.";
    FulfillmentStatus in Self::ALL,
        "What became of the goods that were not cancelled; it follows from the order's own records.";
}

impl<T: Names> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de, T: Names> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        let known = T::VALUES.iter().copied().find(|value| value.name() == name);
        known.map(Self).ok_or_else(|| D::Error::custom("no such name"))
    }
}

impl<T: Names> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        T::TYPE.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = T::VALUES.iter().map(|value| value.name()).collect();
        json_schema!({ "type": "string", "description": T::ABOUT, "enum": names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_and_read_by_its_name() {
        let wire = serde_json::to_string(&Named(OrderStatus::Pending)).unwrap();
        assert_eq!(wire, "\"pending\"");
        assert_eq!(serde_json::from_str::<Named<OrderStatus>>(&wire).unwrap(), Named(OrderStatus::Pending));
        assert!(serde_json::from_str::<Named<OrderStatus>>("\"Pending\"").is_err());
    }
}
