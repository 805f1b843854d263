//! What the document says about files of products.

use crate::Notes;

/// A shirt in two sizes, as a file in JSON has it.
pub(super) const SHIRT: &str = r#"{"slug":"linen-shirt","title":"Linen shirt","description":"Washed linen, cut wide.","status":"active","category":"shirts","tags":["summer"],"attributes":{"material":"linen"},"images":[{"url":"https://images.shop.example/linen-shirt.jpg","alt":"A white shirt on a line"}],"options":[{"name":"size","values":["S","M"]}],"variants":[{"sku":"SHIRT-S","title":"S","option_values":{"size":"S"},"barcode":null,"weight_grams":180,"prices":[{"amount":"39.90","currency":"EUR"}],"stock":12,"backorder":false},{"sku":"SHIRT-M","title":"M","option_values":{"size":"M"},"barcode":null,"weight_grams":195,"prices":[{"amount":"39.90","currency":"EUR"}],"stock":20,"backorder":false}]}
"#;

pub(in crate::catalog) fn notes(notes: &mut Notes) {
    let whole = format!("{SHIRT}{{\"end\":true,\"count\":1}}\n");
    notes.reply("exportProducts", 200, "shirt", "One product, and the end", &whole);
}
