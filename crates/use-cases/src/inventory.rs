//! Stock.

pub mod adjust_stock;
pub mod count_stock;
pub mod get_movement;
pub mod get_stock;
pub mod list_movements;
pub mod list_stock;
pub mod verify_stock;

pub use adjust_stock::{AdjustStock, AdjustStockCommand, ChangeStockError};
pub use count_stock::{CountStock, CountStockCommand};
pub use get_movement::GetMovement;
pub use get_stock::{GetStock, SeeStockError};
pub use list_movements::ListMovements;
pub use list_stock::{ListStock, StockFilter};
pub use verify_stock::{Difference, Verified, VerifyStock};
