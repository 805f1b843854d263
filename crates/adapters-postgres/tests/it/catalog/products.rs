//! New products, and one of them on show.

use domain::{
    catalog::{Image, NewProduct, NewVariant, ProductCreation, ProductOption, ProductStatus},
    text::Description,
};
use ports::catalog::{CatalogStore, CommitCatalogError, ProductReader, ProductView, VariantView, Visibility};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::run,
    shop::{Shop, a_moment_ago, create, currency, euro, product, sku, variant},
};

fn rich() -> ProductCreation {
    let values = |size: &str| [("size".to_owned(), size.to_owned())].into();
    let new = NewProduct {
        description: Some(Description::parse("Cool and light").unwrap()),
        tags: vec!["summer".to_owned()],
        attributes: [("material".to_owned(), "linen".to_owned())].into(),
        images: vec![Image { url: "https://example.com/1.jpg".to_owned(), alt: None }],
        options: vec![ProductOption {
            name: "size".to_owned(),
            values: vec!["S".to_owned(), "M".to_owned()],
        }],
        variants: vec![
            NewVariant {
                option_values: values("M"),
                price: Some(euro(3990)),
                stock: 12,
                barcode: Some("4006381333931".to_owned()),
                weight_grams: Some(180),
                ..variant("SHIRT-M")
            },
            NewVariant { option_values: values("S"), backorder: true, ..variant("SHIRT-S") },
        ],
        ..product("Linen shirt")
    };
    create(new, a_moment_ago())
}

/// What its maker has to see in euros.
fn view(creation: &ProductCreation) -> ProductView {
    let variants = creation.variants.iter().map(|new| VariantView {
        variant: new.variant.clone(),
        price: new.prices.last().map(|period| period.price),
        lowest_price_30d: None,
        level: new.level.clone(),
    });
    ProductView { product: creation.product.clone(), variants: variants.collect() }
}

#[tokio::test]
async fn a_product_is_shown_as_it_was_made() {
    let shop = Shop::open().await;
    let creation = rich();
    shop.catalog().commit_product_creation(&creation, None).await.unwrap();
    let id = creation.product.id;
    let shown = shop.products().find(id, currency("EUR"), Visibility::Public).await.unwrap();
    assert_eq!(shown, Some(view(&creation)));
    let in_yen = shop.products().find(id, currency("JPY"), Visibility::Public).await.unwrap().unwrap();
    assert!(in_yen.variants.iter().all(|variant| variant.price.is_none()));
    shop.assert_sound().await;
}

#[tokio::test]
async fn only_staff_is_shown_what_is_not_active_and_nobody_what_is_deleted() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for status in ProductStatus::ALL {
        let new = NewProduct { status, variants: vec![variant(status.name())], ..product("Scarf") };
        let creation = create(new, a_moment_ago());
        shop.catalog().commit_product_creation(&creation, None).await.unwrap();
        ids.push(creation.product.id);
    }
    let seen = async |visibility| {
        let mut seen = Vec::new();
        for id in &ids {
            seen.push(shop.products().find(*id, currency("EUR"), visibility).await.unwrap().is_some());
        }
        seen
    };
    assert_eq!(
        seen(Visibility::Public).await,
        ProductStatus::ALL.map(|status| status == ProductStatus::Active)
    );
    assert_eq!(seen(Visibility::Staff).await, [true; 3]);
    let delete =
        "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT";
    run(&shop.client, delete).await;
    assert_eq!(seen(Visibility::Staff).await, [false; 3]);
}

#[tokio::test]
async fn of_twenty_who_take_one_slug_or_one_sku_exactly_one_gets_it() {
    let shop = Shop::open().await;
    let slug = product("Scarf").slug;
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        let catalog = shop.catalog();
        let takes_slug = n % 2 == 0;
        let new = match takes_slug {
            true => NewProduct {
                slug: slug.clone(),
                variants: vec![variant(&format!("S-{n}"))],
                ..product("Scarf")
            },
            false => NewProduct {
                variants: vec![variant(&format!("S-{n}")), variant("WANTED")],
                ..product("Scarf")
            },
        };
        tasks.spawn(async move {
            (takes_slug, catalog.commit_product_creation(&create(new, a_moment_ago()), None).await)
        });
    }
    let (mut slugs, mut skus) = (0, 0);
    for (takes_slug, outcome) in tasks.join_all().await {
        match outcome {
            Ok(()) if takes_slug => slugs += 1,
            Ok(()) => skus += 1,
            Err(CommitCatalogError::SlugTaken(taken)) => assert_eq!(Some(taken), slug),
            Err(CommitCatalogError::SkuTaken(taken)) => assert_eq!(taken, sku("WANTED")),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((slugs, skus), (1, 1));
    assert_eq!((shop.count("products").await, shop.count("variants").await), (2, 3), "no other is left");
    assert_eq!(shop.count("events").await, 2);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_product_of_an_unknown_category_is_refused_by_its_name() {
    let shop = Shop::open().await;
    let category_id = Some(Uuid::now_v7().into());
    let new = NewProduct { category_id, variants: vec![variant("S")], ..product("Scarf") };
    let refused = shop.catalog().commit_product_creation(&create(new, a_moment_ago()), None).await;
    assert!(matches!(refused, Err(CommitCatalogError::UnknownCategory(id)) if Some(id) == category_id));
    assert_eq!((shop.count("products").await, shop.count("events").await), (0, 0));
}

#[tokio::test]
async fn the_slug_and_sku_of_a_deleted_product_are_free_again() {
    let shop = Shop::open().await;
    let creation = rich();
    shop.catalog().commit_product_creation(&creation, None).await.unwrap();
    let delete =
        "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT";
    run(&shop.client, delete).await;
    let mut again = rich();
    again.product.slug = creation.product.slug;
    shop.catalog().commit_product_creation(&again, None).await.unwrap();
    shop.assert_sound().await;
}
