//! The rules of changes by hand, one by one and in every order.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    Instant,
    actor::Actor,
    inventory::{Counted, Pieces, Replay, StockMovement},
};

fn level(on_hand: i32, reserved: i32, backorder: bool) -> StockLevel {
    StockLevel { on_hand, reserved, version: 4, ..StockLevel::empty(Uuid::from_u128(1).into(), backorder) }
}

fn by() -> Origination {
    Origination { actor: Actor::System, request_id: None, at: Instant::UNIX_EPOCH }
}

fn command(what: ByHand, force: bool) -> StockCommand {
    let (variant_id, event_id) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
    StockCommand { variant_id, what, force, condition: Precondition::None, event_id, by: by() }
}

fn adjust(delta: i32) -> ByHand {
    ByHand::Adjust { delta: StockDelta::new(delta).unwrap(), reason: AdjustmentReason::Damaged, note: None }
}

fn decide(level: &StockLevel, what: ByHand, force: bool) -> Result<StockChange, StockError> {
    command(what, force).decide(level, 7)
}

fn refusal(level: &StockLevel, what: ByHand, force: bool) -> (u32, u32) {
    match decide(level, what, force) {
        Err(StockError::Insufficient { requested, available, .. }) => (requested, available),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_adjustment_says_everything_that_becomes_true_together() {
    let note = Note::parse("a box fell").unwrap();
    let what = ByHand::Adjust {
        delta: StockDelta::new(-3).unwrap(),
        reason: AdjustmentReason::Damaged,
        note: Some(note.clone()),
    };
    let change = decide(&level(10, 7, false), what, false).unwrap();
    assert_eq!((change.level.on_hand, change.level.reserved, change.level.version), (7, 7, 5));
    let kind = MovementKind::Adjustment(AdjustmentReason::Damaged);
    let movement = StockMovement {
        variant_id: change.level.variant_id,
        kind,
        delta_on_hand: -3,
        delta_reserved: 0,
        on_hand_after: 7,
        reserved_after: 7,
        order_id: None,
        note: Some(note),
        origination: by(),
    };
    assert_eq!(change.line, LedgerLine { sequence: 8, movement });
    assert_eq!((change.event.aggregate_id, change.event.aggregate_version), (Uuid::from_u128(1), 5));
    let figures = StockFigures { kind, delta: -3, on_hand: 7, reserved: 7 };
    assert_eq!(change.event.data, EventData::StockAdjusted(figures));
}

#[test]
fn below_nothing_it_never_goes() {
    for (force, backorder) in [(false, false), (true, false), (false, true), (true, true)] {
        assert_eq!(refusal(&level(10, 0, backorder), adjust(-11), force), (11, 10));
    }
}

#[test]
fn what_orders_hold_goes_only_by_force_and_then_orders_are_short() {
    let held = level(10, 7, false);
    assert_eq!(refusal(&held, adjust(-4), false), (4, 3));
    assert_eq!(refusal(&held, ByHand::Count { on_hand: 6 }, false), (4, 3));
    let forced = decide(&held, adjust(-4), true).unwrap();
    assert_eq!((forced.level.available(), forced.level.shortfall()), (-1, 1));
    assert!(matches!(forced.event.data, EventData::StockShort(_)) && !forced.level.can_sell(1));
    let needless = decide(&held, adjust(-3), true).unwrap();
    assert!(matches!(needless.event.data, EventData::StockAdjusted(_)), "force that was not needed");
}

#[test]
fn backorder_needs_no_force_and_is_no_shortfall() {
    let change = decide(&level(10, 7, true), adjust(-10), false).unwrap();
    assert_eq!((change.level.available(), change.level.shortfall()), (-7, 0));
    assert!(matches!(change.event.data, EventData::StockAdjusted(_)));
}

#[test]
fn adding_never_needs_force_and_heals_what_is_short() {
    let short = level(2, 7, false);
    let change = decide(&short, adjust(3), false).unwrap();
    assert_eq!((change.level.shortfall(), change.level.can_sell(1)), (2, false));
    assert!(matches!(change.event.data, EventData::StockAdjusted(_)), "it is less short than it was");
    assert_eq!(decide(&short, ByHand::Count { on_hand: 8 }, false).unwrap().level.shortfall(), 0);
    assert_eq!(refusal(&short, adjust(-1), false), (1, 0), "but it can't get shorter by accident");
    assert!(matches!(decide(&short, adjust(-1), true).unwrap().event.data, EventData::StockShort(_)));
}

#[test]
fn a_count_of_what_is_there_anyway_is_told_and_is_no_other_version() {
    let change = decide(&level(10, 7, false), ByHand::Count { on_hand: 10 }, false).unwrap();
    assert_eq!(change.level, level(10, 7, false));
    assert_eq!((change.line.movement.kind, change.line.movement.delta_on_hand), (MovementKind::Count, 0));
    assert_eq!(change.event.aggregate_version, 4);
    decide(&level(2, 7, false), ByHand::Count { on_hand: 2 }, false).expect("also while orders are short");
}

#[test]
fn no_more_is_counted_than_can_be() {
    let most = i32::try_from(MAX_ON_HAND).unwrap();
    assert_eq!(decide(&level(most, 0, false), adjust(1), true), Err(StockError::TooMany));
    assert_eq!(decide(&level(0, 0, false), adjust(most), false).unwrap().level.on_hand, most);
}

#[test]
fn another_version_than_was_meant_is_not_changed() {
    let mut meant = command(ByHand::Count { on_hand: 1 }, false);
    meant.condition = Precondition::OneOf(vec![3]);
    assert_eq!(meant.decide(&level(9, 0, false), 7), Err(VersionMismatch { current: 4 }.into()));
    meant.condition = Precondition::OneOf(vec![4]);
    assert!(meant.decide(&level(9, 0, false), 7).is_ok());
}

/// Anything that happens to stock.
#[derive(Debug, Clone)]
enum Happening {
    Adjust(i32, bool),
    Count(u32, bool),
    Backorder(bool),
    Sell(i32),
    Release(i32),
    Ship(i32),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::{Adjust, Backorder, Count, Release, Sell, Ship};
    prop_oneof![
        (prop_oneof![-12..=-1, 1..=12], any::<bool>()).prop_map(|(delta, force)| Adjust(delta, force)),
        (0..15u32, any::<bool>()).prop_map(|(on_hand, force)| Count(on_hand, force)),
        any::<bool>().prop_map(Backorder),
        (1..8).prop_map(Sell),
        (1..8).prop_map(Release),
        (1..8).prop_map(Ship),
    ]
}

/// A variant's stock, its whole ledger, and what excuses a negative figure.
struct Stock {
    level: StockLevel,
    ledger: Vec<Counted>,
    excused: bool,
    sold: i64,
    received: i64,
}

impl Stock {
    fn happen(&mut self, what: &Happening) {
        match *what {
            Happening::Adjust(delta, force) => self.by_hand(adjust(delta), force),
            Happening::Count(on_hand, force) => self.by_hand(ByHand::Count { on_hand }, force),
            Happening::Backorder(on) => {
                self.excused |= on;
                self.level = self.level.switch_backorder(on).unwrap_or_else(|| self.level.clone());
            }
            Happening::Sell(pieces) if self.level.can_sell(pieces.unsigned_abs()) => {
                self.sold += i64::from(pieces);
                self.order(0, pieces);
            }
            Happening::Release(pieces) if pieces <= self.level.reserved => {
                self.sold -= i64::from(pieces);
                self.order(0, -pieces);
            }
            Happening::Ship(pieces) if pieces <= self.level.reserved.min(self.level.on_hand) => {
                self.order(-pieces, -pieces);
            }
            Happening::Sell(_) | Happening::Release(_) | Happening::Ship(_) => {}
        }
    }

    fn by_hand(&mut self, what: ByHand, force: bool) {
        let lines = i64::try_from(self.ledger.len()).unwrap();
        let before = self.level.clone();
        let Ok(StockChange { level, line, event }) = command(what, force).decide(&before, lines) else {
            return;
        };
        let delta = line.movement.delta_on_hand;
        self.excused |= force;
        self.received += i64::from(delta.max(0));
        assert_eq!(
            level.version - before.version,
            i32::from(delta != 0),
            "a version counts changes of on_hand"
        );
        assert_eq!((level.reserved, level.backorder), (before.reserved, before.backorder));
        assert_eq!(matches!(event.data, EventData::StockShort(_)), level.shortfall() > before.shortfall());
        let after = (line.movement.on_hand_after, line.movement.reserved_after);
        self.ledger.push(counted(line.sequence, (delta, line.movement.delta_reserved), after));
        self.level = level;
    }

    fn order(&mut self, on_hand: i32, reserved: i32) {
        self.level.on_hand += on_hand;
        self.level.reserved += reserved;
        let sequence = i64::try_from(self.ledger.len()).unwrap() + 1;
        let after = (self.level.on_hand, self.level.reserved);
        self.ledger.push(counted(sequence, (on_hand, reserved), after));
    }
}

fn pieces((on_hand, reserved): (i32, i32)) -> Pieces {
    Pieces { on_hand: on_hand.into(), reserved: reserved.into() }
}

fn counted(sequence: i64, deltas: (i32, i32), after: (i32, i32)) -> Counted {
    Counted { sequence, deltas: pieces(deltas), after: pieces(after) }
}

proptest! {
    /// I1 and I3, and the constraints of the database.
    #[test]
    fn whatever_happens_the_ledger_adds_up_and_nothing_is_oversold(
        happenings in prop::collection::vec(happening(), 1..60)
    ) {
        let mut stock =
            Stock { level: level(0, 0, false), ledger: vec![], excused: false, sold: 0, received: 0 };
        for what in &happenings {
            stock.happen(what);
            let Stock { level, ledger, excused, sold, received } = &stock;
            prop_assert!(level.on_hand >= 0 && level.reserved >= 0, "{level:?}");
            prop_assert!(*excused || (level.available() >= 0 && sold <= received), "{level:?}");
            let shortfall = level.shortfall();
            prop_assert!(level.backorder || level.reserved <= level.on_hand + shortfall, "{level:?}");
            prop_assert!(0 <= shortfall && shortfall <= (level.reserved - level.on_hand).max(0), "{level:?}");
            let mut replay = Replay::default();
            ledger.iter().for_each(|line| replay.follow(line));
            let seen = i64::try_from(ledger.len()).unwrap();
            prop_assert_eq!(replay.compare(Some((pieces((level.on_hand, level.reserved)), seen))), []);
        }
    }

    /// R072.
    #[test]
    fn adding_is_never_refused_and_taking_only_for_what_is_missing_or_held(
        on_hand in 0..20i32, reserved in 0..30i32, backorder: bool, delta in prop_oneof![-25..=-1, 1..=25], force: bool
    ) {
        let decided = decide(&level(on_hand, reserved, backorder), adjust(delta), force);
        let after = on_hand + delta;
        let fine = delta > 0 || (after >= 0 && (force || backorder || after >= reserved));
        prop_assert_eq!(decided.is_ok(), fine);
        if let Err(StockError::Insufficient { requested, available, .. }) = decided {
            prop_assert_eq!(requested, delta.unsigned_abs());
            prop_assert!(available < requested);
            if let Ok(less) = StockDelta::new(-i32::try_from(available).unwrap()) {
                let what = ByHand::Adjust { delta: less, reason: AdjustmentReason::Lost, note: None };
                prop_assert!(decide(&level(on_hand, reserved, backorder), what, force).is_ok());
            }
        }
    }
}
