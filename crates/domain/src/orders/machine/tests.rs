//! The table, against the contract, the database and every asker.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::{
    accounts::Role,
    orders::{
        ChangeError, DeliverError, ExpireError, FulfillError, NewFulfillment, NewPayment, NewRefund,
        NewReturn, Occasion, PayError, RefundError, ReturnError, Tracking,
        fixtures::{after, by, euro, guest, guest_order, manager, order, owner, picks, stranger, user},
        records::{PaymentMethod, PaymentReference},
    },
};

/// The contract's section 6, in its own words.
const CONTRACT: [(&str, &str); 7] = [
    ("none", "pending"),
    ("none", "confirmed"),
    ("pending", "confirmed"),
    ("pending", "expired"),
    ("pending", "cancelled"),
    ("confirmed", "completed"),
    ("confirmed", "cancelled"),
];

fn names(steps: BTreeSet<(Option<OrderStatus>, OrderStatus)>) -> BTreeSet<(&'static str, &'static str)> {
    steps.into_iter().map(|(from, to)| (from.map_or("none", OrderStatus::name), to.name())).collect()
}

#[test]
fn the_table_has_the_contract_s_steps() {
    assert_eq!(names(legal_steps()), BTreeSet::from(CONTRACT));
}

#[test]
fn the_database_has_the_same_steps() {
    let migration = include_str!("../../../../../migrations/2026-11-22-000600_orders/up.sql");
    let (_, rows) = migration.split_once("INSERT INTO order_steps (from_status, to_status) VALUES").unwrap();
    let (rows, _) = rows.split_once(';').unwrap();
    let words: Vec<_> = rows.split('\'').skip(1).step_by(2).collect();
    let steps = words.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(names(legal_steps()), steps);
}

#[test]
fn an_order_ends_in_exactly_three_ways() {
    let left: BTreeSet<_> = legal_steps().into_iter().filter_map(|(from, _)| from).collect();
    let ends: Vec<_> = OrderStatus::ALL.iter().filter(|status| !left.contains(status)).collect();
    assert_eq!(ends, [&OrderStatus::Completed, &OrderStatus::Expired, &OrderStatus::Cancelled]);
}

#[test]
fn the_diagram_names_every_status_and_every_step() {
    let diagram = mermaid();
    let arrows: Vec<_> = diagram.lines().filter(|line| line.contains("-->")).collect();
    assert_eq!(arrows.len(), MACHINE.len() + 3, "one for each line of the table, one for each end");
    for status in OrderStatus::ALL {
        assert!(diagram.contains(status.name()), "{status:?}");
    }
    for command in Command::ALL {
        assert!(diagram.contains(&format!(": {} (", command.name())), "{command:?}");
    }
    for (from, to) in CONTRACT {
        let arrow = format!("    {} --> {to}: ", from.replace("none", "[*]"));
        assert!(arrows.iter().any(|line| line.starts_with(&arrow)), "{arrow}");
    }
    for line in arrows {
        assert_eq!(line.matches(':').count(), usize::from(!line.ends_with("[*]")), "{line}");
    }
}

/// Where an order can stand, as far as the table tells the difference.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Pending,
    Confirmed,
    PartShipped,
    AllShipped,
    Completed,
    Expired,
    Cancelled,
}

/// An order of two pieces for 10.00 each, brought to that stage, and an occasion for its next command.
fn staged(stage: Stage, guests: bool, asker: Asker) -> (Order, Occasion) {
    let placed = if guests { guest_order(&[(1, 2, 1000)]) } else { order(&[(1, 2, 1000)]) };
    let mut last = Occasion { now: placed.expires_at.unwrap(), ..by(manager()) };
    let system = |last: &Occasion| Occasion { asker: Asker::System, ..last.clone() };
    let confirmed = placed.confirm(&last, None).unwrap();
    let ship =
        |order: &Order, occasion: &Occasion, pieces: u32| order.fulfill(occasion, shipment(pieces)).unwrap();
    let change = match stage {
        Stage::Pending => return (placed, Occasion { asker, ..last }),
        Stage::Confirmed => confirmed,
        Stage::PartShipped => ship(&confirmed.order, &after(&confirmed, manager()), 1),
        Stage::AllShipped => ship(&confirmed.order, &after(&confirmed, manager()), 2),
        Stage::Completed => {
            let shipped = ship(&confirmed.order, &after(&confirmed, manager()), 2);
            let paid = shipped.order.pay(&after(&shipped, manager()), payment(2000)).unwrap();
            let occasion = after(&paid, manager());
            paid.order.deliver(&occasion, Uuid::from_u128(51).into()).unwrap().unwrap()
        }
        Stage::Expired => placed.expire(&system(&last)).unwrap(),
        Stage::Cancelled => placed.cancel(&last, None).unwrap(),
    };
    last = after(&change, asker);
    (change.order, last)
}

fn payment(cents: i64) -> NewPayment {
    NewPayment {
        id: Uuid::from_u128(41).into(),
        amount: euro(cents),
        method: PaymentMethod::parse("card").unwrap(),
        reference: PaymentReference::parse(&format!("ref-{cents}")).unwrap(),
    }
}

fn shipment(pieces: u32) -> NewFulfillment {
    NewFulfillment {
        id: Uuid::from_u128(51).into(),
        lines: Some(picks(&[(1, pieces)])),
        tracking: Tracking::default(),
    }
}

/// What becomes of a command: `+` it is done, `r` it is done to the rest of the order, `-` the order can't take it, `!`
/// the asker may not, `?` to the asker there is no such order, `#` only the figures are in its way.
fn attempt(order: &Order, occasion: &Occasion, command: Command) -> char {
    let refused = |refusal| match refusal {
        Refusal::Invisible => '?',
        Refusal::Forbidden(_) | Refusal::SystemOnly(_) => '!',
        Refusal::Illegal(illegal) => {
            let expected = IllegalTransition { from: order.status, command, allowed: order.allowed() };
            assert_eq!(illegal, expected);
            '-'
        }
    };
    macro_rules! outcome {
        ($result:expr, $error:ident) => {
            match $result {
                Ok(_) => '+',
                Err($error::Refused(refusal)) => refused(refusal),
                Err(_) => '#',
            }
        };
    }
    match command {
        Command::Place | Command::CancelRest => unreachable!("no call of its own"),
        Command::Confirm => outcome!(order.confirm(occasion, None), ChangeError),
        Command::Complete => outcome!(order.complete(occasion), ChangeError),
        Command::Cancel => match order.cancel(occasion, None) {
            Ok(change) if change.order.status == order.status => 'r',
            result => outcome!(result, ChangeError),
        },
        Command::Expire => outcome!(order.expire(occasion), ExpireError),
        Command::Pay => outcome!(order.pay(occasion, payment(1)), PayError),
        Command::Fulfill => outcome!(order.fulfill(occasion, shipment(1)), FulfillError),
        Command::Deliver => outcome!(order.deliver(occasion, Uuid::from_u128(51).into()), DeliverError),
        Command::Return => {
            let lines = picks(&[(1, 1)]);
            let back = NewReturn { id: Uuid::from_u128(61).into(), lines, restock: true, reason: None };
            outcome!(order.take_back(occasion, back), ReturnError)
        }
        Command::Refund => {
            let refund = NewRefund { id: Uuid::from_u128(71).into(), amount: euro(1), reason: None };
            outcome!(order.refund(occasion, refund), RefundError)
        }
    }
}

/// Every (status, command, role). The askers are, in this order: the owner with an account, the owner by token, somebody
/// else with an account, somebody else by token, support, catalog manager, order manager, administrator, the shop.
const EXPECTED: &str = "
         pending   confirmed part_shipped all_shipped completed expired   cancelled
confirm  !!??!?++- !!??!?--- !!??!?---    !!??!?---   !!??!?--- !!??!?--- !!??!?---
expire   !!??!?!!+ !!??!?!!- !!??!?!!-    !!??!?!!-   !!??!?!!- !!??!?!!- !!??!?!!-
cancel   ++??+?++! ++??+?++! --??r?rr!    --??-?--!   --??-?--! --??-?--! --??-?--!
complete !!??!?!!- !!??!?!!- !!??!?!!-    !!??!?!!-   !!??!?!!- !!??!?!!- !!??!?!!-
pay      !!??!?++! !!??!?++! !!??!?++!    !!??!?++!   !!??!?##! !!??!?++! !!??!?++!
fulfill  !!??!?--! !!??!?++! !!??!?++!    !!??!?##!   !!??!?--! !!??!?--! !!??!?--!
deliver  !!??!?##! !!??!?##! !!??!?++!    !!??!?++!   !!??!?++! !!??!?##! !!??!?##!
return   !!??!?--! !!??!?##! !!??!?##!    !!??!?##!   !!??!?++! !!??!?--! !!??!?--!
refund   !!??!?--! !!??!?##! !!??!?##!    !!??!?##!   !!??!?++! !!??!?##! !!??!?##!
";

#[test]
fn every_asker_gets_what_the_contract_says_at_every_stage() {
    use Stage as S;
    let people: [Asker; 9] = [
        owner(),
        guest(),
        stranger(),
        Asker::Guest([8; 32]),
        user(11, &[Role::Support]),
        user(12, &[Role::CatalogManager]),
        user(13, &[Role::OrderManager]),
        user(14, &[Role::Admin]),
        Asker::System,
    ];
    let stages =
        [S::Pending, S::Confirmed, S::PartShipped, S::AllShipped, S::Completed, S::Expired, S::Cancelled];
    let (header, rows) = EXPECTED[1..].split_once('\n').unwrap();
    let calls =
        Command::ALL.iter().filter(|command| !matches!(command, Command::Place | Command::CancelRest));
    for (row, command) in rows.lines().zip(calls) {
        let mut cells = row.split_ascii_whitespace();
        assert_eq!(cells.next(), Some(command.name()));
        for ((stage, name), expected) in stages.iter().zip(header.split_ascii_whitespace()).zip(cells) {
            let attempts = people.iter().map(|asker| {
                let (order, occasion) = staged(*stage, matches!(asker, Asker::Guest(_)), asker.clone());
                attempt(&order, &occasion, *command)
            });
            assert_eq!(attempts.collect::<String>(), expected, "{} {name}", command.name());
        }
    }
    assert_eq!(rows.lines().count(), Command::ALL.len() - 2);
}

#[test]
fn who_owns_an_order_and_works_here_calls_off_its_rest() {
    let (mut order, occasion) = staged(Stage::PartShipped, false, manager());
    let Asker::User(manager) = &occasion.asker else { unreachable!() };
    order.customer_id = Some(manager.user_id);
    assert_eq!(attempt(&order, &occasion, Command::Cancel), 'r');
}

#[test]
fn what_is_refused_tells_what_would_be_taken() {
    let (order, occasion) = staged(Stage::PartShipped, false, owner());
    let Err(ChangeError::Refused(refusal)) = order.cancel(&occasion, None) else { panic!("is refused") };
    assert_eq!(
        refusal.to_string(),
        "can't cancel an order that is confirmed; allowed: cancel_rest, pay, fulfill, deliver, return, refund"
    );
}

#[test]
fn only_the_shop_expires_and_completes() {
    let given_by_the_shop: Vec<_> =
        Command::ALL.iter().filter(|command| !command.is_given_by_people()).collect();
    assert_eq!(given_by_the_shop, [&Command::Expire, &Command::Complete]);
}
