//! The order itself.

use std::net::IpAddr;

use super::{
    Address, FulfillmentStatus, Goods, GuestAccess, OrderLine, OrderStatus, PaymentStatus, Records, Totals,
};
use crate::{
    Instant,
    accounts::Email,
    ids::{OrderId, UserId},
    money::{Currency, MoneyError},
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
    /// What opens it for whoever bought without an account.
    pub guest: Option<GuestAccess>,
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
    /// What was recorded of its money and goods.
    pub records: Records,
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

impl Order {
    /// What became of the goods, summed over the lines.
    #[must_use]
    pub fn goods(&self) -> Goods {
        Goods::of(&self.lines)
    }

    /// The same order with everything that is derived made anew from its status, its lines and its records: the lines'
    /// quantities, the amounts and both derived axes. The only place where any of these is written once an order exists.
    ///
    /// # Errors
    /// [`MoneyError`] when a sum is beyond what Stoa counts.
    pub fn derived(mut self) -> Result<Self, MoneyError> {
        for line in &mut self.lines {
            line.fulfilled_quantity = self.records.fulfilled(line.id);
            line.delivered_quantity = self.records.delivered(line.id);
            line.returned_quantity = self.records.returned(line.id);
        }
        self.totals = self.totals.counted(self.status, &self.lines, &self.records)?;
        self.payment_status = self.totals.payment_status();
        self.fulfillment_status = self.goods().status();
        self.expires_at = self.expires_at.filter(|_| self.status == OrderStatus::Pending);
        Ok(self)
    }
}
