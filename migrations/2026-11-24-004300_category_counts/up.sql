-- How many active products stand in each category, kept in the transaction of the change: so the tree costs what its
-- categories cost, however many products there are. Neither a sale nor a price touches this.
--
-- A category's count is the sum of its slots, and each connection adds to one of them: those who fill one category at
-- the same time seldom wait for each other. A slot alone may be below zero.

CREATE TABLE category_counts (
    category_id uuid     NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    slot        smallint NOT NULL CHECK (slot BETWEEN 0 AND 7),
    products    bigint   NOT NULL,
    PRIMARY KEY (category_id, slot)
) WITH (fillfactor = 50);

-- In the order of the categories, so that two who move products between them take their turns.
CREATE FUNCTION count_products() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            INSERT INTO category_counts AS known
            SELECT category_id, pg_backend_pid() % 8, count(*) FROM after
            WHERE category_id IS NOT NULL AND status = 'active' AND deleted_at IS NULL
            GROUP BY category_id ORDER BY category_id
            ON CONFLICT (category_id, slot) DO UPDATE SET products = known.products + excluded.products;
        WHEN 'DELETE' THEN
            INSERT INTO category_counts AS known
            SELECT category_id, pg_backend_pid() % 8, -count(*) FROM before
            WHERE category_id IS NOT NULL AND status = 'active' AND deleted_at IS NULL
            GROUP BY category_id ORDER BY category_id
            ON CONFLICT (category_id, slot) DO UPDATE SET products = known.products + excluded.products;
        ELSE
            INSERT INTO category_counts AS known
            SELECT category_id, pg_backend_pid() % 8, sum(change) FROM (
                SELECT category_id, status, deleted_at, 1 AS change FROM after
                UNION ALL SELECT category_id, status, deleted_at, -1 FROM before
            ) AS product
            WHERE category_id IS NOT NULL AND status = 'active' AND deleted_at IS NULL
            GROUP BY category_id HAVING sum(change) <> 0 ORDER BY category_id
            ON CONFLICT (category_id, slot) DO UPDATE SET products = known.products + excluded.products;
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER products_count_new AFTER INSERT ON products
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_products();
CREATE TRIGGER products_count_changed AFTER UPDATE ON products
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_products();
CREATE TRIGGER products_count_gone AFTER DELETE ON products
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION count_products();

INSERT INTO category_counts
SELECT category_id, 0, count(*) FROM products
WHERE category_id IS NOT NULL AND status = 'active' AND deleted_at IS NULL
GROUP BY category_id;
ANALYZE category_counts;

-- They were counted from this.
DROP INDEX products_active_in_category;

CREATE VIEW "check".category_counts_add_up AS
SELECT category_id, coalesce(standing, 0) AS standing, coalesce(counted, 0) AS counted
FROM (
    SELECT category_id, count(*) AS standing FROM products
    WHERE category_id IS NOT NULL AND status = 'active' AND deleted_at IS NULL
    GROUP BY category_id
) AS product
FULL JOIN (SELECT category_id, sum(products) AS counted FROM category_counts GROUP BY category_id) AS known
    USING (category_id)
WHERE coalesce(standing, 0) <> coalesce(counted, 0);
COMMENT ON VIEW "check".category_counts_add_up IS
    'Each category is counted to have as many active products as stand in it.';

-- Added to what the view has by now, whoever added to it before.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW "check".violations AS ' || rtrim(pg_get_viewdef('"check".violations'::regclass), ';')
        || ' UNION ALL SELECT ''category_counts_add_up'', to_jsonb(v) FROM "check".category_counts_add_up AS v';
END $$;
