-- What runs low, the emptiest first, in a table of its own: an index on a figure that every sale changes would keep the
-- updates of stock_levels from staying within their pages (HOT), while this costs only the sales of what is low.
--
-- It has every variant that is not deleted and has fewer than 1,000 pieces available, with their exact number, and is
-- kept by triggers in the transaction of the change; schema "check" proves it.

CREATE TABLE low_stock (
    variant_id uuid    PRIMARY KEY REFERENCES stock_levels (variant_id) ON DELETE CASCADE,
    available  integer NOT NULL CHECK (available < 1000)
) WITH (fillfactor = 50);
CREATE INDEX low_stock_emptiest ON low_stock (available, variant_id);

-- Whoever gets here holds the level's lock, so nobody else is at the same row. A variant that was deleted has none, and
-- gets none by what still becomes of its orders.
CREATE FUNCTION note_low_stock() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    left_over integer := NEW.on_hand - NEW.reserved;
BEGIN
    IF left_over >= 1000 THEN
        DELETE FROM low_stock WHERE variant_id = NEW.variant_id;
        RETURN NULL;
    END IF;
    UPDATE low_stock SET available = left_over WHERE variant_id = NEW.variant_id;
    IF NOT FOUND THEN
        INSERT INTO low_stock SELECT id, left_over FROM variants WHERE id = NEW.variant_id AND deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_levels_low_stock AFTER UPDATE OF on_hand, reserved ON stock_levels FOR EACH ROW
    WHEN (least(OLD.on_hand - OLD.reserved, 1000) <> least(NEW.on_hand - NEW.reserved, 1000))
    EXECUTE FUNCTION note_low_stock();

CREATE FUNCTION note_new_low_stock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    -- Each variant is looked for by its id: a join would be planned once, while there is next to nothing, and read every
    -- SKU for each new level ever after.
    INSERT INTO low_stock
    SELECT level.variant_id, level.on_hand - level.reserved
    FROM new_levels AS level
    WHERE level.on_hand - level.reserved < 1000
        AND (SELECT variant.deleted_at IS NULL FROM variants AS variant WHERE variant.id = level.variant_id);
    RETURN NULL;
END $$;
CREATE TRIGGER stock_levels_new_low_stock AFTER INSERT ON stock_levels
    REFERENCING NEW TABLE AS new_levels FOR EACH STATEMENT EXECUTE FUNCTION note_new_low_stock();

-- After variants_change_offer, by its name, which has taken the level's lock.
CREATE FUNCTION note_low_stock_of_variant() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deleted_at IS NOT NULL THEN
        DELETE FROM low_stock WHERE variant_id = NEW.id;
    ELSE
        INSERT INTO low_stock
        SELECT variant_id, on_hand - reserved FROM stock_levels WHERE variant_id = NEW.id AND on_hand - reserved < 1000;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER variants_low_stock AFTER UPDATE OF deleted_at ON variants FOR EACH ROW
    WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))
    EXECUTE FUNCTION note_low_stock_of_variant();

INSERT INTO low_stock
SELECT level.variant_id, level.on_hand - level.reserved
FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id AND variant.deleted_at IS NULL
WHERE level.on_hand - level.reserved < 1000;
ANALYZE low_stock;

CREATE VIEW "check".low_stock_follows_the_levels AS
SELECT variant_id, level.available, low.available AS noted
FROM (
    SELECT level.variant_id, level.on_hand - level.reserved AS available
    FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id AND variant.deleted_at IS NULL
    WHERE level.on_hand - level.reserved < 1000
) AS level
FULL JOIN low_stock AS low USING (variant_id)
WHERE level.available IS DISTINCT FROM low.available;
COMMENT ON VIEW "check".low_stock_follows_the_levels IS
    'What is noted as running low is what runs low, with as many pieces as are available.';

-- Added to what the view has by now, whoever added to it before.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW "check".violations AS ' || rtrim(pg_get_viewdef('"check".violations'::regclass), ';')
        || ' UNION ALL SELECT ''low_stock_follows_the_levels'', to_jsonb(v) FROM "check".low_stock_follows_the_levels AS v';
END $$;
