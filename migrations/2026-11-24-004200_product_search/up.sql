-- Search: the words of each product, and all words that there are.
--
-- A product is found when it has every word that was asked for, and the better the fewer kinds of text it takes to
-- find them all: its title (1), or the SKUs as well (2), or the tags (3), or the description (4). Each word therefore
-- stands in the index once for each of these levels that has it: the title's "linen" as 1linen, 2linen, 3linen and
-- 4linen, a tag's as 3linen and 4linen. So each level is one look into the index that reads nothing but its matches.
-- Weights of a tsvector would have every product that has the word anywhere read and weighed.
--
-- A word that no product has is taken for the words that look like it, by the three-letter pieces that they share.

-- The words of a text, in their order, with single blanks between them: whatever stands between blanks and punctuation,
-- without case and accents. The signs % _ \ + # are words of their own: they mean something, in "100% wool" or "C#".
-- Nothing here depends on the database's locale. (Neither is STRICT, so that the planner puts it in line.)
CREATE FUNCTION spaced_words(raw text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN btrim(regexp_replace(
        replace(replace(replace(replace(replace(folded(raw),
            '%', ' % '), '_', ' _ '), '\', ' \ '), '+', ' + '), '#', ' # '),
        '[\u0001-"$&-*,-/:-@[\]^`{-\u00bf\u00d7\u00f7\u1680\u2000-\u2bff\u3000-\u303f]+', ' ', 'g'));

-- The same with each word cut after 64 characters, NULL when there is none. Longer words are rare, and looking for them
-- costs less than cutting.
CREATE FUNCTION words_of(raw text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    words text := spaced_words(raw);
BEGIN
    IF char_length(words) > 64 AND words ~ '[^ ]{65}' THEN
        words := regexp_replace(words, '([^ ]{64})[^ ]+', '\1', 'g');
    END IF;
    RETURN nullif(words, '');
END $$;

-- Each word after the digit of a level.
CREATE FUNCTION at_level(level text, words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ' ' || level || replace(nullif(words, ''), ' ', ' ' || level);

CREATE TABLE product_words (
    product_id uuid     PRIMARY KEY,
    status     text     NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    words      tsvector NOT NULL -- each after the digit of its level
);

-- Every word of letters that some product has or had: what a misspelt one may have meant. Words with digits are names
-- of articles; one that is nearly the same names another article.
CREATE TABLE known_words (
    word text COLLATE "C" PRIMARY KEY CHECK (char_length(word) BETWEEN 3 AND 64)
);

-- Writes the words of these products anew where they differ.
CREATE FUNCTION index_words(changed uuid[]) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM FROM product_words WHERE product_id = ANY (changed) ORDER BY product_id FOR UPDATE;

    DELETE FROM product_words AS known WHERE product_id = ANY (changed)
        AND EXISTS (SELECT FROM products WHERE id = known.product_id AND deleted_at IS NOT NULL);

    WITH texts AS MATERIALIZED (
        SELECT id, status, words_of(title) AS title, words_of(skus) AS skus,
            words_of(array_to_string(tags, ' ')) AS tags, words_of(description) AS description
        FROM products
        LEFT JOIN (
            SELECT product_id, string_agg(sku, ' ') AS skus FROM variants
            WHERE product_id = ANY (changed) AND deleted_at IS NULL GROUP BY product_id
        ) AS variants ON product_id = id
        WHERE id = ANY (changed) AND deleted_at IS NULL
    ), learned AS (
        INSERT INTO known_words SELECT word FROM (
            SELECT DISTINCT unnest(string_to_array(concat_ws(' ', title, skus, tags, description), ' ')) FROM texts
        ) AS said (word)
        WHERE char_length(word) >= 3 AND word !~ '[0-9]'
            AND NOT EXISTS (SELECT FROM known_words WHERE known_words.word = said.word)
        ORDER BY word
        ON CONFLICT DO NOTHING
    )
    INSERT INTO product_words AS known
    SELECT id, status, array_to_tsvector(array_remove(string_to_array(
        concat(at_level('1', title), at_level('2', concat_ws(' ', title, skus)),
            at_level('3', concat_ws(' ', title, skus, tags)),
            at_level('4', concat_ws(' ', title, skus, tags, description))), ' '), ''))
    FROM texts
    ON CONFLICT (product_id) DO UPDATE SET status = excluded.status, words = excluded.words
    WHERE (known.status, known.words) IS DISTINCT FROM (excluded.status, excluded.words);
END $$;

CREATE FUNCTION reindex_words() RETURNS trigger
    LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    changed uuid[];
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'products' THEN
            SELECT array_agg(id) INTO changed FROM after JOIN before USING (id)
            WHERE (after.status, after.title, after.tags, after.description, after.deleted_at)
                IS DISTINCT FROM (before.status, before.title, before.tags, before.description, before.deleted_at);
        WHEN 'variants' THEN
            SELECT array_agg(DISTINCT product_id) INTO changed FROM (
                SELECT unnest(ARRAY[after.product_id, before.product_id]) FROM after JOIN before USING (id)
                WHERE (after.product_id, after.sku, after.deleted_at)
                    IS DISTINCT FROM (before.product_id, before.sku, before.deleted_at)
            ) AS moved (product_id);
        ELSE
            SELECT array_agg(DISTINCT variant.product_id) INTO changed
            FROM after JOIN variants AS variant ON variant.id = after.variant_id;
    END CASE;
    IF changed IS NOT NULL THEN
        PERFORM index_words(changed);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER products_reindex AFTER UPDATE ON products
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION reindex_words();
CREATE TRIGGER variants_reindex AFTER UPDATE ON variants
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION reindex_words();
-- As with the lists: when a new variant has its stock level, everything is there.
CREATE TRIGGER stock_levels_reindex AFTER INSERT ON stock_levels
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION reindex_words();

-- What was there before; the indexes come after it, which is quicker.
DO $$
DECLARE
    batch uuid[];
BEGIN
    FOR batch IN
        SELECT array_agg(id) FROM (SELECT id, row_number() OVER (ORDER BY id) / 1000 AS n FROM products) AS numbered
        GROUP BY n ORDER BY n
    LOOP
        PERFORM index_words(batch);
    END LOOP;
END $$;
-- New words wait in a list until there are enough to be sorted in; whoever searches reads it to its end, so it is short.
CREATE INDEX product_words_of ON product_words USING gin (words) WITH (gin_pending_list_limit = 1024);
CREATE INDEX known_words_alike ON known_words USING gin (word gin_trgm_ops);
ANALYZE product_words, known_words;

-- One word as a tsquery of a level has it; `open` when more letters may follow.
CREATE FUNCTION asked_word(level integer, word text, open boolean) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '''' || level || replace(word, '\', '\\') || '''' || CASE WHEN open THEN ':*' ELSE '' END;

-- The products of a status that have every word of a text, with the level at which they do; at most `most` of them, the
-- best levels first. The last word may be the beginning of one, when the text ends with it and it has two letters. When
-- no product has all words, those that none has at all are taken for words that look like them, at level 5.
--
-- Planned anew each time, for words are as frequent as they are; and never by reading the whole table.
CREATE FUNCTION found_products(asked text, wanted_status text, most integer)
    RETURNS TABLE (product_id uuid, level integer)
    LANGUAGE plpgsql STABLE ROWS 100
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan SET pg_trgm.similarity_threshold = 0.2 AS $$
DECLARE
    words    text[]  := string_to_array(coalesce(words_of(asked), ''), ' ');
    count    integer := cardinality(words);
    -- Something stands after the last word: it is whole.
    open     boolean := cardinality(string_to_array(words_of(asked || 'x'), ' ')) = count
        AND char_length(words[count]) >= 2;
    better   tsquery;
    query    tsquery;
    meanings text[]  := '{}';
    meaning  text;
    missing  integer := most;
    found    integer;
BEGIN
    IF count = 0 THEN
        RETURN;
    END IF;
    FOR reached IN 1..4 LOOP
        SELECT string_agg(asked_word(reached, word, open AND n = count), ' & ')::tsquery INTO query
        FROM unnest(words) WITH ORDINALITY AS asked_words (word, n);
        RETURN QUERY SELECT known.product_id, reached FROM product_words AS known
            WHERE known.words @@ query AND known.status = wanted_status
                AND (better IS NULL OR NOT known.words @@ better)
            LIMIT missing;
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        IF missing = 0 THEN
            RETURN;
        END IF;
        better := query;
    END LOOP;
    IF missing < most THEN
        RETURN;
    END IF;
    FOR n IN 1..count LOOP
        meaning := asked_word(4, words[n], open AND n = count);
        IF NOT EXISTS (
            SELECT FROM product_words AS known WHERE known.words @@ meaning::tsquery AND known.status = wanted_status)
        THEN
            SELECT string_agg(asked_word(4, alike.word, false), ' | ') INTO meaning FROM (
                SELECT word, likeness, max(likeness) OVER () AS best
                FROM (SELECT word, similarity(word, words[n]) AS likeness FROM known_words WHERE word % words[n]) AS near
                ORDER BY likeness DESC, word LIMIT 10
            ) AS alike WHERE likeness >= 0.8 * best;
            IF meaning IS NULL THEN
                RETURN;
            END IF;
        END IF;
        meanings := meanings || ('(' || meaning || ')');
    END LOOP;
    query := array_to_string(meanings, ' & ')::tsquery;
    RETURN QUERY SELECT known.product_id, 5 FROM product_words AS known
        WHERE known.words @@ query AND known.status = wanted_status LIMIT missing;
END $$;

-- How well a product answers: its level above all, and within it how much of its title was asked for.
CREATE FUNCTION match_rank(level integer, title_key text, asked text) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (6 - level) * 1000 + (similarity(title_key, folded(asked)) * 999)::integer;

-- ---- what must be true ----

CREATE VIEW "check".words_follow_the_catalog AS
WITH said AS (
    SELECT product.id, said.level, unnest(string_to_array(words_of(said.text), ' ')) AS word
    FROM products AS product
    CROSS JOIN LATERAL (
        SELECT 1, product.title
        UNION ALL SELECT 2, sku FROM variants WHERE product_id = product.id AND deleted_at IS NULL
        UNION ALL SELECT 3, tag FROM unnest(product.tags) AS tag
        UNION ALL SELECT 4, product.description
    ) AS said (level, text)
    WHERE product.deleted_at IS NULL
), expected AS (
    SELECT id AS product_id, array_agg(DISTINCT reached || word ORDER BY reached || word) AS words
    FROM said CROSS JOIN LATERAL generate_series(level, 4) AS reached GROUP BY id
), known AS (
    SELECT product_id, status, ARRAY(SELECT unnest(tsvector_to_array(words)) AS word ORDER BY word) AS words
    FROM product_words
)
SELECT coalesce(product.id, known.product_id) AS product_id
FROM (SELECT id, status FROM products WHERE deleted_at IS NULL) AS product
LEFT JOIN expected ON expected.product_id = product.id
FULL JOIN known ON known.product_id = product.id
WHERE product.status IS DISTINCT FROM known.status OR coalesce(expected.words, '{}') IS DISTINCT FROM known.words;
COMMENT ON VIEW "check".words_follow_the_catalog IS
    'Each product that is not deleted is found by the words of its texts as they are, and no other is.';

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
