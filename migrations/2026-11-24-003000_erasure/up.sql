-- What was erased stays erased, whatever races with it.
--
-- An erasure changes a person's row, and so holds it until it has ended. Whatever is stored for a person takes a share
-- of the same lock first (as the foreign key would do anyway, later on). Whoever comes second waits, and then sees what the
-- first one did: the erasure finds what was stored, or what was to be stored finds nobody.

CREATE FUNCTION refuse_for_the_erased() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    person uuid;
BEGIN
    IF TG_TABLE_NAME = 'orders' THEN
        person := NEW.customer_id;
    ELSE
        person := NEW.user_id;
    END IF;
    PERFORM FROM users WHERE id = person AND erased_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing is stored for somebody who is not there any more'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_not_for_the_erased BEFORE INSERT OR UPDATE OF customer_id ON orders
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION refuse_for_the_erased();
CREATE TRIGGER carts_not_for_the_erased BEFORE INSERT OR UPDATE OF user_id ON carts
    FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION refuse_for_the_erased();
CREATE TRIGGER sessions_not_for_the_erased BEFORE INSERT OR UPDATE OF user_id ON sessions
    FOR EACH ROW EXECUTE FUNCTION refuse_for_the_erased();
CREATE TRIGGER one_time_tokens_not_for_the_erased BEFORE INSERT OR UPDATE OF user_id ON one_time_tokens
    FOR EACH ROW EXECUTE FUNCTION refuse_for_the_erased();
CREATE TRIGGER mails_not_for_the_erased BEFORE INSERT OR UPDATE OF user_id ON mails
    FOR EACH ROW EXECUTE FUNCTION refuse_for_the_erased();

-- The audit log tells of the erased as of everybody else (a guess at their password, begun before), but not where it
-- came from.
CREATE FUNCTION forget_address_of_the_erased() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT bool_or(person.erased_at IS NOT NULL) FROM (
        SELECT erased_at FROM users
        WHERE id IN (
            SELECT named::uuid FROM unnest(ARRAY[NEW.subject, substring(NEW.actor FROM '^user:(.*)$')]) AS named
            WHERE named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
        ORDER BY id FOR KEY SHARE
    ) AS person) THEN
        NEW.ip := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_log_no_address_of_the_erased BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.ip IS NOT NULL) EXECUTE FUNCTION forget_address_of_the_erased();

CREATE VIEW "check".erased_people_left_nothing AS
SELECT users.id AS user_id, remains.of_what
FROM users CROSS JOIN LATERAL (
    SELECT 'session' AS of_what FROM sessions
        WHERE user_id = users.id AND (revoked_at IS NULL OR num_nonnulls(user_agent, ip) > 0)
    UNION ALL
    SELECT 'refresh token' FROM refresh_tokens JOIN sessions ON sessions.id = session_id WHERE user_id = users.id
    UNION ALL
    SELECT 'mailed token' FROM one_time_tokens WHERE user_id = users.id
    UNION ALL
    SELECT 'mail' FROM mails WHERE user_id = users.id
    UNION ALL
    SELECT 'cart' FROM carts WHERE user_id = users.id
    UNION ALL
    SELECT 'order' FROM orders
        WHERE customer_id = users.id AND (erased_at IS NULL OR status IN ('pending', 'confirmed'))
    UNION ALL
    SELECT 'somebody''s words' FROM orders
        JOIN (SELECT order_id FROM order_history WHERE reason IS NOT NULL
            UNION ALL SELECT order_id FROM refunds WHERE reason IS NOT NULL
            UNION ALL SELECT order_id FROM returns WHERE reason IS NOT NULL) AS words ON words.order_id = orders.id
        WHERE customer_id = users.id
    UNION ALL
    SELECT 'parcel' FROM orders JOIN fulfillments ON fulfillments.order_id = orders.id
        WHERE customer_id = users.id AND num_nonnulls(tracking_number, tracking_url) > 0
    UNION ALL
    SELECT 'stored answer' FROM idempotency_keys WHERE subject_id = users.id
    UNION ALL
    SELECT 'network address' FROM audit_log
        WHERE ip IS NOT NULL AND (subject = users.id::text OR actor = 'user:' || users.id)
) AS remains
WHERE users.erased_at IS NOT NULL;
COMMENT ON VIEW "check".erased_people_left_nothing IS
    'Of somebody who was erased, no table holds anything personal, and no order is open.';

-- All of them again, with the new one.
DROP VIEW "check".violations;
DO $$ BEGIN
    EXECUTE (
        SELECT 'CREATE VIEW "check".violations AS ' || string_agg(
            format('SELECT %L AS invariant, to_jsonb(v) AS offender FROM "check".%I AS v', viewname, viewname),
            ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'check');
END $$;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
