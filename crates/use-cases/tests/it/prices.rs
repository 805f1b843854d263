//! Setting prices, calling them off, and looking at them.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::{Permission, Role},
    actor::Actor,
    catalog::{PriceEdit, PricePeriod, PriceRefusal, PriceTimeline, PriceWish, PricedVariant},
    version::Precondition,
};
use ports::{
    MockPriceReader, MockPriceStore,
    catalog::{CommitPriceError, PriceAsOf, PriceHistoryQuery, PriceView, VariantPrices, Visibility},
    pagination::{Page, PageRequest},
};
use use_cases::catalog::{EditPriceError, EditPrices, PriceHistoryFilter, SeePrices, SetPriceCommand};

use crate::fixtures::{Kept, caller, context, currency, euro, ids_from, now, unavailable, uuid};

const MANAGER: [Role; 1] = [Role::CatalogManager];

fn period(id: u128, cents: i64, from: i64, to: Option<i64>) -> PricePeriod {
    let at = |minutes| now() + Duration::minutes(minutes);
    let (valid_from, valid_to) = (at(from), to.map(at));
    PricePeriod { id: uuid(id).into(), price: euro(cents), valid_from, valid_to, changed_by: Actor::System }
}

/// 10.00 for ten minutes, and 12.00 in ten.
fn found() -> PricedVariant {
    let periods = vec![period(60, 1000, -10, Some(10)), period(61, 1200, 10, None)];
    PricedVariant {
        variant_id: uuid(70).into(),
        variant_version: 3,
        product_id: uuid(71).into(),
        product_version: 7,
        prices: PriceTimeline::new(currency("EUR"), periods).unwrap(),
        now: now(),
    }
}

/// Edits what is [`found`], and keeps what was asked for.
fn editing() -> (EditPrices, Kept<PriceEdit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut prices = MockPriceStore::new();
    prices.expect_commit_price_edit().returning(move |edit| {
        keeper.keep(edit.clone());
        edit.decide(&found()).map_err(CommitPriceError::Refused)
    });
    (EditPrices { prices: Arc::new(prices), ids: ids_from(1) }, kept)
}

fn command(cents: i64) -> SetPriceCommand {
    SetPriceCommand { price: euro(cents), valid_from: None }
}

#[tokio::test]
async fn without_the_permission_nothing_is_asked_for() {
    let prices = EditPrices { prices: Arc::new(MockPriceStore::new()), ids: ids_from(1) };
    let other = caller(&[Role::Support, Role::OrderManager]);
    let set = prices.set(&other, uuid(70).into(), command(900), Precondition::None, context()).await;
    let cancelled = prices.cancel(&other, uuid(61).into(), Precondition::None, context()).await;
    for error in [set.unwrap_err(), cancelled.unwrap_err()] {
        let EditPriceError::Forbidden(forbidden) = error else { panic!("{error:?}") };
        assert_eq!(forbidden.0, Permission::ProductsWrite);
    }
}

#[tokio::test]
async fn a_price_is_set_by_somebody_in_a_request_on_a_version() {
    let (prices, kept) = editing();
    let condition = Precondition::OneOf(vec![3]);
    let decision =
        prices.set(&caller(&MANAGER), uuid(70).into(), command(900), condition.clone(), context()).await;
    let decision = decision.unwrap();
    assert_eq!(
        (decision.price.price, decision.price.valid_to),
        (euro(900), Some(now() + Duration::minutes(10)))
    );
    assert_eq!((decision.price.changed_by, decision.variant_version), (Actor::User(uuid(500).into()), 4));
    let edit = kept.one();
    assert_eq!((edit.condition, edit.request_id.as_deref()), (condition, Some("request-1")));
    let wish = PriceWish::Set {
        variant_id: uuid(70).into(),
        price_id: decision.price.id,
        price: euro(900),
        valid_from: None,
    };
    assert_eq!(edit.wish, wish);
    assert_ne!(edit.event_id.uuid(), decision.price.id.uuid());
}

#[tokio::test]
async fn a_scheduled_price_is_called_off_and_one_in_force_is_not() {
    let (prices, kept) = editing();
    prices.cancel(&caller(&MANAGER), uuid(61).into(), Precondition::None, context()).await.unwrap();
    assert_eq!(kept.one().wish, PriceWish::Cancel { price_id: uuid(61).into() });
    let in_force = prices.cancel(&caller(&MANAGER), uuid(60).into(), Precondition::None, context()).await;
    assert!(matches!(in_force, Err(EditPriceError::Refused(PriceRefusal::InForce))));
}

#[tokio::test]
async fn what_is_gone_meanwhile_was_never_there_for_the_asker() {
    let (prices, _) = editing();
    let gone = prices.cancel(&caller(&MANAGER), uuid(99).into(), Precondition::None, context()).await;
    assert!(matches!(gone, Err(EditPriceError::NotFound)));
    let not_found = failing(|| CommitPriceError::NotFound).await;
    assert!(matches!(not_found, EditPriceError::NotFound));
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let failed = failing(|| CommitPriceError::Storage(unavailable())).await;
    assert!(matches!(failed, EditPriceError::Storage(_)));
}

async fn failing(error: fn() -> CommitPriceError) -> EditPriceError {
    let mut store = MockPriceStore::new();
    store.expect_commit_price_edit().once().returning(move |_| Err(error()));
    let prices = EditPrices { prices: Arc::new(store), ids: ids_from(1) };
    let set = prices.set(&caller(&MANAGER), uuid(70).into(), command(1), Precondition::None, context()).await;
    set.unwrap_err()
}

fn view() -> PriceView {
    PriceView::new(uuid(70).into(), period(60, 1000, -10, Some(10)))
}

fn seeing(kept: &Kept<PriceHistoryQuery>) -> SeePrices {
    let keeper = kept.clone();
    let mut prices = MockPriceReader::new();
    prices.expect_find_as_of().returning(|variant, _, _| {
        let price = PriceAsOf { price: view(), lowest_price_30d: Some(euro(900)) };
        Ok((variant == uuid(70).into()).then(|| VariantPrices { variant_version: 3, prices: vec![price] }))
    });
    prices.expect_list_history().returning(move |query| {
        keeper.keep(query.clone());
        Ok((query.product_id == uuid(71).into()).then(|| Page { rows: vec![view()], next: None }))
    });
    SeePrices { prices: Arc::new(prices) }
}

#[tokio::test]
async fn who_set_a_price_is_for_staff() {
    let kept = Kept::new();
    let prices = seeing(&kept);
    let page = PageRequest { limit: 20, after: None };
    let filter =
        PriceHistoryFilter { currency: Some(currency("EUR")), from: Some(now()), ..Default::default() };
    for (asker, visibility, author) in [
        (None, Visibility::Public, None),
        (Some(caller(&[Role::Customer, Role::Support, Role::OrderManager])), Visibility::Public, None),
        (Some(caller(&MANAGER)), Visibility::Staff, Some(Actor::System)),
        (Some(caller(&[Role::Admin])), Visibility::Staff, Some(Actor::System)),
    ] {
        let now = prices.as_of(asker.as_ref(), uuid(70).into(), None).await.unwrap().unwrap();
        assert_eq!(
            (now.prices.len(), now.prices.first().and_then(|found| found.price.changed_by)),
            (1, author)
        );
        let history = prices.history(asker.as_ref(), uuid(71).into(), filter.clone(), page).await;
        let rows = history.unwrap().unwrap().rows;
        assert_eq!((rows.len(), rows.first().and_then(|row| row.changed_by)), (1, author));
        let query = kept.one();
        assert_eq!(
            (query.visibility, query.currency, query.from, query.to),
            (visibility, filter.currency, filter.from, None)
        );
    }
}

#[tokio::test]
async fn what_may_not_be_seen_has_no_prices() {
    let kept = Kept::new();
    let prices = seeing(&kept);
    assert_eq!(prices.as_of(None, uuid(1).into(), None).await.unwrap(), None);
    let page = PageRequest { limit: 20, after: None };
    let history = prices.history(None, uuid(1).into(), PriceHistoryFilter::default(), page).await;
    assert_eq!(history.unwrap(), None);
}
