DROP VIEW "check".violations;
DROP VIEW "check".erased_people_left_nothing;
DO $$ BEGIN
    EXECUTE (
        SELECT 'CREATE VIEW "check".violations AS ' || string_agg(
            format('SELECT %L AS invariant, to_jsonb(v) AS offender FROM "check".%I AS v', viewname, viewname),
            ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'check');
END $$;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
DROP TRIGGER audit_log_no_address_of_the_erased ON audit_log;
DROP FUNCTION forget_address_of_the_erased;
DROP TRIGGER mails_not_for_the_erased ON mails;
DROP TRIGGER one_time_tokens_not_for_the_erased ON one_time_tokens;
DROP TRIGGER sessions_not_for_the_erased ON sessions;
DROP TRIGGER carts_not_for_the_erased ON carts;
DROP TRIGGER orders_not_for_the_erased ON orders;
DROP FUNCTION refuse_for_the_erased;
