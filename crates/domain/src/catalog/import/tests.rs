//! Rows, and what they are for a shop that has their products or not.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;
use crate::{catalog::CreationFault, inventory::StockError};

fn at(second: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn money(amount: &str, currency: &str) -> Money {
    Money::parse(amount, Currency::parse(currency).unwrap()).unwrap()
}

fn variant(sku: &str, size: &str) -> VariantRow {
    VariantRow {
        sku: Sku::parse(sku).unwrap(),
        title: None,
        option_values: Some(BTreeMap::from([("size".to_owned(), size.to_owned())])),
        barcode: None,
        weight_grams: None,
        prices: vec![money("39.90", "EUR"), money("45", "USD")],
        stock: Some(12),
        backorder: None,
    }
}

fn shirt() -> ProductRow {
    let values = ["S", "M", "L"].map(str::to_owned).to_vec();
    ProductRow {
        slug: Some(Slug::parse("linen-shirt").unwrap()),
        title: Some(Name::parse("Linen shirt").unwrap()),
        description: Some(Some(Description::parse("Washed.").unwrap())),
        status: Some(ProductStatus::Active),
        category: None,
        tags: Some(vec!["summer".to_owned()]),
        attributes: Some(BTreeMap::from([("material".to_owned(), "linen".to_owned())])),
        images: None,
        options: Some(vec![ProductOption { name: "size".to_owned(), values }]),
        variants: vec![variant("SHIRT-S", "S"), variant("SHIRT-M", "M")],
    }
}

/// A row that says nothing but which product it is about.
fn silent(sku: &str) -> ProductRow {
    let variants = vec![VariantRow { option_values: None, prices: vec![], stock: None, ..variant(sku, "S") }];
    ProductRow {
        slug: None,
        title: None,
        description: None,
        status: None,
        tags: None,
        attributes: None,
        options: None,
        variants,
        ..shirt()
    }
}

fn import(row: ProductRow, first_id: u128) -> ProductImport {
    let mut next = first_id;
    let ids = RowIds::new(&row, || {
        next += 1;
        Uuid::from_u128(next)
    });
    ProductImport { row, ids, actor: Actor::System, request_id: Some("request-1".to_owned()) }
}

fn nothing_known() -> ImportGround {
    ImportGround { known: vec![], category: None, now: at(0) }
}

/// What the shop knows once a row was taken in that made a product.
fn known(row: ProductRow, first_id: u128) -> KnownProduct {
    let decision = import(row, first_id).decide(&nothing_known()).unwrap();
    let [ImportStep::Create(creation)] = &decision.steps[..] else { panic!("{decision:?}") };
    let mut known = KnownProduct {
        entry: ProductEntry {
            product: creation.product.clone(),
            deleted_at: None,
            variants: creation.variants.iter().map(|new| new.variant.clone()).collect(),
            backordered: creation
                .variants
                .iter()
                .filter(|new| new.level.backorder)
                .map(|new| new.variant.id)
                .collect(),
        },
        levels: BTreeMap::new(),
        prices: BTreeMap::new(),
    };
    for new in &creation.variants {
        known.levels.insert(new.variant.id, (new.level.clone(), i64::from(new.opening.is_some())));
        for period in &new.prices {
            let currency = period.price.currency();
            let timeline = PriceTimeline::new(currency, vec![period.clone()]).unwrap();
            known.prices.insert((new.variant.id, currency), timeline);
        }
    }
    known
}

/// What a row is for a shop that has the shirt.
fn again(row: ProductRow) -> Result<ImportDecision, Vec<ImportFault>> {
    let ground = ImportGround { known: vec![known(shirt(), 0)], category: None, now: at(60) };
    import(row, 1_000).decide(&ground)
}

#[test]
fn a_new_product_is_made_whole() {
    let decision = import(shirt(), 0).decide(&nothing_known()).unwrap();
    let [ImportStep::Create(creation)] = &decision.steps[..] else { panic!("{decision:?}") };
    assert_eq!((creation.product.id, creation.product.version), (decision.product_id, 1));
    let small = &creation.variants[0];
    let prices: Vec<_> = small.prices.iter().map(|period| (period.price, period.valid_from)).collect();
    assert_eq!(prices, [(money("39.90", "EUR"), at(0)), (money("45", "USD"), at(0))]);
    assert_eq!((small.level.on_hand, small.variant.title.as_str()), (12, "S"));
    assert_eq!(decision.events().len(), 1);
}

#[test]
fn a_new_product_must_have_a_title() {
    let row = ProductRow { title: None, ..shirt() };
    assert_eq!(import(row, 0).decide(&nothing_known()), Err(vec![ImportFault::NoTitle]));
}

#[test]
fn the_same_row_again_changes_nothing() {
    assert_eq!(again(shirt()).unwrap().steps, []);
}

#[test]
fn what_a_row_leaves_out_stays() {
    assert_eq!(again(silent("SHIRT-M")).unwrap().steps, []);
}

#[test]
fn a_row_is_every_command_that_it_takes_to_make_it_true() {
    let small = VariantRow {
        weight_grams: Some(Some(180)),
        prices: vec![money("35", "EUR"), money("45", "USD"), money("6000", "JPY")],
        stock: Some(7),
        ..variant("SHIRT-S", "S")
    };
    let row = ProductRow {
        title: Some(Name::parse("Shirt").unwrap()),
        attributes: Some(BTreeMap::new()),
        variants: vec![small, variant("SHIRT-L", "L")],
        ..shirt()
    };
    let decision = again(row).unwrap();
    let told: Vec<_> = decision.events().iter().map(|event| event.data.event_type()).collect();
    assert_eq!(
        told,
        [
            "product.updated",
            "variant.updated",
            "price.changed",
            "price.changed",
            "stock.adjusted",
            "variant.created"
        ]
    );
    let versions: Vec<_> = decision
        .steps
        .iter()
        .filter_map(|step| match step {
            ImportStep::Change(change) => Some((change.decided_on(), change.product.version)),
            ImportStep::Price(decision) => Some((decision.product_version - 1, decision.product_version)),
            ImportStep::Create(_) | ImportStep::Count(_) => None,
        })
        .collect();
    assert_eq!(
        versions,
        [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)],
        "each on what those before it leave behind"
    );
    let ImportStep::Change(first) = &decision.steps[0] else { panic!("{decision:?}") };
    assert_eq!(first.product.attributes, BTreeMap::new(), "all of them, not only those that are named");
    let ImportStep::Change(last) = &decision.steps[5] else { panic!("{decision:?}") };
    assert_eq!(last.added.as_ref().unwrap().prices.len(), 2);
}

#[test]
fn a_row_can_not_be_about_two_products() {
    let other = ProductRow { slug: None, variants: vec![variant("OTHER", "S")], ..shirt() };
    let ground =
        ImportGround { known: vec![known(shirt(), 0), known(other, 100)], category: None, now: at(60) };
    let row = ProductRow { variants: vec![variant("SHIRT-S", "S"), variant("OTHER", "M")], ..shirt() };
    assert_eq!(import(row, 1_000).decide(&ground), Err(vec![ImportFault::OtherProduct { variant: 1 }]));
}

#[test]
fn a_sku_stands_once_in_a_row() {
    let row = || ProductRow { variants: vec![variant("SHIRT-S", "S"), variant("SHIRT-S", "M")], ..shirt() };
    let sku = Sku::parse("SHIRT-S").unwrap();
    let twice = ImportFault::Creation(CreationFault::DuplicateSku { variant: 1, sku });
    assert_eq!(again(row()), Err(vec![twice.clone()]));
    assert_eq!(import(row(), 0).decide(&nothing_known()), Err(vec![twice]));
}

#[test]
fn a_category_must_be_there() {
    let slug = Slug::parse("shirts").unwrap();
    let row = |category| ProductRow { category: Some(category), ..shirt() };
    let unknown = vec![ImportFault::UnknownCategory(slug.clone())];
    assert_eq!(again(row(Some(slug.clone()))), Err(unknown));
    assert_eq!(again(row(None)).unwrap().steps, [], "it has none already");
    let category = Some(Uuid::from_u128(77).into());
    let ground = ImportGround { category, known: vec![known(shirt(), 0)], now: at(60) };
    let decision = import(row(Some(slug)), 1_000).decide(&ground).unwrap();
    let [ImportStep::Change(change)] = &decision.steps[..] else { panic!("{decision:?}") };
    assert_eq!(change.product.category_id, category);
}

#[test]
fn what_orders_hold_can_not_be_counted_away() {
    let mut known = known(shirt(), 0);
    for (level, _) in known.levels.values_mut() {
        level.reserved = 5;
    }
    let count = |stock| {
        let variants = vec![VariantRow { stock: Some(stock), ..silent("SHIRT-S").variants.remove(0) }];
        let row = ProductRow { variants, ..silent("SHIRT-S") };
        let ground = ImportGround { known: vec![known.clone()], category: None, now: at(60) };
        import(row, 1_000).decide(&ground)
    };
    assert_eq!(count(5).unwrap().steps.len(), 1);
    let refused = count(4).unwrap_err();
    assert!(
        matches!(refused[..], [ImportFault::Stock { variant: 0, refusal: StockError::Insufficient { .. } }]),
        "{refused:?}"
    );
}

#[test]
fn variants_that_do_not_fit_are_all_told() {
    let row = ProductRow {
        variants: vec![variant("SHIRT-S", "XL"), variant("SHIRT-M", "M"), variant("SHIRT-X", "M")],
        ..shirt()
    };
    let places: Vec<_> = again(row)
        .unwrap_err()
        .into_iter()
        .map(|fault| match fault {
            ImportFault::Variant { variant, .. } => variant,
            fault => panic!("{fault:?}"),
        })
        .collect();
    assert_eq!(places, [0, 2]);
}
