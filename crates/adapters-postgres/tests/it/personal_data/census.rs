//! Where something stands that is about a person, and what becomes of it: the one list for export and erasure.
//!
//! To be reviewed whenever it changes. A column that could be about somebody and is not listed fails a test; so does a
//! line that says something else than what export and erasure do.

/// One column, as `table.column`.
pub(crate) struct Held {
    pub(crate) at: &'static str,
    pub(crate) what: What,
}

pub(crate) enum What {
    /// It tells something about a person.
    Personal { export: Export, erasure: Erasure },
    /// It tells nothing about anybody, for this reason.
    Nothing(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Export {
    /// The person gets it.
    Shown,
    /// The person does not, for this reason.
    Withheld(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erasure {
    /// The column is emptied, or the row goes.
    Gone,
    /// It stays, for this reason.
    Kept(&'static str),
}

const fn personal(at: &'static str) -> Held {
    Held { at, what: What::Personal { export: Export::Shown, erasure: Erasure::Gone } }
}

const fn withheld(at: &'static str, reason: &'static str) -> Held {
    Held { at, what: What::Personal { export: Export::Withheld(reason), erasure: Erasure::Gone } }
}

const fn kept(at: &'static str, reason: &'static str) -> Held {
    Held { at, what: What::Personal { export: Export::Shown, erasure: Erasure::Kept(reason) } }
}

const fn nothing(at: &'static str, reason: &'static str) -> Held {
    Held { at, what: What::Nothing(reason) }
}

const ID: &str = "an account's id, which leads to nobody once the account is empty";
const CODE: &str = "one of a few words of the program";
const DIGEST: &str = "a digest of something random; it goes with its row";
const KEYED: &str = "a digest under a key; nobody can try texts against it";
const REQUEST: &str = "a request's id, to find it in the log";
const GOODS: &str = "what was bought, as the catalog called it";
const FIGURES: &str = "ids and figures; rule of the event log";

/// Every column that could be about somebody, by table.
pub(crate) const CENSUS: &[Held] = &[
    nothing("attempts.scope", CODE),
    nothing("attempts.subject", KEYED),
    nothing("audit_log.type", CODE),
    nothing("audit_log.actor", ID),
    nothing("audit_log.subject", ID),
    personal("audit_log.ip"),
    nothing("audit_log.request_id", REQUEST),
    nothing("audit_log.detail", "ids, roles and words of the program"),
    nothing("carts.user_id", ID),
    nothing("carts.token_digest", DIGEST),
    nothing("carts.currency", CODE),
    nothing("carts.status", CODE),
    nothing("categories.name", "a category's"),
    nothing("events.aggregate_type", CODE),
    nothing("events.type", CODE),
    nothing("events.actor", ID),
    nothing("events.request_id", REQUEST),
    nothing("events.data", FIGURES),
    nothing("fulfillments.carrier", "who carries parcels"),
    personal("fulfillments.tracking_number"),
    personal("fulfillments.tracking_url"),
    nothing("fulfillments.actor", ID),
    nothing("idempotency_keys.caller", ID),
    personal("idempotency_keys.key"),
    nothing("idempotency_keys.request_digest", KEYED),
    nothing("idempotency_keys.location", "the path of what was made"),
    nothing("idempotency_keys.etag", "a version and a digest"),
    withheld("idempotency_keys.body", "a copy, for a day, of what the orders say"),
    nothing("idempotency_keys.subject_id", ID),
    nothing("mails.user_id", ID),
    nothing("mails.kind", CODE),
    personal("mails.recipient"),
    withheld("mails.sealed", "holds a secret, and can't be read here"),
    nothing("one_time_tokens.digest", DIGEST),
    nothing("one_time_tokens.kind", CODE),
    nothing("one_time_tokens.user_id", ID),
    personal("one_time_tokens.new_email"),
    nothing("order_history.axis", CODE),
    nothing("order_history.from_value", CODE),
    nothing("order_history.to_value", CODE),
    nothing("order_history.command", CODE),
    nothing("order_history.actor", ID),
    personal("order_history.reason"),
    nothing("order_history.request_id", REQUEST),
    nothing("order_lines.sku", GOODS),
    nothing("order_lines.title", GOODS),
    nothing("orders.customer_id", ID),
    nothing("orders.token_digest", DIGEST),
    nothing("orders.currency", CODE),
    nothing("orders.status", CODE),
    nothing("orders.previous_status", CODE),
    nothing("orders.payment_status", CODE),
    nothing("orders.fulfillment_status", CODE),
    personal("orders.email"),
    personal("orders.shipping_address"),
    personal("orders.billing_address"),
    personal("orders.note"),
    personal("orders.placed_ip"),
    nothing("payments.method", "how money came, such as `card`"),
    kept(
        "payments.reference",
        "the books need it, and no payment may be recorded twice; it leads to somebody only at the bank",
    ),
    nothing("payments.actor", ID),
    nothing("prices.currency", CODE),
    nothing("prices.changed_by", ID),
    nothing("refresh_tokens.digest", DIGEST),
    personal("refunds.reason"),
    nothing("refunds.actor", ID),
    personal("returns.reason"),
    nothing("returns.actor", ID),
    nothing("sessions.user_id", ID),
    nothing("sessions.revoke_reason", CODE),
    personal("sessions.user_agent"),
    personal("sessions.ip"),
    nothing("stock_movements.kind", CODE),
    nothing("stock_movements.actor", ID),
    nothing("stock_movements.note", "the staff's own words, about goods"),
    nothing("stock_movements.request_id", REQUEST),
    personal("users.email"),
    nothing("users.email_verified_at", "an instant; shown, and emptied"),
    personal("users.name"),
    withheld("users.password_hash", "a secret: whoever has it can try passwords against it"),
    nothing("users.roles", "what the person may do; set back to `customer`"),
];

/// Columns that could be about somebody: those that refer to an account, hold an address, or have a telling name; and
/// every column that can hold words, or anything, in a table that belongs to people or says who did something.
pub(crate) const SUSPECTS: &str = "
    WITH RECURSIVE columns AS (
        SELECT class.relname::text AS table_name, attribute.attname::text AS column_name,
            format_type(attribute.atttypid, NULL) AS kind, class.oid AS table_id, attribute.attnum
        FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
        WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p')
            AND class.relname NOT LIKE '\\_\\_diesel%' AND attribute.attnum > 0 AND NOT attribute.attisdropped
    ), told AS (
        SELECT columns.*,
            column_name ~ '^(actor|caller|subject|owner|customer|person|author|changed_by|created_by)(_id)?$' AS says_who,
            column_name ~ '(^|_)(e?mail|name|phone|ip|address|agent|recipient|street|birth|note|reason)($|_)'
                OR kind IN ('inet', 'cidr', 'macaddr') AS is_telling,
            kind IN ('text', 'text[]', 'jsonb', 'json', 'bytea', 'inet', 'character varying', 'xml') AS can_hold_words,
            EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = table_id AND attnum = ANY (conkey)
                AND confrelid = 'users'::regclass) AS refers
        FROM columns
    ), of_people (table_id) AS (
        SELECT 'users'::regclass::oid
        UNION
        SELECT conrelid FROM pg_constraint JOIN of_people ON confrelid = of_people.table_id WHERE contype = 'f'
    ), about (table_id) AS (
        SELECT table_id FROM of_people UNION SELECT table_id FROM told WHERE says_who
    )
    SELECT table_name || '.' || column_name FROM told
    WHERE refers OR says_who OR is_telling OR (can_hold_words AND table_id IN (SELECT table_id FROM about))
    ORDER BY 1";
