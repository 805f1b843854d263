//! Orders: placed, raced for, and shown.

mod change_races;
mod changed_offers;
mod keys;
mod limits;
mod lists;
mod lives;
mod loading;
mod placing;
mod stock_races;
