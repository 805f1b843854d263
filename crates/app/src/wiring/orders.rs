//! Orders, on PostgreSQL.

use std::sync::Arc;

use adapters_http::Orders;
use adapters_postgres::{PgOrderReader, PgOrderStore};
use domain::orders::OpenOrderLimits;
use use_cases::orders::{GetOrder, ListOrders, PlaceOrder};

use super::Worker;
use crate::config::RateLimit;

impl Worker<'_> {
    pub(super) fn orders(&self) -> Orders {
        let (tools, database) = (self.tools, self.database);
        let reader = Arc::new(PgOrderReader::new(database.clone()));
        Orders {
            place_order: PlaceOrder {
                orders: Arc::new(PgOrderStore::new(database.clone()).announcing(tools.shown.clone())),
                records: self.records.clone(),
                ids: tools.ids.clone(),
                store_currency: self.config.shop.store_currency,
                expiry: self.config.shop.order_expiry.chrono(),
                limits: match self.config.http.rate_limit {
                    RateLimit::On(_) => Some(OpenOrderLimits::default()),
                    RateLimit::Off => None,
                },
            },
            get_order: GetOrder { orders: reader.clone() },
            list_orders: ListOrders { orders: reader },
        }
    }
}
