//! How much there is of what is sold.

use std::sync::Arc;

use ports::{
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
    inventory::{LedgerReader, StockReader, StockStore},
};
use use_cases::inventory::{AdjustStock, CountStock, GetMovement, GetStock, ListMovements, ListStock};

/// Stock and its ledger.
#[derive(Clone)]
pub struct Inventory {
    /// GET /inventory
    pub list_stock: ListStock,
    /// GET /variants/{id}/inventory
    pub get_stock: GetStock,
    /// PUT /variants/{id}/inventory
    pub count_stock: CountStock,
    /// POST /variants/{id}/inventory/adjustments
    pub adjust_stock: AdjustStock,
    /// GET /variants/{id}/inventory/movements
    pub list_movements: ListMovements,
    /// GET /variants/{id}/inventory/movements/{sequence}
    pub get_movement: GetMovement,
}

/// What stock asks of the outside.
pub struct InventoryPorts {
    /// Keeps stock that is changed by hand.
    pub stock_store: Arc<dyn StockStore>,
    /// Shows levels.
    pub stock: Arc<dyn StockReader>,
    /// Shows the ledger.
    pub ledger: Arc<dyn LedgerReader>,
    /// Finds the answers that were given before.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Inventory {
    /// Every use case, on these.
    #[must_use]
    pub fn on(ports: InventoryPorts) -> Self {
        let InventoryPorts { stock_store, stock, ledger, records, ids, clock } = ports;
        Self {
            list_stock: ListStock { stock: stock.clone() },
            get_stock: GetStock { stock },
            count_stock: CountStock { stock: stock_store.clone(), ids: ids.clone(), clock: clock.clone() },
            adjust_stock: AdjustStock { stock: stock_store, records, ids, clock },
            list_movements: ListMovements { ledger: ledger.clone() },
            get_movement: GetMovement { ledger },
        }
    }
}
