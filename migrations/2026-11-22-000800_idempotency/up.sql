-- Idempotency: the answers of calls that had an effect, recorded in the transaction of the effect. There is no row for
-- a call in progress, so none can be left behind: of two identical calls at once the second one waits at the primary
-- key until the first has ended, or gives up at the lock time-out.

CREATE TABLE idempotency_keys (
    caller         text        NOT NULL CHECK (char_length(caller) BETWEEN 1 AND 100), -- a user, or a guest's token's digest
    key            text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    request_digest bytea       NOT NULL CHECK (octet_length(request_digest) = 32), -- keyed; of method, path and body
    status         smallint    NOT NULL CHECK (status BETWEEN 200 AND 299), -- a refusal doesn't use the key up
    location       text        CHECK (char_length(location) <= 2000),
    etag           text        CHECK (char_length(etag) <= 200),
    body           bytea       NOT NULL,
    sealed         boolean     NOT NULL DEFAULT false, -- the body is encrypted, because it holds a token
    -- The person whose data the body holds, when that is not the caller (staff who handled somebody's order): erasing
    -- a person deletes the rows of both kinds. No foreign key: the rows live for a day, and users are never deleted.
    subject_id     uuid,
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL CHECK (expires_at > created_at),
    PRIMARY KEY (caller, key)
) WITH (toast_tuple_target = 8160);
-- An answer stays in its row up to a page's size, and is never compressed: it is read once, if ever, and compressing
-- costs more than the rest of the INSERT.
ALTER TABLE idempotency_keys ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_subject ON idempotency_keys (subject_id) WHERE subject_id IS NOT NULL;
