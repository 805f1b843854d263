CREATE OR REPLACE TRIGGER variants_change_offer AFTER UPDATE OF sku, title, product_id, deleted_at ON variants
    FOR EACH ROW EXECUTE FUNCTION note_changed_offer();
CREATE OR REPLACE TRIGGER products_change_offer AFTER UPDATE OF title, status, deleted_at ON products
    FOR EACH ROW EXECUTE FUNCTION note_changed_offer();
