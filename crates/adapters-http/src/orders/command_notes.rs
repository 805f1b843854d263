//! What the document says about what becomes of orders, beyond the types.

use domain::orders::{Command, FulfillmentStatus, IllegalTransition, OrderStatus, PaymentStatus};

use super::{
    dto::{
        FulfillmentBody, FulfillmentView, OrderView, PaymentBody, PaymentView, PiecesView, ReasonBody,
        RefundBody, RefundView, ReturnBody, ReturnView, StepView,
    },
    notes::order,
};
use crate::{
    Code, Notes, Page,
    named::Named,
    samples::{self, at, euro},
};

/// The operations, in their order.
const OPERATIONS: [&str; 11] = [
    "cancelOrder",
    "confirmOrder",
    "recordPayment",
    "getPayment",
    "recordFulfillment",
    "getFulfillment",
    "deliverFulfillment",
    "recordReturn",
    "getReturn",
    "recordRefund",
    "getRefund",
];

pub(super) fn notes(notes: &mut Notes) {
    notes.order(&OPERATIONS);
    notes.errors("cancelOrder", &[Code::IllegalTransition]);
    notes.errors("confirmOrder", &[Code::IllegalTransition]);
    notes.errors(
        "recordPayment",
        &[Code::IllegalTransition, Code::PaymentReferenceTaken, Code::CurrencyMismatch],
    );
    notes.errors("recordFulfillment", &[Code::IllegalTransition, Code::InsufficientStock]);
    notes.errors("recordReturn", &[Code::IllegalTransition]);
    notes.errors("recordRefund", &[Code::IllegalTransition, Code::CurrencyMismatch]);
    notes.tagged(&["cancelOrder", "confirmOrder"]);

    let reason = |reason: &str| ReasonBody { reason: Some(reason.to_owned()) };
    notes.request("cancelOrder", "mistake", "The buyer changed their mind", &reason("Ordered by mistake"));
    notes.reply("cancelOrder", 200, "mistake", "The whole order is called off", &cancelled());
    let shipped = IllegalTransition {
        from: OrderStatus::Completed,
        command: Command::Cancel,
        allowed: vec![Command::Pay, Command::Deliver, Command::Return, Command::Refund],
    };
    notes.problem("cancelOrder", "illegal-transition", "All of it has arrived", &shipped.into());
    notes.request("confirmOrder", "invoice", "The buyer pays later", &reason("Pays by invoice"));
    notes.reply("confirmOrder", 200, "invoice", "It will be fulfilled", &confirmed());
    records(notes);
    notes.reply(
        "listOrderHistory",
        200,
        "new",
        "An order that was just placed",
        &Page { data: history(), next_cursor: None },
    );
}

fn records(notes: &mut Notes) {
    let payment = PaymentBody {
        amount: euro("70.00"),
        method: "card".to_owned(),
        reference: "pi_3N5Xq2LkdIwHu7ix".to_owned(),
    };
    notes.request("recordPayment", "card", "All of it, by card", &payment);
    notes.reply("recordPayment", 201, "card", "The payment", &paid());
    notes.reply("getPayment", 200, "card", "A payment by card", &paid());
    let parcel = FulfillmentBody {
        lines: None,
        carrier: Some("DHL".to_owned()),
        tracking_number: Some("00340434161094042557".to_owned()),
        tracking_url: Some("https://carrier.example/00340434161094042557".to_owned()),
    };
    notes.request("recordFulfillment", "parcel", "All that is left, in one parcel", &parcel);
    notes.reply("recordFulfillment", 201, "parcel", "The fulfillment", &sent(None));
    notes.reply("getFulfillment", 200, "parcel", "A parcel on its way", &sent(None));
    let arrived = sent(Some("2026-03-04T13:40:00Z"));
    notes.reply("deliverFulfillment", 200, "arrived", "The parcel has arrived", &arrived);
    let back = ReturnBody { lines: pieces(1), restock: true, reason: Some("Too small".to_owned()) };
    notes.request("recordReturn", "one", "One of two, as good as new", &back);
    notes.reply("recordReturn", 201, "one", "The return", &returned());
    notes.reply("getReturn", 200, "one", "One shirt that came back", &returned());
    let refund = RefundBody { amount: euro("35.00"), reason: Some("Too small".to_owned()) };
    notes.request("recordRefund", "one", "The price of one", &refund);
    notes.reply("recordRefund", 201, "one", "The refund", &refunded());
    notes.reply("getRefund", 200, "one", "The price of one shirt was given back", &refunded());
}

fn cancelled() -> OrderView {
    let mut cancelled = OrderView {
        status: Named(OrderStatus::Cancelled),
        payment_status: Named(PaymentStatus::Unpaid),
        fulfillment_status: Named(FulfillmentStatus::Unfulfilled),
        expires_at: None,
        version: 2,
        ..order()
    };
    cancelled.totals.cancelled = euro("70.00");
    cancelled.totals.due = euro("0.00");
    for line in &mut cancelled.lines {
        line.cancelled_quantity = line.quantity;
    }
    cancelled
}

fn confirmed() -> OrderView {
    OrderView { status: Named(OrderStatus::Confirmed), expires_at: None, version: 2, ..order() }
}

fn paid() -> PaymentView {
    PaymentView {
        id: samples::PAYMENT,
        amount: euro("70.00"),
        method: "card".to_owned(),
        reference: "pi_3N5Xq2LkdIwHu7ix".to_owned(),
        created_at: at("2026-03-02T10:33:20Z"),
    }
}

fn sent(delivered_at: Option<&str>) -> FulfillmentView {
    FulfillmentView {
        id: samples::FULFILLMENT,
        lines: pieces(2),
        carrier: Some("DHL".to_owned()),
        tracking_number: Some("00340434161094042557".to_owned()),
        tracking_url: Some("https://carrier.example/00340434161094042557".to_owned()),
        created_at: at("2026-03-02T12:19:12Z"),
        delivered_at: delivered_at.map(at),
    }
}

fn returned() -> ReturnView {
    ReturnView {
        id: samples::RETURN,
        lines: pieces(1),
        restock: true,
        reason: Some("Too small".to_owned()),
        created_at: at("2026-03-09T07:20:05Z"),
    }
}

fn refunded() -> RefundView {
    RefundView {
        id: samples::REFUND,
        amount: euro("35.00"),
        reason: Some("Too small".to_owned()),
        created_at: at("2026-03-09T07:20:08Z"),
    }
}

fn pieces(quantity: u32) -> Vec<PiecesView> {
    vec![PiecesView { line_id: samples::ORDER_LINE, quantity }]
}

/// The first steps of the order of the examples.
pub(crate) fn history() -> Vec<StepView> {
    let axes = [("status", "pending"), ("payment_status", "unpaid"), ("fulfillment_status", "unfulfilled")];
    (1..)
        .zip(axes)
        .map(|(sequence, (axis, to))| StepView {
            sequence,
            at: at("2026-03-02T10:15:00Z"),
            axis,
            from: None,
            to,
            command: "place",
            actor: format!("user:{}", samples::USER),
            reason: None,
            request_id: Some("018f4d9e-7d3a-7b65-8c11-2a54e3f0c9d1".to_owned()),
        })
        .collect()
}
