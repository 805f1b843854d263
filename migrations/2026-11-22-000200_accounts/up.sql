-- Accounts: who is who, sessions, tokens, throttling, and the log of security events.

CREATE TABLE users (
    id                uuid        PRIMARY KEY,
    -- In canonical form, which only the domain makes; compared byte by byte. NULL once erased.
    email             text        CHECK (char_length(email) BETWEEN 3 AND 254),
    email_verified_at timestamptz,
    name              text        CHECK (char_length(name) BETWEEN 1 AND 200),
    password_hash     text        CHECK (char_length(password_hash) BETWEEN 1 AND 255),
    -- The count of known roles equals the count of all: none unknown, none twice.
    roles             text[]      NOT NULL CHECK (cardinality(roles) > 0 AND cardinality(roles) =
                                      ('customer' = ANY (roles))::int + ('support' = ANY (roles))::int
                                      + ('catalog_manager' = ANY (roles))::int
                                      + ('order_manager' = ANY (roles))::int + ('admin' = ANY (roles))::int),
    version           integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    erased_at         timestamptz,
    -- Erased means that nothing personal is left; not erased means that one can log in. The row itself stays, so that
    -- orders and history keep a valid id.
    CONSTRAINT users_erased_whole CHECK (
        CASE WHEN erased_at IS NULL THEN email IS NOT NULL AND password_hash IS NOT NULL
        ELSE email IS NULL AND name IS NULL AND password_hash IS NULL AND email_verified_at IS NULL
            AND roles = '{customer}' END)
);
-- NULLs are distinct: erased accounts don't stand in each other's way, and an erased address is free again.
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX users_newest ON users (created_at, id);
-- Lists of staff. A query by a role other than `customer` adds the same condition to be served from here.
CREATE INDEX users_staff ON users (created_at, id) WHERE roles <> '{customer}';
CREATE INDEX users_admins ON users (id) WHERE roles @> '{admin}';

-- The last administrator stays. Two of them who take each other's role at the same moment would each still see the
-- other, so whoever takes the role away waits for the lock first and then looks with a fresh snapshot (each statement
-- of a volatile function has its own under READ COMMITTED). Deferrable: one transaction may hand the role over.
CREATE FUNCTION keep_an_admin() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(2, 0);
    IF NOT EXISTS (SELECT FROM users WHERE roles @> '{admin}') THEN
        RAISE EXCEPTION 'the last administrator cannot lose the role'
            USING ERRCODE = 'check_violation', TABLE = 'users', CONSTRAINT = 'users_last_admin';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER users_last_admin_update AFTER UPDATE OF roles ON users
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    WHEN (OLD.roles @> '{admin}' AND NOT NEW.roles @> '{admin}') EXECUTE FUNCTION keep_an_admin();
CREATE CONSTRAINT TRIGGER users_last_admin_delete AFTER DELETE ON users
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    WHEN (OLD.roles @> '{admin}') EXECUTE FUNCTION keep_an_admin();

-- A session is a family of refresh tokens; its id is the `sid` of the access tokens.
CREATE TABLE sessions (
    id            uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL, -- however often it is refreshed
    revoked_at    timestamptz,
    revoke_reason text        CHECK (revoke_reason IN ('logged_out', 'revoked', 'token_reused', 'password_changed',
                                                       'password_reset', 'erased')),
    user_agent    text        CHECK (char_length(user_agent) <= 1000),
    ip            inet,
    CHECK (expires_at > created_at),
    CHECK (last_used_at >= created_at),
    CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at); -- the purge
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL; -- other processes learn of it here

CREATE TABLE refresh_tokens (
    digest     bytea       PRIMARY KEY CHECK (octet_length(digest) = 32), -- the token itself is stored nowhere
    session_id uuid        NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    issued_at  timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz, -- exchanged for the next one; a later use is an alarm
    revoked_at timestamptz, -- ended with its session
    CHECK (expires_at > issued_at)
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE UNIQUE INDEX refresh_tokens_one_live ON refresh_tokens (session_id)
    WHERE used_at IS NULL AND revoked_at IS NULL;

-- A revoked session has no live token: revoking ends it here, and a token for a revoked session is refused. The share
-- lock makes a refresh and a revocation wait for each other, whichever comes first. Writers lock the session's row
-- before its tokens, in both directions, so that they never deadlock.
CREATE FUNCTION end_tokens_of_session() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE refresh_tokens SET revoked_at = NEW.revoked_at
    WHERE session_id = NEW.id AND used_at IS NULL AND revoked_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_end_tokens AFTER UPDATE OF revoked_at ON sessions
    FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION end_tokens_of_session();

CREATE FUNCTION refuse_token_of_revoked_session() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sessions WHERE id = NEW.session_id AND revoked_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a revoked session gets no token'
            USING ERRCODE = 'check_violation', TABLE = 'refresh_tokens', CONSTRAINT = 'refresh_tokens_session_lives';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refresh_tokens_session_lives BEFORE INSERT ON refresh_tokens
    FOR EACH ROW EXECUTE FUNCTION refuse_token_of_revoked_session();

-- Tokens that are mailed: each works once.
CREATE TABLE one_time_tokens (
    digest     bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),
    kind       text        NOT NULL CHECK (kind IN ('password_reset', 'email_verification', 'email_change')),
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    new_email  text        CHECK (char_length(new_email) BETWEEN 3 AND 254),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    CHECK ((kind = 'email_change') = (new_email IS NOT NULL)),
    CHECK (expires_at > created_at)
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, kind);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

-- Mail waiting to be sent, written in the transaction that owes it and deleted once it went out: at least once, and
-- nothing personal stays behind. What a mail must tell that nobody may read here (a token) is sealed by the
-- application.
CREATE TABLE mails (
    id         uuid        PRIMARY KEY,
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       text        NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 64),
    recipient  text        NOT NULL CHECK (char_length(recipient) BETWEEN 3 AND 254),
    sealed     bytea       CHECK (octet_length(sealed) <= 65536),
    attempts   integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL DEFAULT now() -- pushed ahead by every failed attempt
);
CREATE INDEX mails_due ON mails (not_before, id);
CREATE INDEX mails_user ON mails (user_id);

-- Throttling, one count for all processes: the instants of the latest attempts of one subject, newest last. One row
-- and one UPDATE for each count, hence exact over a sliding window and safe against attempts at the same moment.
-- The subject is a keyed digest: no address stands here. No index but the key, so that updates stay in their page;
-- the purge reads the table, which a day's failures bound.
CREATE TABLE attempts (
    scope      text          NOT NULL CHECK (scope IN ('login_account_address', 'login_account', 'login_address',
                                                       'registration_address')),
    subject    bytea         NOT NULL CHECK (octet_length(subject) = 32),
    hits       timestamptz[] NOT NULL CHECK (cardinality(hits) BETWEEN 0 AND 1000),
    expires_at timestamptz   NOT NULL,
    PRIMARY KEY (scope, subject)
) WITH (fillfactor = 50);

-- Security events. Subject: whom or what it is about, by id. The network address is the only personal column, and
-- erasure sets it to NULL.
CREATE TABLE audit_log (
    id         uuid        PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    type       text        NOT NULL CHECK (char_length(type) BETWEEN 1 AND 64),
    actor      text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    subject    text        CHECK (char_length(subject) BETWEEN 1 AND 200),
    ip         inet,
    request_id text        CHECK (char_length(request_id) BETWEEN 1 AND 128),
    detail     jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object')
);
CREATE INDEX audit_log_newest ON audit_log (at, id);
CREATE INDEX audit_log_type ON audit_log (type, at, id);
CREATE INDEX audit_log_actor ON audit_log (actor, at, id);
CREATE INDEX audit_log_subject ON audit_log (subject, at, id);
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('ip');
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
