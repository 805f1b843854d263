-- Catalog: what is shown (products), what is sold (variants), for how much and since when (prices), and where it
-- stands (categories).

CREATE TABLE categories (
    id         uuid        PRIMARY KEY,
    parent_id  uuid        REFERENCES categories (id) ON DELETE RESTRICT,
    slug       text        NOT NULL CHECK (char_length(slug) BETWEEN 1 AND 200),
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    position   integer     NOT NULL DEFAULT 0 CHECK (position >= 0),
    version    integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT categories_not_own_parent CHECK (parent_id <> id),
    CONSTRAINT categories_slug_key UNIQUE (slug)
);
CREATE INDEX categories_children ON categories (parent_id, position, id);

-- No category stands below itself. A moved under B while B is moved under A: each alone is fine, so moves take turns
-- by an advisory lock, and the second one looks with a fresh snapshot at what the first has done. (AFTER, so that it
-- also sees all rows of its own statement; UNION, so that it ends in any case.)
CREATE FUNCTION refuse_category_cycle() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1, 0);
    IF EXISTS (
        WITH RECURSIVE ancestors (id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT category.parent_id FROM categories AS category JOIN ancestors ON category.id = ancestors.id
        )
        SELECT FROM ancestors WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a category cannot stand below itself'
            USING ERRCODE = 'check_violation', TABLE = 'categories', CONSTRAINT = 'categories_acyclic';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER categories_acyclic AFTER INSERT OR UPDATE OF id, parent_id ON categories
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_category_cycle();

CREATE TABLE products (
    id          uuid        PRIMARY KEY,
    slug        text        NOT NULL CHECK (char_length(slug) BETWEEN 1 AND 200),
    title       text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    description text        CHECK (char_length(description) BETWEEN 1 AND 20000),
    status      text        NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    -- RESTRICT settles the race between attaching a product and deleting its category. A deleted product does not
    -- hold a category back: whoever deletes the category sets it to NULL there first.
    category_id uuid        REFERENCES categories (id) ON DELETE RESTRICT,
    tags        text[]      NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50 AND elements_within(tags, 200)),
    attributes  jsonb       NOT NULL DEFAULT '{}' CHECK (texts_within(attributes, 100, 64, 500)),
    images      jsonb       NOT NULL DEFAULT '[]' CHECK (elements_at_most(images, 50)),  -- [{url, alt}]
    options     jsonb       NOT NULL DEFAULT '[]' CHECK (elements_at_most(options, 5)),  -- [{name, values}]
    version     integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    -- Soft: orders and history keep it. Its variants that live are deleted at the same instant, which is how a restore
    -- tells them from those that were deleted before.
    deleted_at  timestamptz
);
CREATE UNIQUE INDEX products_slug_key ON products (slug) WHERE deleted_at IS NULL;
-- The public lists. Queries write these conditions as literals, not as parameters, or a generic plan can't use them.
CREATE INDEX products_active_newest ON products (created_at, id) WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX products_active_in_category ON products (category_id, created_at, id)
    WHERE status = 'active' AND deleted_at IS NULL;
-- The staff's lists, and the foreign key.
CREATE INDEX products_newest ON products (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_in_category ON products (category_id, created_at, id);
CREATE INDEX products_tags ON products USING gin (tags) WHERE deleted_at IS NULL;

CREATE TABLE variants (
    id            uuid        PRIMARY KEY,
    product_id    uuid        NOT NULL REFERENCES products (id) ON DELETE RESTRICT,
    sku           text        NOT NULL CHECK (char_length(sku) BETWEEN 1 AND 64),
    title         text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    option_values jsonb       NOT NULL DEFAULT '{}' CHECK (texts_within(option_values, 5, 200, 200)),
    barcode       text        CHECK (char_length(barcode) BETWEEN 1 AND 64),
    weight_grams  integer     CHECK (weight_grams >= 0),
    position      integer     NOT NULL DEFAULT 0 CHECK (position >= 0),
    version       integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz
);
CREATE UNIQUE INDEX variants_sku_key ON variants (sku) WHERE deleted_at IS NULL;
-- Whoever orders a SKU that is gone is told that it is; also keeps a SKU that never was from costing a look at all.
CREATE INDEX variants_deleted_sku ON variants (sku, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX variants_of_product ON variants (product_id, position, id);

-- A product that isn't deleted has a variant that isn't deleted. Deferred to the commit, because the product's row
-- comes first. Two who delete the last two variants at once wait for each other at the product's row.
CREATE FUNCTION keep_a_variant() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    owner uuid := CASE TG_TABLE_NAME WHEN 'products' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(OLD) ->> 'product_id' END;
BEGIN
    PERFORM FROM products WHERE id = owner AND deleted_at IS NULL FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM variants WHERE product_id = owner AND deleted_at IS NULL) THEN
        RAISE EXCEPTION 'a product keeps at least one variant'
            USING ERRCODE = 'check_violation', TABLE = 'variants', CONSTRAINT = 'products_have_a_variant';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER products_have_a_variant AFTER INSERT OR UPDATE OF deleted_at ON products
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION keep_a_variant();
CREATE CONSTRAINT TRIGGER variants_leave_one AFTER DELETE OR UPDATE OF deleted_at, product_id ON variants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.deleted_at IS NULL) EXECUTE FUNCTION keep_a_variant();

-- A price is a fact over time: [valid_from, valid_to). A scheduled price comes into force by the clock, with no write.
CREATE TABLE prices (
    id           uuid        PRIMARY KEY,
    variant_id   uuid        NOT NULL REFERENCES variants (id) ON DELETE RESTRICT,
    currency     text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint      NOT NULL CHECK (amount_minor >= 0),
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz CHECK (valid_to > valid_from), -- NULL: until another one begins
    changed_by   text        NOT NULL CHECK (char_length(changed_by) BETWEEN 1 AND 100),
    created_at   timestamptz NOT NULL DEFAULT now(),
    -- By an expression of variant_id, so that its index is taken for nothing but this: looking a price up there would
    -- cost ten times as much as in the one below, and the planner can't tell the two apart.
    CONSTRAINT prices_never_overlap EXCLUDE USING gist (
        (variant_id::text) WITH =, currency WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
-- The price in force: the latest that has begun.
CREATE INDEX prices_in_force ON prices (variant_id, currency, valid_from);

-- What has been in force can't be rewritten: of a period that has begun only its end may move, and only ahead of now;
-- one that has not begun may be replaced or deleted. (now() is the transaction's start: an end that was taken from the
-- clock since then is never before it.)
CREATE FUNCTION refuse_price_rewrite() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.valid_from > clock_timestamp() THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.variant_id, NEW.currency) = (OLD.id, OLD.variant_id, OLD.currency)
        AND (CASE WHEN OLD.valid_from > clock_timestamp() THEN NEW.valid_from >= now()
            ELSE (NEW.amount_minor, NEW.valid_from, NEW.changed_by, NEW.created_at)
                    = (OLD.amount_minor, OLD.valid_from, OLD.changed_by, OLD.created_at)
                AND (OLD.valid_to IS NULL OR OLD.valid_to > now())
                AND (NEW.valid_to IS NULL OR NEW.valid_to >= now()) END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a price that was in force stays: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', TABLE = 'prices', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER prices_append_only BEFORE UPDATE OR DELETE ON prices
    FOR EACH ROW EXECUTE FUNCTION refuse_price_rewrite();
CREATE TRIGGER prices_no_truncate BEFORE TRUNCATE ON prices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
