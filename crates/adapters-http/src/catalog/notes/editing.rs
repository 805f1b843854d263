//! What the document says about changing what is in the catalog.

use std::collections::BTreeMap;

use super::{clothes, created_shirt, shirt, texts};
use crate::{
    ApiError, Change, Code, Edit, Fault, Notes,
    catalog::dto::{
        CategoryPatchBody, CategoryView, NewVariantBody, ProductPatchBody, ProductVariantView, ProductView,
        VariantPatchBody, VariantView,
    },
    samples::{self, at, euro},
};

pub(super) fn notes(notes: &mut Notes) {
    notes.errors("editProduct", &[Code::SlugTaken]);
    notes.errors("restoreProduct", &[Code::SlugTaken, Code::SkuTaken]);
    notes.errors("addVariant", &[Code::SkuTaken]);
    notes.errors("editVariant", &[Code::SkuTaken]);
    notes.errors("deleteVariant", &[Code::LastVariant]);
    notes.errors("editCategory", &[Code::SlugTaken, Code::CategoryCycle]);
    notes.errors("deleteCategory", &[Code::CategoryInUse]);
    notes.tagged(&[
        "editProduct",
        "restoreProduct",
        "addVariant",
        "getVariant",
        "editVariant",
        "editCategory",
    ]);
    products(notes);
    variants(notes);
    categories(notes);
}

fn products(notes: &mut Notes) {
    let edit = ProductPatchBody {
        description: Change::Set("Washed linen, cut wide.".to_owned()),
        tags: Change::Set(vec!["summer".to_owned(), "linen".to_owned()]),
        attributes: Change::Set(BTreeMap::from([
            ("material".to_owned(), Some("linen".to_owned())),
            ("season".to_owned(), None),
        ])),
        ..ProductPatchBody::default()
    };
    notes.request("editProduct", "some", "A text, the tags, one attribute set and one taken away", &edit);
    let category_id = Change::Clear;
    let top = ProductPatchBody { category_id, ..ProductPatchBody::default() };
    notes.request("editProduct", "clear", "Out of its category", &top);
    let edited = ProductView {
        description: Some("Washed linen, cut wide.".to_owned()),
        tags: vec!["summer".to_owned(), "linen".to_owned()],
        updated_at: at("2026-03-10T11:02:44.125Z"),
        version: 5,
        ..shirt()
    };
    notes.reply("editProduct", 200, "shirt", "The shirt as it is now", &edited);
    let (values, message) =
        ("/options/0/values", "a variant has a value that would be gone: change or delete the variant first");
    let in_use = ApiError::invalid(vec![Fault::at(values, "option-value-in-use", message)]);
    notes.problem("editProduct", "validation-failed", "A size that a variant still has", &in_use);
    let restored = ProductView { version: 6, updated_at: at("2026-03-11T08:00:00.5Z"), ..shirt() };
    notes.reply("restoreProduct", 200, "shirt", "The shirt, back again", &restored);
}

fn variants(notes: &mut Notes) {
    let large = NewVariantBody {
        sku: "SHIRT-L".to_owned(),
        title: None,
        option_values: texts([("size", "L")]),
        price: euro("39.90"),
        stock: 8,
        barcode: None,
        weight_grams: Some(210),
        backorder: false,
    };
    notes.request("addVariant", "large", "One more size", &large);
    let added = VariantView {
        id: samples::SHIRT_L,
        sku: "SHIRT-L".to_owned(),
        title: "L".to_owned(),
        option_values: texts([("size", "L")]),
        barcode: None,
        weight_grams: Some(210),
        price: Some(euro("39.90")),
        lowest_price_30d: None,
        available: 8,
        in_stock: true,
        backorder: false,
        version: 1,
    };
    notes.reply("addVariant", 201, "large", "The new size", &of_the_shirt(added));
    let unknown = "size is no option of this product, or lacks this value";
    let unknown = ApiError::invalid(vec![Fault::at("/option_values/size", "unknown-option-value", unknown)]);
    notes.problem("addVariant", "validation-failed", "A size that the product does not have", &unknown);
    let barcode = Change::Set("4006381333931".to_owned());
    let edit = VariantPatchBody { barcode, backorder: Edit::Set(true), ..VariantPatchBody::default() };
    notes.request("editVariant", "small", "A barcode, and sold beyond what is there", &edit);
    for small in shirt().variants.into_iter().take(1) {
        notes.reply("getVariant", 200, "small", "One size of a shirt", &of_the_shirt(small));
    }
    for small in created_shirt().variants.into_iter().take(1) {
        let barcode = Some("4006381333931".to_owned());
        let edited = VariantView { barcode, backorder: true, version: 2, ..small };
        notes.reply("editVariant", 200, "small", "The variant as it is now", &of_the_shirt(edited));
    }
}

const fn of_the_shirt(variant: VariantView) -> ProductVariantView {
    ProductVariantView { product_id: samples::SHIRT, variant }
}

fn categories(notes: &mut Notes) {
    let renamed = CategoryPatchBody {
        name: Edit::Set("Clothing".to_owned()),
        position: Edit::Set(20),
        ..CategoryPatchBody::default()
    };
    notes.request("editCategory", "rename", "Another name, and further behind", &renamed);
    let parent_id = Change::Clear;
    let top = CategoryPatchBody { parent_id, ..CategoryPatchBody::default() };
    notes.request("editCategory", "move", "To the top, with everything below it", &top);
    let edited = CategoryView { name: "Clothing".to_owned(), position: 20, version: 2, ..clothes() };
    notes.reply("editCategory", 200, "clothes", "The category as it is now", &edited);
}
