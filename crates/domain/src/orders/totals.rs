//! The money of an order: every formula in one place (the contract's section 6, "Money of an order").

use super::{OrderLine, OrderStatus, PaymentStatus, Records};
use crate::money::{Currency, Money, MoneyError};

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

    /// The same amounts once the records count: what was called off, what came in, what was given back. Of an order
    /// that was called off as a whole, the whole total is; of any other, the value of the pieces that were.
    ///
    /// # Errors
    /// [`MoneyError`] when a sum is beyond what Stoa counts.
    pub fn counted(
        self,
        status: OrderStatus,
        lines: &[OrderLine],
        records: &Records,
    ) -> Result<Self, MoneyError> {
        let currency = self.total.currency();
        let cancelled =
            if status.is_called_off() { self.total } else { cancelled_value(self.discount, lines)? };
        Ok(Self {
            cancelled,
            paid: Money::sum(currency, records.payments.iter().map(|payment| payment.amount))?,
            refunded: Money::sum(currency, records.refunds.iter().map(|refund| refund.amount))?,
            ..self
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
        let kept = self.kept();
        kept.minus_at_most(self.owed()).unwrap_or(kept)
    }

    /// What came in and was not given back: the most that can still be given back.
    #[must_use]
    pub fn kept(&self) -> Money {
        self.paid.minus_at_most(self.refunded).unwrap_or(self.paid)
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

/// The value of the pieces that were called off. A discount is spread over the lines, and what is left of a line over
/// its pieces, by largest remainder; the pieces that are called off are a line's last ones. So what is called off and
/// what is not always add up to the whole.
fn cancelled_value(discount: Money, lines: &[OrderLine]) -> Result<Money, MoneyError> {
    let weights: Vec<u64> =
        lines.iter().map(|line| u64::try_from(line.line_total.minor()).unwrap_or(0)).collect();
    let mut cancelled = Money::zero(discount.currency());
    for (line, taken_off) in lines.iter().zip(discount.spread(&weights)?) {
        if line.cancelled_quantity > 0 {
            let pieces = usize::try_from(line.quantity.get()).unwrap_or(usize::MAX);
            let kept = usize::try_from(line.wanted()).unwrap_or(usize::MAX);
            let values = line.line_total.minus(taken_off)?.spread(&vec![1; pieces])?;
            cancelled = values.into_iter().skip(kept).try_fold(cancelled, Money::plus)?;
        }
    }
    Ok(cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::fixtures::{euro, line};

    fn totals(total: i64, cancelled: i64, paid: i64, refunded: i64) -> Totals {
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

    #[test]
    fn what_is_called_off_is_worth_what_it_cost() {
        let mut lines = [line(1, 3, 999), line(2, 1, 500)];
        assert!(cancelled_value(euro(0), &lines).unwrap().is_zero());
        lines[0].cancelled_quantity = 2;
        assert_eq!(cancelled_value(euro(0), &lines).unwrap(), euro(1998));
    }

    #[test]
    fn a_discount_makes_the_pieces_cheaper_and_no_unit_is_lost() {
        // 1.00 off: 0.75 of the first line (3.00 becomes 2.25: 0.75 each), 0.25 of the second.
        let mut lines = [line(1, 3, 100), line(2, 1, 100)];
        lines[0].cancelled_quantity = 1;
        assert_eq!(cancelled_value(euro(100), &lines).unwrap(), euro(75));
        // 0.10 off: 0.08 of the first line (2.92: 0.98, 0.97, 0.97), and the last pieces go first.
        assert_eq!(cancelled_value(euro(10), &lines).unwrap(), euro(97));
        lines[0].cancelled_quantity = 3;
        lines[1].cancelled_quantity = 1;
        assert_eq!(cancelled_value(euro(10), &lines).unwrap(), euro(390));
    }
}
