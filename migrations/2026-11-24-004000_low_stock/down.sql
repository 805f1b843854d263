-- Whoever added to the view later has taken it back by now.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW "check".violations AS '
        || regexp_replace(pg_get_viewdef('"check".violations'::regclass),
            '\s+UNION ALL\s+SELECT ''low_stock_follows_the_levels''.*$', '');
END $$;
DROP VIEW "check".low_stock_follows_the_levels;
DROP TRIGGER variants_low_stock ON variants;
DROP TRIGGER stock_levels_new_low_stock ON stock_levels;
DROP TRIGGER stock_levels_low_stock ON stock_levels;
DROP FUNCTION note_low_stock_of_variant, note_new_low_stock, note_low_stock;
DROP TABLE low_stock;
