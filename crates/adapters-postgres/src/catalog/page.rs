//! One page of products by keyset: the text of the statement follows from what is asked for, and each is read from an
//! index in the list's order, however deep the page is.

mod statement;

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::Instant;
use ports::catalog::{ProductPlace, ProductQuery, SortKey};
use uuid::Uuid;

use self::statement::Statement;
use crate::statement::prepared;

/// What stands where a tag would, in the rows of a product as such.
const NO_TAG: &str = "";

/// Where a product stands in the list.
#[derive(QueryableByName)]
pub(super) struct PlaceRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    made: Option<Instant>,
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    title: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
}

impl PlaceRow {
    /// One of the three is what the list is sorted by.
    pub(super) fn place(&self) -> ProductPlace {
        let key = match (self.made, self.number) {
            (Some(made), _) => SortKey::Made(made),
            (None, Some(number)) => SortKey::Number(number),
            (None, None) => SortKey::Title(self.title.clone().unwrap_or_default()),
        };
        ProductPlace { key, id: self.id }
    }
}

/// The places of a page, in the list's order, and at least one more when there are more.
pub(super) async fn load_page(
    mut connection: &AsyncPgConnection,
    query: &ProductQuery,
) -> QueryResult<Vec<PlaceRow>> {
    let text = Statement::of(query);
    let after = query.page.after.as_ref();
    let key = after.map(|place| &place.key);
    let statement = sql_query(text.text())
        .bind::<Nullable<Timestamptz>, _>(key.and_then(|key| match key {
            SortKey::Made(at) => Some(*at),
            SortKey::Number(_) | SortKey::Title(_) => None,
        }))
        .bind::<Nullable<BigInt>, _>(key.and_then(|key| match key {
            SortKey::Number(number) => Some(*number),
            SortKey::Made(_) | SortKey::Title(_) => None,
        }))
        .bind::<Nullable<Text>, _>(key.and_then(|key| match key {
            SortKey::Title(title) => Some(title.as_str()),
            SortKey::Made(_) | SortKey::Number(_) => None,
        }))
        .bind::<Nullable<SqlUuid>, _>(after.map(|place| place.id))
        .bind::<Text, _>(query.currency.code())
        .bind::<Nullable<BigInt>, _>(query.min_price.map(|price| price.minor()))
        .bind::<Nullable<BigInt>, _>(query.max_price.map(|price| price.minor()))
        .bind::<Text, _>(query.tag.as_deref().unwrap_or(NO_TAG))
        .bind::<Nullable<Text>, _>(query.slug.as_ref().map(|slug| slug.as_str()))
        .bind::<Nullable<Text>, _>(query.sku.as_ref().map(|sku| sku.as_str()))
        .bind::<Nullable<Text>, _>(query.search.as_deref())
        .bind::<Nullable<SqlUuid>, _>(query.category_id.map(|id| id.uuid()));
    // What only an index in the list's order can serve is planned once; where filters meet, what is best depends on
    // what is asked for, and is thought about each time.
    if text.is_plain() {
        prepared(statement).load(&mut connection).await
    } else {
        statement.load(&mut connection).await
    }
}

#[cfg(test)]
mod plans;
