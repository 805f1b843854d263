//! How much there is of what is sold.

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
