//! Orders: placed, raced for, and shown.

mod changed_offers;
mod keys;
mod limits;
mod lists;
mod loading;
mod placing;
mod stock_races;
