//! How many pieces came or went, and why.

use crate::inventory::MAX_ON_HAND;

/// Pieces that came (more than 0) or went (less); never none, and at most [`MAX_ON_HAND`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockDelta(i32);

/// It is no change, or more than can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not be 0, and at most {MAX_ON_HAND} in either direction")]
pub struct ParseDeltaError;

impl StockDelta {
    /// So many pieces.
    ///
    /// # Errors
    /// [`ParseDeltaError`].
    ///
    /// ```
    /// use domain::inventory::StockDelta;
    ///
    /// assert_eq!(StockDelta::new(-3)?.get(), -3);
    /// assert!(StockDelta::new(0).is_err() && StockDelta::new(1_000_000_001).is_err());
    /// # Ok::<(), domain::inventory::ParseDeltaError>(())
    /// ```
    pub fn new(pieces: i32) -> Result<Self, ParseDeltaError> {
        let counts = (1..=MAX_ON_HAND).contains(&pieces.unsigned_abs());
        if counts { Ok(Self(pieces)) } else { Err(ParseDeltaError) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// Why pieces came or went, as far as the shop is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdjustmentReason {
    /// They were delivered.
    Received,
    /// They can't be sold any more.
    Damaged,
    /// Nobody knows where they are.
    Lost,
    /// An earlier figure was wrong.
    Correction,
    /// They came back, other than with a return of an order.
    Returned,
}

impl AdjustmentReason {
    /// Every reason.
    pub const ALL: &'static [Self] =
        &[Self::Received, Self::Damaged, Self::Lost, Self::Correction, Self::Returned];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Damaged => "damaged",
            Self::Lost => "lost",
            Self::Correction => "correction",
            Self::Returned => "returned",
        }
    }
}
