-- An edit writes every column of a product or a variant, whichever have changed. What is offered changes only with those
-- that an order takes over, or that say whether anything is sold: only then have buyers to wait and to look again.

CREATE OR REPLACE TRIGGER variants_change_offer AFTER UPDATE OF sku, title, product_id, deleted_at ON variants
    FOR EACH ROW WHEN ((OLD.sku, OLD.title, OLD.product_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.sku, NEW.title, NEW.product_id, NEW.deleted_at)) EXECUTE FUNCTION note_changed_offer();
CREATE OR REPLACE TRIGGER products_change_offer AFTER UPDATE OF title, status, deleted_at ON products
    FOR EACH ROW WHEN ((OLD.title, OLD.status, OLD.deleted_at)
        IS DISTINCT FROM (NEW.title, NEW.status, NEW.deleted_at)) EXECUTE FUNCTION note_changed_offer();
