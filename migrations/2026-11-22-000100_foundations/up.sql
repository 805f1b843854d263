-- Foundations: what every area of the schema leans on.
--
-- Conventions, the same in every migration:
--   ids          uuid, version 7, made by the application
--   instants     timestamptz, the database's clock, microseconds
--   money        bigint minor units in columns named *_minor, beside a currency column; how many minor digits a
--                currency has is the domain's knowledge, and nothing here rounds or divides
--   enumerations text with a CHECK: a value can be added without rewriting a type, and drivers need no type lookup
--   lengths      char_length, because limits count Unicode characters
--   versions     bigint, 1 at creation, one more for every edit
--   actors       text: a user's id, 'guest' or 'system'; never a name or an address, so that append-only tables hold
--                no personal data
--   indexes      ascending even where the newest come first: they are read backwards at no cost, and a row that is
--                the newest goes to the right edge of the tree, which is the cheapest place for an insert
--   foreign keys always with an explicit delete rule and an index that starts with their columns
--
-- Advisory locks (pg_advisory_xact_lock(class, object)), so that no two uses meet by accident:
--   1, 0     the shape of the category tree
--   2, 0     who is an administrator
--   3, hash  the open orders of one caller, e-mail address or network address
--   4, hash  the turn of one aggregate whose edits are not guarded by a version (see events)

CREATE EXTENSION IF NOT EXISTS btree_gist; -- equality beside ranges in one exclusion constraint (price periods)
CREATE EXTENSION IF NOT EXISTS pg_trgm;    -- typo-tolerant search

-- Every element has 1 to `longest` characters. For CHECKs on arrays, which cannot hold a subquery themselves.
CREATE FUNCTION elements_within(elements text[], longest integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN NOT EXISTS (
        SELECT FROM unnest(elements) AS element
        WHERE element IS NULL OR char_length(element) NOT BETWEEN 1 AND longest
    );

-- A flat JSON object of at most `most` texts, whose keys and values keep within their lengths.
CREATE FUNCTION texts_within(object jsonb, most integer, longest_key integer, longest_value integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(object) <> 'object' THEN false ELSE (
        SELECT count(*) <= most AND coalesce(bool_and(
            char_length(key) BETWEEN 1 AND longest_key
            AND jsonb_typeof(value) = 'string'
            AND char_length(value #>> '{}') <= longest_value), true)
        FROM jsonb_each(object)
    ) END;

-- A JSON array of at most `most` elements.
CREATE FUNCTION elements_at_most(list jsonb, most integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(list) = 'array' THEN jsonb_array_length(list) <= most ELSE false END;

-- Trigger of the append-only tables: refuses UPDATE, DELETE and TRUNCATE. Its arguments name the columns that hold
-- personal data; an UPDATE that only sets some of those to NULL is an erasure, and passes.
CREATE FUNCTION refuse_rewrite() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
        AND to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[]
        AND NOT EXISTS (
            SELECT FROM unnest(TG_ARGV::text[]) AS erasable
            WHERE to_jsonb(NEW) -> erasable NOT IN ('null'::jsonb, to_jsonb(OLD) -> erasable))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'append_only';
END $$;
