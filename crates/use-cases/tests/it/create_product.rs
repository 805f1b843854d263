//! Making a product, and the one mechanism for idempotency keys.

use std::{collections::BTreeMap, sync::Arc};

use chrono::Duration;
use domain::{
    accounts::{Permission, Role},
    actor::{Actor, Origination},
    catalog::{CreationFault, NewProduct, NewVariant, ProductCreation, ProductStatus, Sku, Slug},
    idempotency::{Answer, IdempotencyRecord},
    money::Money,
    text::Name,
};
use ports::{
    MockCatalogStore, MockIdempotencyReader,
    catalog::{CommitCatalogError, ProductView},
    idempotency::KeyConflict,
};
use use_cases::{
    Outcome,
    catalog::{CreateProduct, CreateProductError},
};

use crate::fixtures::{
    Kept, call, caller, clock, context, currency, earlier_answer, euro, ids_from, keyed, no_look_up,
    no_record, now, recorded, unavailable, unreadable_records, uuid,
};

type Commit = (ProductCreation, Option<IdempotencyRecord>);

fn create_product(catalog: MockCatalogStore, records: Arc<MockIdempotencyReader>) -> CreateProduct {
    let store_currency = currency("USD");
    CreateProduct { catalog: Arc::new(catalog), records, ids: ids_from(1), clock: clock(), store_currency }
}

fn keeping() -> (CreateProduct, Kept<Commit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut catalog = MockCatalogStore::new();
    catalog.expect_commit_product_creation().returning(move |creation, record| {
        keeper.keep((creation.clone(), record.cloned()));
        Ok(())
    });
    (create_product(catalog, no_look_up()), kept)
}

fn failing(error: fn() -> CommitCatalogError, records: Arc<MockIdempotencyReader>) -> CreateProduct {
    let mut catalog = MockCatalogStore::new();
    catalog.expect_commit_product_creation().once().returning(move |_, _| Err(error()));
    create_product(catalog, records)
}

fn variant(sku: &str, price: Option<Money>) -> NewVariant {
    NewVariant {
        sku: Sku::parse(sku).unwrap(),
        title: None,
        option_values: BTreeMap::new(),
        price,
        stock: 3,
        barcode: None,
        weight_grams: None,
        backorder: false,
    }
}

fn new_product(variants: Vec<NewVariant>) -> NewProduct {
    NewProduct {
        title: Name::parse("Linen shirt").unwrap(),
        slug: None,
        description: None,
        status: ProductStatus::Draft,
        category_id: None,
        tags: vec![],
        attributes: BTreeMap::new(),
        images: vec![],
        options: vec![],
        variants,
    }
}

fn shirt() -> NewProduct {
    new_product(vec![variant("SHIRT", Some(euro(1999)))])
}

fn present(view: &ProductView) -> Answer {
    Answer {
        status: 201,
        location: Some(format!("/products/{}", view.product.id)),
        etag: Some(format!("\"{}\"", view.product.version)),
        body: view.product.slug.as_str().as_bytes().to_vec(),
        is_secret: false,
    }
}

async fn run_keyed(create: &CreateProduct) -> Result<Outcome<ProductView>, CreateProductError> {
    create.run(&caller(&[Role::CatalogManager]), shirt(), keyed(present), context()).await
}

async fn view_of(create: &CreateProduct, new: NewProduct) -> ProductView {
    match create.run(&caller(&[Role::CatalogManager]), new, None, context()).await.unwrap() {
        Outcome::Done { value, answer: None } => value,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_the_permission_nothing_is_looked_up_or_stored() {
    let create = create_product(MockCatalogStore::new(), no_look_up());
    for role in [Role::Customer, Role::Support, Role::OrderManager] {
        let error = create.run(&caller(&[role]), shirt(), keyed(present), context()).await.unwrap_err();
        let CreateProductError::Forbidden(forbidden) = error else { panic!("{error:?}") };
        assert_eq!(forbidden.0, Permission::ProductsWrite);
    }
}

#[tokio::test]
async fn what_is_stored_says_who_when_and_in_which_request() {
    let (create, kept) = keeping();
    let view = view_of(&create, shirt()).await;
    let (creation, record) = kept.one();
    let by =
        Origination { actor: Actor::User(uuid(500).into()), request_id: Some("request-1".into()), at: now() };
    assert_eq!(creation.event.origination, by);
    assert_eq!(creation.variants[0].opening.as_ref().unwrap().origination, by);
    assert_eq!(creation.variants[0].prices[0].changed_by, by.actor);
    assert_eq!((view.product, record), (creation.product, None));
}

#[tokio::test]
async fn product_variants_prices_and_event_have_ids_of_their_own() {
    let (create, kept) = keeping();
    view_of(&create, new_product(vec![variant("A", Some(euro(1))), variant("B", Some(euro(2)))])).await;
    let (creation, _) = kept.one();
    let mut ids = vec![creation.product.id.uuid(), creation.event.id.uuid()];
    for new in &creation.variants {
        ids.extend([new.variant.id.uuid(), new.prices[0].id.uuid()]);
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!((distinct.len(), creation.variants.len()), (6, 2));
}

#[tokio::test]
async fn the_answer_is_recorded_with_the_effect_and_given() {
    let (create, kept) = keeping();
    let Outcome::Done { value, answer } = run_keyed(&create).await.unwrap() else { panic!("replayed") };
    let (creation, record) = kept.one();
    let record = record.unwrap();
    assert_eq!(record.call, call(1));
    assert_eq!(record.answer, present(&value));
    assert_eq!(record.answer.location, Some(format!("/products/{}", creation.product.id)));
    assert_eq!((record.created_at, record.expires_at), (now(), now() + Duration::hours(24)));
    assert_eq!(answer, Some(record.answer));
}

#[tokio::test]
async fn a_key_that_was_used_for_the_same_request_gets_the_first_answer() {
    let create = failing(|| KeyConflict::Taken.into(), recorded(1));
    assert_eq!(run_keyed(&create).await.unwrap(), Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_key_that_was_used_for_another_request_is_refused() {
    let create = failing(|| KeyConflict::Taken.into(), recorded(2));
    assert!(matches!(run_keyed(&create).await.unwrap_err(), CreateProductError::KeyReused(_)));
}

#[tokio::test]
async fn a_call_that_is_still_running_is_not_waited_for() {
    let create = failing(|| KeyConflict::InProgress.into(), no_record());
    let error = run_keyed(&create).await.unwrap_err();
    assert!(matches!(error, CreateProductError::Key(KeyConflict::InProgress)));
}

#[tokio::test]
async fn a_key_whose_record_has_gone_meanwhile_is_a_conflict() {
    let create = failing(|| KeyConflict::Taken.into(), no_record());
    let error = run_keyed(&create).await.unwrap_err();
    assert!(matches!(error, CreateProductError::Key(KeyConflict::Taken)));
}

#[tokio::test]
async fn a_commit_that_failed_on_the_way_back_is_found_by_its_key() {
    let create = failing(|| unavailable().into(), recorded(1));
    assert_eq!(run_keyed(&create).await.unwrap(), Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_failure_stays_the_failure_when_the_records_can_not_be_read() {
    let create = failing(|| CommitCatalogError::SkuTaken(Sku::parse("SHIRT").unwrap()), unreadable_records());
    assert!(matches!(run_keyed(&create).await.unwrap_err(), CreateProductError::SkuTaken(_)));
}

#[tokio::test]
async fn a_slug_that_the_first_call_took_itself_is_no_refusal() {
    let create = failing(|| CommitCatalogError::SlugTaken(Slug::parse("linen-shirt").unwrap()), recorded(1));
    assert_eq!(run_keyed(&create).await.unwrap(), Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn without_a_key_nothing_is_looked_up_after_a_failure() {
    let create = failing(|| unavailable().into(), no_look_up());
    let error = create.run(&caller(&[Role::Admin]), shirt(), None, context()).await.unwrap_err();
    assert!(matches!(error, CreateProductError::Storage(_)));
}

#[tokio::test]
async fn parts_that_do_not_fit_store_nothing_and_are_all_named() {
    let create = create_product(MockCatalogStore::new(), no_look_up());
    let new = new_product(vec![variant("A", None), variant("A", None), variant("A", None)]);
    let error = create.run(&caller(&[Role::Admin]), new, None, context()).await.unwrap_err();
    let CreateProductError::Faults(faults) = error else { panic!("{error:?}") };
    let places: Vec<_> = faults
        .iter()
        .map(|fault| match fault {
            CreationFault::DuplicateSku { variant, .. } => *variant,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(places, [1, 2]);
}

#[tokio::test]
async fn refusals_of_the_store_keep_their_meaning() {
    let error = |error| async move {
        let create = failing(error, no_look_up());
        create.run(&caller(&[Role::Admin]), shirt(), None, context()).await.unwrap_err()
    };
    let sku = error(|| CommitCatalogError::SkuTaken(Sku::parse("SHIRT").unwrap())).await;
    assert_eq!(sku.to_string(), "the SKU SHIRT is taken");
    let slug = error(|| CommitCatalogError::SlugTaken(Slug::parse("linen-shirt").unwrap())).await;
    assert_eq!(slug.to_string(), "the slug linen-shirt is taken");
    let category = error(|| CommitCatalogError::UnknownCategory(uuid(9).into())).await;
    assert!(matches!(category, CreateProductError::UnknownCategory(id) if id == uuid(9).into()));
}

#[tokio::test]
async fn a_new_product_is_shown_in_the_currency_of_its_first_price() {
    let (create, _kept) = keeping();
    let yen = Money::from_minor(500, currency("JPY")).unwrap();
    let variants = vec![
        variant("A", None),
        variant("B", Some(euro(100))),
        variant("C", Some(yen)),
        variant("D", Some(euro(5))),
    ];
    let view = view_of(&create, new_product(variants)).await;
    let prices: Vec<_> = view.variants.iter().map(|variant| variant.price).collect();
    assert_eq!(prices, [None, Some(euro(100)), None, Some(euro(5))]);
    assert!(view.variants.iter().all(|variant| variant.lowest_price_30d.is_none()));
}

#[tokio::test]
async fn a_new_product_shows_its_opening_stock() {
    let (create, _kept) = keeping();
    let view = view_of(&create, shirt()).await;
    assert_eq!((view.variants[0].level.on_hand, view.variants[0].level.reserved), (3, 0));
}
