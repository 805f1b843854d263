//! What staff does with stock.

use std::sync::Arc;

use domain::{
    accounts::{Permission, Role},
    actor::Actor,
    catalog::Sku,
    idempotency::Answer,
    inventory::{
        AdjustmentReason, ByHand, Counted, LedgerFault, Pieces, StockChange, StockCommand, StockDelta,
        StockError, StockLevel,
    },
    version::Precondition,
};
use ports::{
    MockIdempotencyReader, MockLedgerReader, MockLedgerWalk, MockStockReader, MockStockStore,
    idempotency::KeyConflict,
    inventory::{ChangedStock, CommitStockError, StockQuery, StockView, Stocktaking},
    pagination::{Page, PageRequest},
};
use use_cases::{
    Outcome,
    inventory::{
        AdjustStock, AdjustStockCommand, ChangeStockError, CountStock, CountStockCommand, Difference,
        GetMovement, GetStock, ListMovements, ListStock, SeeStockError, StockFilter, Verified, VerifyStock,
    },
};

use crate::fixtures::{
    Kept, caller, clock, context, earlier_answer, ids_from, keyed, no_look_up, no_record, now, recorded,
    unavailable, uuid,
};

const KEEPER: [Role; 1] = [Role::CatalogManager];

fn mug() -> StockView {
    let level = StockLevel { on_hand: 10, reserved: 4, ..StockLevel::empty(uuid(7).into(), false) };
    StockView { product_id: uuid(8).into(), sku: Sku::parse("MUG").unwrap(), level }
}

/// A store that lets the command decide on ten mugs, of which orders hold four.
fn store(kept: &Kept<StockCommand>) -> MockStockStore {
    let kept = kept.clone();
    let mut store = MockStockStore::new();
    store.expect_commit_command().returning(move |command, keyed| {
        kept.keep(command.clone());
        let StockView { product_id, sku, level } = mug();
        let change = match command.decide(&level, 2) {
            Ok(change) => change,
            Err(refusal) => return Err(CommitStockError::Refused { sku, refusal }),
        };
        let view = StockView { product_id, sku, level: change.level.clone() };
        let record = keyed.map(|keyed| keyed.record(&change, command.by.at));
        Ok(ChangedStock { change, view, record })
    });
    store
}

fn failing(error: fn() -> CommitStockError) -> MockStockStore {
    let mut store = MockStockStore::new();
    store.expect_commit_command().once().returning(move |_, _| Err(error()));
    store
}

fn adjust(store: MockStockStore, records: Arc<MockIdempotencyReader>) -> AdjustStock {
    AdjustStock { stock: Arc::new(store), records, ids: ids_from(1), clock: clock() }
}

fn lost(pieces: i32) -> AdjustStockCommand {
    let delta = StockDelta::new(-pieces).unwrap();
    AdjustStockCommand { delta, reason: AdjustmentReason::Lost, note: None, force: false }
}

fn present(change: &StockChange) -> Answer {
    Answer {
        status: 201,
        location: None,
        etag: None,
        body: vec![u8::try_from(change.line.sequence).unwrap()],
        is_secret: false,
    }
}

#[tokio::test]
async fn an_adjustment_is_decided_by_the_command_that_is_committed() {
    let kept = Kept::new();
    let adjust = adjust(store(&kept), no_look_up());
    let outcome = adjust.run(&caller(&KEEPER), uuid(7).into(), lost(3), None, context()).await.unwrap();
    let Outcome::Done { value, answer: None } = outcome else { panic!("{outcome:?}") };
    assert_eq!((value.level.on_hand, value.line.sequence), (7, 3));
    let command = kept.one();
    assert_eq!((command.variant_id, command.condition.clone()), (uuid(7).into(), Precondition::None));
    assert!(matches!(command.what, ByHand::Adjust { reason: AdjustmentReason::Lost, .. }));
    assert_eq!((command.by.actor, command.by.at), (Actor::User(uuid(500).into()), now()));
    assert_eq!(command.by.request_id, context().request_id);
}

#[tokio::test]
async fn the_recorded_answer_is_the_one_that_is_sent() {
    let adjust = adjust(store(&Kept::new()), no_look_up());
    let keyed = keyed(present);
    let outcome = adjust.run(&caller(&KEEPER), uuid(7).into(), lost(1), keyed, context()).await.unwrap();
    let Outcome::Done { answer: Some(answer), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(answer.body, [3]);
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer_and_another_one_under_its_key_none() {
    let taken = || failing(|| KeyConflict::Taken.into());
    let run = async |records| {
        let adjust = adjust(taken(), records);
        adjust.run(&caller(&KEEPER), uuid(7).into(), lost(1), keyed(present), context()).await
    };
    assert_eq!(run(recorded(1)).await.unwrap(), Outcome::Replayed(earlier_answer()));
    assert!(matches!(run(recorded(2)).await, Err(ChangeStockError::KeyReused(_))));
    assert!(matches!(run(no_record()).await, Err(ChangeStockError::Key(KeyConflict::Taken))));
}

#[tokio::test]
async fn what_the_level_does_not_allow_is_told_with_the_sku() {
    let adjust = adjust(store(&Kept::new()), no_look_up());
    let refused = adjust.run(&caller(&KEEPER), uuid(7).into(), lost(7), None, context()).await;
    let Err(ChangeStockError::Refused { sku, refusal }) = refused else { panic!("{refused:?}") };
    assert_eq!(sku.as_str(), "MUG");
    let expected = StockError::Insufficient { requested: 7, available: 6, on_hand: 10, reserved: 4 };
    assert_eq!(refusal, expected);
}

#[tokio::test]
async fn a_count_is_taken_on_the_version_that_is_meant() {
    let kept = Kept::new();
    let count = |store| CountStock { stock: Arc::new(store), ids: ids_from(1), clock: clock() };
    let found = CountStockCommand { on_hand: 6, force: false };
    let meant = Precondition::OneOf(vec![1]);
    let counted = count(store(&kept)).run(&caller(&KEEPER), uuid(7).into(), found, &meant, context()).await;
    let view = counted.unwrap();
    assert_eq!((view.level.on_hand, view.level.version, view.sku.as_str()), (6, 2, "MUG"));
    assert_eq!(kept.one().condition, meant);
    let other = Precondition::OneOf(vec![2]);
    let refused =
        count(store(&Kept::new())).run(&caller(&KEEPER), uuid(7).into(), found, &other, context()).await;
    let outdated = |error| matches!(error, ChangeStockError::Refused { refusal: StockError::Version(_), .. });
    assert!(refused.is_err_and(outdated));
}

#[tokio::test]
async fn failures_of_the_store_are_told() {
    let run = async |error| {
        let adjust = adjust(failing(error), no_look_up());
        adjust.run(&caller(&KEEPER), uuid(7).into(), lost(1), None, context()).await.unwrap_err()
    };
    assert!(matches!(run(|| CommitStockError::NotFound).await, ChangeStockError::NotFound));
    assert!(matches!(run(|| unavailable().into()).await, ChangeStockError::Storage(_)));
}

#[tokio::test]
async fn nobody_but_the_staff_that_keeps_stock_sees_or_changes_it() {
    for role in [Role::Customer, Role::Support] {
        let somebody = caller(&[role]);
        let adjust = adjust(MockStockStore::new(), no_look_up());
        let refused = adjust.run(&somebody, uuid(7).into(), lost(1), None, context()).await;
        let lacking = |error| matches!(error, ChangeStockError::Forbidden(lacks) if lacks.0 == Permission::InventoryWrite);
        assert!(refused.is_err_and(lacking));
        let count = CountStock { stock: Arc::new(MockStockStore::new()), ids: ids_from(1), clock: clock() };
        let found = CountStockCommand { on_hand: 6, force: true };
        let refused = count.run(&somebody, uuid(7).into(), found, &Precondition::None, context()).await;
        assert!(refused.is_err_and(lacking));
        let blind =
            |error| matches!(error, SeeStockError::Forbidden(lacks) if lacks.0 == Permission::InventoryRead);
        let stock = Arc::new(MockStockReader::new());
        assert!(GetStock { stock: stock.clone() }.run(&somebody, uuid(7).into()).await.is_err_and(blind));
        let first = PageRequest { limit: 5, after: None };
        assert!(ListStock { stock }.run(&somebody, StockFilter::default(), first).await.is_err_and(blind));
        let ledger = Arc::new(MockLedgerReader::new());
        let movement = GetMovement { ledger: ledger.clone() }.run(&somebody, uuid(7).into(), 1).await;
        assert!(movement.is_err_and(blind));
        let first = PageRequest { limit: 5, after: None };
        assert!(ListMovements { ledger }.run(&somebody, uuid(7).into(), first).await.is_err_and(blind));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let mut stock = MockStockReader::new();
    stock.expect_find().returning(|id| Ok((id == mug().level.variant_id).then(mug)));
    let get = GetStock { stock: Arc::new(stock) };
    assert_eq!(get.run(&caller(&KEEPER), uuid(7).into()).await.unwrap(), mug());
    assert!(matches!(get.run(&caller(&KEEPER), uuid(9).into()).await, Err(SeeStockError::NotFound)));
    let mut ledger = MockLedgerReader::new();
    ledger.expect_find().returning(|_, _| Ok(None));
    ledger.expect_list().returning(|_, _| Ok(None));
    let ledger = Arc::new(ledger);
    let line = GetMovement { ledger: ledger.clone() }.run(&caller(&KEEPER), uuid(7).into(), 1).await;
    assert!(matches!(line, Err(SeeStockError::NotFound)));
    let first = PageRequest { limit: 5, after: None };
    let page = ListMovements { ledger }.run(&caller(&KEEPER), uuid(7).into(), first).await;
    assert!(matches!(page, Err(SeeStockError::NotFound)));
}

#[tokio::test]
async fn a_filter_is_passed_on_as_it_is() {
    let mut stock = MockStockReader::new();
    let expected = StockQuery { below: Some(5), sku: None, page: PageRequest { limit: 5, after: None } };
    stock
        .expect_list()
        .withf(move |query| *query == expected)
        .returning(|_| Ok(Page { rows: vec![mug()], next: None }));
    let filter = StockFilter { below: Some(5), sku: None };
    let first = PageRequest { limit: 5, after: None };
    let page = ListStock { stock: Arc::new(stock) }.run(&caller(&KEEPER), filter, first).await.unwrap();
    assert_eq!(page.rows, [mug()]);
}

fn line(sequence: i64, on_hand: i64, after: i64) -> Stocktaking {
    let pieces = |on_hand| Pieces { on_hand, reserved: 0 };
    Stocktaking::Line(Counted { sequence, deltas: pieces(on_hand), after: pieces(after) })
}

fn level(id: u128, on_hand: i64, lines: i64) -> Stocktaking {
    let level = Some((Pieces { on_hand, reserved: 0 }, lines));
    Stocktaking::Level { variant_id: uuid(id).into(), sku: Some(Sku::parse("MUG").unwrap()), level }
}

#[tokio::test]
async fn a_proof_names_each_variant_that_differs_and_carries_nothing_over() {
    let mut parts = [
        vec![line(1, 5, 5), level(1, 4, 1), level(2, 0, 0), line(1, 3, 3)],
        vec![line(2, 1, 4), level(3, 4, 2)],
        vec![],
    ]
    .into_iter();
    let mut walk = MockLedgerWalk::new();
    walk.expect_next().times(3).returning(move || Ok(parts.next().unwrap()));
    let (mut found, mut progress) = (Vec::new(), Vec::new());

    let verified = VerifyStock
        .run(&mut walk, |difference| found.push(difference), |so_far| progress.push(so_far.variants))
        .await;

    assert_eq!(verified.unwrap(), Verified { variants: 3, lines: 3, differences: 1 });
    let pieces = |on_hand| Pieces { on_hand, reserved: 0 };
    let faults = vec![LedgerFault::Differs { level: pieces(4), ledger: pieces(5) }];
    assert_eq!(found, [Difference { variant_id: uuid(1).into(), sku: Sku::parse("MUG").ok(), faults }]);
    assert_eq!(progress, [2, 3]);
}

#[tokio::test]
async fn a_walk_that_breaks_off_proves_nothing() {
    let mut walk = MockLedgerWalk::new();
    walk.expect_next().once().returning(|| Err(unavailable()));
    assert!(VerifyStock.run(&mut walk, |_| (), |_| ()).await.is_err());
}
