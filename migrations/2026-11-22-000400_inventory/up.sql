-- Inventory: one level for each variant, and the ledger that it adds up from.

-- The hottest rows of the shop. Room is left in each page and no column that changes is indexed, so that an update
-- stays within its page (HOT) and touches no index.
CREATE TABLE stock_levels (
    variant_id    uuid    PRIMARY KEY REFERENCES variants (id) ON DELETE RESTRICT,
    on_hand       integer NOT NULL DEFAULT 0 CONSTRAINT stock_levels_on_hand_not_negative CHECK (on_hand >= 0),
    reserved      integer NOT NULL DEFAULT 0 CONSTRAINT stock_levels_reserved_not_negative CHECK (reserved >= 0),
    backorder     boolean NOT NULL DEFAULT false,
    -- By how much more is reserved than there is, where that was recorded on purpose: a forced loss, or backorder
    -- switched off while short.
    shortfall     integer NOT NULL DEFAULT 0 CHECK (shortfall >= 0),
    version       integer NOT NULL DEFAULT 1 CHECK (version >= 1),  -- counts every change of on_hand
    movements     bigint  NOT NULL DEFAULT 0 CHECK (movements >= 0), -- the number of the ledger's last line
    -- Counts the changes to what is offered: a price, the variant, its product. Whoever sells takes this row's lock
    -- anyway and compares the number with the one that the decision was made on; without that, an order could be
    -- placed after a price had changed or a product was gone, on a snapshot that doesn't know it yet.
    offer_version bigint  NOT NULL DEFAULT 1,
    CONSTRAINT stock_levels_not_oversold CHECK (backorder OR reserved <= on_hand + shortfall),
    -- Never more than what is missing: nothing can be sold on it, and it vanishes as stock comes back.
    CONSTRAINT stock_levels_shortfall_is_missing CHECK (shortfall <= greatest(reserved - on_hand, 0))
) WITH (fillfactor = 50);

-- Who locks several levels does it in the order of variant_id, here and in every statement of the application: then
-- orders over the same variants never deadlock.
CREATE FUNCTION note_changed_offer() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'prices' THEN
        UPDATE stock_levels SET offer_version = offer_version + 1
        WHERE variant_id = CASE TG_OP WHEN 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END;
    ELSIF TG_TABLE_NAME = 'variants' THEN
        UPDATE stock_levels SET offer_version = offer_version + 1 WHERE variant_id = NEW.id;
    ELSE
        WITH locked AS MATERIALIZED (
            SELECT level.variant_id
            FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id
            WHERE variant.product_id = NEW.id
            ORDER BY level.variant_id FOR NO KEY UPDATE OF level
        )
        UPDATE stock_levels AS level SET offer_version = offer_version + 1
        FROM locked WHERE level.variant_id = locked.variant_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER prices_change_offer AFTER INSERT OR UPDATE OR DELETE ON prices
    FOR EACH ROW EXECUTE FUNCTION note_changed_offer();
CREATE TRIGGER variants_change_offer AFTER UPDATE OF sku, title, product_id, deleted_at ON variants
    FOR EACH ROW EXECUTE FUNCTION note_changed_offer();
CREATE TRIGGER products_change_offer AFTER UPDATE OF title, status, deleted_at ON products
    FOR EACH ROW EXECUTE FUNCTION note_changed_offer();

-- The ledger: one line for every change of a level, in the same transaction. `sequence` counts the lines of a variant
-- from 1 without a gap, and each line tells both levels after it: line n must be line n - 1 plus its own deltas, and
-- the level must equal its last line. That can be proven by reading (schema "check"), and nothing can be slipped in,
-- left out or changed without breaking the chain.
CREATE TABLE stock_movements (
    variant_id     uuid        NOT NULL REFERENCES stock_levels (variant_id) ON DELETE RESTRICT,
    sequence       bigint      NOT NULL CHECK (sequence >= 1),
    kind           text        NOT NULL,
    delta_on_hand  integer     NOT NULL,
    delta_reserved integer     NOT NULL,
    on_hand_after  integer     NOT NULL CHECK (on_hand_after >= 0),
    reserved_after integer     NOT NULL CHECK (reserved_after >= 0),
    -- No foreign key: it would need one more index on the path of every order. The schema "check" finds a dangling one.
    order_id       uuid,
    actor          text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    note           text        CHECK (char_length(note) <= 1000),
    at             timestamptz NOT NULL DEFAULT now(),
    request_id     text        CHECK (char_length(request_id) BETWEEN 1 AND 128),
    -- The writing transaction, for readers of the ledger's tail: whoever has read all below the oldest running
    -- transaction has missed none (see events). Only compared within one run of the server, so it needs no epoch.
    transaction_id bigint      NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    PRIMARY KEY (variant_id, sequence),
    CONSTRAINT stock_movements_kind CHECK (CASE kind
        WHEN 'opening'     THEN delta_on_hand >= 0 AND delta_reserved = 0 AND sequence = 1
                                AND on_hand_after = delta_on_hand
        WHEN 'received'    THEN delta_on_hand <> 0 AND delta_reserved = 0
        WHEN 'damaged'     THEN delta_on_hand <> 0 AND delta_reserved = 0
        WHEN 'lost'        THEN delta_on_hand <> 0 AND delta_reserved = 0
        WHEN 'correction'  THEN delta_on_hand <> 0 AND delta_reserved = 0
        WHEN 'returned'    THEN delta_on_hand <> 0 AND delta_reserved = 0
        WHEN 'count'       THEN delta_reserved = 0
        WHEN 'reservation' THEN delta_on_hand = 0 AND delta_reserved > 0
        WHEN 'release'     THEN delta_on_hand = 0 AND delta_reserved < 0
        WHEN 'fulfillment' THEN delta_on_hand < 0 AND delta_reserved = delta_on_hand
        WHEN 'restock'     THEN delta_on_hand > 0 AND delta_reserved = 0
        ELSE false END),
    CONSTRAINT stock_movements_order CHECK (
        (kind IN ('reservation', 'release', 'fulfillment', 'restock')) = (order_id IS NOT NULL))
);
CREATE INDEX stock_movements_tail ON stock_movements (transaction_id);
CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER stock_movements_no_truncate BEFORE TRUNCATE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
