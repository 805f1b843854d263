-- Which sessions were ended and whose roles were changed, in the order in which it became visible: every process reads
-- it again and again, so that an access token in use stops speaking for what is not true any more.
--
-- The transaction's id tells exactly what a reader has not seen yet; an instant would not, since transactions commit
-- in another order than they begin. Triggers write it, so that no hand-written statement can forget to.

ALTER TABLE sessions ADD COLUMN revoked_in bigint;
CREATE INDEX sessions_revoked_in ON sessions (revoked_in) WHERE revoked_in IS NOT NULL;

ALTER TABLE users ADD COLUMN roles_changed_at timestamptz;
ALTER TABLE users ADD COLUMN roles_changed_in bigint;
CREATE INDEX users_roles_changed_in ON users (roles_changed_in) WHERE roles_changed_in IS NOT NULL;

CREATE FUNCTION note_revocation() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.revoked_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER sessions_note_revocation BEFORE UPDATE OF revoked_at ON sessions
    FOR EACH ROW WHEN (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) EXECUTE FUNCTION note_revocation();

CREATE FUNCTION note_changed_roles() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.roles_changed_at := clock_timestamp();
    NEW.roles_changed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER users_note_changed_roles BEFORE UPDATE OF roles ON users
    FOR EACH ROW WHEN (NEW.roles <> OLD.roles) EXECUTE FUNCTION note_changed_roles();
