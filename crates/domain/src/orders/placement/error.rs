//! Why an order can't be placed, with every line that it is about.

use crate::{
    catalog::Sku,
    money::{Currency, Money, MoneyError},
};

/// A line that asks for more than there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// What is short.
    pub sku: Sku,
    /// How many were asked for.
    pub requested: u32,
    /// How many there are; 0 when it is not sold any more.
    pub available: u32,
}

/// A line whose price is not what the buyer was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// Whose price.
    pub sku: Sku,
    /// What the buyer was shown.
    pub expected: Money,
    /// What it is.
    pub actual: Money,
}

/// Why an order can't be placed. Places count from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// Nothing in it.
    #[error("an order needs at least one line")]
    Empty,
    /// More lines than an order can have.
    #[error("an order has at most {} lines", super::MAX_LINES)]
    TooManyLines,
    /// The items at these places name no variant.
    #[error("there is no such variant")]
    UnknownItems(Vec<usize>),
    /// The items at these places make more of one variant than an order can have.
    #[error("an order holds at most {} of one variant", super::super::MAX_QUANTITY)]
    QuantityTooLarge(Vec<usize>),
    /// These have no price in the order's currency.
    #[error("no price in {currency} for {}", list(.skus))]
    NoPrice {
        /// The order's currency.
        currency: Currency,
        /// What has no price in it.
        skus: Vec<Sku>,
    },
    /// Too few of these.
    #[error("not enough stock of {}", list_short(.0))]
    InsufficientStock(Vec<Shortage>),
    /// The expected prices at these places are of variants that are not ordered.
    #[error("this variant is not ordered")]
    UnknownExpectations(Vec<usize>),
    /// An amount that the buyer was shown is in another currency than the order's.
    #[error("the order is in {currency}, an expected amount is not")]
    ForeignExpectation {
        /// The order's currency.
        currency: Currency,
    },
    /// Prices or the total are not what the buyer was shown.
    #[error("the prices have changed")]
    QuoteChanged {
        /// Every line whose price has changed.
        lines: Vec<ChangedLine>,
        /// The total as expected and as it is, when they differ.
        total: Option<(Money, Money)>,
    },
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

fn list(skus: &[Sku]) -> String {
    skus.iter().map(Sku::as_str).collect::<Vec<_>>().join(", ")
}

fn list_short(short: &[Shortage]) -> String {
    short.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>().join(", ")
}
