-- The shop's invariants, in SQL: each view returns the rows that break one, so an empty view is a kept promise. They
-- hold whenever no transaction is running, in any database of the shop, and are there for the consistency checker, for
-- tests and for whoever wonders. Read-only and never used by the server itself: most of them read whole tables.
--
--     SELECT * FROM "check".violations;    -- all of them; empty is good
--
-- Much of this is also enforced by constraints; what is enforced is stated again here so that a constraint that was
-- dropped, or a row that was written while one was off, is found.

CREATE SCHEMA "check"; -- a reserved word, hence the quotes

-- ---- inventory ----

CREATE VIEW "check".stock_ledger_is_a_chain AS
SELECT variant_id, sequence, kind FROM (
    SELECT movement.*,
        lag(sequence, 1, 0::bigint)   OVER variant AS sequence_before,
        lag(on_hand_after, 1, 0)      OVER variant AS on_hand_before,
        lag(reserved_after, 1, 0)     OVER variant AS reserved_before
    FROM stock_movements AS movement
    WINDOW variant AS (PARTITION BY variant_id ORDER BY sequence)
) AS chain
WHERE sequence <> sequence_before + 1
    OR on_hand_after <> on_hand_before + delta_on_hand
    OR reserved_after <> reserved_before + delta_reserved;
COMMENT ON VIEW "check".stock_ledger_is_a_chain IS
    'Each line of the ledger follows the one before it by exactly its own deltas; none is missing.';

CREATE VIEW "check".stock_levels_equal_the_ledger AS
SELECT level.variant_id, level.on_hand, level.reserved, ledger.on_hand AS on_hand_by_ledger,
    ledger.reserved AS reserved_by_ledger
FROM stock_levels AS level
CROSS JOIN LATERAL (
    SELECT coalesce(sum(delta_on_hand), 0) AS on_hand, coalesce(sum(delta_reserved), 0) AS reserved,
        coalesce(max(sequence), 0) AS movements
    FROM stock_movements AS movement WHERE movement.variant_id = level.variant_id
) AS ledger
WHERE (level.on_hand, level.reserved, level.movements) <> (ledger.on_hand, ledger.reserved, ledger.movements);
COMMENT ON VIEW "check".stock_levels_equal_the_ledger IS 'The ledger adds up to the level.';

CREATE VIEW "check".stock_moves_with_the_goods AS
WITH shipped AS (
    SELECT variant_id, sum(line.quantity) AS pieces
    FROM fulfillment_lines AS line JOIN order_lines ON (order_lines.order_id, order_lines.id) = (line.order_id, line.line_id)
    GROUP BY variant_id
), restocked AS (
    SELECT variant_id, sum(line.quantity) AS pieces
    FROM return_lines AS line
    JOIN returns ON (returns.order_id, returns.id) = (line.order_id, line.return_id) AND returns.restock
    JOIN order_lines ON (order_lines.order_id, order_lines.id) = (line.order_id, line.line_id)
    GROUP BY variant_id
), ledger AS (
    SELECT variant_id, -coalesce(sum(delta_on_hand) FILTER (WHERE kind = 'fulfillment'), 0) AS shipped,
        coalesce(sum(delta_on_hand) FILTER (WHERE kind = 'restock'), 0) AS restocked
    FROM stock_movements GROUP BY variant_id
)
SELECT variant_id, coalesce(ledger.shipped, 0) AS shipped_by_ledger, coalesce(shipped.pieces, 0) AS shipped,
    coalesce(ledger.restocked, 0) AS restocked_by_ledger, coalesce(restocked.pieces, 0) AS restocked
FROM ledger FULL JOIN shipped USING (variant_id) FULL JOIN restocked USING (variant_id)
WHERE coalesce(ledger.shipped, 0) <> coalesce(shipped.pieces, 0)
    OR coalesce(ledger.restocked, 0) <> coalesce(restocked.pieces, 0);
COMMENT ON VIEW "check".stock_moves_with_the_goods IS
    'What the ledger says went out and came back is what the orders shipped and restocked.';

CREATE VIEW "check".reservations_equal_open_orders AS
WITH held AS (
    SELECT variant_id, sum(quantity - cancelled_quantity - fulfilled_quantity) AS pieces
    FROM order_lines JOIN orders ON orders.id = order_lines.order_id
    WHERE orders.status IN ('pending', 'confirmed')
    GROUP BY variant_id
)
SELECT variant_id, coalesce(level.reserved, 0) AS reserved, coalesce(held.pieces, 0) AS held_by_orders
FROM stock_levels AS level FULL JOIN held USING (variant_id)
WHERE coalesce(level.reserved, 0) <> coalesce(held.pieces, 0);
COMMENT ON VIEW "check".reservations_equal_open_orders IS
    'Reserved is what lines of pending and confirmed orders still wait for; other orders hold nothing.';

CREATE VIEW "check".reservations_are_released_once AS
SELECT order_id, variant_id, sum(delta_reserved) AS reserved
FROM stock_movements JOIN orders ON orders.id = order_id
WHERE status IN ('cancelled', 'expired', 'completed')
GROUP BY order_id, variant_id HAVING sum(delta_reserved) <> 0;
COMMENT ON VIEW "check".reservations_are_released_once IS
    'What a closed order had reserved was shipped or released, each piece once.';

CREATE VIEW "check".stock_is_not_oversold AS
SELECT variant_id, on_hand, reserved, shortfall FROM stock_levels
WHERE on_hand < 0 OR reserved < 0 OR (NOT backorder AND reserved > on_hand + shortfall);
COMMENT ON VIEW "check".stock_is_not_oversold IS
    'Nothing is negative, and no more is promised than there is, but by backorder or a recorded shortfall.';

-- ---- orders ----

CREATE VIEW "check".orders_are_whole AS
SELECT id AS order_id, 'no lines' AS fault FROM orders
    WHERE NOT EXISTS (SELECT FROM order_lines WHERE order_id = orders.id)
UNION ALL
SELECT id, 'no history' FROM orders WHERE NOT EXISTS (SELECT FROM order_history WHERE order_id = orders.id)
UNION ALL
SELECT order_id, 'line without an order' FROM order_lines
    WHERE NOT EXISTS (SELECT FROM orders WHERE id = order_lines.order_id)
UNION ALL
SELECT order_id, 'quantity' FROM order_lines WHERE quantity < 1
UNION ALL
SELECT line.order_id, 'line without its reservation' FROM order_lines AS line
    WHERE line.quantity <> (SELECT coalesce(sum(delta_reserved), 0) FROM stock_movements AS movement
        WHERE movement.variant_id = line.variant_id AND movement.order_id = line.order_id AND kind = 'reservation');
COMMENT ON VIEW "check".orders_are_whole IS
    'An order has lines, history and reservations; a line has an order and at least one piece.';

CREATE VIEW "check".order_sums_add_up AS
SELECT orders.id AS order_id, orders.number FROM orders
CROSS JOIN LATERAL (
    SELECT sum(line_total_minor) AS subtotal, sum(unit_price_minor * cancelled_quantity) AS cancelled,
        bool_and(line_total_minor = unit_price_minor * quantity) AS multiplied
    FROM order_lines WHERE order_id = orders.id
) AS lines
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS paid FROM payments WHERE order_id = orders.id) AS payments
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS refunded FROM refunds WHERE order_id = orders.id) AS refunds
WHERE NOT (lines.multiplied
    AND subtotal_minor = lines.subtotal
    AND total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor
    AND paid_minor = payments.paid
    AND refunded_minor = refunds.refunded
    AND 0 <= refunded_minor AND refunded_minor <= paid_minor
    AND (paid_minor <= total_minor OR status IN ('cancelled', 'expired'))
    AND (discount_minor <> 0 OR status IN ('cancelled', 'expired') OR cancelled_minor = lines.cancelled)
    AND (status NOT IN ('cancelled', 'expired') OR cancelled_minor = total_minor));
COMMENT ON VIEW "check".order_sums_add_up IS
    'Lines, totals, payments and refunds add up; more than the total is paid only after cancellation or expiry.';

CREATE VIEW "check".order_prices_were_in_force AS
SELECT line.order_id, line.id AS line_id, line.variant_id
FROM order_lines AS line JOIN orders ON orders.id = line.order_id
WHERE NOT EXISTS (
    SELECT FROM prices
    WHERE prices.variant_id = line.variant_id AND prices.currency = orders.currency
        AND prices.amount_minor = line.unit_price_minor
        AND prices.valid_from <= orders.placed_at
        AND (prices.valid_to IS NULL OR orders.placed_at < prices.valid_to));
COMMENT ON VIEW "check".order_prices_were_in_force IS
    'Each line was sold at the price that the history shows for the instant of the order.';

CREATE VIEW "check".order_numbers_are_unique AS
SELECT number FROM orders GROUP BY number HAVING count(*) > 1;
COMMENT ON VIEW "check".order_numbers_are_unique IS 'No two orders share a number; gaps are fine.';

CREATE VIEW "check".order_history_is_a_chain AS
WITH steps AS (
    SELECT history.*,
        lag(to_value) OVER axis_of_order AS value_before,
        lag(at) OVER whole_order AS at_before,
        lag(sequence, 1, 0) OVER whole_order AS sequence_before
    FROM order_history AS history
    WINDOW axis_of_order AS (PARTITION BY order_id, axis ORDER BY sequence),
        whole_order AS (PARTITION BY order_id ORDER BY sequence)
)
SELECT order_id, sequence, 'broken chain' AS fault FROM steps WHERE from_value IS DISTINCT FROM value_before
UNION ALL
SELECT order_id, sequence, 'time goes back' FROM steps WHERE at < at_before
UNION ALL
SELECT order_id, sequence, 'gap' FROM steps WHERE sequence <> sequence_before + 1
UNION ALL
SELECT order_id, sequence, 'illegal step' FROM steps
    WHERE axis = 'status' AND NOT EXISTS (
        SELECT FROM order_steps WHERE (from_status, to_status) = (coalesce(from_value, 'none'), to_value))
UNION ALL
SELECT order_id, sequence, 'no actor' FROM steps WHERE actor IS NULL OR actor = ''
UNION ALL
SELECT orders.id, NULL, 'does not end in the stored ' || stored.axis
FROM orders
CROSS JOIN LATERAL (VALUES ('status', status), ('payment_status', payment_status),
    ('fulfillment_status', fulfillment_status)) AS stored (axis, value)
WHERE stored.value IS DISTINCT FROM (
    SELECT to_value FROM order_history AS history
    WHERE history.order_id = orders.id AND history.axis = stored.axis ORDER BY sequence DESC LIMIT 1);
COMMENT ON VIEW "check".order_history_is_a_chain IS
    'Every axis leads from nothing, step by step, to the stored value; legally, in time, and by somebody.';

CREATE VIEW "check".order_quantities_follow_the_records AS
WITH records AS (
    SELECT line.order_id, line.id, line.quantity, line.cancelled_quantity, line.fulfilled_quantity,
        line.delivered_quantity, line.returned_quantity,
        coalesce((SELECT sum(shipped.quantity) FROM fulfillment_lines AS shipped
            WHERE (shipped.order_id, shipped.line_id) = (line.order_id, line.id)), 0) AS fulfilled,
        coalesce((SELECT sum(shipped.quantity) FROM fulfillment_lines AS shipped
            JOIN fulfillments ON (fulfillments.order_id, fulfillments.id) = (shipped.order_id, shipped.fulfillment_id)
            WHERE (shipped.order_id, shipped.line_id) = (line.order_id, line.id)
                AND fulfillments.delivered_at IS NOT NULL), 0) AS delivered,
        coalesce((SELECT sum(back.quantity) FROM return_lines AS back
            WHERE (back.order_id, back.line_id) = (line.order_id, line.id)), 0) AS returned
    FROM order_lines AS line
)
SELECT order_id, id AS line_id FROM records
WHERE NOT (0 <= returned_quantity AND returned_quantity <= delivered_quantity
    AND delivered_quantity <= fulfilled_quantity AND fulfilled_quantity <= quantity - cancelled_quantity
    AND 0 <= cancelled_quantity
    AND (fulfilled_quantity, delivered_quantity, returned_quantity) = (fulfilled, delivered, returned));
COMMENT ON VIEW "check".order_quantities_follow_the_records IS
    'Returned <= delivered <= fulfilled <= quantity - cancelled, each the sum of its records.';

CREATE VIEW "check".order_statuses_follow_the_records AS
SELECT orders.id AS order_id, orders.number, payment_status, fulfillment_status
FROM orders
CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity - cancelled_quantity), 0) AS wanted, coalesce(sum(fulfilled_quantity), 0) AS fulfilled,
        coalesce(sum(delivered_quantity), 0) AS delivered, coalesce(sum(returned_quantity), 0) AS returned
    FROM order_lines WHERE order_id = orders.id
) AS pieces
WHERE fulfillment_status <> CASE
        WHEN fulfilled = 0 THEN 'unfulfilled'
        WHEN returned > 0 AND returned = wanted THEN 'returned'
        WHEN returned > 0 THEN 'partially_returned'
        WHEN delivered = wanted THEN 'delivered'
        WHEN fulfilled = wanted THEN 'fulfilled'
        ELSE 'partially_fulfilled' END
    OR payment_status <> CASE
        WHEN paid_minor = 0 AND total_minor > 0 THEN 'unpaid'
        WHEN paid_minor - refunded_minor > total_minor - cancelled_minor THEN 'refund_due'
        WHEN refunded_minor > 0 AND refunded_minor = paid_minor THEN 'refunded'
        WHEN refunded_minor > 0 THEN 'partially_refunded'
        WHEN paid_minor < total_minor - cancelled_minor THEN 'partially_paid'
        ELSE 'paid' END
    OR (status = 'cancelled' AND fulfilled > 0)
    OR (status = 'completed' AND (delivered <> wanted OR paid_minor < total_minor - cancelled_minor));
COMMENT ON VIEW "check".order_statuses_follow_the_records IS
    'Both derived axes are what the records make of them; nothing cancelled was shipped, all completed is delivered and paid.';

CREATE VIEW "check".orders_have_their_events AS
SELECT orders.id AS order_id, steps.to_value AS step, count(events.sequence) AS events
FROM orders
CROSS JOIN LATERAL (
    SELECT DISTINCT CASE WHEN from_value IS NULL THEN 'placed' ELSE to_value END AS to_value
    FROM order_history WHERE order_id = orders.id AND axis = 'status'
) AS steps
LEFT JOIN events ON events.aggregate_id = orders.id AND events.type = 'order.' || steps.to_value
GROUP BY orders.id, steps.to_value HAVING count(events.sequence) <> 1;
COMMENT ON VIEW "check".orders_have_their_events IS 'Each step of an order has exactly one event.';

-- ---- accounts ----

CREATE VIEW "check".sessions_have_one_live_token AS
SELECT session_id, count(*) AS live, bool_or(sessions.revoked_at IS NOT NULL) AS revoked
FROM refresh_tokens AS token JOIN sessions ON sessions.id = token.session_id
WHERE token.used_at IS NULL AND token.revoked_at IS NULL
GROUP BY session_id HAVING count(*) > 1 OR bool_or(sessions.revoked_at IS NOT NULL);
COMMENT ON VIEW "check".sessions_have_one_live_token IS
    'At most one live refresh token for each session, and none for a revoked one.';

CREATE VIEW "check".staff_has_an_admin AS
SELECT count(*) AS staff FROM users WHERE roles <> '{customer}'
HAVING count(*) > 0 AND count(*) FILTER (WHERE roles @> '{admin}') = 0;
COMMENT ON VIEW "check".staff_has_an_admin IS 'Where there is staff, there is an administrator.';

-- ---- catalog ----

CREATE VIEW "check".unique_names_are_unique AS
SELECT 'email' AS name, email AS value FROM users WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1
UNION ALL
SELECT 'payment reference', method || ' ' || reference FROM payments GROUP BY method, reference HAVING count(*) > 1
UNION ALL
SELECT 'sku', sku FROM variants WHERE deleted_at IS NULL GROUP BY sku HAVING count(*) > 1
UNION ALL
SELECT 'slug', slug FROM products WHERE deleted_at IS NULL GROUP BY slug HAVING count(*) > 1
UNION ALL
SELECT 'category slug', slug FROM categories GROUP BY slug HAVING count(*) > 1
UNION ALL
SELECT 'cart', cart_id::text FROM orders WHERE cart_id IS NOT NULL GROUP BY cart_id HAVING count(*) > 1;
COMMENT ON VIEW "check".unique_names_are_unique IS
    'E-mail addresses, payment references, SKUs and slugs of what is not deleted, and the carts of orders: each once.';

CREATE VIEW "check".categories_are_a_tree AS
WITH RECURSIVE reachable (id) AS (
    SELECT id FROM categories WHERE parent_id IS NULL
    UNION
    SELECT category.id FROM categories AS category JOIN reachable ON category.parent_id = reachable.id
)
SELECT id AS category_id FROM categories WHERE id NOT IN (SELECT id FROM reachable);
COMMENT ON VIEW "check".categories_are_a_tree IS 'Every category hangs from a root: there are no cycles.';

CREATE VIEW "check".price_periods_are_contiguous AS
SELECT variant_id, currency, valid_from, valid_to, next_valid_from FROM (
    SELECT price.*, lead(valid_from) OVER (PARTITION BY variant_id, currency ORDER BY valid_from) AS next_valid_from
    FROM prices AS price
) AS periods
WHERE next_valid_from IS NOT NULL AND valid_to IS DISTINCT FROM next_valid_from;
COMMENT ON VIEW "check".price_periods_are_contiguous IS
    'A price ends exactly when the next one of its variant and currency begins.';

CREATE VIEW "check".products_have_variants AS
SELECT product.id AS product_id FROM products AS product
WHERE CASE WHEN product.deleted_at IS NULL
    THEN NOT EXISTS (SELECT FROM variants WHERE product_id = product.id AND deleted_at IS NULL)
    ELSE EXISTS (SELECT FROM variants WHERE product_id = product.id AND deleted_at IS NULL) END;
COMMENT ON VIEW "check".products_have_variants IS
    'A product that is not deleted has a variant that is not deleted; a deleted one has none.';

-- ---- everything ----

CREATE VIEW "check".references_do_not_dangle AS
SELECT 'order_lines.variant_id' AS reference, order_id AS of FROM order_lines AS line
    WHERE NOT EXISTS (SELECT FROM variants WHERE id = line.variant_id)
UNION ALL
SELECT 'order_lines.product_id', order_id FROM order_lines AS line
    WHERE NOT EXISTS (SELECT FROM products WHERE id = line.product_id)
UNION ALL
SELECT 'stock_movements.order_id', order_id FROM stock_movements AS movement
    WHERE order_id IS NOT NULL AND NOT EXISTS (SELECT FROM orders WHERE id = movement.order_id)
UNION ALL
SELECT 'idempotency_keys.subject_id', subject_id FROM idempotency_keys AS stored
    WHERE subject_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = stored.subject_id)
UNION ALL
SELECT 'events.aggregate_id', aggregate_id FROM events AS event
    WHERE aggregate_type = 'order' AND NOT EXISTS (SELECT FROM orders WHERE id = event.aggregate_id)
UNION ALL
SELECT 'variants without a stock level', id FROM variants
    WHERE NOT EXISTS (SELECT FROM stock_levels WHERE variant_id = variants.id);
COMMENT ON VIEW "check".references_do_not_dangle IS
    'What names a row names one that exists, also where no foreign key stands.';

CREATE VIEW "check".violations AS
SELECT 'stock_ledger_is_a_chain' AS invariant, to_jsonb(v) AS offender FROM "check".stock_ledger_is_a_chain AS v
UNION ALL SELECT 'stock_levels_equal_the_ledger', to_jsonb(v) FROM "check".stock_levels_equal_the_ledger AS v
UNION ALL SELECT 'stock_moves_with_the_goods', to_jsonb(v) FROM "check".stock_moves_with_the_goods AS v
UNION ALL SELECT 'reservations_equal_open_orders', to_jsonb(v) FROM "check".reservations_equal_open_orders AS v
UNION ALL SELECT 'reservations_are_released_once', to_jsonb(v) FROM "check".reservations_are_released_once AS v
UNION ALL SELECT 'stock_is_not_oversold', to_jsonb(v) FROM "check".stock_is_not_oversold AS v
UNION ALL SELECT 'orders_are_whole', to_jsonb(v) FROM "check".orders_are_whole AS v
UNION ALL SELECT 'order_sums_add_up', to_jsonb(v) FROM "check".order_sums_add_up AS v
UNION ALL SELECT 'order_prices_were_in_force', to_jsonb(v) FROM "check".order_prices_were_in_force AS v
UNION ALL SELECT 'order_numbers_are_unique', to_jsonb(v) FROM "check".order_numbers_are_unique AS v
UNION ALL SELECT 'order_history_is_a_chain', to_jsonb(v) FROM "check".order_history_is_a_chain AS v
UNION ALL SELECT 'order_quantities_follow_the_records', to_jsonb(v) FROM "check".order_quantities_follow_the_records AS v
UNION ALL SELECT 'order_statuses_follow_the_records', to_jsonb(v) FROM "check".order_statuses_follow_the_records AS v
UNION ALL SELECT 'orders_have_their_events', to_jsonb(v) FROM "check".orders_have_their_events AS v
UNION ALL SELECT 'sessions_have_one_live_token', to_jsonb(v) FROM "check".sessions_have_one_live_token AS v
UNION ALL SELECT 'staff_has_an_admin', to_jsonb(v) FROM "check".staff_has_an_admin AS v
UNION ALL SELECT 'unique_names_are_unique', to_jsonb(v) FROM "check".unique_names_are_unique AS v
UNION ALL SELECT 'categories_are_a_tree', to_jsonb(v) FROM "check".categories_are_a_tree AS v
UNION ALL SELECT 'price_periods_are_contiguous', to_jsonb(v) FROM "check".price_periods_are_contiguous AS v
UNION ALL SELECT 'products_have_variants', to_jsonb(v) FROM "check".products_have_variants AS v
UNION ALL SELECT 'references_do_not_dangle', to_jsonb(v) FROM "check".references_do_not_dangle AS v;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
