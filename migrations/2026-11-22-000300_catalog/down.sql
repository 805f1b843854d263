DROP TABLE prices, variants, products, categories;
DROP FUNCTION refuse_price_rewrite();
DROP FUNCTION keep_a_variant();
DROP FUNCTION refuse_category_cycle();
