//! What holds of an order at rest: I2 to I5 and I10 to I13 of the requirements, and that it is what its model says.

use std::collections::BTreeSet;

use domain::orders::{Axis, Command, OrderStatus, machine::legal_steps};
use proptest::prelude::*;

use super::life::Life;

type Check = Result<(), TestCaseError>;

pub(crate) fn hold(life: &Life) -> Check {
    is_as_its_model(life)?;
    stock_is_what_open_orders_hold(life)?;
    sums_add_up(life)?;
    history_is_a_chain(life)?;
    derived_is_what_the_records_make(life)?;
    ends_are_what_they_say(life)?;
    events_count_the_versions(life)
}

fn is_as_its_model(life: &Life) -> Check {
    let (order, model) = (&life.order, &life.model);
    prop_assert_eq!(order.status.name(), model.status);
    prop_assert_eq!((order.totals.paid.minor(), order.totals.refunded.minor()), (model.paid, model.refunded));
    prop_assert_eq!(order.lines.len(), model.lines.len());
    for ((line, simple), stock) in order.lines.iter().zip(&model.lines).zip(&life.stock) {
        prop_assert_eq!(line.quantity.get(), simple.ordered);
        prop_assert_eq!(line.cancelled_quantity, simple.cancelled);
        prop_assert_eq!(line.fulfilled_quantity, simple.shipped);
        prop_assert_eq!(line.delivered_quantity, simple.delivered);
        prop_assert_eq!(line.returned_quantity, simple.returned);
        prop_assert_eq!(*stock, (simple.on_hand, simple.reserved));
    }
    Ok(())
}

/// I2, I3.
fn stock_is_what_open_orders_hold(life: &Life) -> Check {
    let is_open = matches!(life.order.status, OrderStatus::Pending | OrderStatus::Confirmed);
    for (line, (on_hand, reserved)) in life.order.lines.iter().zip(&life.stock) {
        let waiting = line.quantity.get() - line.cancelled_quantity - line.fulfilled_quantity;
        prop_assert_eq!(*reserved, if is_open { i64::from(waiting) } else { 0 });
        prop_assert!(0 <= *reserved && reserved <= on_hand);
        prop_assert_eq!(line.open(), waiting);
    }
    Ok(())
}

/// I4, I5; R044, R046, R047.
fn sums_add_up(life: &Life) -> Check {
    let (order, totals, model) = (&life.order, &life.order.totals, &life.model);
    prop_assert!(!order.lines.is_empty());
    for line in &order.lines {
        prop_assert!(line.quantity.get() >= 1);
        prop_assert_eq!(line.line_total.minor(), line.unit_price.minor() * i64::from(line.quantity.get()));
    }
    let (total, paid, refunded) = (model.total(), model.paid, model.refunded);
    prop_assert_eq!((totals.subtotal.minor(), totals.total.minor()), (total, total));
    prop_assert_eq!(totals.cancelled.minor(), total - model.owed());
    prop_assert_eq!(totals.due().minor(), model.due());
    let refund_due = (paid - refunded - model.owed()).max(0);
    prop_assert_eq!(totals.refund_due().minor(), refund_due);
    prop_assert!(0 <= refunded && refunded <= paid && (paid <= total || model.is_dead()));
    let status = match () {
        () if paid == 0 && total > 0 => "unpaid",
        () if refund_due > 0 => "refund_due",
        () if refunded > 0 && refunded == paid => "refunded",
        () if refunded > 0 => "partially_refunded",
        () if paid < model.owed() => "partially_paid",
        () => "paid",
    };
    prop_assert_eq!(order.payment_status.name(), status);
    Ok(())
}

/// I10.
fn history_is_a_chain(life: &Life) -> Check {
    let mut ends = [None; 3];
    let mut legal = legal_steps();
    legal.retain(|(from, to)| *from != Some(*to));
    for (step, place) in life.history.iter().zip(1..) {
        prop_assert_eq!(step.sequence, place);
        let (axis, from, to) = step.axis.names();
        let axis = ["status", "payment_status", "fulfillment_status"].iter().position(|name| *name == axis);
        let end = &mut ends[axis.unwrap()];
        prop_assert_eq!(*end, from);
        prop_assert!(from != Some(to));
        *end = Some(to);
        if let Axis::Status(from, to) = step.axis {
            prop_assert!(legal.contains(&(from, to)));
        }
    }
    prop_assert!(life.history.is_sorted_by_key(|step| step.origination.at), "time never goes back");
    let order = &life.order;
    let stored = [order.status.name(), order.payment_status.name(), order.fulfillment_status.name()];
    prop_assert_eq!(ends, stored.map(Some));
    Ok(())
}

/// I11; R088.
fn derived_is_what_the_records_make(life: &Life) -> Check {
    let order = &life.order;
    prop_assert_eq!(&order.clone().derived().unwrap(), order);
    let sum = |of: fn(&domain::orders::OrderLine) -> u32| order.lines.iter().map(of).sum::<u32>();
    let wanted = sum(|line| line.quantity.get() - line.cancelled_quantity);
    let (shipped, delivered) = (sum(|line| line.fulfilled_quantity), sum(|line| line.delivered_quantity));
    let returned = sum(|line| line.returned_quantity);
    for line in &order.lines {
        prop_assert!(line.returned_quantity <= line.delivered_quantity);
        prop_assert!(line.delivered_quantity <= line.fulfilled_quantity);
        prop_assert!(line.fulfilled_quantity + line.cancelled_quantity <= line.quantity.get());
    }
    let status = match () {
        () if shipped == 0 => "unfulfilled",
        () if returned == wanted => "returned",
        () if returned > 0 => "partially_returned",
        () if delivered == wanted => "delivered",
        () if shipped == wanted => "fulfilled",
        () => "partially_fulfilled",
    };
    prop_assert_eq!(order.fulfillment_status.name(), status);
    Ok(())
}

/// I12; and that nothing waits for what will not come.
fn ends_are_what_they_say(life: &Life) -> Check {
    let (order, goods) = (&life.order, life.order.goods());
    prop_assert_eq!(order.expires_at.is_some(), order.status == OrderStatus::Pending);
    match order.status {
        OrderStatus::Pending => prop_assert!(!order.totals.due().is_zero() && goods.fulfilled == 0),
        OrderStatus::Confirmed => {
            prop_assert!(goods.delivered < goods.wanted || !order.totals.due().is_zero());
        }
        OrderStatus::Completed => {
            prop_assert!(goods.delivered == goods.wanted && order.totals.due().is_zero());
        }
        OrderStatus::Expired | OrderStatus::Cancelled => {
            prop_assert!(goods.wanted == 0 && goods.fulfilled == 0 && order.totals.owed().is_zero());
        }
    }
    let commands: Vec<_> = life.history.iter().map(|step| step.command).collect();
    let ended = |command: &Command| matches!(command, Command::Expire | Command::Cancel | Command::Complete);
    let ends =
        life.history.iter().filter(|step| matches!(step.axis, Axis::Status(..)) && ended(&step.command));
    prop_assert!(ends.count() <= 1, "{:?}", commands);
    Ok(())
}

/// I13: one event for each version, and one for each step of the status.
fn events_count_the_versions(life: &Life) -> Check {
    for (event, version) in life.events.iter().zip(1..) {
        prop_assert_eq!(event.aggregate_version, version);
        prop_assert_eq!(event.aggregate_id, life.order.id.uuid());
    }
    prop_assert_eq!(life.events.len(), usize::try_from(life.order.version).unwrap());
    let ids: BTreeSet<_> = life.events.iter().map(|event| event.id).collect();
    prop_assert_eq!(ids.len(), life.events.len());
    let status_steps = life.history.iter().filter_map(|step| match step.axis {
        Axis::Status(None, _) => Some("order.placed".to_owned()),
        Axis::Status(Some(_), to) => Some(format!("order.{}", to.name())),
        Axis::Payment(..) | Axis::Fulfillment(..) => None,
    });
    for step in status_steps {
        let told = life.events.iter().filter(|event| event.data.event_type() == step);
        prop_assert_eq!(told.count(), 1, "{}", step);
    }
    Ok(())
}
