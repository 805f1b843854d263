//! Keeping categories that are edited.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName, delete,
    result::Error,
    sql_query,
    sql_types::{Bool, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    catalog::{Category, CategoryChange, CategoryDeletion, Occupancy},
    ids::CategoryId,
};
use futures::try_join;
use ports::{
    catalog::{CategoryStore, CommitCategoryError},
    storage::StorageError,
};
use uuid::Uuid;

use super::category_row::{CATEGORY_COLUMNS, CategoryRow};
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::categories,
    statement::prepared,
};

type CategoryFailure = Failure<CommitCategoryError>;

/// Keeps categories that are edited.
#[derive(Clone)]
pub struct PgCategoryStore {
    database: Database,
}

impl PgCategoryStore {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct OccupancyRow {
    #[diesel(sql_type = Bool)]
    children: bool,
    #[diesel(sql_type = Bool)]
    products: bool,
}

#[async_trait]
impl CategoryStore for PgCategoryStore {
    async fn find(&self, id: CategoryId) -> Result<Option<Category>, StorageError> {
        let row: Option<CategoryRow> = read(&self.database, |mut connection| async move {
            let statement =
                sql_query(format!("SELECT {CATEGORY_COLUMNS} FROM categories AS category WHERE id = $1"))
                    .bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        })
        .await?;
        row.map(Category::try_from).transpose()
    }

    async fn load_path(&self, id: CategoryId) -> Result<Vec<CategoryId>, StorageError> {
        let rows: Vec<PathRow> = read(&self.database, |mut connection| async move {
            prepared(sql_query(PATH).bind::<SqlUuid, _>(id.uuid())).load(&mut connection).await
        })
        .await?;
        Ok(rows.into_iter().map(|row| row.id.into()).collect())
    }

    async fn load_occupancy(&self, id: CategoryId) -> Result<Occupancy, StorageError> {
        let row: OccupancyRow = read(&self.database, |mut connection| async move {
            prepared(sql_query(OCCUPANCY).bind::<SqlUuid, _>(id.uuid())).get_result(&mut connection).await
        })
        .await?;
        Ok(Occupancy { children: row.children, products: row.products })
    }

    async fn commit_change(&self, change: &CategoryChange) -> Result<(), CommitCategoryError> {
        commit(&self.database, "edit category", |connection| change_once(connection, change)).await
    }

    async fn commit_deletion(&self, deletion: &CategoryDeletion) -> Result<(), CommitCategoryError> {
        commit(&self.database, "delete category", |connection| delete_once(connection, deletion)).await
    }
}

const PATH: &str = "
    WITH RECURSIVE path (id, parent_id) AS (
        SELECT id, parent_id FROM categories WHERE id = $1
        UNION
        SELECT above.id, above.parent_id FROM categories AS above JOIN path ON above.id = path.parent_id
    )
    SELECT id FROM path";

const OCCUPANCY: &str = "
    SELECT EXISTS (SELECT FROM categories WHERE parent_id = $1) AS children,
        EXISTS (SELECT FROM products WHERE category_id = $1 AND deleted_at IS NULL) AS products";

async fn change_once(mut connection: Connection, change: &CategoryChange) -> Result<(), CategoryFailure> {
    let events = [&change.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (updated, ()) =
                try_join!(update_in_tx(connection, change), insert_events_in_tx(connection, &events))
                    .map_err(|error| refused(error, &change.category))?;
            expect_one(updated)
        })
        .await
}

/// What is deleted already does not hold the category back, and does not return to it.
async fn delete_once(mut connection: Connection, deletion: &CategoryDeletion) -> Result<(), CategoryFailure> {
    let events = [&deletion.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (_, deleted, ()) = try_join!(
                let_go_in_tx(connection, deletion.category.id),
                delete_in_tx(connection, &deletion.category),
                insert_events_in_tx(connection, &events),
            )
            .map_err(|error| refused(error, &deletion.category))?;
            expect_one(deleted)
        })
        .await
}

async fn update_in_tx(mut connection: &AsyncPgConnection, change: &CategoryChange) -> QueryResult<usize> {
    let category = &change.category;
    let position =
        i32::try_from(category.position).map_err(|error| Error::SerializationError(error.into()))?;
    update(categories::table.find(category.id.uuid()))
        .filter(categories::version.eq(change.decided_on()))
        .set((
            categories::parent_id.eq(category.parent_id.map(|id| id.uuid())),
            categories::slug.eq(category.slug.as_str()),
            categories::name.eq(category.name.as_str()),
            categories::position.eq(position),
            categories::version.eq(category.version),
            categories::updated_at.eq(change.event.origination.at),
        ))
        .execute(&mut connection)
        .await
}

async fn delete_in_tx(mut connection: &AsyncPgConnection, category: &Category) -> QueryResult<usize> {
    delete(categories::table.find(category.id.uuid()))
        .filter(categories::version.eq(category.version))
        .execute(&mut connection)
        .await
}

/// The deleted products of the category stand nowhere. Their versions move, for whoever restores one has read that it
/// stands here.
async fn let_go_in_tx(mut connection: &AsyncPgConnection, category: CategoryId) -> QueryResult<usize> {
    let statement = sql_query(
        "UPDATE products SET category_id = NULL, version = version + 1
        WHERE category_id = $1 AND deleted_at IS NOT NULL",
    )
    .bind::<SqlUuid, _>(category.uuid());
    prepared(statement).execute(&mut connection).await
}

fn expect_one(rows: usize) -> Result<(), CategoryFailure> {
    if rows == 1 { Ok(()) } else { Err(Failure::Refused(CommitCategoryError::Conflict)) }
}

/// What refuses a move or a deletion here, somebody else has made true since the decision.
fn refused(error: Error, category: &Category) -> CategoryFailure {
    match refused_by(&error) {
        Some("categories_slug_key") => {
            Failure::Refused(CommitCategoryError::SlugTaken(category.slug.clone()))
        }
        Some("categories_acyclic" | "categories_parent_id_fkey" | "products_category_id_fkey") => {
            Failure::Refused(CommitCategoryError::Conflict)
        }
        _ => Failure::Failed(error),
    }
}
