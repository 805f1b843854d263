//! The order itself.

use std::net::IpAddr;

use super::{Address, FulfillmentStatus, OrderLine, OrderStatus, PaymentStatus};
use crate::{
    Instant,
    accounts::Email,
    ids::{OrderId, UserId},
    money::{Currency, Money, MoneyError},
    text::Note,
};

/// What somebody bought, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// The number that people call it by; unique, with gaps.
    pub number: i64,
    /// Who bought, when it was somebody with an account.
    pub customer_id: Option<UserId>,
    /// Where its mail goes; `None` once the person has been erased.
    pub email: Option<Email>,
    /// The address that it was placed from, for the bound on open orders.
    pub placed_ip: Option<IpAddr>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Where it stands.
    pub status: OrderStatus,
    /// What became of the money.
    pub payment_status: PaymentStatus,
    /// What became of the goods.
    pub fulfillment_status: FulfillmentStatus,
    /// What was bought, one line at least.
    pub lines: Vec<OrderLine>,
    /// Its amounts.
    pub totals: Totals,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
    /// Who gets the bill.
    pub billing_address: Option<Address>,
    /// What the buyer wanted to say.
    pub note: Option<Note>,
    /// When it was placed.
    pub placed_at: Instant,
    /// Until when it waits for money; `None` once it does not.
    pub expires_at: Option<Instant>,
    /// Counts its steps and records.
    pub version: i32,
}

/// The amounts of an order. `total = subtotal - discount + shipping + tax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// The sum of the lines.
    pub subtotal: Money,
    /// What is taken off.
    pub discount: Money,
    /// What bringing it costs.
    pub shipping: Money,
    /// What is added for the state.
    pub tax: Money,
    /// What the order costs.
    pub total: Money,
    /// The value of what was called off; the whole total of a cancelled or expired order.
    pub cancelled: Money,
    /// What came in.
    pub paid: Money,
    /// What was given back.
    pub refunded: Money,
}

impl Totals {
    /// The totals of a new order: only its lines count.
    ///
    /// # Errors
    /// [`MoneyError`] when the lines mix currencies or their sum is too large.
    pub fn of_lines(currency: Currency, lines: &[OrderLine]) -> Result<Self, MoneyError> {
        let subtotal = Money::sum(currency, lines.iter().map(|line| line.line_total))?;
        let zero = Money::zero(currency);
        Ok(Self {
            subtotal,
            discount: zero,
            shipping: zero,
            tax: zero,
            total: subtotal,
            cancelled: zero,
            paid: zero,
            refunded: zero,
        })
    }

    /// What the buyer owes in all: the total without what was called off.
    #[must_use]
    pub fn owed(&self) -> Money {
        self.total.minus_at_most(self.cancelled).unwrap_or(self.total)
    }

    /// What is still to be paid.
    #[must_use]
    pub fn due(&self) -> Money {
        let owed = self.owed();
        owed.minus_at_most(self.paid).unwrap_or(owed)
    }

    /// What is still to be given back.
    #[must_use]
    pub fn refund_due(&self) -> Money {
        let kept = self.paid.minus_at_most(self.refunded).unwrap_or(self.paid);
        kept.minus_at_most(self.owed()).unwrap_or(kept)
    }

    /// What became of the money: the first that holds, in this order. A free order is paid.
    #[must_use]
    pub fn payment_status(&self) -> PaymentStatus {
        let (paid, refunded) = (self.paid.minor(), self.refunded.minor());
        if paid == 0 && self.total.minor() > 0 {
            PaymentStatus::Unpaid
        } else if !self.refund_due().is_zero() {
            PaymentStatus::RefundDue
        } else if refunded > 0 && refunded == paid {
            PaymentStatus::Refunded
        } else if refunded > 0 {
            PaymentStatus::PartiallyRefunded
        } else if !self.due().is_zero() {
            PaymentStatus::PartiallyPaid
        } else {
            PaymentStatus::Paid
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(total: i64, cancelled: i64, paid: i64, refunded: i64) -> Totals {
        let euro = |minor| Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap();
        Totals {
            total: euro(total),
            cancelled: euro(cancelled),
            paid: euro(paid),
            refunded: euro(refunded),
            ..Totals::of_lines(Currency::parse("EUR").unwrap(), &[]).unwrap()
        }
    }

    #[test]
    fn payment_status_is_the_first_that_holds() {
        use PaymentStatus as P;
        for ((total, cancelled, paid, refunded), status) in [
            ((100, 0, 0, 0), P::Unpaid),
            ((100, 100, 0, 0), P::Unpaid),
            ((100, 100, 40, 0), P::RefundDue),
            ((100, 50, 100, 0), P::RefundDue),
            ((100, 100, 100, 100), P::Refunded),
            ((100, 50, 100, 50), P::PartiallyRefunded),
            ((100, 0, 40, 0), P::PartiallyPaid),
            ((100, 0, 100, 0), P::Paid),
            ((0, 0, 0, 0), P::Paid),
        ] {
            assert_eq!(
                totals(total, cancelled, paid, refunded).payment_status(),
                status,
                "{total} {cancelled} {paid} {refunded}"
            );
        }
    }

    #[test]
    fn due_and_refund_due_follow_what_is_owed() {
        let part_cancelled = totals(100, 30, 80, 0);
        assert_eq!((part_cancelled.due().minor(), part_cancelled.refund_due().minor()), (0, 10));
        let part_paid = totals(100, 30, 50, 0);
        assert_eq!((part_paid.due().minor(), part_paid.refund_due().minor()), (20, 0));
    }
}
