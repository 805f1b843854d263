//! What the document says about prices beyond their types.

use super::dto::{PastPriceView, PriceAsOfView, PriceView, SetPriceBody};
use crate::{
    ApiError, Code, Fault, Notes, Page,
    instant::Timestamp,
    samples::{self, at, euro},
};

pub(crate) fn notes(notes: &mut Notes) {
    notes.order(&["listPrices", "setPrice", "cancelPrice", "listPriceHistory"]);
    notes.tagged(&["listPrices", "setPrice", "listPriceHistory"]);
    notes.errors("cancelPrice", &[Code::PriceInForce]);
    let now = SetPriceBody { amount: "34.90".to_owned(), valid_from: None };
    notes.request("setPrice", "now", "A price from now on", &now);
    let later = SetPriceBody { amount: "29.90".to_owned(), valid_from: Some(SALE.to_owned()) };
    notes.request("setPrice", "sale", "A price from a future instant on", &later);
    notes.reply("setPrice", 200, "now", "In force, until the sale begins", &reduced());
    let past = Fault::at("/valid_from", "past", "must not be more than 60 seconds in the past");
    let amount = Fault::at("/amount", "money-amount", "EUR has 2 minor digits, not 3");
    let faulty = ApiError::invalid(vec![past]);
    notes.problem("setPrice", "past", "Prices can't be changed afterwards", &faulty);
    let faulty = ApiError::invalid(vec![amount]);
    notes.problem("setPrice", "validation-failed", "More digits than the currency has", &faulty);
    let page = Page { data: vec![as_of()], next_cursor: None };
    notes.reply("listPrices", 200, "now", "What it costs now", &page);
    let page = Page { data: history(), next_cursor: None };
    notes.reply("listPriceHistory", 200, "sale", "A sale to come, and what was before", &page);
}

/// When the sale begins.
const SALE: &str = "2126-07-01T00:00:00Z";

fn sale() -> Timestamp {
    at(SALE)
}

fn changed() -> Timestamp {
    at("2026-03-09T07:00:12.250Z")
}

fn author() -> String {
    format!("user:{}", samples::USER)
}

fn reduced() -> PriceView {
    PriceView {
        id: samples::PRICE,
        variant_id: samples::SHIRT_S,
        amount: "34.90".to_owned(),
        currency: "EUR".to_owned(),
        valid_from: changed(),
        valid_to: Some(sale()),
        changed_by: author(),
    }
}

fn as_of() -> PriceAsOfView {
    let PriceView { id, variant_id, amount, currency, valid_from, valid_to, .. } = reduced();
    let lowest_price_30d = Some(euro("35.00"));
    PriceAsOfView {
        id,
        variant_id,
        amount,
        currency,
        valid_from,
        valid_to,
        lowest_price_30d,
        changed_by: None,
    }
}

/// As staff sees it.
fn history() -> Vec<PastPriceView> {
    let period = |amount: &str, valid_from, valid_to| PastPriceView {
        variant_id: samples::SHIRT_S,
        amount: amount.to_owned(),
        currency: "EUR".to_owned(),
        valid_from,
        valid_to,
        changed_by: Some(author()),
    };
    vec![
        period("29.90", sale(), None),
        period("34.90", changed(), Some(sale())),
        period("35.00", at("2026-03-02T09:30:00Z"), Some(changed())),
    ]
}
