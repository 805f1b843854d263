//! What the examples of the OpenAPI document share: one shop, one customer, one morning.

use domain::Instant;
use uuid::Uuid;

use crate::{instant::Timestamp, money::MoneyDto};

/// Whose examples these are.
pub(crate) const EMAIL: &str = "ada@example.com";

/// Another address of hers.
pub(crate) const NEXT_EMAIL: &str = "countess@example.com";
/// Not a common one.
pub(crate) const PASSWORD: &str = "nine lanterns by the quay";

/// A password that follows it.
pub(crate) const NEXT_PASSWORD: &str = "ten lanterns by the lake";

pub(crate) const USER: Uuid = id(0x019c_4bb6_d800, 0x01);
pub(crate) const OTHER_SESSION: Uuid = id(0x019c_4bb6_d800, 0x02);
pub(crate) const SESSION: Uuid = id(0x019c_ae0b_3e80, 0x03);
pub(crate) const AUDIT_LINE: Uuid = id(0x019c_ae0b_5208, 0x04);
pub(crate) const OTHER_AUDIT_LINE: Uuid = id(0x019c_ae0b_3e80, 0x05);
pub(crate) const CATEGORY: Uuid = id(0x019c_ade2_0001, 0x10);
pub(crate) const SUBCATEGORY: Uuid = id(0x019c_ade2_0002, 0x11);
pub(crate) const SHIRT: Uuid = id(0x019c_ade2_11c0, 0x20);
pub(crate) const SHIRT_S: Uuid = id(0x019c_ade2_11c0, 0x21);
pub(crate) const SHIRT_M: Uuid = id(0x019c_ade2_11c0, 0x22);
pub(crate) const SHIRT_L: Uuid = id(0x019c_ade2_11c1, 0x23);
pub(crate) const MUG: Uuid = id(0x019c_ade2_11c2, 0x24);
pub(crate) const PRICE: Uuid = id(0x019c_d179_b3da, 0x23);
pub(crate) const CART: Uuid = id(0x019c_ae09_1b80, 0x28);
pub(crate) const CART_LINE: Uuid = id(0x019c_ae09_1b80, 0x29);
pub(crate) const ORDER: Uuid = id(0x019c_ae0b_44a0, 0x30);
pub(crate) const ORDER_LINE: Uuid = id(0x019c_ae0b_44a0, 0x31);
pub(crate) const EVENT: Uuid = id(0x019c_ae0b_44a0, 0x36);
pub(crate) const PAYMENT: Uuid = id(0x019c_ae1c_1400, 0x32);
pub(crate) const FULFILLMENT: Uuid = id(0x019c_ae7d_0100, 0x33);
pub(crate) const RETURN: Uuid = id(0x019c_d179_b3da, 0x34);
pub(crate) const REFUND: Uuid = id(0x019c_d179_c000, 0x35);

/// An id of version 7 (RFC 9562): the milliseconds since 1970 in its first 48 bits.
const fn id(milliseconds: u64, tail: u64) -> Uuid {
    // Nothing is lost: the milliseconds fill 48 bits until the year 10889.
    Uuid::from_u64_pair((milliseconds << 16) | 0x7000, 0x8f3a_2b6c_91d4_0000 | tail)
}

/// The instant of this text.
pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<Instant>().unwrap_or_default())
}

/// An amount in euros.
pub(crate) fn euro(amount: &str) -> MoneyDto {
    MoneyDto { amount: amount.to_owned(), currency: "EUR".to_owned() }
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    #[test]
    fn ids_are_of_version_7_and_distinct() {
        let ids = [
            USER,
            OTHER_SESSION,
            SESSION,
            CATEGORY,
            SUBCATEGORY,
            SHIRT,
            SHIRT_S,
            SHIRT_M,
            PRICE,
            CART,
            CART_LINE,
            ORDER,
            ORDER_LINE,
            EVENT,
            PAYMENT,
            FULFILLMENT,
            RETURN,
            REFUND,
        ];
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }

    #[test]
    fn examples_are_of_a_believable_time_and_currency() {
        assert_eq!(at("2026-03-02T09:30:00Z").0.timestamp(), 1_772_443_800);
        assert!(Currency::parse(&euro("1.00").currency).is_ok());
    }
}
