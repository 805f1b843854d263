//! Products as files.

use std::collections::BTreeMap;

use actix_web::http::Method;
use domain::{
    catalog::{Image, Product, ProductOption, ProductStatus, Sku, Slug, Variant},
    inventory::StockLevel,
    text::{Description, Name},
};
use ports::{
    MockCatalogSnapshot,
    catalog::{ProductRecord, VariantRecord},
    storage::StorageError,
};

use crate::{
    demo::as_who,
    doubles::{Doubles, money, now, shop, uuid},
};

fn texts<const N: usize>(texts: [(&str, &str); N]) -> BTreeMap<String, String> {
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

fn variant(n: u128, sku: &str, size: &str, prices: &[(&str, &str)]) -> VariantRecord {
    let variant = Variant {
        id: uuid(n).into(),
        product_id: uuid(1).into(),
        sku: Sku::parse(sku).unwrap(),
        title: Name::parse(size).unwrap(),
        option_values: texts([("size", size)]),
        barcode: None,
        weight_grams: Some(180),
        position: 0,
        version: 3,
    };
    let prices = prices.iter().map(|(amount, currency)| money(amount, currency)).collect();
    let level = StockLevel { on_hand: 12, reserved: 5, ..StockLevel::empty(uuid(n).into(), n == 3) };
    VariantRecord { variant, prices, level }
}

fn shirt() -> ProductRecord {
    let product = Product {
        id: uuid(1).into(),
        slug: Slug::parse("linen-shirt").unwrap(),
        title: Name::parse("=SUM(A1)").unwrap(),
        description: Some(Description::parse("Washed,\n\"wide\"").unwrap()),
        status: ProductStatus::Draft,
        category_id: Some(uuid(9).into()),
        tags: vec!["summer".to_owned(), "a;b".to_owned()],
        attributes: texts([("material", "linen")]),
        images: vec![Image { url: "https://img.example/1.jpg".to_owned(), alt: Some("A shirt".to_owned()) }],
        options: vec![ProductOption {
            name: "size".to_owned(),
            values: vec!["S".to_owned(), "M".to_owned()],
        }],
        created_at: now(),
        updated_at: now(),
        version: 7,
    };
    let variants = vec![
        variant(2, "SHIRT-S", "S", &[("39.9", "EUR"), ("6000", "JPY")]),
        variant(3, "SHIRT-M", "M", &[]),
    ];
    ProductRecord { product, category: Some(Slug::parse("shirts").unwrap()), variants }
}

/// A catalog that is read in these pieces.
fn exporting(pieces: Vec<Result<Vec<ProductRecord>, StorageError>>) -> Doubles {
    let mut snapshot = MockCatalogSnapshot::new();
    let mut pieces = pieces.into_iter();
    snapshot.expect_next().returning(move || pieces.next().unwrap());
    let mut doubles = Doubles::default();
    doubles.exporter.expect_open().return_once(move || Ok(Box::new(snapshot)));
    doubles
}

#[actix_web::test]
async fn a_file_in_json_has_a_product_on_each_line_and_says_where_it_ends() {
    let server = shop(exporting(vec![Ok(vec![shirt()]), Ok(vec![shirt()]), Ok(vec![])])).await;
    let got = server.call(as_who("catalog_manager", Method::GET, "/products/export")).await;
    assert_eq!((got.status.as_u16(), got.header("content-type")), (200, "application/x-ndjson"));
    assert_eq!(got.header("cache-control"), "no-store");
    let line = r#"{"slug":"linen-shirt","title":"=SUM(A1)","description":"Washed,\n\"wide\"","status":"draft","category":"shirts","tags":["summer","a;b"],"attributes":{"material":"linen"},"images":[{"url":"https://img.example/1.jpg","alt":"A shirt"}],"options":[{"name":"size","values":["S","M"]}],"variants":[{"sku":"SHIRT-S","title":"S","option_values":{"size":"S"},"barcode":null,"weight_grams":180,"prices":[{"amount":"39.90","currency":"EUR"},{"amount":"6000","currency":"JPY"}],"stock":12,"backorder":false},{"sku":"SHIRT-M","title":"M","option_values":{"size":"M"},"barcode":null,"weight_grams":180,"prices":[],"stock":12,"backorder":true}]}"#;
    let expected = format!("{line}\n{line}\n{{\"end\":true,\"count\":2}}\n");
    assert_eq!(String::from_utf8(got.bytes).unwrap(), expected);
}

#[actix_web::test]
async fn a_table_has_a_variant_on_each_line_and_no_formula() {
    for accept in ["text/csv", "text/csv, */*;q=0.1", "application/x-ndjson;q=0.5, TEXT/CSV"] {
        let server = shop(exporting(vec![Ok(vec![shirt()]), Ok(vec![])])).await;
        let call = as_who("admin", Method::GET, "/products/export").insert_header(("accept", accept));
        let got = server.call(call).await;
        assert_eq!((got.status.as_u16(), got.header("content-type")), (200, "text/csv"));
        let expected = "slug,title,description,status,category,tags,attributes,images,options,sku,variant_title,\
            option_values,barcode,weight_grams,prices,stock,backorder\r\n\
            linen-shirt,'=SUM(A1),\"Washed,\n\"\"wide\"\"\",draft,shirts,summer; a\\;b,material=linen,\
            https://img.example/1.jpg A shirt,size=S|M,SHIRT-S,S,size=S,,180,39.90 EUR; 6000 JPY,12,false\r\n\
            linen-shirt,,,,,,,,,SHIRT-M,M,size=M,,180,,12,true\r\n";
        assert_eq!(String::from_utf8(got.bytes).unwrap(), expected);
    }
}

#[actix_web::test]
async fn a_table_without_products_has_its_head() {
    let server = shop(exporting(vec![Ok(vec![])])).await;
    let call = as_who("admin", Method::GET, "/products/export").insert_header(("accept", "text/csv"));
    let body = String::from_utf8(server.call(call).await.bytes).unwrap();
    assert!(body.starts_with("slug,title,") && body.lines().count() == 1, "{body}");
}

#[actix_web::test]
async fn a_catalog_that_can_not_be_opened_is_a_problem() {
    let mut doubles = Doubles::default();
    doubles.exporter.expect_open().return_once(|| Err(StorageError::Overloaded("two are reading".into())));
    let got = shop(doubles).await.call(as_who("admin", Method::GET, "/products/export")).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "overloaded"));
}

#[actix_web::test]
async fn an_export_takes_no_parameters() {
    let got =
        shop(Doubles::default()).await.call(as_who("admin", Method::GET, "/products/export?status=x")).await;
    assert_eq!((got.status.as_u16(), got.faults()), (422, vec!["status unknown-parameter".to_owned()]));
}
