//! What the database refuses, whoever asks.

use test_database::TestDatabase;

use crate::arrange::{number, order, refusal, run, session, token, user, variant, violations};

#[tokio::test]
async fn a_whole_order_breaks_no_invariant() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    order(&client, customer, shirt).await;
    assert_eq!(violations(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_append_only_can_not_be_rewritten() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    run(
        &client,
        "INSERT INTO audit_log (id, type, actor, ip) VALUES (gen_random_uuid(), 'x', 'guest', '::1')",
    )
    .await;
    for (table, change) in [
        ("order_history", "actor = 'system'"),
        ("stock_movements", "note = 'never mind'"),
        ("events", "actor = 'system'"),
        ("audit_log", "actor = 'system'"),
        ("prices", "amount_minor = 1"),
    ] {
        for sql in [
            format!("UPDATE {table} SET {change}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            assert_eq!(refusal(&client, &sql).await, "append_only", "{sql}");
        }
    }
}

#[tokio::test]
async fn what_is_personal_can_be_erased_from_append_only_tables() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    let order = order(&client, customer, shirt).await;
    run(
        &client,
        "INSERT INTO audit_log (id, type, actor, ip) VALUES (gen_random_uuid(), 'x', 'guest', '::1')",
    )
    .await;
    run(
        &client,
        &format!(
            "INSERT INTO order_history (order_id, sequence, axis, from_value, to_value, command, actor, reason)
             VALUES ('{order}', 4, 'status', 'pending', 'confirmed', 'confirm', 'system', 'Ada called')"
        ),
    )
    .await;
    assert_eq!(refusal(&client, "UPDATE audit_log SET ip = '::2'").await, "append_only");
    assert_eq!(refusal(&client, "UPDATE audit_log SET ip = NULL, type = 'y'").await, "append_only");
    run(&client, "UPDATE audit_log SET ip = NULL; UPDATE order_history SET reason = NULL").await;
    assert_eq!(number(&client, "SELECT count(ip) FROM audit_log").await, 0);
    assert_eq!(number(&client, "SELECT count(reason) FROM order_history").await, 0);
}

#[tokio::test]
async fn price_periods_never_overlap() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let shirt = variant(&client, 5).await;
    let price = |currency: &str| {
        format!(
            "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             VALUES (gen_random_uuid(), '{shirt}', '{currency}', 900, now() + interval '1 day', 'system')"
        )
    };
    assert_eq!(refusal(&client, &price("EUR")).await, "prices_never_overlap");
    run(&client, &price("USD")).await;
}

#[tokio::test]
async fn only_the_future_of_a_price_can_be_changed() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    variant(&client, 5).await;
    let early_end = "UPDATE prices SET valid_to = now() - interval '1 second'";
    assert_eq!(refusal(&client, early_end).await, "append_only");
    run(
        &client,
        "UPDATE prices SET valid_to = now() + interval '1 day';
         INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             SELECT gen_random_uuid(), variant_id, currency, 900, valid_to, 'system' FROM prices;
         UPDATE prices SET amount_minor = 800 WHERE valid_from > now();
         DELETE FROM prices WHERE valid_from > now();
         UPDATE prices SET valid_to = NULL",
    )
    .await;
    assert_eq!(violations(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn stock_is_never_negative_or_oversold() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    variant(&client, 5).await;
    for (change, constraint) in [
        ("on_hand = -1, backorder = true", "stock_levels_on_hand_not_negative"),
        ("reserved = -1, backorder = true", "stock_levels_reserved_not_negative"),
        ("reserved = 6", "stock_levels_not_oversold"),
        ("shortfall = 1", "stock_levels_shortfall_is_missing"),
        ("reserved = 6, shortfall = 2", "stock_levels_shortfall_is_missing"),
    ] {
        assert_eq!(
            refusal(&client, &format!("UPDATE stock_levels SET {change}")).await,
            constraint,
            "{change}"
        );
    }
    run(&client, "UPDATE stock_levels SET reserved = 6, backorder = true").await;
    run(&client, "UPDATE stock_levels SET backorder = false, shortfall = 1").await;
    assert_eq!(refusal(&client, "UPDATE stock_levels SET reserved = 7").await, "stock_levels_not_oversold");
}

#[tokio::test]
async fn a_ledger_line_is_of_a_kind_that_fits_its_figures() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let shirt = variant(&client, 5).await;
    let line = |kind: &str, on_hand: i32, reserved: i32| {
        format!(
            "INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                                          reserved_after, actor)
             VALUES ('{shirt}', 2, '{kind}', {on_hand}, {reserved}, 9, 9, 'system')"
        )
    };
    assert_eq!(refusal(&client, &line("received", 1, 1)).await, "stock_movements_kind");
    assert_eq!(refusal(&client, &line("stolen", -1, 0)).await, "stock_movements_kind");
    assert_eq!(refusal(&client, &line("reservation", 0, 1)).await, "stock_movements_order");
}

#[tokio::test]
async fn an_order_only_takes_legal_steps() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    for status in ["completed", "none", "shipped"] {
        let paid = "paid_minor = 1000, payment_status = 'paid'";
        let sql = format!("UPDATE orders SET {paid}, status = '{status}'");
        assert_eq!(refusal(&client, &sql).await, "orders_legal_step", "{status}");
        let cheat = format!("UPDATE orders SET {paid}, status = '{status}', previous_status = 'confirmed'");
        assert_eq!(refusal(&client, &cheat).await, "orders_legal_step", "{status}");
    }
    run(&client, "UPDATE orders SET status = 'expired', cancelled_minor = total_minor").await;
    let back = "UPDATE orders SET status = 'pending', cancelled_minor = 0";
    assert_eq!(refusal(&client, back).await, "orders_legal_step");
}

#[tokio::test]
async fn a_new_order_begins_at_the_beginning() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    for previous in ["NULL", "'confirmed'"] {
        let sql = format!(
            "INSERT INTO orders (id, customer_id, currency, status, previous_status, payment_status, subtotal_minor,
                                 total_minor, paid_minor, email)
             VALUES (gen_random_uuid(), '{customer}', 'EUR', 'completed', {previous}, 'paid', 1, 1, 1, 'a@b.example')"
        );
        assert_eq!(refusal(&client, &sql).await, "orders_first_status");
    }
}

#[tokio::test]
async fn the_money_of_an_order_adds_up() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    for (change, constraint) in [
        ("total_minor = 999", "orders_total"),
        ("refunded_minor = 1", "orders_refunded"),
        ("paid_minor = 1", "orders_payment_status"),
        ("payment_status = 'paid'", "orders_payment_status"),
        ("cancelled_minor = 1001", "orders_cancelled"),
        ("status = 'cancelled'", "orders_cancelled"),
        ("email = NULL", "orders_erased_whole"),
        ("erased_at = now()", "orders_erased_whole"),
        ("expires_at = NULL", "orders_pending_expires"),
    ] {
        assert_eq!(refusal(&client, &format!("UPDATE orders SET {change}")).await, constraint, "{change}");
    }
    let line = |change: &str| format!("UPDATE order_lines SET {change}");
    assert_eq!(refusal(&client, &line("line_total_minor = 1")).await, "order_lines_total");
    assert_eq!(refusal(&client, &line("fulfilled_quantity = 2")).await, "order_lines_quantities");
    assert_eq!(refusal(&client, &line("delivered_quantity = 1")).await, "order_lines_quantities");
}

#[tokio::test]
async fn a_session_has_one_live_token_and_a_revoked_one_none() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let customer = user(&client, "customer").await;
    let session = session(&client, customer).await;
    assert_eq!(refusal(&client, &token(session)).await, "refresh_tokens_one_live");
    run(&client, &format!("UPDATE refresh_tokens SET used_at = now(); {}", token(session))).await;
    run(&client, "UPDATE sessions SET revoked_at = now(), revoke_reason = 'logged_out'").await;
    let live = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL AND revoked_at IS NULL";
    assert_eq!(number(&client, live).await, 0);
    assert_eq!(refusal(&client, &token(session)).await, "refresh_tokens_session_lives");
}

#[tokio::test]
async fn roles_are_known_and_the_last_admin_stays() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let first = user(&client, "admin").await;
    let demote = format!("UPDATE users SET roles = '{{customer}}' WHERE id = '{first}'");
    assert_eq!(refusal(&client, &demote).await, "users_last_admin");
    assert_eq!(refusal(&client, "DELETE FROM users").await, "users_last_admin");
    let second = user(&client, "customer").await;
    let promote = format!("UPDATE users SET roles = '{{customer,admin}}' WHERE id = '{second}'");
    let hand_over = format!("BEGIN; SET CONSTRAINTS ALL DEFERRED; {demote}; {promote}; COMMIT");
    run(&client, &hand_over).await;
    for roles in ["owner", "customer,customer", ""] {
        let sql = format!("UPDATE users SET roles = '{{{roles}}}' WHERE id = '{first}'");
        assert_eq!(refusal(&client, &sql).await, "users_roles_check", "{roles}");
    }
}

#[tokio::test]
async fn an_erased_account_keeps_nothing_personal() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    user(&client, "customer").await;
    let half = "UPDATE users SET erased_at = now(), email = NULL";
    assert_eq!(refusal(&client, half).await, "users_erased_whole");
    run(&client, "UPDATE users SET erased_at = now(), email = NULL, password_hash = NULL").await;
}

#[tokio::test]
async fn a_product_keeps_a_variant() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    variant(&client, 5).await;
    let last = "UPDATE variants SET deleted_at = now()";
    assert_eq!(refusal(&client, last).await, "products_have_a_variant");
    let bare = "INSERT INTO products (id, slug, title, status) VALUES (gen_random_uuid(), 'x', 'X', 'draft')";
    assert_eq!(refusal(&client, bare).await, "products_have_a_variant");
    run(&client, &format!("BEGIN; UPDATE products SET deleted_at = now(); {last}; COMMIT")).await;
    assert_eq!(violations(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn slugs_and_skus_are_free_again_after_a_deletion() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let make = "WITH p AS (INSERT INTO products (id, slug, title, status)
                           VALUES (gen_random_uuid(), 'shirt', 'Shirt', 'draft') RETURNING id)
                INSERT INTO variants (id, product_id, sku, title) SELECT gen_random_uuid(), id, 'S', 'S' FROM p";
    run(&client, make).await;
    assert_eq!(refusal(&client, make).await, "products_slug_key");
    run(
        &client,
        "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT",
    )
    .await;
    run(&client, make).await;
}

#[tokio::test]
async fn a_change_of_what_is_offered_is_counted_at_the_stock() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    variant(&client, 5).await;
    let count = "SELECT offer_version FROM stock_levels";
    let mut before = number(&client, count).await;
    for change in [
        "UPDATE prices SET valid_to = now() + interval '1 day'",
        "UPDATE variants SET title = 'M'",
        "UPDATE products SET status = 'archived'",
    ] {
        run(&client, change).await;
        let after = number(&client, count).await;
        assert_eq!(after, before + 1, "{change}");
        before = after;
    }
}

#[tokio::test]
async fn planted_faults_are_found() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (customer, shirt) = (user(&client, "customer").await, variant(&client, 5).await);
    order(&client, customer, shirt).await;
    for (fault, found_by) in [
        ("UPDATE stock_levels SET on_hand = 4", "stock_levels_equal_the_ledger"),
        ("UPDATE stock_levels SET reserved = 0", "reservations_equal_open_orders"),
        ("UPDATE order_lines SET quantity = 2, line_total_minor = 2000", "order_sums_add_up"),
        ("UPDATE order_lines SET fulfilled_quantity = 1", "order_quantities_follow_the_records"),
        ("UPDATE orders SET fulfillment_status = 'delivered'", "order_statuses_follow_the_records"),
        ("UPDATE orders SET status = 'confirmed'", "order_history_is_a_chain"),
        ("UPDATE orders SET placed_at = '2020-01-01'", "order_prices_were_in_force"),
        (
            "UPDATE prices SET valid_to = now();
             INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             SELECT gen_random_uuid(), variant_id, currency, 900, now() + interval '1 second', 'system' FROM prices",
            "price_periods_are_contiguous",
        ),
        (
            "ALTER TABLE prices DROP CONSTRAINT prices_never_overlap;
             INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             SELECT gen_random_uuid(), variant_id, currency, 900, now(), 'system' FROM prices",
            "price_periods_are_contiguous",
        ),
        ("DELETE FROM order_lines", "orders_are_whole"),
        ("UPDATE order_lines SET product_id = gen_random_uuid()", "references_do_not_dangle"),
    ] {
        run(&client, &format!("BEGIN; {fault}")).await;
        let found = violations(&client).await;
        assert!(found.iter().any(|violation| violation.starts_with(found_by)), "{fault}: {found:?}");
        run(&client, "ROLLBACK").await;
    }
}
