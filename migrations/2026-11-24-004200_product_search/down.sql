DROP VIEW "check".violations;
DROP VIEW "check".words_follow_the_catalog;
DO $$ BEGIN
    EXECUTE (
        SELECT 'CREATE VIEW "check".violations AS ' || string_agg(
            format('SELECT %L AS invariant, to_jsonb(v) AS offender FROM "check".%I AS v', viewname, viewname),
            ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'check');
END $$;
COMMENT ON VIEW "check".violations IS 'Every broken invariant, with the row that breaks it. Empty is good.';
DROP TRIGGER products_reindex ON products;
DROP TRIGGER variants_reindex ON variants;
DROP TRIGGER stock_levels_reindex ON stock_levels;
DROP FUNCTION match_rank, found_products, asked_word, reindex_words, index_words;
DROP TABLE product_words, known_words;
DROP FUNCTION words_of, at_level, spaced_words;
