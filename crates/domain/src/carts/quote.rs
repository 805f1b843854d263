//! What a cart costs today.

use std::collections::BTreeMap;

use super::{Cart, CartLine};
use crate::{
    ids::VariantId,
    money::{Money, MoneyError},
    orders::Offer,
};

/// What the shop offers right now, in the cart's currency: of every variant that is in a cart or comes into it.
pub type Offers = BTreeMap<VariantId, Offer>;

/// A cart with today's names and prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its lines.
    pub lines: Vec<QuotedLine>,
    /// Its pieces.
    pub item_count: u32,
    /// The sum of the lines that have a price.
    pub subtotal: Money,
    /// What ordering it would cost.
    pub total: Money,
}

/// A line with today's name and price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedLine {
    /// The line.
    pub line: CartLine,
    /// What is offered.
    pub offer: Offer,
    /// Today's price; `None` where there is none in the cart's currency.
    pub unit_price: Option<Money>,
    /// That for all pieces.
    pub line_total: Option<Money>,
    /// The price when the line was added, when today's is another.
    pub previous_unit_price: Option<Money>,
    /// Why it can't be bought so.
    pub problem: Option<Problem>,
}

/// Why a line can't be bought so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// It is not sold (any more), or not in this currency.
    Unavailable,
    /// There are not enough.
    InsufficientStock,
}

impl Problem {
    /// Every problem.
    pub const ALL: [Self; 2] = [Self::Unavailable, Self::InsufficientStock];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::InsufficientStock => "insufficient-stock",
        }
    }
}

impl Cart {
    /// What the cart costs today. `offers` has one for every line: variants that are in a cart are never deleted for
    /// good, so a line without one is none.
    ///
    /// # Errors
    /// [`MoneyError`] when a sum is beyond what Stoa counts.
    pub fn quote(&self, offers: &Offers) -> Result<Quote, MoneyError> {
        let lines = self
            .lines
            .iter()
            .filter_map(|line| Some(quote(line, offers.get(&line.variant_id)?)))
            .collect::<Result<Vec<_>, _>>()?;
        let subtotal = Money::sum(self.currency, lines.iter().filter_map(|line| line.line_total))?;
        let item_count = self.lines.iter().fold(0_u32, |sum, line| sum.saturating_add(line.quantity.get()));
        Ok(Quote { lines, item_count, subtotal, total: subtotal })
    }
}

fn quote(line: &CartLine, offer: &Offer) -> Result<QuotedLine, MoneyError> {
    let unit_price = offer.unit_price;
    let problem = if !offer.buyable || unit_price.is_none() {
        Some(Problem::Unavailable)
    } else {
        offer.shortage(line.quantity.get()).map(|_| Problem::InsufficientStock)
    };
    Ok(QuotedLine {
        line: line.clone(),
        offer: offer.clone(),
        unit_price,
        line_total: unit_price.map(|price| price.times(line.quantity.get())).transpose()?,
        previous_unit_price: line.added_price.filter(|added| unit_price.is_some_and(|today| today != *added)),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carts::fixtures::{cart, euro, offer, offers};

    fn problems(quote: &Quote) -> Vec<Option<Problem>> {
        quote.lines.iter().map(|line| line.problem).collect()
    }

    #[test]
    fn prices_are_today_s_and_the_one_that_was_seen_is_told_when_it_is_another() {
        let cart = cart(&[(1, 2, 100), (2, 1, 500)]);
        let quote = cart.quote(&offers([offer(1, 9, 120), offer(2, 9, 500)])).unwrap();
        assert_eq!((quote.subtotal, quote.total, quote.item_count), (euro(740), euro(740), 3));
        assert_eq!(quote.lines[0].unit_price, Some(euro(120)));
        assert_eq!(quote.lines[0].line_total, Some(euro(240)));
        assert_eq!(quote.lines[0].previous_unit_price, Some(euro(100)));
        assert_eq!(quote.lines[1].previous_unit_price, None);
        assert_eq!(problems(&quote), [None, None]);
    }

    #[test]
    fn each_line_tells_what_is_in_its_way() {
        let cart = cart(&[(1, 3, 100), (2, 3, 100), (3, 3, 100), (4, 3, 100)]);
        let mut backordered = offer(4, 0, 100);
        backordered.level.backorder = true;
        let shelf = offers([
            Offer { buyable: false, ..offer(1, 9, 100) },
            Offer { unit_price: None, ..offer(2, 9, 100) },
            offer(3, 2, 100),
            backordered,
        ]);
        let quote = cart.quote(&shelf).unwrap();
        let expected =
            [Some(Problem::Unavailable), Some(Problem::Unavailable), Some(Problem::InsufficientStock), None];
        assert_eq!(problems(&quote), expected);
        assert_eq!(quote.lines[1].line_total, None);
        assert_eq!(quote.subtotal, euro(900), "the sum of the lines that show a total");
    }

    #[test]
    fn a_sum_beyond_all_bounds_is_no_sum() {
        let dear = 99_999_999_999_900;
        assert!(
            cart(&[(1, 1, 1), (2, 1, 1)]).quote(&offers([offer(1, 9, dear), offer(2, 9, dear)])).is_err()
        );
    }
}
