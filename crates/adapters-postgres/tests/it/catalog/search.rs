//! What a search finds, and what comes first.

use domain::catalog::{NewProduct, NewVariant, ProductStatus};
use ports::catalog::{CatalogStore, ProductQuery, ProductReader, ProductSort};
use std::time::{Duration, Instant as Moment};

use super::{listing::walk, lists::all};
use crate::shop::{Shop, a_moment_ago, create, name, product, variant};

struct Text {
    title: &'static str,
    sku: &'static str,
    tags: &'static [&'static str],
    description: Option<&'static str>,
}

const fn text(title: &'static str, sku: &'static str) -> Text {
    Text { title, sku, tags: &[], description: None }
}

async fn made(shop: &Shop, text: Text, status: ProductStatus) {
    let new = NewProduct {
        title: name(text.title),
        tags: text.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        description: text.description.map(|text| domain::text::Description::parse(text).unwrap()),
        status,
        variants: vec![NewVariant { ..variant(text.sku) }],
        ..product("x")
    };
    shop.catalog().commit_product_creation(&create(new, a_moment_ago()), None).await.unwrap();
}

fn search(words: &str) -> ProductQuery {
    ProductQuery { search: Some(words.to_owned()), sort: ProductSort::BestMatch, ..all(20) }
}

/// The titles that a search finds, the best first.
async fn found(shop: &Shop, words: &str) -> Vec<String> {
    let page = shop.products().list(&search(words)).await.unwrap();
    page.rows.iter().map(|view| view.product.title.to_string()).collect()
}

async fn shop() -> Shop {
    let shop = Shop::open().await;
    let active = ProductStatus::Active;
    made(
        &shop,
        Text { description: Some("Goes well with a linen shirt."), ..text("Straw hat", "HAT-1") },
        active,
    )
    .await;
    made(&shop, Text { tags: &["linen", "shirt"], ..text("Blouse", "BLOUSE-1") }, active).await;
    made(&shop, text("Tunic", "LINEN-SHIRT-9"), active).await;
    made(&shop, text("Linen shirt with long sleeves for cold days", "SHIRT-2"), active).await;
    made(&shop, text("Linen shirt", "SHIRT-1"), active).await;
    made(&shop, text("Wool scarf 100% pure", "SCARF-1"), active).await;
    made(&shop, text("Mug 1000 ml", "MUG-1"), active).await;
    made(&shop, text("Crème brûlée torch, Größe M", "TORCH_X"), active).await;
    made(&shop, text("Secret linen", "SECRET-1"), ProductStatus::Draft).await;
    shop
}

#[tokio::test]
async fn titles_come_before_skus_before_tags_before_descriptions() {
    let shop = shop().await;
    let expected =
        ["Linen shirt", "Linen shirt with long sleeves for cold days", "Tunic", "Blouse", "Straw hat"];
    assert_eq!(found(&shop, "linen shirt").await, expected);
    assert_eq!(found(&shop, "SHIRT linen").await, expected, "in whatever order and case");
    let draft = ProductQuery { status: ProductStatus::Draft, ..search("linen") };
    assert_eq!(shop.products().list(&draft).await.unwrap().rows.len(), 1);
    let one_by_one = ProductQuery {
        page: ports::pagination::PageRequest { limit: 1, after: None },
        ..search("linen shirt")
    };
    assert_eq!(walk(&shop, &one_by_one).await.len(), 5);
}

#[tokio::test]
async fn every_word_must_be_there_and_the_last_one_may_be_begun() {
    let shop = shop().await;
    assert_eq!(found(&shop, "linen sleeves").await, ["Linen shirt with long sleeves for cold days"]);
    assert_eq!(found(&shop, "linen slee").await, ["Linen shirt with long sleeves for cold days"]);
    assert_eq!(found(&shop, "linen mug").await, Vec::<String>::new());
    assert_eq!(found(&shop, "scarf-1").await, ["Wool scarf 100% pure"]);
}

#[tokio::test]
async fn misspelt_words_are_taken_for_those_that_look_like_them() {
    let shop = shop().await;
    assert_eq!(
        found(&shop, "linnen shrt").await[..2],
        ["Linen shirt", "Linen shirt with long sleeves for cold days"]
    );
    assert_eq!(found(&shop, "scraf").await, ["Wool scarf 100% pure"]);
    assert_eq!(found(&shop, "lniens").await, Vec::<String>::new(), "that looks like nothing");
}

#[tokio::test]
async fn accents_and_case_do_not_count() {
    let shop = shop().await;
    for words in ["creme brulee", "CRÈME BRÛLÉE", "grosse", "größe", "GRÖẞE m"] {
        assert_eq!(found(&shop, words).await, ["Crème brûlée torch, Größe M"], "{words}");
    }
}

#[tokio::test]
async fn signs_are_plain_and_operators_are_punctuation() {
    let shop = shop().await;
    assert_eq!(found(&shop, "100%").await, ["Wool scarf 100% pure"]);
    assert_eq!(found(&shop, "%").await, ["Wool scarf 100% pure"]);
    assert_eq!(found(&shop, "_").await, ["Crème brûlée torch, Größe M"]);
    assert_eq!(found(&shop, "torch_x").await, ["Crème brûlée torch, Größe M"]);
    assert_eq!(found(&shop, "mu_").await, Vec::<String>::new());
    for words in ["\\", "\\\\", "+", "#", "m_g", "l%n"] {
        assert_eq!(found(&shop, words).await, Vec::<String>::new(), "{words}");
    }
    for words in [
        "wool & !scarf",
        "wool | scarf",
        "(wool scarf",
        "'wool' \"scarf",
        "wool <-> scarf:*",
        "wool; scarf--",
    ] {
        assert_eq!(found(&shop, words).await, ["Wool scarf 100% pure"], "{words}");
    }
    for words in ["", " ", "...", "\u{a0}–\u{2003}", "& | !"] {
        assert_eq!(found(&shop, words).await, Vec::<String>::new(), "{words:?}");
    }
}

#[tokio::test]
async fn whatever_is_asked_for_is_answered_in_time() {
    let shop = shop().await;
    let mut texts = vec![
        "x".repeat(200),
        "a ".repeat(100),
        "% ".repeat(100),
        "linen ".repeat(33),
        "\u{1F600}".repeat(200),
    ];
    texts.extend(["ﷺ".repeat(200), "é".repeat(200), "'".repeat(200), "\\".repeat(200), "日本語".repeat(60)]);
    for words in texts {
        let started = Moment::now();
        drop(found(&shop, &words).await);
        assert!(started.elapsed() < Duration::from_secs(1), "{words}: {:?}", started.elapsed());
    }
}
