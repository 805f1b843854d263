//! What the document says about carts beyond their types.

use domain::{
    carts::{EditError, Problem},
    catalog::Sku,
    orders::Shortage,
};
use use_cases::carts::CartError;

use super::{
    dto::{
        CartLinePatchBody, CartLineView, CartTotalsView, CartView, ClaimedCartView, CutView, OpenCartBody,
        OpenedCartView,
    },
    errors::of_the_line,
};
use crate::{
    Code, Edit, Notes,
    named::Named,
    orders::LineBody,
    samples::{self, at, euro},
};

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Carts",
        "Choose. A cart holds no stock, and its prices are always today's. A guest's cart is opened by the `Cart-Token` that \
         came with it, a user's by the access token; to everybody else it looks as if there was none.",
    );
    notes.order(&[
        "openCart",
        "currentCart",
        "getCart",
        "addCartLine",
        "changeCartLine",
        "removeCartLine",
        "claimCart",
        "deleteCart",
    ]);
    let refusals = &[
        Code::InsufficientStock,
        Code::CurrencyMismatch,
        Code::CartExpired,
        Code::CartAlreadyOrdered,
        Code::NotFound,
    ];
    notes.errors("openCart", &[Code::InsufficientStock, Code::CurrencyMismatch]);
    notes.errors("currentCart", &[Code::NotFound]);
    notes.errors("addCartLine", refusals);
    notes.errors("changeCartLine", refusals);
    notes.errors("removeCartLine", &[Code::CartExpired, Code::CartAlreadyOrdered]);
    notes.errors("claimCart", &[Code::CartExpired, Code::CartAlreadyOrdered]);
    notes.errors("deleteCart", &[Code::CartAlreadyOrdered]);
    notes.tagged(&["openCart", "currentCart", "getCart", "addCartLine", "changeCartLine", "claimCart"]);

    notes.request("openCart", "empty", "Nothing yet", &OpenCartBody::default());
    let shirts = OpenCartBody { currency: Some("EUR".to_owned()), lines: vec![line("SHIRT-S", 2)] };
    notes.request("openCart", "shirts", "Two shirts", &shirts);
    let token = Some("8vyxrtT9bIYfYq7QyVt6jCxWz0mB3eKqLhPd5sNwAaE".to_owned());
    let opened = OpenedCartView { cart: cart(2, "70.00", 1), token };
    notes.reply("openCart", 201, "guest", "A guest's new cart, and what opens it", &opened);
    let had = OpenedCartView { cart: cart(2, "70.00", 3), token: None };
    notes.reply("openCart", 200, "had", "The cart that the user had", &had);
    notes.reply("currentCart", 200, "shirts", "Two shirts", &cart(2, "70.00", 1));
    notes.reply("getCart", 200, "shirts", "Two shirts", &cart(2, "70.00", 1));
    notes.reply("getCart", 200, "changed", "One has become dearer, and there are not enough", &changed());
    notes.request("addCartLine", "shirt", "One more shirt", &line("SHIRT-S", 1));
    notes.reply("addCartLine", 201, "shirts", "Three shirts by now", &cart(3, "105.00", 2));
    notes.request("changeCartLine", "four", "Four of it", &CartLinePatchBody { quantity: Edit::Set(4) });
    notes.reply("changeCartLine", 200, "four", "Four shirts", &cart(4, "140.00", 3));
    let cut =
        CutView { variant_id: samples::SHIRT_S, sku: "SHIRT-S".to_owned(), requested: 15, quantity: 12 };
    let claimed = ClaimedCartView { cart: cart(12, "420.00", 4), cuts: vec![cut] };
    notes.reply("claimCart", 200, "cut", "Both carts together had more than there is", &claimed);
    if let Ok(sku) = Sku::parse("SHIRT-S") {
        let short = vec![Shortage { sku, requested: 15, available: 12 }];
        let problem = of_the_line(CartError::Edit(EditError::InsufficientStock(short)));
        notes.problem("addCartLine", "insufficient-stock", "Fewer than that are there", &problem);
    }
}

fn line(sku: &str, quantity: u32) -> LineBody {
    LineBody { variant_id: None, sku: Some(sku.to_owned()), quantity }
}

fn cart(quantity: u32, total: &str, version: i32) -> CartView {
    let shirts = CartLineView {
        id: samples::CART_LINE,
        variant_id: samples::SHIRT_S,
        product_id: samples::SHIRT,
        sku: "SHIRT-S".to_owned(),
        title: "Linen shirt – S".to_owned(),
        quantity,
        unit_price: Some(euro("35.00")),
        line_total: Some(euro(total)),
        previous_unit_price: None,
        problem: None,
    };
    CartView {
        id: samples::CART,
        currency: "EUR",
        lines: vec![shirts],
        item_count: quantity,
        totals: CartTotalsView { subtotal: euro(total), total: euro(total) },
        expires_at: at("2026-04-01T10:10:00Z"),
        version,
    }
}

fn changed() -> CartView {
    let mut cart = cart(15, "598.50", 2);
    for line in &mut cart.lines {
        line.unit_price = Some(euro("39.90"));
        line.previous_unit_price = Some(euro("35.00"));
        line.problem = Some(Named(Problem::InsufficientStock));
    }
    cart
}
