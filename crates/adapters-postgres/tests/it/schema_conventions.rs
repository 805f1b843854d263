//! What holds for every table.

use test_database::TestDatabase;

/// Names of what `sql` finds.
async fn found(database: &TestDatabase, sql: &str) -> Vec<String> {
    let rows = database.client().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_foreign_key_says_what_a_deletion_does() {
    let database = TestDatabase::create().await;
    let silent = "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
                  WHERE contype = 'f' AND confdeltype = 'a' AND connamespace = 'public'::regnamespace";
    assert_eq!(found(&database, silent).await, Vec::<String>::new());
}

/// An index covers a foreign key when it starts with the key's columns, in any order, and leaves out at most the rows
/// in which one of them is NULL.
#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let database = TestDatabase::create().await;
    let bare = "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint AS fk
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index AS i
            WHERE i.indrelid = fk.conrelid AND i.indisvalid
                AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::int2[])[0:cardinality(fk.conkey) - 1]) AS k)
                    = (SELECT array_agg(k ORDER BY k) FROM unnest(fk.conkey) AS k)
                AND (i.indpred IS NULL OR EXISTS (
                    SELECT FROM unnest(fk.conkey) AS k JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (fk.conrelid, k)
                    WHERE pg_get_expr(i.indpred, i.indrelid) = format('(%s IS NOT NULL)', a.attname))))";
    assert_eq!(found(&database, bare).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_text_is_bounded() {
    let database = TestDatabase::create().await;
    let unbounded = "SELECT attrelid::regclass || '.' || attname FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = attrelid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
        WHERE attnum > 0 AND atttypid = 'text'::regtype AND relname NOT IN ('__diesel_schema_migrations', 'order_steps')
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'c' AND attnum = ANY (conkey))
            -- these two are bounded by what they are compared with
            AND (relname, attname) NOT IN (('order_history', 'from_value'), ('orders', 'status'))";
    assert_eq!(found(&database, unbounded).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_invariant_is_part_of_the_whole_and_explained() {
    let database = TestDatabase::create().await;
    let forgotten =
        "SELECT viewname::text FROM pg_views WHERE schemaname = 'check' AND viewname <> 'violations'
        AND (position('''' || viewname || '''' IN pg_get_viewdef('\"check\".violations'::regclass)) = 0
            OR obj_description(format('\"check\".%I', viewname)::regclass) IS NULL)";
    assert_eq!(found(&database, forgotten).await, Vec::<String>::new());
}
