//! What the document says about the catalog beyond its types.

mod editing;

use std::collections::BTreeMap;

use domain::catalog::ProductStatus;

use super::{
    dto::{
        CategoryView, ImageView, NewCategoryBody, NewImageBody, NewProductBody, NewVariantBody, OptionDto,
        ProductView, VariantView,
    },
    exchange,
};
use crate::{
    ApiError, Code, Fault, Notes, Page,
    named::Named,
    samples::{self, at, euro},
};

pub(crate) fn notes(notes: &mut Notes) {
    notes.tag(
        "Catalog",
        "What the shop sells. A product is what is shown; its variants, one SKU each, are what is sold. Everybody reads \
         what is active; staff writes.",
    );
    notes.order(&[
        "listProducts",
        "getProduct",
        "createProduct",
        "editProduct",
        "deleteProduct",
        "restoreProduct",
        "addVariant",
        "getVariant",
        "editVariant",
        "deleteVariant",
        "exportProducts",
        "importProducts",
        "listCategories",
        "getCategory",
        "createCategory",
        "editCategory",
        "deleteCategory",
    ]);
    notes.errors("listProducts", &[Code::Forbidden]);
    notes.errors("createProduct", &[Code::SlugTaken, Code::SkuTaken]);
    notes.errors("createCategory", &[Code::SlugTaken]);
    notes.errors("listCategories", &[Code::ValidationFailed]);
    notes.errors("getCategory", &[Code::ValidationFailed]);
    notes.tagged(&["listProducts", "createProduct", "getProduct"]);
    notes.tagged(&["listCategories", "createCategory", "getCategory"]);
    products(notes);
    categories(notes);
    editing::notes(notes);
    exchange::notes(notes);
}

fn products(notes: &mut Notes) {
    notes.request("createProduct", "shirt", "A shirt in two sizes", &new_shirt());
    notes.request("createProduct", "mug", "A simple product, not shown yet", &new_mug());
    notes.reply("createProduct", 201, "shirt", "The new shirt", &created_shirt());
    notes.reply("getProduct", 200, "shirt", "A shirt whose price was raised", &shirt());
    let (sku, amount) =
        ("must have 1 to 64 characters, without white space", "EUR has 2 minor digits, not 3");
    let faulty = ApiError::invalid(vec![
        Fault::at("/variants/0/price/amount", "money-amount", amount),
        Fault::at("/variants/1/sku", "sku", sku),
        Fault::at("/variants/1/option_values/size", "required", "a value of the option size is missing"),
    ]);
    notes.problem("createProduct", "validation-failed", "Three faults in two variants", &faulty);
    let page = Page { data: vec![shirt()], next_cursor: None };
    notes.reply("listProducts", 200, "last", "The last page", &page);
    let page = Page { data: vec![shirt()], next_cursor: Some("WyJtIiwxNzcyNDQ0MDAwMDAwMDAwXQ".to_owned()) };
    notes.reply("listProducts", 200, "found", "The best match of `q=linnen shrt`, and more to come", &page);
    let faulty = ApiError::invalid(vec![
        Fault::parameter("min_price", "money-amount", amount),
        Fault::parameter("cursor", "cursor", "is no cursor of this list with these filters"),
    ]);
    notes.problem(
        "listProducts",
        "validation-failed",
        "A bound that is no price, and a cursor of another list",
        &faulty,
    );
}

fn categories(notes: &mut Notes) {
    notes.request("createCategory", "clothes", "A category at the top", &new_clothes());
    notes.reply("createCategory", 201, "clothes", "The new category", &clothes());
    let orphan = Fault::at("/parent_id", "unknown-category", "there is no such category");
    let orphan = ApiError::invalid(vec![orphan]);
    notes.problem("createCategory", "validation-failed", "Below a category that does not exist", &orphan);
    let tree = || {
        let below = CategoryView {
            id: samples::SUBCATEGORY,
            slug: "shirts".to_owned(),
            name: "Shirts".to_owned(),
            parent_id: Some(samples::CATEGORY),
            product_count: 1,
            ..clothes()
        };
        CategoryView { children: vec![below], ..clothes() }
    };
    notes.reply("getCategory", 200, "clothes", "A category with one below it", &tree());
    let whole = Page { data: vec![tree()], next_cursor: None };
    notes.reply("listCategories", 200, "tree", "The whole tree", &whole);
}

fn new_clothes() -> NewCategoryBody {
    NewCategoryBody { name: "Clothes".to_owned(), slug: None, parent_id: None, position: 0 }
}

fn clothes() -> CategoryView {
    CategoryView {
        id: samples::CATEGORY,
        slug: "clothes".to_owned(),
        name: "Clothes".to_owned(),
        parent_id: None,
        position: 0,
        product_count: 0,
        version: 1,
        children: Vec::new(),
    }
}

fn texts<const N: usize>(texts: [(&str, &str); N]) -> BTreeMap<String, String> {
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

fn new_shirt() -> NewProductBody {
    let variant = |sku: &str, size: &str, weight, stock| NewVariantBody {
        sku: sku.to_owned(),
        title: None,
        option_values: texts([("size", size)]),
        price: euro("35.00"),
        stock,
        barcode: None,
        weight_grams: Some(weight),
        backorder: false,
    };
    NewProductBody {
        title: "Linen shirt".to_owned(),
        slug: None,
        description: Some("Washed linen, cut wide. Gets softer with every summer.".to_owned()),
        status: Named(ProductStatus::Active),
        category_id: None,
        tags: vec!["summer".to_owned()],
        attributes: texts([("material", "linen")]),
        images: vec![NewImageBody {
            url: "https://images.shop.example/linen-shirt.jpg".to_owned(),
            alt: Some("A white shirt on a line".to_owned()),
        }],
        options: vec![OptionDto { name: "size".to_owned(), values: vec!["S".to_owned(), "M".to_owned()] }],
        variants: vec![variant("SHIRT-S", "S", 180, 12), variant("SHIRT-M", "M", 195, 20)],
    }
}

fn new_mug() -> NewProductBody {
    let mug = NewVariantBody {
        sku: "MUG-BLUE".to_owned(),
        title: None,
        option_values: BTreeMap::new(),
        price: euro("12.50"),
        stock: 40,
        barcode: Some("4006381333931".to_owned()),
        weight_grams: Some(340),
        backorder: true,
    };
    NewProductBody {
        title: "Blue mug".to_owned(),
        slug: Some("blue-mug".to_owned()),
        description: None,
        status: Named(ProductStatus::Draft),
        tags: Vec::new(),
        attributes: BTreeMap::new(),
        images: Vec::new(),
        options: Vec::new(),
        variants: vec![mug],
        ..new_shirt()
    }
}

/// [`new_shirt`], just made.
fn created_shirt() -> ProductView {
    let NewProductBody { title, description, tags, attributes, options, .. } = new_shirt();
    let variant = |id, sku: &str, size: &str, weight, available| VariantView {
        id,
        sku: sku.to_owned(),
        title: size.to_owned(),
        option_values: texts([("size", size)]),
        barcode: None,
        weight_grams: Some(weight),
        price: Some(euro("35.00")),
        lowest_price_30d: None,
        available,
        in_stock: true,
        backorder: false,
        version: 1,
    };
    ProductView {
        id: samples::SHIRT,
        slug: "linen-shirt".to_owned(),
        title,
        description,
        status: Named(ProductStatus::Active),
        category_id: None,
        tags,
        attributes,
        images: vec![ImageView {
            url: "https://images.shop.example/linen-shirt.jpg".to_owned(),
            alt: Some("A white shirt on a line".to_owned()),
        }],
        options,
        variants: vec![
            variant(samples::SHIRT_S, "SHIRT-S", "S", 180, 12),
            variant(samples::SHIRT_M, "SHIRT-M", "M", 195, 20),
        ],
        created_at: at("2026-03-02T09:30:00Z"),
        updated_at: at("2026-03-02T09:30:00Z"),
        version: 1,
    }
}

/// [`created_shirt`] after some days: in a category, at another price, and partly sold.
fn shirt() -> ProductView {
    let created = created_shirt();
    let dearer = |variant: VariantView, sold| VariantView {
        price: Some(euro("39.90")),
        lowest_price_30d: Some(euro("35.00")),
        available: variant.available - sold,
        version: 2,
        ..variant
    };
    ProductView {
        category_id: Some(samples::SUBCATEGORY),
        variants: created
            .variants
            .into_iter()
            .zip([2, 5])
            .map(|(variant, sold)| dearer(variant, sold))
            .collect(),
        updated_at: at("2026-03-09T07:00:12.250Z"),
        version: 4,
        ..created
    }
}
