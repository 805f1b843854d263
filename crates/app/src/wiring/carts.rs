//! Carts, on PostgreSQL.

use std::sync::Arc;

use adapters_http::{CartPorts, Carts};
use adapters_postgres::PgCartStore;

use super::Worker;

impl Worker<'_> {
    pub(super) fn carts(&self) -> Carts {
        let tools = self.tools;
        Carts::on(CartPorts {
            carts: Arc::new(PgCartStore::new(self.database.clone(), tools.answers.clone())),
            records: self.records.clone(),
            secrets: tools.secrets.clone(),
            ids: tools.ids.clone(),
            store_currency: self.config.shop.store_currency,
            ttl: self.config.shop.cart_ttl.chrono(),
        })
    }
}
