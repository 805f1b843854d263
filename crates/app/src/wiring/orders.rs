//! Orders, on PostgreSQL.

use std::sync::Arc;

use adapters_http::{OrderPorts, Orders};
use adapters_postgres::{PgCartStore, PgOrderReader, PgOrderStore};
use domain::orders::OpenOrderLimits;
use use_cases::orders::OrderExpiry;

use super::Worker;
use crate::config::RateLimit;

impl Worker<'_> {
    pub(super) fn orders(&self) -> Orders {
        let (tools, database) = (self.tools, || self.database.clone());
        Orders::on(OrderPorts {
            order_store: Arc::new(
                PgOrderStore::new(database(), tools.answers.clone()).announcing(tools.shown.clone()),
            ),
            carts: Arc::new(PgCartStore::new(database(), tools.answers.clone())),
            secrets: tools.secrets.clone(),
            orders: Arc::new(PgOrderReader::new(database())),
            records: self.records.clone(),
            ids: tools.ids.clone(),
            clock: self.clock.clone(),
            store_currency: self.config.shop.store_currency,
            expiry: OrderExpiry {
                customer: self.config.shop.order_expiry.chrono(),
                guest: self.config.shop.guest_order_expiry.chrono(),
            },
            limits: match self.config.http.rate_limit {
                RateLimit::On(_) => Some(OpenOrderLimits::default()),
                RateLimit::Off => None,
            },
        })
    }
}
