//! Stock, on PostgreSQL.

use std::sync::Arc;

use adapters_http::Inventory;
use adapters_postgres::{PgLedgerReader, PgStockReader, PgStockStore};
use use_cases::inventory::{AdjustStock, CountStock, GetMovement, GetStock, ListMovements, ListStock};

use super::Worker;

impl Worker<'_> {
    pub(super) fn inventory(&self) -> Inventory {
        let (tools, database, clock) = (self.tools, self.database, &self.clock);
        let store = Arc::new(PgStockStore::new(database.clone()).announcing(tools.shown.clone()));
        let stock = Arc::new(PgStockReader::new(database.clone()));
        let ledger = Arc::new(PgLedgerReader::new(database.clone()));
        Inventory {
            list_stock: ListStock { stock: stock.clone() },
            get_stock: GetStock { stock },
            count_stock: CountStock { stock: store.clone(), ids: tools.ids.clone(), clock: clock.clone() },
            adjust_stock: AdjustStock {
                stock: store,
                records: self.records.clone(),
                ids: tools.ids.clone(),
                clock: clock.clone(),
            },
            list_movements: ListMovements { ledger: ledger.clone() },
            get_movement: GetMovement { ledger },
        }
    }
}
