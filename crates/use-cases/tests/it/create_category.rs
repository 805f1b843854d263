//! Making a category.

use std::sync::Arc;

use domain::{
    accounts::{Permission, Role},
    actor::Actor,
    catalog::{CategoryCreation, Slug},
    events::EventData,
    idempotency::{Answer, IdempotencyRecord},
    text::Name,
};
use ports::{
    MockCatalogStore, MockIdempotencyReader,
    catalog::{CategoryView, CommitCatalogError},
    idempotency::KeyConflict,
};
use use_cases::{
    Outcome,
    catalog::{CreateCategory, CreateCategoryCommand, CreateCategoryError},
};

use crate::fixtures::{
    Kept, caller, clock, context, earlier_answer, ids_from, keyed, no_look_up, now, recorded, uuid,
};

type Commit = (CategoryCreation, Option<IdempotencyRecord>);

fn create_category(catalog: MockCatalogStore, records: Arc<MockIdempotencyReader>) -> CreateCategory {
    CreateCategory { catalog: Arc::new(catalog), records, ids: ids_from(1), clock: clock() }
}

fn keeping() -> (CreateCategory, Kept<Commit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut catalog = MockCatalogStore::new();
    catalog.expect_commit_category_creation().returning(move |creation, record| {
        keeper.keep((creation.clone(), record.cloned()));
        Ok(())
    });
    (create_category(catalog, no_look_up()), kept)
}

fn failing(error: fn() -> CommitCatalogError, records: Arc<MockIdempotencyReader>) -> CreateCategory {
    let mut catalog = MockCatalogStore::new();
    catalog.expect_commit_category_creation().once().returning(move |_, _| Err(error()));
    create_category(catalog, records)
}

fn command() -> CreateCategoryCommand {
    let parent_id = Some(uuid(70).into());
    CreateCategoryCommand { name: Name::parse("Men's shirts").unwrap(), slug: None, parent_id, position: 4 }
}

fn present(view: &CategoryView) -> Answer {
    let body = view.category.slug.as_str().as_bytes().to_vec();
    Answer { status: 201, location: None, etag: None, body, is_secret: false }
}

#[tokio::test]
async fn without_the_permission_nothing_is_looked_up_or_stored() {
    let create = create_category(MockCatalogStore::new(), no_look_up());
    let error = create
        .run(&caller(&[Role::Support, Role::OrderManager]), command(), keyed(present), context())
        .await
        .unwrap_err();
    let CreateCategoryError::Forbidden(forbidden) = error else { panic!("{error:?}") };
    assert_eq!(forbidden.0, Permission::CategoriesWrite);
}

#[tokio::test]
async fn a_category_is_stored_with_its_place_and_its_event() {
    let (create, kept) = keeping();
    let outcome =
        create.run(&caller(&[Role::CatalogManager]), command(), keyed(present), context()).await.unwrap();
    let (CategoryCreation { category, event }, record) = kept.one();
    assert_eq!((category.slug.as_str(), category.position), ("mens-shirts", 4));
    assert_eq!(category.created_at, now());
    assert_eq!(event.data, EventData::CategoryCreated { parent_id: Some(uuid(70).into()) });
    assert_eq!(event.aggregate_id, category.id.uuid());
    assert_eq!(event.origination.actor, Actor::User(uuid(500).into()));
    assert_eq!(event.origination.request_id.as_deref(), Some("request-1"));
    let value = CategoryView { category, product_count: 0 };
    let answer = Some(record.unwrap().answer);
    assert_eq!(answer, Some(present(&value)));
    assert_eq!(outcome, Outcome::Done { value, answer });
}

#[tokio::test]
async fn a_slug_that_is_asked_for_is_kept() {
    let (create, kept) = keeping();
    let command = CreateCategoryCommand { slug: Some(Slug::parse("tops").unwrap()), ..command() };
    create.run(&caller(&[Role::Admin]), command, None, context()).await.unwrap();
    assert_eq!(kept.one().0.category.slug.as_str(), "tops");
}

#[tokio::test]
async fn a_key_that_was_used_before_gets_the_first_answer() {
    let create = failing(|| KeyConflict::Taken.into(), recorded(1));
    let outcome = create.run(&caller(&[Role::Admin]), command(), keyed(present), context()).await.unwrap();
    assert_eq!(outcome, Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_parent_that_is_not_there_is_named() {
    let create = failing(|| CommitCatalogError::UnknownCategory(uuid(70).into()), no_look_up());
    let error = create.run(&caller(&[Role::Admin]), command(), None, context()).await.unwrap_err();
    assert!(matches!(error, CreateCategoryError::UnknownCategory(id) if id == uuid(70).into()));
}
