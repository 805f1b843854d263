DROP VIEW "check".violations;
DROP VIEW "check".listed_prices_are_the_cheapest, "check".listings_follow_the_catalog;
DO $$ BEGIN
    EXECUTE (
        SELECT 'CREATE VIEW "check".violations AS ' || string_agg(
            format('SELECT %L AS invariant, to_jsonb(v) AS offender FROM "check".%I AS v', viewname, viewname),
            ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'check');
END $$;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
DROP TRIGGER stock_levels_restock ON stock_levels;
DROP TRIGGER stock_levels_list ON stock_levels;
DROP TRIGGER prices_relist_new ON prices;
DROP TRIGGER prices_relist_changed ON prices;
DROP TRIGGER prices_relist_gone ON prices;
DROP TRIGGER variants_relist ON variants;
DROP TRIGGER products_relist ON products;
DROP FUNCTION restock_listing, relist_products, list_products, derived_prices, derived_listings;
DROP TABLE cheapest_prices, product_listings;
DROP FUNCTION folded;
CREATE INDEX products_active_newest ON products (created_at, id) WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX products_newest ON products (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_tags ON products USING gin (tags) WHERE deleted_at IS NULL;
