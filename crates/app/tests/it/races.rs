//! Many at once, on two servers of one database.

use crate::{
    shop::{Shop, at_once, count, lines},
    wire::Answer,
};

#[test]
fn fifty_buyers_of_ten_pieces_get_ten_orders_and_forty_clear_refusals() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "12.50", 10);
    let buyers: Vec<_> = (0..50).map(|_| shop.customer()).collect();
    let other = shop.another_server();

    let answers = at_once(50, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        client.post("/orders", &lines(&[("MUG", 1)])).token(&buyers[number].token).send()
    });

    assert_eq!((count(&answers, 201), count(&answers, 409)), (10, 40));
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(refused.problem(409), "insufficient-stock");
        let line = &refused.json()["lines"][0];
        assert_eq!(
            (&line["sku"], &line["requested"], &line["available"]),
            (&"MUG".into(), &1.into(), &0.into())
        );
    }
    let shown = shop.client().get(&format!("/products/{}", mug["id"].as_str().unwrap())).send().expect(200);
    assert_eq!(shown["variants"][0]["available"], 0);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [10]);
    shop.check();
}

#[test]
fn orders_over_the_same_skus_in_crossed_order_never_fail_the_server() {
    let shop = Shop::open();
    let admin = shop.admin();
    let skus = ["A", "B", "C", "D"];
    for sku in skus {
        shop.product(&admin, sku, "1.00", 1000);
    }
    let buyers: Vec<_> = (0..20).map(|_| shop.customer()).collect();
    let other = shop.another_server();

    let answers: Vec<Answer> = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        let mut order = skus.map(|sku| (sku, 1));
        order.rotate_left(number % 4);
        if number % 3 == 0 {
            order.reverse();
        }
        (0..10)
            .map(|_| client.post("/orders", &lines(&order)).token(&buyers[number].token).send())
            .collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();

    assert_eq!(count(&answers, 201), 200);
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [800]);
    shop.check();
}

#[test]
fn nobody_has_more_than_ten_unpaid_orders_waiting() {
    let shop = Shop::open_with(&[]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let ada = shop.customer();
    let other = shop.another_server();

    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        client.post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).send()
    });

    assert_eq!((count(&answers, 201), count(&answers, 429)), (10, 10));
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(refused.problem(429), "too-many-open-orders");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [10]);
    shop.check();
}
