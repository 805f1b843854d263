//! What a command makes of an order: a decision that becomes true in one transaction, or not at all.

use std::collections::BTreeMap;

use super::{Axis, Command, HistoryEnd, HistoryStep, NewRecord, Order, OrderEvent, OrderStatus, Refusal};
use crate::{
    Instant,
    actor::{Actor, Origination},
    asker::Asker,
    events::{Event, EventData},
    ids::{EventId, OrderLineId, VariantId},
    inventory::{MovementKind, StockMove},
    money::MoneyError,
    text::Note,
};

/// What a command is decided on beside the order: who gives it, when, in which request, and what it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Who gives the command.
    pub asker: Asker,
    /// When, by the database's clock.
    pub now: Instant,
    /// The request's id, when there is a request.
    pub request_id: Option<String>,
    /// Where the order's history ends.
    pub history: HistoryEnd,
    /// Ids for the events: that of the command, and that of the step which may follow from it.
    pub events: [EventId; 2],
}

/// Decision: an order after a command. All of it becomes true in one transaction, or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChange {
    /// The order as it is then.
    pub order: Order,
    /// The version that it was decided on. Nothing of the decision holds once the order has another one.
    pub decided_on: i32,
    /// What is recorded of money or goods.
    pub record: Option<NewRecord>,
    /// What becomes of stock, in the order of the variants' ids: everybody locks stock in this order.
    pub stock: Vec<StockMove>,
    /// The steps that its axes take, without a gap after those that it had.
    pub history: Vec<HistoryStep>,
    /// One event for the command, and one for the step that followed from it, if one did.
    pub events: Vec<Event>,
}

/// A change in the making.
pub(super) struct Draft<'a> {
    occasion: &'a Occasion,
    change: OrderChange,
    stock: BTreeMap<VariantId, StockMove>,
}

impl Occasion {
    /// When the steps are taken: never before those that were taken already, whatever the clock says.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.now.max(self.history.at)
    }

    fn by(&self, actor: Actor) -> Origination {
        Origination { actor, request_id: self.request_id.clone(), at: self.at() }
    }
}

impl<'a> Draft<'a> {
    pub(super) fn new(order: &Order, occasion: &'a Occasion) -> Self {
        let change = OrderChange {
            order: order.clone(),
            decided_on: order.version,
            record: None,
            stock: Vec::new(),
            history: Vec::new(),
            events: Vec::new(),
        };
        Self { occasion, change, stock: BTreeMap::new() }
    }

    /// Adds a record.
    pub(super) fn record(&mut self, record: NewRecord) {
        self.change.order.records.add(&record);
        self.change.record = Some(record);
    }

    /// Moves pieces of a line's variant.
    pub(super) fn move_stock(&mut self, kind: MovementKind, line: OrderLineId, quantity: u32) {
        let Some(line) = self.change.order.lines.iter().find(|known| known.id == line) else { return };
        let moved = self.stock.entry(line.variant_id).or_insert_with(|| StockMove {
            variant_id: line.variant_id,
            sku: line.sku.clone(),
            kind,
            quantity: 0,
        });
        moved.quantity = moved.quantity.saturating_add(quantity);
    }

    /// Calls off whatever was not shipped, and gives its stock free. What that was, by variant.
    pub(super) fn call_off(&mut self) -> Vec<(VariantId, u32)> {
        let mut called_off = Vec::new();
        for at in 0..self.change.order.lines.len() {
            let Some(line) = self.change.order.lines.get_mut(at) else { continue };
            let (id, variant_id, open) = (line.id, line.variant_id, line.open());
            if open > 0 {
                line.cancelled_quantity = line.cancelled_quantity.saturating_add(open);
                called_off.push((variant_id, open));
                self.move_stock(MovementKind::Release, id, open);
            }
        }
        called_off
    }

    /// Takes the step: everything derived is made anew, every axis that moved gets a line of history, and the command
    /// its event.
    pub(super) fn step(
        &mut self,
        command: Command,
        to: OrderStatus,
        reason: Option<Note>,
        event: OrderEvent,
    ) -> Result<(), MoneyError> {
        self.step_by(self.occasion.asker.actor(), command, to, reason, event)
    }

    fn step_by(
        &mut self,
        actor: Actor,
        command: Command,
        to: OrderStatus,
        reason: Option<Note>,
        event: OrderEvent,
    ) -> Result<(), MoneyError> {
        let before = self.change.order.clone();
        let version = before.version.saturating_add(1);
        let after = Order { status: to, version, ..before.clone() }.derived()?;
        let last = HistoryEnd::of(&self.change.history).unwrap_or(self.occasion.history).sequence;
        let steps = (1..).zip(Axis::changes(&before, &after)).map(|(n, axis)| HistoryStep {
            sequence: last.saturating_add(n),
            axis,
            command,
            reason: reason.clone(),
            origination: self.occasion.by(actor),
        });
        self.change.history.extend(steps);
        // A command and one step that follows: what could confirm an order can't complete it as well, for nothing of a
        // pending order was shipped.
        if let Some(id) = self.occasion.events.get(self.change.events.len()) {
            let (data, by) = (EventData::OrderChanged(event), self.occasion.by(actor));
            self.change.events.push(Event::new(*id, after.id.uuid(), version, data, by));
        }
        self.change.order = after;
        Ok(())
    }

    /// Ends the decision. What follows from the command by itself is part of it: an order that waited only for this
    /// money is confirmed, one that has all its goods and money is completed.
    pub(super) fn finish(mut self) -> Result<OrderChange, MoneyError> {
        let followers =
            [(Command::Confirm, OrderEvent::Confirmed), (Command::Complete, OrderEvent::Completed)];
        for (command, event) in followers {
            let order = &self.change.order;
            if let Ok(rule) = order.permit(command, &Asker::System, self.occasion.now) {
                self.step_by(Actor::System, command, rule.to, None, event)?;
            }
        }
        self.change.stock = self.stock.into_values().collect();
        Ok(self.change)
    }
}

/// Why a command changes nothing, where nothing but the order itself can be in its way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
