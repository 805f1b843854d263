//! Stock, on PostgreSQL.

use std::sync::Arc;

use adapters_http::{Inventory, InventoryPorts};
use adapters_postgres::{PgLedgerReader, PgStockReader, PgStockStore};

use super::Worker;

impl Worker<'_> {
    pub(super) fn inventory(&self) -> Inventory {
        let (tools, database) = (self.tools, || self.database.clone());
        Inventory::on(InventoryPorts {
            stock_store: Arc::new(PgStockStore::new(database()).announcing(tools.shown.clone())),
            stock: Arc::new(PgStockReader::new(database())),
            ledger: Arc::new(PgLedgerReader::new(database())),
            records: self.records.clone(),
            ids: tools.ids.clone(),
            clock: self.clock.clone(),
        })
    }
}
