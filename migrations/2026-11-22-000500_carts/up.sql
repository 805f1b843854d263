-- Carts: what somebody means to buy. They hold no stock, and prices are always today's.

CREATE TABLE carts (
    id           uuid        PRIMARY KEY,
    user_id      uuid        REFERENCES users (id) ON DELETE CASCADE,
    token_digest bytea       CHECK (octet_length(token_digest) = 32), -- a guest's; only asked for together with the id
    currency     text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status       text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'completed', 'expired', 'merged')),
    version      integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    CONSTRAINT carts_one_owner CHECK (num_nonnulls(user_id, token_digest) = 1),
    CONSTRAINT carts_only_guests_merge CHECK (status <> 'merged' OR user_id IS NULL)
);
CREATE UNIQUE INDEX carts_one_open_per_user ON carts (user_id) WHERE status = 'open';
CREATE INDEX carts_user ON carts (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX carts_expiry ON carts (expires_at) WHERE status = 'open';

CREATE TABLE cart_lines (
    cart_id          uuid        NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    id               uuid        NOT NULL,
    variant_id       uuid        NOT NULL REFERENCES variants (id) ON DELETE RESTRICT,
    quantity         integer     NOT NULL CHECK (quantity >= 1),
    -- In the cart's currency, when the line was added: shown as the previous price when today's differs.
    added_price_minor bigint     CHECK (added_price_minor >= 0),
    added_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cart_id, id),
    CONSTRAINT cart_lines_variant_once UNIQUE (cart_id, variant_id)
);
CREATE INDEX cart_lines_variant ON cart_lines (variant_id);
