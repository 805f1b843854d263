//! What the document says about files of products.

use crate::{Notes, samples};

/// A shirt in two sizes, as a file in JSON has it.
pub(super) const SHIRT: &str = r#"{"slug":"linen-shirt","title":"Linen shirt","description":"Washed linen, cut wide.","status":"active","category":"shirts","tags":["summer"],"attributes":{"material":"linen"},"images":[{"url":"https://images.shop.example/linen-shirt.jpg","alt":"A white shirt on a line"}],"options":[{"name":"size","values":["S","M"]}],"variants":[{"sku":"SHIRT-S","title":"S","option_values":{"size":"S"},"barcode":null,"weight_grams":180,"prices":[{"amount":"39.90","currency":"EUR"}],"stock":12,"backorder":false},{"sku":"SHIRT-M","title":"M","option_values":{"size":"M"},"barcode":null,"weight_grams":195,"prices":[{"amount":"39.90","currency":"EUR"}],"stock":20,"backorder":false}]}
"#;

/// Two products as somebody writes them by hand.
const MUGS: &str = r#"{"title":"Blue mug","variants":[{"sku":"MUG-BLUE","prices":[{"amount":"12.50","currency":"EUR"}],"stock":40}]}
{"variants":[{"sku":"MUG-RED","stock":12}]}
"#;

/// What becomes of the second one, and the end.
const FAILED: &str = r#"{"line":2,"outcome":"failed","errors":[{"pointer":"/title","code":"required","message":"a new product must have a title"}]}
{"end":true,"rows":2,"created":1,"updated":0,"unchanged":0,"failed":1,"dry_run":false}
"#;

pub(in crate::catalog) fn notes(notes: &mut Notes) {
    let whole = format!("{SHIRT}{{\"end\":true,\"count\":1}}\n");
    notes.reply("exportProducts", 200, "shirt", "One product, and the end", &whole);
    notes.request("importProducts", "mugs", "A mug, and one that lacks a title", &MUGS);
    let created = format!("{{\"line\":1,\"outcome\":\"created\",\"id\":\"{}\"}}\n", samples::MUG);
    notes.reply(
        "importProducts",
        200,
        "mugs",
        "The first was made, the second can't be",
        &(created + FAILED),
    );
}
