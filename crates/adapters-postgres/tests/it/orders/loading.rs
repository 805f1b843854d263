//! What a decision is made on.

use domain::{
    catalog::{NewProduct, ProductStatus},
    ids::UserId,
    orders::{Item, ItemRef, Offer, PlacementContext, Quantity},
};
use ports::{
    catalog::CatalogStore,
    orders::{OrderStore, Purchaser},
};
use uuid::Uuid;

use crate::{
    arrange::run,
    shop::{Shop, a_moment_ago, create, currency, email, euro, product, registration, sku, variant},
};

fn items(what: Vec<ItemRef>) -> Vec<Item> {
    what.into_iter().map(|what| Item { what, quantity: Quantity::new(1).unwrap() }).collect()
}

async fn load(shop: &Shop, customer: UserId, what: Vec<ItemRef>) -> PlacementContext {
    shop.store()
        .load_placement(&Purchaser::Customer(customer), &items(what), currency("EUR"))
        .await
        .unwrap()
        .unwrap()
}

async fn offer(shop: &Shop, customer: UserId, what: ItemRef) -> Offer {
    load(shop, customer, vec![what]).await.offers.remove(0).unwrap()
}

fn by_sku(raw: &str) -> ItemRef {
    ItemRef::Sku(sku(raw))
}

#[tokio::test]
async fn each_item_gets_its_offer_at_its_place() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let creation = shop.product(&[("A", 5, 1999), ("B", 7, 2099)]).await;
    let [a, b] = [0, 1].map(|n| Offer {
        variant_id: creation.variants[n].variant.id,
        product_id: creation.product.id,
        sku: creation.variants[n].variant.sku.clone(),
        product_title: "Linen shirt".to_owned(),
        variant_title: "Linen shirt".to_owned(),
        buyable: true,
        unit_price: creation.variants[n].prices.last().map(|period| period.price),
        level: creation.variants[n].level.clone(),
        version: 1,
    });
    let (a, b) = (Some(a), Some(b));
    let id = |offer: &Option<Offer>| ItemRef::Variant(offer.as_ref().unwrap().variant_id);
    let nobody = ItemRef::Variant(Uuid::now_v7().into());
    let what = vec![by_sku("B"), nobody, id(&a), by_sku("NEVER"), id(&b), by_sku("B")];
    let loaded = load(&shop, customer, what).await;
    assert_eq!(loaded.offers, [b.clone(), None, a, None, b.clone(), b]);
}

#[tokio::test]
async fn the_buyer_s_address_and_a_number_of_their_own_come_along() {
    let shop = Shop::open().await;
    let registration = registration("ada@example.com");
    ports::accounts::UserStore::commit_registration(&shop.users(), &registration).await.unwrap();
    let customer = registration.user.id;
    shop.product(&[("A", 5, 1999)]).await;
    let before = a_moment_ago();
    let first = load(&shop, customer, vec![by_sku("A")]).await;
    let second = load(&shop, customer, vec![by_sku("NEVER")]).await;
    let empty = load(&shop, customer, vec![]).await;
    assert_eq!(first.email, email("ada@example.com"));
    assert_eq!((first.number, second.number, empty.number), (100_001, 100_002, 100_003));
    assert!(before < first.now && first.now < second.now && second.now < empty.now);
}

#[tokio::test]
async fn a_customer_who_is_unknown_or_erased_gets_nothing() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 1999)]).await;
    let load = async |customer| {
        let items = items(vec![by_sku("A")]);
        shop.store().load_placement(&Purchaser::Customer(customer), &items, currency("EUR")).await.unwrap()
    };
    assert!(load(customer).await.is_some());
    assert_eq!(load(Uuid::now_v7().into()).await, None);
    let erase = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now()";
    run(&shop.client, erase).await;
    assert_eq!(load(customer).await, None);
}

#[tokio::test]
async fn what_is_not_active_or_deleted_is_offered_to_nobody() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    for status in ProductStatus::ALL {
        let new = NewProduct { status, variants: vec![variant(status.name())], ..product("Scarf") };
        shop.catalog().commit_product_creation(&create(new, a_moment_ago()), None).await.unwrap();
        let offer = offer(&shop, customer, by_sku(status.name())).await;
        assert_eq!(offer.buyable, status == ProductStatus::Active, "{status:?}");
        assert_eq!(offer.unit_price, None, "it has none");
    }
    let creation = shop.product(&[("A", 5, 1999), ("B", 5, 1999)]).await;
    run(&shop.client, "UPDATE variants SET deleted_at = now() WHERE sku = 'A'").await;
    let id = creation.variants[0].variant.id;
    assert!(!offer(&shop, customer, by_sku("A")).await.buyable);
    assert!(!offer(&shop, customer, ItemRef::Variant(id)).await.buyable);
    assert!(offer(&shop, customer, by_sku("B")).await.buyable);
}

#[tokio::test]
async fn a_sku_names_the_variant_that_lives_or_else_the_one_that_was_deleted_last() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let mut made = Vec::new();
    for days in [3, 1, 2] {
        made.push(shop.product(&[("A", 5, 1999)]).await.variants[0].variant.id);
        let delete = format!(
            "BEGIN;
             UPDATE variants SET deleted_at = now() - interval '{days} days' WHERE deleted_at IS NULL;
             UPDATE products SET deleted_at = now() WHERE deleted_at IS NULL;
             COMMIT"
        );
        run(&shop.client, &delete).await;
    }
    assert_eq!(offer(&shop, customer, by_sku("A")).await.variant_id, made[1]);
    let living = shop.product(&[("A", 5, 1999)]).await.variants[0].variant.id;
    let found = offer(&shop, customer, by_sku("A")).await;
    assert_eq!((found.variant_id, found.buyable), (living, true));
}

#[tokio::test]
async fn the_price_is_the_one_in_force_in_the_asked_currency() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let variant = shop.product(&[("A", 5, 1999)]).await.variants[0].variant.id;
    let columns = "id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by";
    let price = |cents: i64, currency: &str, from: &str, to: &str| {
        format!(
            "INSERT INTO prices ({columns}) VALUES (gen_random_uuid(), '{variant}', '{currency}', {cents}, {from}, {to}, 'system');"
        )
    };
    run(&shop.client, &price(1, "USD", "now() - interval '1 hour'", "NULL")).await;
    assert_eq!(offer(&shop, customer, by_sku("A")).await.unit_price, Some(euro(1999)));

    let (hour, soon) = ("now() + interval '1 hour'", "now() + interval '0.4 seconds'");
    let replace = format!(
        "BEGIN; UPDATE prices SET valid_to = {soon} WHERE currency = 'EUR'; {} {} COMMIT",
        price(1500, "EUR", soon, hour),
        price(1200, "EUR", hour, "NULL")
    );
    run(&shop.client, &replace).await;
    assert_eq!(offer(&shop, customer, by_sku("A")).await.unit_price, Some(euro(1999)), "not yet");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(offer(&shop, customer, by_sku("A")).await.unit_price, Some(euro(1500)));
    let in_yen = shop
        .store()
        .load_placement(&Purchaser::Customer(customer), &items(vec![by_sku("A")]), currency("JPY"))
        .await;
    assert_eq!(in_yen.unwrap().unwrap().offers[0].as_ref().unwrap().unit_price, None);
}
