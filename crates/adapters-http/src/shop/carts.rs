//! What somebody means to buy.

use std::sync::Arc;

use chrono::Duration;
use domain::money::Currency;
use ports::{carts::CartStore, idempotency::IdempotencyReader, ids::IdGenerator, security::SecretTokens};
use use_cases::carts::{
    AddLine, CartEdits, ChangeLine, ClaimCart, CurrentCart, DeleteCart, GetCart, OpenCart, RemoveLine,
};

/// Carts.
#[derive(Clone)]
pub struct Carts {
    /// POST /carts
    pub open_cart: OpenCart,
    /// GET /carts/current
    pub current_cart: CurrentCart,
    /// GET /carts/{id}
    pub get_cart: GetCart,
    /// DELETE /carts/{id}
    pub delete_cart: DeleteCart,
    /// POST /carts/{id}/lines
    pub add_line: AddLine,
    /// PATCH /carts/{id}/lines/{line_id}
    pub change_line: ChangeLine,
    /// DELETE /carts/{id}/lines/{line_id}
    pub remove_line: RemoveLine,
    /// POST /carts/{id}/claim
    pub claim_cart: ClaimCart,
}

/// What carts ask of the outside.
pub struct CartPorts {
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
    /// Finds the answers that were given before.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes the tokens of guests.
    pub secrets: Arc<dyn SecretTokens>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
    /// How long a cart is kept after it was touched.
    pub ttl: Duration,
}

impl Carts {
    /// Every use case, on these.
    #[must_use]
    pub fn on(ports: CartPorts) -> Self {
        let CartPorts { carts, records, secrets, ids, store_currency, ttl } = ports;
        let edits = CartEdits { carts: carts.clone(), ids, ttl };
        Self {
            open_cart: OpenCart { edits: edits.clone(), records: records.clone(), secrets, store_currency },
            current_cart: CurrentCart { carts: carts.clone() },
            get_cart: GetCart { carts },
            delete_cart: DeleteCart(edits.clone()),
            add_line: AddLine { edits: edits.clone(), records: records.clone() },
            change_line: ChangeLine(edits.clone()),
            remove_line: RemoveLine(edits.clone()),
            claim_cart: ClaimCart { edits, records },
        }
    }
}
