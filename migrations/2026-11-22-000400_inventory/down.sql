DROP TRIGGER products_change_offer ON products;
DROP TRIGGER variants_change_offer ON variants;
DROP TRIGGER prices_change_offer ON prices;
DROP TABLE stock_movements, stock_levels;
DROP FUNCTION note_changed_offer();
