//! What the document says about orders beyond their types.

use domain::{
    catalog::Sku,
    money::{Currency, Money},
    orders::{ChangedLine, FulfillmentStatus, OrderStatus, PaymentStatus, PlacementError, Shortage},
};

use super::{
    command_notes,
    dto::{AddressBody, AddressView, LineBody, OrderLineView, OrderView, PlaceOrderBody, TotalsView},
};
use crate::{
    Code, Notes, Page,
    named::Named,
    samples::{self, at, euro},
};

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Orders",
        "Buy. An order keeps names and prices as they were when it was placed, and reserves its stock at that moment.",
    );
    notes.order(&["placeOrder", "listOrders", "getOrder", "listOrderHistory"]);
    notes.errors(
        "placeOrder",
        &[
            Code::NotFound,
            Code::InsufficientStock,
            Code::QuoteChanged,
            Code::CurrencyMismatch,
            Code::CartAlreadyOrdered,
            Code::CartEmpty,
            Code::CartExpired,
            Code::TooManyOpenOrders,
        ],
    );
    notes.errors("listOrders", &[Code::Forbidden]);
    notes.errors("getOrder", &[Code::ValidationFailed]);
    notes.tagged(&["placeOrder", "getOrder"]);
    notes.request("placeOrder", "shortest", "One of something, by its SKU", &one_shirt());
    notes.request(
        "placeOrder",
        "shirts",
        "Two, at the price that was shown, sent to an address",
        &two_shirts(),
    );
    notes.reply("placeOrder", 201, "shirts", "The new order", &order());
    notes.reply("getOrder", 200, "shirts", "An order that waits for money", &order());
    let page = Page { data: vec![order()], next_cursor: None };
    notes.reply("listOrders", 200, "last", "The last page", &page);
    command_notes::notes(notes);
    for (name, summary, refusal) in refusals().into_iter().flatten() {
        notes.problem("placeOrder", name, summary, &refusal.into());
    }
}

/// The refusals that say more than their code does.
fn refusals() -> Option<[(&'static str, &'static str, PlacementError); 4]> {
    let (small, medium) = (Sku::parse("SHIRT-S").ok()?, Sku::parse("SHIRT-M").ok()?);
    let euro = Currency::parse("EUR").ok()?;
    let price = |amount| Money::parse(amount, euro).ok();
    let short = vec![
        Shortage { sku: small.clone(), requested: 15, available: 12 },
        Shortage { sku: medium, requested: 1, available: 0 },
    ];
    let changed = ChangedLine { sku: small.clone(), expected: price("35.00")?, actual: price("39.90")? };
    let quote = PlacementError::QuoteChanged {
        lines: vec![changed],
        total: Some((price("70.00")?, price("79.80")?)),
    };
    let foreign = PlacementError::NoPrice { currency: Currency::parse("USD").ok()?, skus: vec![small] };
    Some([
        ("insufficient-stock", "Two lines are short", PlacementError::InsufficientStock(short)),
        ("quote-changed", "A price was raised meanwhile", quote),
        ("currency-mismatch", "No price in that currency", foreign),
        ("validation-failed", "The second line names no variant", PlacementError::UnknownItems(vec![1])),
    ])
}

fn line(sku: &str, quantity: u32) -> LineBody {
    LineBody { variant_id: None, sku: Some(sku.to_owned()), quantity }
}

fn one_shirt() -> PlaceOrderBody {
    PlaceOrderBody { lines: Some(vec![line("SHIRT-M", 1)]), ..PlaceOrderBody::default() }
}

fn two_shirts() -> PlaceOrderBody {
    let ada = AddressBody {
        name: "Ada Byron".to_owned(),
        line1: "Invalidenstraße 43".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: Some("10115".to_owned()),
        country: "DE".to_owned(),
        phone: None,
    };
    PlaceOrderBody {
        lines: Some(vec![line("SHIRT-S", 2)]),
        currency: Some("EUR".to_owned()),
        shipping_address: Some(ada),
        note: Some("Please ring twice.".to_owned()),
        expected_total: Some(euro("70.00")),
        ..one_shirt()
    }
}

/// The order of the examples.
pub(crate) fn order() -> OrderView {
    OrderView {
        id: samples::ORDER,
        number: "100042".to_owned(),
        customer_id: Some(samples::USER),
        email: Some(samples::EMAIL.to_owned()),
        currency: "EUR",
        status: Named(OrderStatus::Pending),
        payment_status: Named(PaymentStatus::Unpaid),
        fulfillment_status: Named(FulfillmentStatus::Unfulfilled),
        lines: vec![OrderLineView {
            id: samples::ORDER_LINE,
            variant_id: samples::SHIRT_S,
            product_id: samples::SHIRT,
            sku: "SHIRT-S".to_owned(),
            title: "Linen shirt – S".to_owned(),
            quantity: 2,
            unit_price: euro("35.00"),
            line_total: euro("70.00"),
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
        }],
        totals: totals(),
        shipping_address: two_shirts().shipping_address.map(shown),
        billing_address: None,
        payments: Vec::new(),
        fulfillments: Vec::new(),
        returns: Vec::new(),
        refunds: Vec::new(),
        note: two_shirts().note,
        placed_at: at("2026-03-02T10:15:00Z"),
        expires_at: Some(at("2026-03-02T11:15:00Z")),
        version: 1,
        order_token: None,
    }
}

fn totals() -> TotalsView {
    let nothing = || euro("0.00");
    TotalsView {
        subtotal: euro("70.00"),
        discount: nothing(),
        shipping: nothing(),
        tax: nothing(),
        total: euro("70.00"),
        cancelled: nothing(),
        paid: nothing(),
        refunded: nothing(),
        due: euro("70.00"),
        refund_due: nothing(),
    }
}

fn shown(body: AddressBody) -> AddressView {
    let AddressBody { name, line1, line2, city, region, postal_code, phone, .. } = body;
    AddressView { name, line1, line2, city, region, postal_code, country: "DE", phone }
}
