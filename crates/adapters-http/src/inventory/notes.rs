//! What the document says about stock beyond its types.

use domain::{
    catalog::Sku,
    inventory::{AdjustmentReason, MovementKind, StockError},
};

use super::{
    dto::{AdjustmentBody, CountBody, MovementView, StockView},
    errors::refused,
};
use crate::{Code, Notes, Page, named::Named, samples};

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Inventory",
        "How much of each variant is there, and how much of that orders hold. Every change is a line of a ledger that \
         is never rewritten and always adds up to the level. For staff.",
    );
    notes.order(&[
        "listStock",
        "getStock",
        "adjustStock",
        "countStock",
        "listStockMovements",
        "getStockMovement",
    ]);
    notes.errors("adjustStock", &[Code::InsufficientStock]);
    notes.errors("countStock", &[Code::InsufficientStock]);
    notes.tagged(&["getStock", "countStock"]);
    let page = Page { data: vec![shirt_s(12, 10, 1)], next_cursor: None };
    notes.reply("listStock", 200, "low", "What has fewer than five pieces available", &page);
    notes.reply("getStock", 200, "shirt", "Twelve shirts, of which orders hold ten", &shirt_s(12, 10, 1));
    let damaged = AdjustmentBody {
        delta: -2,
        reason: Named(AdjustmentReason::Damaged),
        note: Some("Torn by the cutter when the box was opened".to_owned()),
        force: false,
    };
    notes.request("adjustStock", "damaged", "Two shirts can't be sold any more", &damaged);
    notes.reply("adjustStock", 201, "damaged", "The ledger's new line", &line());
    let held = StockError::Insufficient { requested: 3, available: 2, on_hand: 12, reserved: 10 };
    if let Ok(sku) = Sku::parse("SHIRT-S") {
        let problem = refused(&sku, held);
        notes.problem("adjustStock", "insufficient-stock", "Orders hold what is to go", &problem);
    }
    let counted = CountBody { on_hand: 10, force: false };
    notes.request("countStock", "shirt", "Ten shirts were found", &counted);
    notes.reply("countStock", 200, "shirt", "Ten shirts, and orders hold them all", &shirt_s(10, 10, 2));
    let page = Page { data: vec![line(), opening()], next_cursor: None };
    notes.reply("listStockMovements", 200, "two", "Two shirts of twelve were damaged", &page);
    notes.reply("getStockMovement", 200, "damaged", "Two shirts were damaged", &line());
}

fn shirt_s(on_hand: i32, reserved: i32, version: i32) -> StockView {
    StockView {
        product_id: samples::SHIRT,
        variant_id: samples::SHIRT_S,
        sku: "SHIRT-S".to_owned(),
        on_hand,
        reserved,
        available: on_hand - reserved,
        shortfall: 0,
        backorder: false,
        version,
    }
}

fn line() -> MovementView {
    MovementView {
        sequence: 2,
        variant_id: samples::SHIRT_S,
        kind: Named(MovementKind::Adjustment(AdjustmentReason::Damaged)),
        delta_on_hand: -2,
        delta_reserved: 0,
        on_hand_after: 10,
        reserved_after: 0,
        order_id: None,
        actor: format!("user:{}", samples::USER),
        note: Some("Torn by the cutter when the box was opened".to_owned()),
        at: samples::at("2026-03-09T07:00:12.250Z"),
        request_id: Some("018f4d9e-7d3a-7b65-8c11-2a54e3f0c9d1".to_owned()),
    }
}

fn opening() -> MovementView {
    MovementView {
        sequence: 1,
        kind: Named(MovementKind::Opening),
        delta_on_hand: 12,
        on_hand_after: 12,
        note: None,
        at: samples::at("2026-03-02T09:30:00Z"),
        ..line()
    }
}
