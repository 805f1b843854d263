//! The tables, as Diesel needs to know them. Rendered from the migrated database by the test that compares the two.

diesel::table! {
    attempts (scope, subject) {
        scope -> Text,
        subject -> Bytea,
        hits -> Array<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Uuid,
        at -> Timestamptz,
        #[sql_name = "type"]
        type_ -> Text,
        actor -> Text,
        subject -> Nullable<Text>,
        ip -> Nullable<Inet>,
        request_id -> Nullable<Text>,
        detail -> Jsonb,
    }
}

diesel::table! {
    cart_lines (cart_id, id) {
        cart_id -> Uuid,
        id -> Uuid,
        variant_id -> Uuid,
        quantity -> Integer,
        added_price_minor -> Nullable<BigInt>,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    carts (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        token_digest -> Nullable<Bytea>,
        currency -> Text,
        status -> Text,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    categories (id) {
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        slug -> Text,
        name -> Text,
        position -> Integer,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    category_counts (category_id, slot) {
        category_id -> Uuid,
        slot -> SmallInt,
        products -> BigInt,
    }
}

diesel::table! {
    cheapest_prices (product_id, tag, currency, valid_from) {
        product_id -> Uuid,
        tag -> Text,
        currency -> Text,
        valid_from -> Timestamptz,
        valid_to -> Timestamptz,
        amount_minor -> BigInt,
        status -> Text,
        category_id -> Nullable<Uuid>,
        in_stock -> Bool,
    }
}

diesel::table! {
    event_epoch (only_row) {
        only_row -> Bool,
        epoch -> BigInt,
    }
}

diesel::table! {
    events (sequence) {
        sequence -> BigInt,
        id -> Uuid,
        aggregate_type -> Text,
        aggregate_id -> Uuid,
        aggregate_version -> Integer,
        #[sql_name = "type"]
        type_ -> Text,
        occurred_at -> Timestamptz,
        actor -> Text,
        request_id -> Nullable<Text>,
        data -> Jsonb,
    }
}

diesel::table! {
    fulfillment_lines (order_id, fulfillment_id, line_id) {
        order_id -> Uuid,
        fulfillment_id -> Uuid,
        line_id -> Uuid,
        quantity -> Integer,
    }
}

diesel::table! {
    fulfillments (order_id, id) {
        order_id -> Uuid,
        id -> Uuid,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        tracking_url -> Nullable<Text>,
        actor -> Text,
        created_at -> Timestamptz,
        delivered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    idempotency_keys (caller, key) {
        caller -> Text,
        key -> Text,
        request_digest -> Bytea,
        status -> SmallInt,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Bytea,
        sealed -> Bool,
        subject_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    known_words (word) {
        word -> Text,
    }
}

diesel::table! {
    low_stock (variant_id) {
        variant_id -> Uuid,
        available -> Integer,
    }
}

diesel::table! {
    mails (id) {
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        recipient -> Text,
        sealed -> Nullable<Bytea>,
        attempts -> Integer,
        created_at -> Timestamptz,
        not_before -> Timestamptz,
    }
}

diesel::table! {
    one_time_tokens (digest) {
        digest -> Bytea,
        kind -> Text,
        user_id -> Uuid,
        new_email -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    order_history (order_id, sequence) {
        order_id -> Uuid,
        sequence -> Integer,
        at -> Timestamptz,
        axis -> Text,
        from_value -> Nullable<Text>,
        to_value -> Text,
        command -> Text,
        actor -> Text,
        reason -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    order_lines (order_id, id) {
        order_id -> Uuid,
        id -> Uuid,
        position -> Integer,
        variant_id -> Uuid,
        product_id -> Uuid,
        sku -> Text,
        title -> Text,
        unit_price_minor -> BigInt,
        quantity -> Integer,
        line_total_minor -> BigInt,
        cancelled_quantity -> Integer,
        fulfilled_quantity -> Integer,
        delivered_quantity -> Integer,
        returned_quantity -> Integer,
    }
}

diesel::table! {
    order_steps (from_status, to_status) {
        from_status -> Text,
        to_status -> Text,
    }
}

diesel::table! {
    orders (id) {
        id -> Uuid,
        number -> BigInt,
        customer_id -> Nullable<Uuid>,
        token_digest -> Nullable<Bytea>,
        token_expires_at -> Nullable<Timestamptz>,
        cart_id -> Nullable<Uuid>,
        currency -> Text,
        status -> Text,
        previous_status -> Nullable<Text>,
        payment_status -> Text,
        fulfillment_status -> Text,
        subtotal_minor -> BigInt,
        discount_minor -> BigInt,
        shipping_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        cancelled_minor -> BigInt,
        paid_minor -> BigInt,
        refunded_minor -> BigInt,
        email -> Nullable<Text>,
        shipping_address -> Nullable<Jsonb>,
        billing_address -> Nullable<Jsonb>,
        note -> Nullable<Text>,
        placed_ip -> Nullable<Inet>,
        erased_at -> Nullable<Timestamptz>,
        placed_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    payments (order_id, id) {
        order_id -> Uuid,
        id -> Uuid,
        amount_minor -> BigInt,
        method -> Text,
        reference -> Text,
        actor -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    prices (id) {
        id -> Uuid,
        variant_id -> Uuid,
        currency -> Text,
        amount_minor -> BigInt,
        valid_from -> Timestamptz,
        valid_to -> Nullable<Timestamptz>,
        changed_by -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    product_listings (product_id, tag) {
        product_id -> Uuid,
        tag -> Text,
        status -> Text,
        category_id -> Nullable<Uuid>,
        in_stock -> Bool,
        created_at -> Timestamptz,
        title_key -> Text,
    }
}

diesel::table! {
    products (id) {
        id -> Uuid,
        slug -> Text,
        title -> Text,
        description -> Nullable<Text>,
        status -> Text,
        category_id -> Nullable<Uuid>,
        tags -> Array<Text>,
        attributes -> Jsonb,
        images -> Jsonb,
        options -> Jsonb,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refunds (order_id, id) {
        order_id -> Uuid,
        id -> Uuid,
        amount_minor -> BigInt,
        reason -> Nullable<Text>,
        actor -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    return_lines (order_id, return_id, line_id) {
        order_id -> Uuid,
        return_id -> Uuid,
        line_id -> Uuid,
        quantity -> Integer,
    }
}

diesel::table! {
    returns (order_id, id) {
        order_id -> Uuid,
        id -> Uuid,
        restock -> Bool,
        reason -> Nullable<Text>,
        actor -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoke_reason -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        ip -> Nullable<Inet>,
        revoked_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    stock_levels (variant_id) {
        variant_id -> Uuid,
        on_hand -> Integer,
        reserved -> Integer,
        backorder -> Bool,
        shortfall -> Integer,
        version -> Integer,
        movements -> BigInt,
        offer_version -> BigInt,
    }
}

diesel::table! {
    stock_movements (variant_id, sequence) {
        variant_id -> Uuid,
        sequence -> BigInt,
        kind -> Text,
        delta_on_hand -> Integer,
        delta_reserved -> Integer,
        on_hand_after -> Integer,
        reserved_after -> Integer,
        order_id -> Nullable<Uuid>,
        actor -> Text,
        note -> Nullable<Text>,
        at -> Timestamptz,
        request_id -> Nullable<Text>,
        transaction_id -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Nullable<Text>,
        email_verified_at -> Nullable<Timestamptz>,
        name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        roles -> Array<Text>,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        erased_at -> Nullable<Timestamptz>,
        roles_changed_at -> Nullable<Timestamptz>,
        roles_changed_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    variants (id) {
        id -> Uuid,
        product_id -> Uuid,
        sku -> Text,
        title -> Text,
        option_values -> Jsonb,
        barcode -> Nullable<Text>,
        weight_grams -> Nullable<Integer>,
        position -> Integer,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    attempts,
    audit_log,
    cart_lines,
    carts,
    categories,
    category_counts,
    cheapest_prices,
    event_epoch,
    events,
    fulfillment_lines,
    fulfillments,
    idempotency_keys,
    known_words,
    low_stock,
    mails,
    one_time_tokens,
    order_history,
    order_lines,
    order_steps,
    orders,
    payments,
    prices,
    product_listings,
    products,
    refresh_tokens,
    refunds,
    return_lines,
    returns,
    sessions,
    stock_levels,
    stock_movements,
    users,
    variants,
);
