-- Events: one line for every command that changed something, in the command's own transaction, and an order that a
-- reader can follow without ever missing one.
--
-- Values of a database sequence become visible out of order: 8 may commit while 7 is still running, and a reader that
-- goes on after 8 never sees 7. So the place of an event is made from the writing transaction's own id:
--
--     sequence = epoch + xid * 1000 + n        n = 0 ... 999, the event's number in its transaction
--
-- and a reader asks only for what lies below event_sequence_horizon() = epoch + xmin * 1000. xmin is the oldest
-- transaction that is still running; every one below it has committed, and is visible to the very snapshot that xmin
-- was taken from, or has been rolled back for good. What lies below the horizon is therefore settled, and "after the
-- last one I saw" misses none. The price is that a long-running writing transaction anywhere in the cluster holds the
-- readers back (one that only reads does not); no command of the shop runs for long.
--
-- For writers: within one aggregate the versions rise along `sequence` only if the transaction gets its id when the
-- aggregate's turn has come. That is so where the decision was made on a version read before the transaction began
-- and the statement is guarded by it: whoever lost the race starts again in a new transaction. Where nothing is
-- guarded by a version (stock changed by hand), the transaction's first statement takes the aggregate's advisory lock
-- (class 4), which needs no transaction id; only then does it write.

CREATE TABLE events (
    sequence          bigint      PRIMARY KEY,
    id                uuid        NOT NULL, -- for consumers to recognise it by; nothing here looks it up, hence no index
    aggregate_type    text        NOT NULL CHECK (char_length(aggregate_type) BETWEEN 1 AND 32),
    aggregate_id      uuid        NOT NULL,
    aggregate_version integer     NOT NULL CHECK (aggregate_version >= 1),
    type              text        NOT NULL CHECK (char_length(type) BETWEEN 1 AND 64),
    occurred_at       timestamptz NOT NULL DEFAULT now(),
    actor             text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    request_id        text        CHECK (char_length(request_id) BETWEEN 1 AND 128),
    data              jsonb       NOT NULL CHECK (jsonb_typeof(data) = 'object')
);
-- The two filters of the log, each in the log's order.
CREATE INDEX events_of_aggregate ON events (aggregate_id, sequence);
CREATE INDEX events_of_type ON events (type, sequence);
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();

-- One row. Transaction ids belong to the cluster, so a dump that is restored into a younger one would get places below
-- those that readers have passed: the epoch lifts them above.
CREATE TABLE event_epoch (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint  NOT NULL DEFAULT 0
);
INSERT INTO event_epoch DEFAULT VALUES;

-- The place of the n-th event of the current transaction. To be called in the INSERT itself, so that its snapshot of
-- the epoch is one that was taken under the table's lock. An n outside of 0 ... 999 gives NULL, which the table refuses.
CREATE FUNCTION event_sequence(n integer) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN CASE WHEN n BETWEEN 0 AND 999 THEN
        (SELECT epoch FROM event_epoch) + pg_current_xact_id()::text::bigint * 1000 + n END;

-- Everything below this is settled. STABLE matters: it must look through the very snapshot of the query that uses it;
-- with a younger one, an event could have committed between the two and be skipped.
CREATE FUNCTION event_sequence_horizon() RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT epoch FROM event_epoch) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint * 1000;

-- Raises the epoch when the log has reached places that this cluster's transaction ids have yet to reach; to be called
-- at every start, before anything is written. The lock lets writers finish and holds new ones off, so that nobody
-- writes with the old epoch while readers already use the new one; the statements after it have snapshots of their own.
CREATE FUNCTION advance_event_epoch() RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    last    bigint;
    current bigint;
    running pg_snapshot;
BEGIN
    LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE;
    SELECT max(sequence) INTO last FROM events;
    SELECT epoch INTO current FROM event_epoch FOR UPDATE;
    running := pg_current_snapshot();
    -- Every event of this cluster's own is below the next transaction id (xmax).
    IF last >= current + pg_snapshot_xmax(running)::text::bigint * 1000 THEN
        current := (last / 1000 + 1) * 1000 - pg_snapshot_xmin(running)::text::bigint * 1000;
        UPDATE event_epoch SET epoch = current;
    END IF;
    RETURN current;
END $$;
