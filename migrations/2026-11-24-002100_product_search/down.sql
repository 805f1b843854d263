DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW "check".violations AS '
        || regexp_replace(pg_get_viewdef('"check".violations'::regclass),
            '\s+UNION ALL\s+SELECT ''words_follow_the_catalog''.*$', '');
END $$;
DROP VIEW "check".words_follow_the_catalog;
DROP TRIGGER products_reindex ON products;
DROP TRIGGER variants_reindex ON variants;
DROP TRIGGER stock_levels_reindex ON stock_levels;
DROP FUNCTION match_rank, found_products, asked_word, reindex_words, index_words;
DROP TABLE product_words, known_words;
DROP FUNCTION words_of;
