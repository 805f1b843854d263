-- The lists of products: what they are filtered and sorted by, one narrow row for each product that is not deleted, and
-- one for each currency and span of time in which its cheapest price is the same; and all of these once more for each of
-- its tags. Everything here is derived from the catalog and the stock, in the transaction that changes them, by the
-- triggers below; schema "check" proves it. (Hence no foreign keys: they would cost each write, and promise less.)
--
-- A scheduled price comes into force by the clock, with no write. So no column says what is cheapest now: the spans
-- that are to come stand here too, and "in force now" is a condition on their ends. What is over stays until the
-- product changes or the spans are tidied up; it only costs a look.
--
-- Each sort has two indexes, one for the whole catalog and one that begins with the category: a list is read from them
-- in its order, from wherever its last page ended. The tag and in_stock stand in them before the sort, so that whatever
-- is rare is found at once, wherever in the order it stands; who wants what is in stock and what is not merges two
-- stretches. (Looking the tag up on the way would read a whole catalog of which the dearest have it, for the cheapest.)

-- Titles are sorted, and texts searched, without case and accents: by the letters that remain, by their code points.
-- Neither a library's version nor the database's locale has a say in the order of what an index holds.
-- (Not STRICT, though it is: then the planner puts it in line, which is several times as fast.)
CREATE FUNCTION folded(raw text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(raw) = char_length(raw) THEN lower(raw) ELSE
        replace(replace(replace(replace(translate(
            lower(regexp_replace(normalize(raw, NFKD), '[\u0300-\u036f]', '', 'g')),
            'ØøŁłĐđÐðıς', 'oollddddiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') END;

CREATE TABLE product_listings (
    product_id  uuid        NOT NULL,
    tag         text        NOT NULL CHECK (char_length(tag) <= 200), -- '' for the product as such, which no tag is
    status      text        NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    category_id uuid,
    in_stock    boolean     NOT NULL, -- some variant has a piece that nobody has ordered yet
    created_at  timestamptz NOT NULL,
    title_key   text        COLLATE "C" NOT NULL CHECK (char_length(title_key) <= 200),
    PRIMARY KEY (product_id, tag)
);

CREATE TABLE cheapest_prices (
    product_id   uuid        NOT NULL,
    tag          text        NOT NULL CHECK (char_length(tag) <= 200),
    currency     text        NOT NULL CHECK (char_length(currency) = 3),
    valid_from   timestamptz NOT NULL, -- '-infinity' for what was in force when this was derived
    valid_to     timestamptz NOT NULL CHECK (valid_from < valid_to),
    amount_minor bigint      NOT NULL,
    -- The same as in product_listings, for the indexes.
    status       text        NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    category_id  uuid,
    in_stock     boolean     NOT NULL,
    PRIMARY KEY (product_id, tag, currency, valid_from)
);

-- The listings of these products as they ought to be.
CREATE FUNCTION derived_listings(products uuid[]) RETURNS SETOF product_listings
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT product.id, tag, product.status, product.category_id, coalesce(stock.is_there, false), product.created_at,
            left(folded(product.title), 200)
        FROM products AS product
        CROSS JOIN LATERAL (SELECT '' UNION SELECT unnest(product.tags)) AS tagged (tag)
        LEFT JOIN (
            SELECT variant.product_id, bool_or(level.on_hand > level.reserved) AS is_there
            FROM variants AS variant JOIN stock_levels AS level ON level.variant_id = variant.id
            WHERE variant.product_id = ANY (derived_listings.products) AND variant.deleted_at IS NULL
            GROUP BY variant.product_id
        ) AS stock ON stock.product_id = product.id
        WHERE product.id = ANY (derived_listings.products) AND product.deleted_at IS NULL;
    END;

-- From now on, the cheapest price of these products, in each currency: it can change only where a period begins or
-- ends.
CREATE FUNCTION derived_prices(products uuid[])
    RETURNS TABLE (product_id uuid, currency text, valid_from timestamptz, valid_to timestamptz, amount_minor bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH running AS MATERIALIZED (
            SELECT variant.product_id, price.currency, price.amount_minor,
                CASE WHEN price.valid_from <= now() THEN '-infinity' ELSE price.valid_from END AS begins,
                coalesce(price.valid_to, 'infinity') AS ends
            FROM variants AS variant JOIN prices AS price ON price.variant_id = variant.id
            WHERE variant.product_id = ANY (derived_prices.products) AND variant.deleted_at IS NULL
                AND (price.valid_to IS NULL OR price.valid_to > now())
        ), edges AS (
            SELECT running.product_id, running.currency, begins AS at FROM running
            UNION
            SELECT running.product_id, running.currency, ends FROM running WHERE ends < 'infinity'
        ), spans AS (
            SELECT edges.product_id, edges.currency, at, coalesce(lead(at) OVER line, 'infinity') AS until
            FROM edges WINDOW line AS (PARTITION BY edges.product_id, edges.currency ORDER BY at)
        )
        SELECT spans.product_id, spans.currency, at, until, min(running.amount_minor)
        FROM spans JOIN running ON (running.product_id, running.currency) = (spans.product_id, spans.currency)
            AND begins <= at AND at < ends
        GROUP BY spans.product_id, spans.currency, at, until;
    END;

-- Derives the listings of these products anew, and writes what differs. Who changes two things of one product at once
-- meets here: the second one waits, and then looks with a fresh snapshot at what the first one did. (Planned anew each
-- time: a plan that was made while the tables were empty, and kept, would read them whole later on.)
CREATE FUNCTION list_products(changed uuid[]) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM FROM product_listings WHERE product_id = ANY (changed) AND tag = '' ORDER BY product_id FOR UPDATE;

    DELETE FROM product_listings AS listing WHERE product_id = ANY (changed)
        AND NOT EXISTS (
            SELECT FROM products
            WHERE id = listing.product_id AND deleted_at IS NULL AND (listing.tag = '' OR listing.tag = ANY (tags)));

    INSERT INTO product_listings AS listing SELECT * FROM derived_listings(changed)
    ON CONFLICT (product_id, tag) DO UPDATE SET status = excluded.status, category_id = excluded.category_id,
        in_stock = excluded.in_stock, created_at = excluded.created_at, title_key = excluded.title_key
    WHERE listing IS DISTINCT FROM excluded;

    WITH derived AS MATERIALIZED (
        SELECT product_id, listing.tag, price.currency, price.valid_from, price.valid_to, price.amount_minor,
            listing.status, listing.category_id, listing.in_stock
        FROM derived_prices(changed) AS price JOIN product_listings AS listing USING (product_id)
    ), gone AS (
        DELETE FROM cheapest_prices AS known
        WHERE product_id = ANY (changed) AND NOT EXISTS (
            SELECT FROM derived
            WHERE (derived.product_id, derived.tag, derived.currency, derived.valid_from)
                = (known.product_id, known.tag, known.currency, known.valid_from))
    )
    INSERT INTO cheapest_prices AS known SELECT * FROM derived
    ON CONFLICT (product_id, tag, currency, valid_from) DO UPDATE SET valid_to = excluded.valid_to,
        amount_minor = excluded.amount_minor, status = excluded.status, category_id = excluded.category_id,
        in_stock = excluded.in_stock
    WHERE known IS DISTINCT FROM excluded;
END $$;

-- A new product is listed when its stock levels come, which they do last: once, when everything is there. Until then
-- its other rows change nothing here.
CREATE FUNCTION relist_products() RETURNS trigger
    LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    changed uuid[];
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'products' THEN
            SELECT array_agg(id) INTO changed FROM after JOIN before USING (id)
            WHERE (after.status, after.category_id, after.title, after.tags, after.created_at, after.deleted_at)
                IS DISTINCT FROM
                (before.status, before.category_id, before.title, before.tags, before.created_at, before.deleted_at);
        WHEN 'variants' THEN
            SELECT array_agg(DISTINCT product_id) INTO changed FROM (
                SELECT unnest(ARRAY[after.product_id, before.product_id]) FROM after JOIN before USING (id)
                WHERE (after.product_id, after.deleted_at) IS DISTINCT FROM (before.product_id, before.deleted_at)
            ) AS moved (product_id);
        WHEN 'stock_levels' THEN
            SELECT array_agg(DISTINCT variant.product_id) INTO changed
            FROM after JOIN variants AS variant ON variant.id = after.variant_id;
        ELSE
            SELECT array_agg(DISTINCT listing.product_id) INTO changed
            FROM after JOIN variants AS variant ON variant.id = after.variant_id
            JOIN product_listings AS listing ON listing.product_id = variant.product_id AND listing.tag = '';
    END CASE;
    IF changed IS NOT NULL THEN
        PERFORM list_products(changed);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER products_relist AFTER UPDATE ON products
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();
CREATE TRIGGER variants_relist AFTER UPDATE ON variants
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();
CREATE TRIGGER stock_levels_list AFTER INSERT ON stock_levels
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();
CREATE TRIGGER prices_relist_new AFTER INSERT ON prices
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();
CREATE TRIGGER prices_relist_changed AFTER UPDATE ON prices
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();
CREATE TRIGGER prices_relist_gone AFTER DELETE ON prices
    REFERENCING OLD TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION relist_products();

-- Of the many changes of stock only those count by which a variant sells out or comes back, and of these only those by
-- which its product does. They wait for the commit, so that an order holds a product's listing only for a moment, and
-- after all that it has to wait for. Of two that sell the last pieces of two variants, the second one waits for the
-- first, and then sees what it did.
CREATE FUNCTION restock_listing() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    owner    uuid := (SELECT product_id FROM variants WHERE id = NEW.variant_id);
    is_there boolean;
BEGIN
    PERFORM FROM product_listings WHERE product_id = owner AND tag = '' FOR UPDATE;
    SELECT in_stock INTO is_there FROM derived_listings(ARRAY[owner]) WHERE tag = '';
    UPDATE product_listings SET in_stock = is_there WHERE product_id = owner AND in_stock <> is_there;
    IF FOUND THEN
        UPDATE cheapest_prices SET in_stock = is_there WHERE product_id = owner;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stock_levels_restock AFTER UPDATE OF on_hand, reserved ON stock_levels
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.on_hand > OLD.reserved) <> (NEW.on_hand > NEW.reserved)) EXECUTE FUNCTION restock_listing();

-- What was there before; the indexes come after it, which is quicker.
DO $$
DECLARE
    batch uuid[];
BEGIN
    FOR batch IN
        SELECT array_agg(id) FROM (SELECT id, row_number() OVER (ORDER BY id) / 1000 AS n FROM products) AS numbered
        GROUP BY n ORDER BY n
    LOOP
        PERFORM list_products(batch);
    END LOOP;
END $$;

CREATE INDEX listings_newest ON product_listings (tag, status, in_stock, created_at, product_id);
CREATE INDEX listings_by_title ON product_listings (tag, status, in_stock, title_key, product_id);
CREATE INDEX listings_newest_in_category
    ON product_listings (category_id, tag, status, in_stock, created_at, product_id);
CREATE INDEX listings_by_title_in_category
    ON product_listings (category_id, tag, status, in_stock, title_key, product_id);
CREATE INDEX cheapest_first ON cheapest_prices (tag, currency, status, in_stock, amount_minor, product_id)
    INCLUDE (valid_from, valid_to);
CREATE INDEX cheapest_first_in_category
    ON cheapest_prices (category_id, tag, currency, status, in_stock, amount_minor, product_id)
    INCLUDE (valid_from, valid_to);
CREATE INDEX cheapest_prices_over ON cheapest_prices (valid_to) WHERE valid_to < 'infinity';
ANALYZE product_listings, cheapest_prices;

-- The lists were read from these.
DROP INDEX products_active_newest;
DROP INDEX products_newest;
DROP INDEX products_tags;

-- ---- what must be true ----

CREATE VIEW "check".listings_follow_the_catalog AS
SELECT product_id, tag FROM (
    SELECT product.id AS product_id, tag, product.status, product.category_id, product.created_at,
        left(folded(product.title), 200) AS title_key, bool_or(level.on_hand > level.reserved) AS in_stock
    FROM products AS product
    CROSS JOIN LATERAL (SELECT '' UNION SELECT unnest(product.tags)) AS tagged (tag)
    JOIN variants AS variant ON variant.product_id = product.id AND variant.deleted_at IS NULL
    JOIN stock_levels AS level ON level.variant_id = variant.id
    WHERE product.deleted_at IS NULL
    GROUP BY product.id, tag
) AS product
FULL JOIN product_listings AS listing USING (product_id, tag)
WHERE (product.status, product.category_id, product.created_at, product.title_key, product.in_stock)
    IS DISTINCT FROM
    (listing.status, listing.category_id, listing.created_at, listing.title_key, listing.in_stock);
COMMENT ON VIEW "check".listings_follow_the_catalog IS
    'Each product that is not deleted is listed as it is, as such and by each of its tags, and no other.';

CREATE VIEW "check".listed_prices_are_the_cheapest AS
WITH live AS (
    SELECT variant.product_id, price.currency, price.amount_minor, price.valid_from,
        coalesce(price.valid_to, 'infinity') AS valid_to
    FROM prices AS price
    JOIN variants AS variant ON variant.id = price.variant_id AND variant.deleted_at IS NULL
    JOIN products AS product ON product.id = variant.product_id AND product.deleted_at IS NULL
    WHERE price.valid_to IS NULL OR price.valid_to > now()
), instants AS (
    SELECT product_id, currency, now() AS at FROM live
    UNION SELECT product_id, currency, valid_from FROM live WHERE valid_from > now()
    UNION SELECT product_id, currency, valid_to FROM live WHERE valid_to < 'infinity'
    UNION SELECT product_id, currency, greatest(valid_from, now()) FROM cheapest_prices WHERE valid_to > now()
)
SELECT product_id, tag, currency, at, cheapest.amount_minor, listed.amounts AS listed
FROM instants JOIN (
    SELECT product_id, tag FROM product_listings UNION SELECT product_id, tag FROM cheapest_prices WHERE valid_to > now()
) AS tags USING (product_id)
CROSS JOIN LATERAL (
    SELECT min(amount_minor) AS amount_minor FROM live
    WHERE (live.product_id, live.currency) = (instants.product_id, instants.currency)
        AND live.valid_from <= at AND at < live.valid_to
) AS cheapest
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(known.amount_minor), '{}') AS amounts,
        bool_and((known.status, known.category_id, known.in_stock)
            IS NOT DISTINCT FROM (listing.status, listing.category_id, listing.in_stock)) AS agrees
    FROM cheapest_prices AS known LEFT JOIN product_listings AS listing USING (product_id, tag)
    WHERE (known.product_id, known.tag, known.currency) = (instants.product_id, tags.tag, instants.currency)
        AND known.valid_from <= at AND at < known.valid_to
) AS listed
WHERE amounts <> array_remove(ARRAY[cheapest.amount_minor], NULL) OR NOT agrees;
COMMENT ON VIEW "check".listed_prices_are_the_cheapest IS
    'Now and whenever a price begins or ends, the listed price is the lowest of the variants that are not deleted.';

-- All of them again, with the new ones.
DROP VIEW "check".violations;
DO $$ BEGIN
    EXECUTE (
        SELECT 'CREATE VIEW "check".violations AS ' || string_agg(
            format('SELECT %L AS invariant, to_jsonb(v) AS offender FROM "check".%I AS v', viewname, viewname),
            ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'check');
END $$;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
