//! Somebody of whom something stands in every column that may hold something personal.

use domain::ids::UserId;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::arrange::{order, run, session, variant};

/// A person, and by what they are recognised.
pub(crate) struct Person {
    pub(crate) id: UserId,
    /// Stands in every text.
    pub(crate) mark: &'static str,
    /// Begins every network address.
    pub(crate) network: &'static str,
    pub(crate) order: Uuid,
}

impl Person {
    /// Whether a value has to do with this person.
    pub(crate) fn is_in(&self, value: &str) -> bool {
        value.contains(self.mark) || value.contains(self.network)
    }
}

/// A person whose order was paid, shipped, sent back and refunded, and who has just written, ordered and logged in.
pub(crate) async fn arrive(client: &Client, mark: &'static str, network: &'static str) -> Person {
    let id = Uuid::now_v7();
    run(
        client,
        &format!(
            "INSERT INTO users (id, email, name, password_hash, roles, email_verified_at)
             VALUES ('{id}', '{mark}@example.com', '{mark} Lovelace', '{mark} hash', '{{customer}}', now())"
        ),
    )
    .await;
    let (live, ended) = (session(client, id).await, session(client, id).await);
    let shirt = variant(client, 5).await;
    let order = order(client, id, shirt).await;
    run(client, &words(id, mark, network)).await;
    run(client, &log_ins(live, ended, mark, network)).await;
    run(client, &bought(order, shirt, mark, network)).await;
    Person { id: id.into(), mark, network, order }
}

fn log_ins(live: Uuid, ended: Uuid, mark: &str, network: &str) -> String {
    format!(
        "UPDATE sessions SET user_agent = '{mark} browser', ip = '{network}1' WHERE id IN ('{live}', '{ended}');
         UPDATE sessions SET revoked_at = now(), revoke_reason = 'logged_out' WHERE id = '{ended}'"
    )
}

fn words(id: Uuid, mark: &str, network: &str) -> String {
    let cart = Uuid::now_v7();
    format!(
        "INSERT INTO one_time_tokens (digest, kind, user_id, new_email, expires_at)
             VALUES (sha256('{mark}'), 'email_change', '{id}', '{mark}.new@example.com', now() + interval '1 hour');
         INSERT INTO mails (id, user_id, kind, recipient, sealed)
             VALUES (gen_random_uuid(), '{id}', 'email_change', '{mark}.mail@example.com', '{mark} sealed');
         INSERT INTO carts (id, user_id, currency, expires_at)
             VALUES ('{cart}', '{id}', 'EUR', now() + interval '30 days');
         INSERT INTO idempotency_keys (caller, key, request_digest, status, body, subject_id, expires_at) VALUES
             ('{id}', '{mark}-key', sha256('x'), 201, '{mark} ordered', NULL, now() + interval '1 day'),
             ('{other}', 'k', sha256('x'), 200, '{mark} was served', '{id}', now() + interval '1 day');
         INSERT INTO audit_log (id, type, actor, subject, ip) VALUES
             (gen_random_uuid(), 'password.refused', 'guest', '{id}', '{network}2'),
             (gen_random_uuid(), 'access.denied', 'user:{id}', NULL, '{network}3')",
        other = Uuid::now_v7(),
    )
}

fn bought(order: Uuid, shirt: Uuid, mark: &str, network: &str) -> String {
    let (parcel, back) = (Uuid::now_v7(), Uuid::now_v7());
    let address = |of: &str| {
        format!(
            r#"{{"name": "{mark} {of}", "line1": "1 St James Square", "city": "London", "country": "GB"}}"#
        )
    };
    let (shipping, billing) = (address("ship"), address("bill"));
    let line = format!("(SELECT id FROM order_lines WHERE order_id = '{order}')");
    let event = |n: i32, kind: &str| {
        format!(
            "(event_sequence({n}), gen_random_uuid(), 'order', '{order}', {n} + 2, '{kind}', 'system', '{{}}')"
        )
    };
    format!(
        "BEGIN;
         UPDATE orders SET email = '{mark}.order@example.com', shipping_address = '{shipping}',
             billing_address = '{billing}', note = '{mark} says hello', placed_ip = '{network}4' WHERE id = '{order}';
         INSERT INTO payments (order_id, id, amount_minor, method, reference, actor)
             VALUES ('{order}', gen_random_uuid(), 1000, 'card', '{mark} paid', 'system');
         UPDATE orders SET status = 'confirmed', payment_status = 'paid', paid_minor = 1000, expires_at = NULL
             WHERE id = '{order}';
         UPDATE stock_levels SET on_hand = on_hand - 1, reserved = reserved - 1, movements = movements + 1,
             version = version + 1 WHERE variant_id = '{shirt}';
         INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                                      reserved_after, order_id, actor)
             SELECT variant_id, movements, 'fulfillment', -1, -1, on_hand, reserved, '{order}', 'system'
             FROM stock_levels WHERE variant_id = '{shirt}';
         INSERT INTO fulfillments (order_id, id, carrier, tracking_number, tracking_url, actor, delivered_at)
             VALUES ('{order}', '{parcel}', 'Post', '{mark}-1', 'https://post.example/{mark}', 'system', now());
         INSERT INTO fulfillment_lines (order_id, fulfillment_id, line_id, quantity)
             VALUES ('{order}', '{parcel}', {line}, 1);
         INSERT INTO returns (order_id, id, restock, reason, actor)
             VALUES ('{order}', '{back}', false, '{mark} did not like it', 'system');
         INSERT INTO return_lines (order_id, return_id, line_id, quantity) VALUES ('{order}', '{back}', {line}, 1);
         INSERT INTO refunds (order_id, id, amount_minor, reason, actor)
             VALUES ('{order}', gen_random_uuid(), 1000, '{mark} sent it back', 'system');
         UPDATE order_lines SET fulfilled_quantity = 1, delivered_quantity = 1, returned_quantity = 1
             WHERE order_id = '{order}';
         UPDATE orders SET status = 'completed', payment_status = 'refunded', refunded_minor = 1000,
             fulfillment_status = 'returned', version = 4 WHERE id = '{order}';
         INSERT INTO order_history (order_id, sequence, axis, from_value, to_value, command, actor, reason) VALUES
             ('{order}', 4, 'status', 'pending', 'confirmed', 'confirm', 'system', '{mark} called'),
             ('{order}', 5, 'payment_status', 'unpaid', 'paid', 'pay', 'system', NULL),
             ('{order}', 6, 'status', 'confirmed', 'completed', 'complete', 'system', NULL),
             ('{order}', 7, 'payment_status', 'paid', 'refunded', 'refund', 'system', NULL),
             ('{order}', 8, 'fulfillment_status', 'unfulfilled', 'returned', 'return', 'system', NULL);
         INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
             VALUES {confirmed}, {completed};
         COMMIT",
        confirmed = event(0, "order.confirmed"),
        completed = event(1, "order.completed"),
    )
}
