//! Rows that tests start from, written past the adapters, and what the database says to a statement.

use tokio_postgres::Client;
use uuid::Uuid;

/// Runs statements that must pass.
pub(crate) async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
}

/// Runs statements that must be refused, and gives the name of the constraint that did it.
pub(crate) async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    let refusal = error.as_db_error().unwrap_or_else(|| panic!("{error:?}"));
    refusal.constraint().unwrap_or_else(|| panic!("no constraint: {refusal:?}\n{sql}")).to_owned()
}

/// One number out of the database.
pub(crate) async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(&format!("SELECT ({sql})::bigint"), &[]).await.unwrap().get(0)
}

/// An account with these roles, as an array literal's inside.
pub(crate) async fn user(client: &Client, roles: &str) -> Uuid {
    let id = Uuid::now_v7();
    let sql = format!(
        "INSERT INTO users (id, email, password_hash, roles) VALUES ('{id}', '{id}@example.com', 'x', '{{{roles}}}')"
    );
    run(client, &sql).await;
    id
}

/// An active product with one variant, `on_hand` pieces of it, and a price of 10.00 EUR since a minute ago.
pub(crate) async fn variant(client: &Client, on_hand: i32) -> Uuid {
    let (product, variant) = (Uuid::now_v7(), Uuid::now_v7());
    let sql = format!(
        "BEGIN;
         INSERT INTO products (id, slug, title, status) VALUES ('{product}', '{product}', 'Shirt', 'active');
         INSERT INTO variants (id, product_id, sku, title) VALUES ('{variant}', '{product}', '{variant}', 'S');
         INSERT INTO stock_levels (variant_id, on_hand, movements) VALUES ('{variant}', {on_hand}, 1);
         INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                                      reserved_after, actor)
             VALUES ('{variant}', 1, 'opening', {on_hand}, 0, {on_hand}, 0, 'system');
         INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             VALUES (gen_random_uuid(), '{variant}', 'EUR', 1000, now() - interval '1 minute', 'system');
         COMMIT"
    );
    run(client, &sql).await;
    variant
}

/// A pending order over one piece of `variant`, with everything that belongs to it.
pub(crate) async fn order(client: &Client, customer: Uuid, variant: Uuid) -> Uuid {
    let order = Uuid::now_v7();
    let sql = format!(
        "BEGIN;
         UPDATE stock_levels SET reserved = reserved + 1, movements = movements + 1 WHERE variant_id = '{variant}';
         INSERT INTO orders (id, customer_id, currency, status, payment_status, subtotal_minor, total_minor, email,
                             expires_at)
             VALUES ('{order}', '{customer}', 'EUR', 'pending', 'unpaid', 1000, 1000, 'ada@example.com',
                     now() + interval '1 hour');
         INSERT INTO order_lines (order_id, id, position, variant_id, product_id, sku, title, unit_price_minor,
                                  quantity, line_total_minor)
             SELECT '{order}', gen_random_uuid(), 0, id, product_id, sku, title, 1000, 1, 1000
             FROM variants WHERE id = '{variant}';
         INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                                      reserved_after, order_id, actor)
             SELECT variant_id, movements, 'reservation', 0, 1, on_hand, reserved, '{order}', 'guest'
             FROM stock_levels WHERE variant_id = '{variant}';
         INSERT INTO order_history (order_id, sequence, axis, to_value, command, actor)
             VALUES ('{order}', 1, 'status', 'pending', 'place', 'guest'),
                    ('{order}', 2, 'payment_status', 'unpaid', 'place', 'guest'),
                    ('{order}', 3, 'fulfillment_status', 'unfulfilled', 'place', 'guest');
         INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
             VALUES (event_sequence(0), gen_random_uuid(), 'order', '{order}', 1, 'order.placed', 'guest', '{{}}');
         COMMIT"
    );
    run(client, &sql).await;
    order
}

/// A session of `user` with one live refresh token.
pub(crate) async fn session(client: &Client, user: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    run(
        client,
        &format!(
            "INSERT INTO sessions (id, user_id, expires_at) VALUES ('{id}', '{user}', now() + interval '1 day');
             {}",
            token(id)
        ),
    )
    .await;
    id
}

/// The statement that gives `session` one more refresh token.
pub(crate) fn token(session: Uuid) -> String {
    format!(
        "INSERT INTO refresh_tokens (digest, session_id, expires_at)
         VALUES (sha256(gen_random_uuid()::text::bytea), '{session}', now() + interval '1 day')"
    )
}

/// Every broken invariant.
pub(crate) async fn violations(client: &Client) -> Vec<String> {
    let rows =
        client.query("SELECT invariant || ' ' || offender FROM \"check\".violations", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
