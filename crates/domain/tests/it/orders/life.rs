//! One order and its model, and what can be done with both.

use chrono::Duration;
use domain::{
    Instant,
    accounts::{Caller, Email, Role, Roles},
    asker::Asker,
    catalog::Sku,
    events::Event,
    ids::VariantId,
    inventory::StockLevel,
    money::{Currency, Money},
    orders::{
        Buyer, Command, HistoryEnd, HistoryStep, Item, ItemRef, LineQuantity, NewFulfillment, NewPayment,
        NewRefund, NewReturn, Occasion, Offer, Order, OrderChange, OrderRequest, PaymentMethod,
        PaymentReference, PlacementContext, PlacementIds, Quantity, Tracking,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

use super::model::{Line, Model};

/// Something that somebody tries.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Confirm,
    Expire,
    Cancel,
    /// What is due when there is no figure.
    Pay {
        cents: Option<i64>,
        reference: u8,
    },
    /// What was kept when there is no figure.
    Refund {
        cents: Option<i64>,
    },
    /// All that is left when nothing is named.
    Fulfill {
        pieces: Option<Vec<(usize, u32)>>,
    },
    Deliver {
        shipment: usize,
    },
    Return {
        pieces: Vec<(usize, u32)>,
        restock: bool,
    },
    /// Time passes, or the clock is set back.
    Wait {
        seconds: i64,
    },
    /// The same by whoever may not.
    Unduly(Box<Self>, Who),
}

/// Who tries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Owner,
    Support,
    Manager,
    Shop,
    Stranger,
}

/// Lines: how many, at which price in cents; few and cheap, so that sums meet.
pub(crate) fn goods() -> impl Strategy<Value = Vec<(u32, i64)>> {
    prop::collection::vec((1..5_u32, 0..4_i64), 1..4)
}

pub(crate) fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec(deed(), 1..32)
}

fn deed() -> impl Strategy<Value = Deed> {
    let pieces = || prop::collection::vec((0..3_usize, 1..3_u32), 1..3);
    let who = prop::sample::select(vec![Who::Owner, Who::Support, Who::Manager, Who::Shop, Who::Stranger]);
    let duly = prop_oneof![
        2 => Just(Deed::Confirm),
        2 => Just(Deed::Expire),
        1 => Just(Deed::Cancel),
        4 => (prop::option::of(0..8_i64), 0..9_u8).prop_map(|(cents, reference)| Deed::Pay { cents, reference }),
        2 => prop::option::of(0..8_i64).prop_map(|cents| Deed::Refund { cents }),
        5 => prop::option::of(pieces()).prop_map(|pieces| Deed::Fulfill { pieces }),
        5 => (0..4_usize).prop_map(|shipment| Deed::Deliver { shipment }),
        4 => (pieces(), any::<bool>()).prop_map(|(pieces, restock)| Deed::Return { pieces, restock }),
        2 => (-500..4000_i64).prop_map(|seconds| Deed::Wait { seconds }),
    ];
    (duly, prop::option::weighted(0.3, who)).prop_map(|(deed, who)| match who {
        Some(who) => Deed::Unduly(Box::new(deed), who),
        None => deed,
    })
}

/// An order from its beginning on, with all that was decided, and its model.
pub(crate) struct Life {
    pub(crate) order: Order,
    pub(crate) history: Vec<HistoryStep>,
    pub(crate) events: Vec<Event>,
    /// For each line what the shop has and what is promised, as the decisions move it.
    pub(crate) stock: Vec<(i64, i64)>,
    pub(crate) model: Model,
    now: i64,
    made: u128,
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap()
}

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn sku(line: usize) -> Sku {
    Sku::parse(&format!("SKU-{line}")).unwrap()
}

fn variant(line: usize) -> VariantId {
    Uuid::from_u128(1000 - u128::try_from(line).unwrap()).into()
}

impl Life {
    /// Customer 7 orders these goods, of which the shop has just as many.
    pub(crate) fn begin(goods: &[(u32, i64)]) -> Self {
        let offer = |(line, (pieces, cents)): (usize, &(u32, i64))| Offer {
            variant_id: variant(line),
            product_id: Uuid::from_u128(1).into(),
            sku: sku(line),
            product_title: "Mug".into(),
            variant_title: "Mug".into(),
            buyable: true,
            unit_price: Some(euro(*cents)),
            level: StockLevel {
                on_hand: i32::try_from(*pieces).unwrap(),
                ..StockLevel::empty(variant(line), false)
            },
            version: 1,
        };
        let item = |(line, (pieces, _)): (usize, &(u32, i64))| Item {
            what: ItemRef::Sku(sku(line)),
            quantity: Quantity::new(*pieces).unwrap(),
        };
        let request = OrderRequest {
            buyer: Buyer::customer(Uuid::from_u128(7).into(), None),
            items: goods.iter().enumerate().map(item).collect(),
            currency: Currency::parse("EUR").unwrap(),
            shipping_address: None,
            billing_address: None,
            note: None,
            expected_total: None,
            expected_prices: vec![],
        };
        let context = PlacementContext {
            now: at(0),
            number: 100_001,
            email: Email::parse("ada@example.com").unwrap(),
            offers: goods.iter().enumerate().map(offer).map(Some).collect(),
        };
        let ids = PlacementIds {
            order: Uuid::from_u128(2).into(),
            lines: (10..).take(goods.len()).map(|n| Uuid::from_u128(n).into()).collect(),
            event: Uuid::from_u128(3).into(),
            request_id: None,
        };
        let placed = request.place(&context, ids, Duration::hours(1)).unwrap();
        let line = |(pieces, price): &(u32, i64)| {
            let (ordered, price, there) = (*pieces, *price, i64::from(*pieces));
            Line { ordered, price, on_hand: there, reserved: there, ..Line::default() }
        };
        let is_free = goods.iter().all(|(_, cents)| *cents == 0);
        let model = Model {
            status: if is_free { "confirmed" } else { "pending" },
            lines: goods.iter().map(line).collect(),
            shipments: vec![],
            paid: 0,
            refunded: 0,
            references: vec![],
            deadline: 3600,
        };
        let stock = goods.iter().map(|(pieces, _)| (i64::from(*pieces), i64::from(*pieces))).collect();
        let (history, events) = (placed.history, vec![placed.event]);
        Self { order: placed.order, history, events, stock, model, now: 0, made: 100 }
    }

    /// Tries it on both, and says by which commands it was done. They must agree on whether it is done.
    pub(crate) fn attempt(&mut self, deed: &Deed) -> Result<Vec<Command>, TestCaseError> {
        let (deed, who) = match deed {
            Deed::Unduly(deed, who) => (&**deed, *who),
            Deed::Expire => (deed, Who::Shop),
            deed => (deed, Who::Manager),
        };
        if let Deed::Wait { seconds } = deed {
            self.now += seconds;
            return Ok(vec![]);
        }
        let before = self.model.clone();
        let change = self.decide(deed, who);
        let done = self.model.attempt(deed, who, self.now);
        prop_assert_eq!(change.is_ok(), done, "{:?} by {:?}: {:?} of {:?}", deed, who, change, before);
        let Ok(Some(change)) = change else { return Ok(vec![]) };
        prop_assert_eq!(change.decided_on, self.order.version);
        let commands = commands(deed, &change);
        self.follow(change)?;
        Ok(commands)
    }

    /// What the order itself says to it; `None`: it is so already.
    fn decide(&mut self, deed: &Deed, who: Who) -> Result<Option<OrderChange>, String> {
        let order = self.order.clone();
        let occasion = self.occasion(who);
        let id = Uuid::from_u128(self.made);
        let result = match deed {
            Deed::Confirm => order.confirm(&occasion, None).map_err(|error| error.to_string()),
            Deed::Expire => order.expire(&occasion).map_err(|error| error.to_string()),
            Deed::Cancel => order.cancel(&occasion, None).map_err(|error| error.to_string()),
            Deed::Pay { cents, reference } => {
                let payment = NewPayment {
                    id: id.into(),
                    amount: cents.map_or(order.totals.due(), euro),
                    method: PaymentMethod::parse("card").unwrap(),
                    reference: PaymentReference::parse(&reference.to_string()).unwrap(),
                };
                order.pay(&occasion, payment).map_err(|error| error.to_string())
            }
            Deed::Refund { cents } => {
                let amount = cents.map_or(order.totals.kept(), euro);
                let refund = NewRefund { id: id.into(), amount, reason: None };
                order.refund(&occasion, refund).map_err(|error| error.to_string())
            }
            Deed::Fulfill { pieces } => {
                let lines = pieces.as_ref().map(|pieces| self.picks(pieces));
                let fulfillment = NewFulfillment { id: id.into(), lines, tracking: Tracking::default() };
                order.fulfill(&occasion, fulfillment).map_err(|error| error.to_string())
            }
            Deed::Deliver { shipment } => {
                let sent = order.records.fulfillments.get(*shipment);
                let id = sent.map_or(id.into(), |sent| sent.id);
                return order.deliver(&occasion, id).map_err(|error| error.to_string());
            }
            Deed::Return { pieces, restock } => {
                let lines = self.picks(pieces);
                let back = NewReturn { id: id.into(), lines, restock: *restock, reason: None };
                order.take_back(&occasion, back).map_err(|error| error.to_string())
            }
            Deed::Wait { .. } | Deed::Unduly(..) => unreachable!("is no command"),
        };
        result.map(Some)
    }

    /// Makes a decision true.
    fn follow(&mut self, change: OrderChange) -> Result<(), TestCaseError> {
        for moved in &change.stock {
            let line = self.order.lines.iter().position(|line| line.variant_id == moved.variant_id).unwrap();
            let (on_hand, reserved) = moved.deltas();
            self.stock[line].0 += i64::from(on_hand);
            self.stock[line].1 += i64::from(reserved);
        }
        let locked: Vec<_> = change.stock.iter().map(|moved| moved.variant_id).collect();
        prop_assert!(locked.is_sorted_by(|a, b| a < b), "each variant once, in one order");
        self.order = change.order;
        self.history.extend(change.history);
        self.events.extend(change.events);
        Ok(())
    }

    fn picks(&self, pieces: &[(usize, u32)]) -> Vec<LineQuantity> {
        let pick = |(line, quantity): &(usize, u32)| LineQuantity {
            line_id: self.order.lines[line % self.order.lines.len()].id,
            quantity: Quantity::new(*quantity).unwrap(),
        };
        pieces.iter().map(pick).collect()
    }

    fn occasion(&mut self, who: Who) -> Occasion {
        let user = |n: u128, roles: &[Role]| {
            let roles = Roles::from_iter(roles.iter().copied());
            Asker::User(Caller { user_id: Uuid::from_u128(n).into(), session_id: Uuid::nil().into(), roles })
        };
        self.made += 3;
        Occasion {
            asker: match who {
                Who::Owner => user(7, &[]),
                Who::Support => user(30, &[Role::Support]),
                Who::Manager => user(31, &[Role::OrderManager]),
                Who::Shop => Asker::System,
                Who::Stranger => user(32, &[]),
            },
            now: at(self.now),
            request_id: None,
            history: HistoryEnd::of(&self.history).unwrap(),
            events: [1, 2].map(|n| Uuid::from_u128(self.made + n).into()),
        }
    }
}

/// The commands of a decision: the deed's own, and what followed.
fn commands(deed: &Deed, change: &OrderChange) -> Vec<Command> {
    let types = change.events.iter().map(|event| event.data.event_type());
    let own = match deed {
        Deed::Confirm => Command::Confirm,
        Deed::Expire => Command::Expire,
        Deed::Cancel if change.events[0].data.event_type() == "order.rest_cancelled" => Command::CancelRest,
        Deed::Cancel => Command::Cancel,
        Deed::Pay { .. } => Command::Pay,
        Deed::Refund { .. } => Command::Refund,
        Deed::Fulfill { .. } => Command::Fulfill,
        Deed::Deliver { .. } => Command::Deliver,
        Deed::Return { .. } => Command::Return,
        Deed::Wait { .. } | Deed::Unduly(..) => unreachable!("is no command"),
    };
    let followed = types.skip(1).map(|event| match event {
        "order.confirmed" => Command::Confirm,
        "order.completed" => Command::Complete,
        event => panic!("{event} follows from nothing"),
    });
    std::iter::once(own).chain(followed).collect()
}
