//! Statements in SQL of our own that are prepared once for each connection.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// A statement whose plan the connection keeps, by its text; Diesel would prepare hand-written SQL anew each time.
///
/// The text must come from a small, fixed set: it is never forgotten. What varies is bound.
pub(crate) struct Prepared<Q>(Q);

/// Lets the connection keep what it prepares for `query`.
pub(crate) const fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared(query)
}

/// How many rows a statement touched, as it is counted.
pub(crate) fn rows(touched: usize) -> u32 {
    u32::try_from(touched).unwrap_or(u32::MAX)
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}
