-- Orders: what was bought, as it was then, and what became of it.

-- The legal steps of an order's status; 'none' is where a new order comes from. The domain has the same table; this
-- one binds hand-written statements too, through the foreign key of `orders`.
CREATE TABLE order_steps (
    from_status text NOT NULL,
    to_status   text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO order_steps (from_status, to_status) VALUES
    ('none', 'pending'), ('none', 'confirmed'),
    ('pending', 'confirmed'), ('pending', 'expired'), ('pending', 'cancelled'),
    ('confirmed', 'completed'), ('confirmed', 'cancelled');

-- The numbers that people call orders by: unique, with gaps where a placement was given up.
CREATE SEQUENCE order_numbers AS bigint START WITH 100001;

CREATE TABLE orders (
    id                 uuid        PRIMARY KEY,
    number             bigint      NOT NULL DEFAULT nextval('order_numbers') CONSTRAINT orders_number_key UNIQUE,
    -- Either an account's or a guest's.
    customer_id        uuid        REFERENCES users (id) ON DELETE RESTRICT,
    token_digest       bytea       CHECK (octet_length(token_digest) = 32),
    token_expires_at   timestamptz,
    cart_id            uuid        REFERENCES carts (id) ON DELETE SET NULL,
    currency           text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),

    status             text        NOT NULL,
    -- The status before this one; NULL for an order that has not taken a step since it was placed. A trigger keeps it.
    previous_status    text,
    payment_status     text        NOT NULL,
    fulfillment_status text        NOT NULL DEFAULT 'unfulfilled' CHECK (fulfillment_status IN (
                                       'unfulfilled', 'partially_fulfilled', 'fulfilled', 'delivered',
                                       'partially_returned', 'returned')),

    subtotal_minor     bigint      NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor     bigint      NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    shipping_minor     bigint      NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
    tax_minor          bigint      NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    total_minor        bigint      NOT NULL CHECK (total_minor >= 0),
    cancelled_minor    bigint      NOT NULL DEFAULT 0 CHECK (cancelled_minor >= 0),
    paid_minor         bigint      NOT NULL DEFAULT 0 CHECK (paid_minor >= 0),
    refunded_minor     bigint      NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),

    -- What is personal: all of it can be erased, and then nothing of it may be left.
    email              text        CHECK (char_length(email) BETWEEN 3 AND 254),
    shipping_address   jsonb       CHECK (jsonb_typeof(shipping_address) = 'object'),
    billing_address    jsonb       CHECK (jsonb_typeof(billing_address) = 'object'),
    note               text        CHECK (char_length(note) BETWEEN 1 AND 1000),
    placed_ip          inet,
    erased_at          timestamptz,

    placed_at          timestamptz NOT NULL DEFAULT now(),
    expires_at         timestamptz,
    version            integer     NOT NULL DEFAULT 1 CHECK (version >= 1),

    CONSTRAINT orders_one_owner CHECK (num_nonnulls(customer_id, token_digest) = 1),
    CONSTRAINT orders_token_expires CHECK ((token_digest IS NULL) = (token_expires_at IS NULL)),
    CONSTRAINT orders_first_status CHECK (previous_status IS NOT NULL OR status IN ('pending', 'confirmed')),
    CONSTRAINT orders_pending_expires CHECK (status <> 'pending' OR expires_at IS NOT NULL),
    CONSTRAINT orders_discount CHECK (discount_minor <= subtotal_minor),
    CONSTRAINT orders_total CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
    CONSTRAINT orders_cancelled CHECK (CASE WHEN status IN ('cancelled', 'expired') THEN cancelled_minor = total_minor
                                       ELSE cancelled_minor <= total_minor END),
    CONSTRAINT orders_refunded CHECK (refunded_minor <= paid_minor),
    -- The first that holds, of the order's own figures: the domain's function and this one must agree.
    CONSTRAINT orders_payment_status CHECK (payment_status = CASE
        WHEN paid_minor = 0 AND total_minor > 0 THEN 'unpaid'
        WHEN paid_minor - refunded_minor > total_minor - cancelled_minor THEN 'refund_due'
        WHEN refunded_minor > 0 AND refunded_minor = paid_minor THEN 'refunded'
        WHEN refunded_minor > 0 THEN 'partially_refunded'
        WHEN paid_minor < total_minor - cancelled_minor THEN 'partially_paid'
        ELSE 'paid' END),
    CONSTRAINT orders_completed_nothing_due CHECK (
        status <> 'completed' OR paid_minor >= total_minor - cancelled_minor),
    CONSTRAINT orders_erased_whole CHECK (CASE WHEN erased_at IS NULL THEN email IS NOT NULL
        ELSE num_nonnulls(email, shipping_address, billing_address, note, placed_ip) = 0 END),
    -- Only checked for steps: a NULL is not looked up (MATCH SIMPLE), and orders_first_status speaks for new orders.
    -- Else every placement of the shop would lock one and the same row of order_steps.
    CONSTRAINT orders_legal_step FOREIGN KEY (previous_status, status)
        REFERENCES order_steps (from_status, to_status) ON DELETE RESTRICT
);

CREATE FUNCTION note_previous_status() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a new order has no previous status'
            USING ERRCODE = 'check_violation', TABLE = 'orders', CONSTRAINT = 'orders_first_status';
    END IF;
    NEW.previous_status := CASE WHEN NEW.status = OLD.status THEN OLD.previous_status ELSE OLD.status END;
    RETURN NEW;
END $$;
-- For a placement the condition is all that is evaluated.
CREATE TRIGGER orders_first_step BEFORE INSERT ON orders
    FOR EACH ROW WHEN (NEW.previous_status IS NOT NULL) EXECUTE FUNCTION note_previous_status();
CREATE TRIGGER orders_next_step BEFORE UPDATE OF status, previous_status ON orders
    FOR EACH ROW EXECUTE FUNCTION note_previous_status();

CREATE UNIQUE INDEX orders_cart_key ON orders (cart_id) WHERE cart_id IS NOT NULL; -- a cart gives one order at most
CREATE INDEX orders_newest ON orders (placed_at, id);
CREATE INDEX orders_of_customer ON orders (customer_id, placed_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_of_email ON orders (email, placed_at, id) WHERE email IS NOT NULL;
-- Where orders stand. A list that asks for one axis or two looks up each combination with the values of the others: a
-- rare combination is found as fast as a frequent one, with one index instead of one for each axis.
CREATE INDEX orders_by_axes ON orders (status, payment_status, fulfillment_status, placed_at, id);
CREATE INDEX orders_expiry ON orders (expires_at) WHERE status = 'pending';
-- The bounds on open unpaid orders, one index for each thing that is counted. They hold open orders only, so they
-- stay small. (Queries write the condition as literals.) A placement takes the advisory lock of what it counts.
CREATE INDEX orders_open_of_customer ON orders (customer_id) WHERE status = 'pending' AND customer_id IS NOT NULL;
CREATE INDEX orders_open_of_email ON orders (email) WHERE status = 'pending' AND email IS NOT NULL;
CREATE INDEX orders_open_of_address ON orders (placed_ip) WHERE status = 'pending' AND placed_ip IS NOT NULL;
-- For the foreign key: the other side never changes, and orders without a step are not in it.
CREATE INDEX orders_by_step ON orders (previous_status, status) WHERE previous_status IS NOT NULL;

-- A line is a snapshot. variant_id and product_id have no foreign key, which would cost a lock and an index entry for
-- every line sold: each line's reservation in the ledger names the same variant, has one, and is never deleted, so
-- neither the variant nor its product can go.
CREATE TABLE order_lines (
    order_id           uuid    NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    id                 uuid    NOT NULL,
    position           integer NOT NULL CHECK (position >= 0),
    variant_id         uuid    NOT NULL,
    product_id         uuid    NOT NULL,
    sku                text    NOT NULL CHECK (char_length(sku) BETWEEN 1 AND 64),
    title              text    NOT NULL CHECK (char_length(title) BETWEEN 1 AND 500), -- the product's and the variant's
    unit_price_minor   bigint  NOT NULL CHECK (unit_price_minor >= 0),
    quantity           integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    line_total_minor   bigint  NOT NULL,
    cancelled_quantity integer NOT NULL DEFAULT 0,
    fulfilled_quantity integer NOT NULL DEFAULT 0,
    delivered_quantity integer NOT NULL DEFAULT 0,
    returned_quantity  integer NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, id),
    CONSTRAINT order_lines_total CHECK (line_total_minor = unit_price_minor * quantity),
    CONSTRAINT order_lines_quantities CHECK (
        cancelled_quantity >= 0 AND returned_quantity >= 0 AND returned_quantity <= delivered_quantity
        AND delivered_quantity <= fulfilled_quantity AND fulfilled_quantity <= quantity - cancelled_quantity)
);

-- Every step on every axis, from the first. `reason` is somebody's own words, and erasure sets it to NULL.
CREATE TABLE order_history (
    order_id   uuid        NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    sequence   integer     NOT NULL CHECK (sequence >= 1),
    at         timestamptz NOT NULL DEFAULT now(),
    axis       text        NOT NULL CHECK (axis IN ('status', 'payment_status', 'fulfillment_status')),
    from_value text,       -- NULL: the order is new
    to_value   text        NOT NULL CHECK (char_length(to_value) BETWEEN 1 AND 32),
    command    text        NOT NULL CHECK (char_length(command) BETWEEN 1 AND 32),
    actor      text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    reason     text        CHECK (char_length(reason) BETWEEN 1 AND 1000),
    request_id text        CHECK (char_length(request_id) BETWEEN 1 AND 128),
    PRIMARY KEY (order_id, sequence),
    CHECK (from_value <> to_value)
);
CREATE TRIGGER order_history_append_only BEFORE UPDATE OR DELETE ON order_history
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('reason');
CREATE TRIGGER order_history_no_truncate BEFORE TRUNCATE ON order_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();

-- An order's records. Their keys begin with the order, so that a record is only ever found through its own order, and
-- a line of one order can't be shipped or returned with another one.
CREATE TABLE payments (
    order_id     uuid        NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    id           uuid        NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    method       text        NOT NULL CHECK (char_length(method) BETWEEN 1 AND 64),
    reference    text        NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 200),
    actor        text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, id),
    CONSTRAINT payments_reference_key UNIQUE (method, reference)
);

CREATE TABLE refunds (
    order_id     uuid        NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    id           uuid        NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    reason       text        CHECK (char_length(reason) BETWEEN 1 AND 1000),
    actor        text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, id)
);

CREATE TABLE fulfillments (
    order_id        uuid        NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    id              uuid        NOT NULL,
    carrier         text        CHECK (char_length(carrier) BETWEEN 1 AND 200),
    tracking_number text        CHECK (char_length(tracking_number) BETWEEN 1 AND 200),
    tracking_url    text        CHECK (char_length(tracking_url) BETWEEN 1 AND 2000),
    actor           text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL DEFAULT now(),
    delivered_at    timestamptz,
    PRIMARY KEY (order_id, id)
);

CREATE TABLE fulfillment_lines (
    order_id       uuid    NOT NULL,
    fulfillment_id uuid    NOT NULL,
    line_id        uuid    NOT NULL,
    quantity       integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    PRIMARY KEY (order_id, fulfillment_id, line_id),
    FOREIGN KEY (order_id, fulfillment_id) REFERENCES fulfillments (order_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (order_id, line_id) REFERENCES order_lines (order_id, id) ON DELETE RESTRICT
);
CREATE INDEX fulfillment_lines_line ON fulfillment_lines (order_id, line_id);

CREATE TABLE returns (
    order_id   uuid        NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    id         uuid        NOT NULL,
    restock    boolean     NOT NULL,
    reason     text        CHECK (char_length(reason) BETWEEN 1 AND 1000),
    actor      text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, id)
);

CREATE TABLE return_lines (
    order_id  uuid    NOT NULL,
    return_id uuid    NOT NULL,
    line_id   uuid    NOT NULL,
    quantity  integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    PRIMARY KEY (order_id, return_id, line_id),
    FOREIGN KEY (order_id, return_id) REFERENCES returns (order_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (order_id, line_id) REFERENCES order_lines (order_id, id) ON DELETE RESTRICT
);
CREATE INDEX return_lines_line ON return_lines (order_id, line_id);
