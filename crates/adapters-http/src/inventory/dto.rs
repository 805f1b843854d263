//! What staff sends and gets about stock.

mod movement;
mod stock;

pub(super) use self::{
    movement::{MovementPath, MovementView, MovementsQuery},
    stock::{AdjustmentBody, CountBody, StockListQuery, StockView},
};
