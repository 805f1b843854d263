//! Placing an order: all of it, at today's prices, with its stock reserved; or nothing at all.

mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::Duration;
pub use error::{ChangedLine, PlacementError, Shortage};

use super::{
    Address, Axis, Buyer, Command, FulfillmentStatus, HistoryStep, MAX_LINES, Offer, Order, OrderLine,
    OrderStatus, Quantity, Records, Totals, machine::first_status,
};
use crate::{
    Instant,
    accounts::Email,
    actor::Origination,
    catalog::Sku,
    events::{Event, EventData},
    ids::{CartId, EventId, OrderId, OrderLineId, VariantId},
    money::{Currency, Money},
    text::Note,
};

/// What somebody wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRequest {
    /// Who buys.
    pub buyer: Buyer,
    /// What; the same variant named twice is added up.
    pub items: Vec<Item>,
    /// In which currency.
    pub currency: Currency,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Who gets the bill.
    pub billing_address: Option<Address>,
    /// What the buyer wants to say.
    pub note: Option<Note>,
    /// What the buyer was shown as the total.
    pub expected_total: Option<Money>,
    /// What the buyer was shown as prices.
    pub expected_prices: Vec<(VariantId, Money)>,
}

/// One thing that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which variant.
    pub what: ItemRef,
    /// How many.
    pub quantity: Quantity,
}

/// The two ways to name a variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ItemRef {
    /// By its id.
    Variant(VariantId),
    /// By its SKU.
    Sku(Sku),
}

/// What was loaded to decide on: the instant, and what holds at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementContext {
    /// When, by the database's clock; the offers' prices are in force at it.
    pub now: Instant,
    /// The order's number.
    pub number: i64,
    /// The buyer's address, where the order's mail goes.
    pub email: Email,
    /// For each item what it names; `None` when there never was such a variant.
    pub offers: Vec<Option<Offer>>,
}

/// The settings and ids of a placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementIds {
    /// The order's.
    pub order: OrderId,
    /// One for each item.
    pub lines: Vec<OrderLineId>,
    /// The event's.
    pub event: EventId,
    /// The request's.
    pub request_id: Option<String>,
}

/// How many unpaid orders may wait for money at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOrderLimits {
    /// Of one customer.
    pub customer: u32,
    /// From one network address.
    pub address: u32,
}

impl Default for OpenOrderLimits {
    fn default() -> Self {
        Self { customer: 10, address: 50 }
    }
}

/// Decision: a new order. All of it becomes true in one transaction, or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPlacement {
    /// The order.
    pub order: Order,
    /// What is to be held for it, in the order of the variants' ids: everybody locks stock in this order.
    pub reservations: Vec<Reservation>,
    /// Its first steps.
    pub history: Vec<HistoryStep>,
    /// `order.placed`.
    pub event: Event,
    /// The cart that was ordered, when one was.
    pub cart: Option<OrderedCart>,
}

/// A cart that becomes an order, and is closed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderedCart {
    /// Which.
    pub id: CartId,
    /// The version that was ordered. Nothing of the decision holds once the cart has another one: the order is what was
    /// in it at one moment.
    pub decided_on: i32,
}

/// Stock to hold for an order; more than is available only of a variant that allows backorder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Whose stock.
    pub variant_id: VariantId,
    /// Its SKU, to name it when it is short.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// The version of the offer that was taken up. Nothing is sold once that has changed.
    pub offer_version: i64,
}

/// A line in the making: an offer, how many, and the place of the item that named it first.
struct Wanted<'a> {
    offer: &'a Offer,
    quantity: Quantity,
}

impl OrderRequest {
    /// Places the order, when everything in it can be bought as the buyer expects.
    ///
    /// # Errors
    /// [`PlacementError`] with every line that it is about.
    pub fn place(
        &self,
        context: &PlacementContext,
        ids: PlacementIds,
        expiry: Duration,
    ) -> Result<OrderPlacement, PlacementError> {
        let wanted = self.wanted(&context.offers)?;
        short_lines(&wanted)?;
        let lines = self.lines(&wanted, &ids.lines)?;
        let totals = Totals::of_lines(self.currency, &lines)?;
        self.as_expected(&lines, &totals)?;
        let reservations = reservations(&wanted);
        let by = Origination { actor: self.buyer.actor(), request_id: ids.request_id, at: context.now };
        let order = self.order(ids.order, context, lines, totals, expiry);
        let data = EventData::OrderPlaced {
            number: order.number,
            status: order.status,
            total: order.totals.total,
            lines: order.lines.iter().map(|line| (line.variant_id, line.quantity.get())).collect(),
        };
        let history = first_steps(&order, &by);
        let event = Event::new(ids.event, order.id.uuid(), order.version, data, by);
        Ok(OrderPlacement { order, reservations, history, event, cart: None })
    }

    /// The variants that the items name, each once, in the order in which they were named first.
    fn wanted<'a>(&self, offers: &'a [Option<Offer>]) -> Result<Vec<Wanted<'a>>, PlacementError> {
        let (mut wanted, mut unknown, mut too_many) = (Vec::<Wanted<'_>>::new(), Vec::new(), Vec::new());
        let mut places = BTreeMap::new();
        for (place, item) in self.items.iter().enumerate() {
            let Some(offer) = offers.get(place).and_then(Option::as_ref) else {
                unknown.push(place);
                continue;
            };
            let at = *places.entry(offer.variant_id).or_insert(wanted.len());
            match wanted.get_mut(at) {
                None => wanted.push(Wanted { offer, quantity: item.quantity }),
                Some(line) => match line.quantity.plus(item.quantity) {
                    Ok(sum) => line.quantity = sum,
                    Err(_) => too_many.push(place),
                },
            }
        }
        match () {
            () if !unknown.is_empty() => Err(PlacementError::UnknownItems(unknown)),
            () if !too_many.is_empty() => Err(PlacementError::QuantityTooLarge(too_many)),
            () if wanted.is_empty() => Err(PlacementError::Empty),
            () if wanted.len() > MAX_LINES => Err(PlacementError::TooManyLines),
            () => Ok(wanted),
        }
    }

    /// The order's lines, each with today's price.
    fn lines(&self, wanted: &[Wanted<'_>], ids: &[OrderLineId]) -> Result<Vec<OrderLine>, PlacementError> {
        let unpriced: Vec<Sku> = wanted
            .iter()
            .filter(|line| line.offer.unit_price.is_none())
            .map(|line| line.offer.sku.clone())
            .collect();
        if !unpriced.is_empty() {
            return Err(PlacementError::NoPrice { currency: self.currency, skus: unpriced });
        }
        let priced = wanted.iter().zip(ids).filter_map(|(line, id)| Some((line, id, line.offer.unit_price?)));
        priced.map(|(line, id, unit_price)| line.order_line(*id, unit_price)).collect()
    }

    /// Whether prices and total are what the buyer was shown.
    fn as_expected(&self, lines: &[OrderLine], totals: &Totals) -> Result<(), PlacementError> {
        let mut expected = self.expected_prices.iter().map(|(_, price)| price).chain(&self.expected_total);
        if expected.any(|amount| amount.currency() != self.currency) {
            return Err(PlacementError::ForeignExpectation { currency: self.currency });
        }
        let mut changed = Vec::new();
        let mut unknown = Vec::new();
        for (place, (variant_id, expected)) in self.expected_prices.iter().enumerate() {
            match lines.iter().find(|line| line.variant_id == *variant_id) {
                None => unknown.push(place),
                Some(line) if line.unit_price == *expected => {}
                Some(line) => {
                    changed.push(ChangedLine {
                        sku: line.sku.clone(),
                        expected: *expected,
                        actual: line.unit_price,
                    });
                }
            }
        }
        if !unknown.is_empty() {
            return Err(PlacementError::UnknownExpectations(unknown));
        }
        let total = self.expected_total.filter(|expected| *expected != totals.total);
        if changed.is_empty() && total.is_none() {
            return Ok(());
        }
        Err(PlacementError::QuoteChanged {
            lines: changed,
            total: total.map(|expected| (expected, totals.total)),
        })
    }

    fn order(
        &self,
        id: OrderId,
        context: &PlacementContext,
        lines: Vec<OrderLine>,
        totals: Totals,
        expiry: Duration,
    ) -> Order {
        let status = first_status(&totals);
        let waits = status == OrderStatus::Pending;
        Order {
            id,
            number: context.number,
            customer_id: self.buyer.customer_id(),
            guest: self.buyer.access(context.now),
            email: Some(context.email.clone()),
            placed_ip: self.buyer.ip,
            currency: self.currency,
            status,
            payment_status: totals.payment_status(),
            fulfillment_status: FulfillmentStatus::Unfulfilled,
            lines,
            totals,
            records: Records::default(),
            shipping_address: self.shipping_address.clone(),
            billing_address: self.billing_address.clone(),
            note: self.note.clone(),
            placed_at: context.now,
            expires_at: waits.then(|| context.now + expiry),
            version: 1,
        }
    }
}

impl Wanted<'_> {
    fn order_line(&self, id: OrderLineId, unit_price: Money) -> Result<OrderLine, PlacementError> {
        Ok(OrderLine {
            id,
            variant_id: self.offer.variant_id,
            product_id: self.offer.product_id,
            sku: self.offer.sku.clone(),
            title: self.offer.title(),
            quantity: self.quantity,
            unit_price,
            line_total: unit_price.times(self.quantity.get())?,
            fulfilled_quantity: 0,
            delivered_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
        })
    }
}

/// Refuses when any line is short, and names every one.
fn short_lines(wanted: &[Wanted<'_>]) -> Result<(), PlacementError> {
    let short: Vec<_> = wanted.iter().filter_map(|line| line.offer.shortage(line.quantity.get())).collect();
    if short.is_empty() { Ok(()) } else { Err(PlacementError::InsufficientStock(short)) }
}

fn reservations(wanted: &[Wanted<'_>]) -> Vec<Reservation> {
    let mut reservations: Vec<_> = wanted
        .iter()
        .map(|line| Reservation {
            variant_id: line.offer.variant_id,
            sku: line.offer.sku.clone(),
            quantity: line.quantity,
            offer_version: line.offer.version,
        })
        .collect();
    reservations.sort_by_key(|reservation| reservation.variant_id);
    reservations
}

/// Where each axis starts from.
fn first_steps(order: &Order, by: &Origination) -> Vec<HistoryStep> {
    let axes = [
        Axis::Status(None, order.status),
        Axis::Payment(None, order.payment_status),
        Axis::Fulfillment(None, order.fulfillment_status),
    ];
    (1..)
        .zip(axes)
        .map(|(sequence, axis)| HistoryStep {
            sequence,
            axis,
            command: Command::Place,
            reason: None,
            origination: by.clone(),
        })
        .collect()
}
