//! What the document says about events beyond their types.

use serde_json::{Map, json};
use use_cases::events::ListEventsError;

use super::dto::EventView;
use crate::{ApiError, Notes, Page, samples};

impl From<ListEventsError> for ApiError {
    fn from(error: ListEventsError) -> Self {
        match error {
            ListEventsError::Forbidden(error) => error.into(),
            ListEventsError::Storage(error) => error.into(),
        }
    }
}

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Events",
        "What happened in the shop, for systems that follow it: an append-only log, in an order that misses none.",
    );
    notes.order(&["listEvents"]);
    let placed = EventView {
        id: samples::EVENT,
        sequence: 748_000,
        aggregate_type: "order".to_owned(),
        aggregate_id: samples::ORDER,
        aggregate_version: 1,
        kind: "order.placed".to_owned(),
        occurred_at: samples::at("2026-03-02T10:15:00Z"),
        actor: format!("user:{}", samples::USER),
        request_id: Some("018f4d9e-7d3a-7b65-8c11-2a54e3f0c9d1".to_owned()),
        data: Map::from_iter([
            ("number".to_owned(), json!(100_042)),
            ("status".to_owned(), json!("pending")),
            ("total".to_owned(), json!({"amount": "70.00", "currency": "EUR"})),
            ("lines".to_owned(), json!([{"variant_id": samples::SHIRT_S, "quantity": 2}])),
        ]),
    };
    let page = Page { data: vec![placed], next_cursor: None };
    notes.reply("listEvents", 200, "placed", "An order was placed", &page);
}
