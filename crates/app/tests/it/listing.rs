//! Lists of products on the wire: filters, orders, search, cursors.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::shop::{Person, Shop, lines};

/// A product in Euro, with one variant.
fn add(shop: &Shop, admin: &Person, title: &str, price: &str, more: &Value) -> Value {
    let sku = format!("{}-{price}", title.to_uppercase().replace(' ', "-"));
    let mut body = json!({"title": title, "variants": [
        {"sku": sku, "price": {"amount": price, "currency": "EUR"}, "stock": 2}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    shop.client().post("/products", &body).token(&admin.token).send().expect(201)
}

fn titles(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|product| product["title"].as_str().unwrap().to_owned())
        .collect()
}

/// The titles of a list, page by page, each found by the cursor and again by the link.
fn walk(shop: &Shop, query: &str) -> Vec<String> {
    let (mut all, mut path) = (Vec::new(), format!("/products?{query}"));
    loop {
        let answer = shop.client().get(&path).send();
        let page = answer.expect(200);
        all.extend(titles(&page));
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), "");
            return all;
        };
        let link =
            answer.header("link").strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        path = format!("/products?{query}&cursor={cursor}");
        let by_link = shop.client().get(link.unwrap()).send().expect(200);
        assert_eq!(titles(&by_link), titles(&shop.client().get(&path).send().expect(200)));
    }
}

fn clothes() -> (Shop, Person) {
    let shop = Shop::open();
    let admin = shop.admin();
    for (title, price, more) in [
        ("Linen shirt", "39.90", json!({"tags": ["summer"]})),
        ("Wool scarf", "25", json!({"tags": ["winter"], "description": "Warmer than any shirt."})),
        ("Straw hat", "25", json!({"tags": ["summer"]})),
        ("apron", "5", json!({})),
        ("Äpfel, getrocknet", "5", json!({})),
        ("Secret coat", "99", json!({"status": "draft"})),
    ] {
        add(&shop, &admin, title, price, &more);
    }
    (shop, admin)
}

#[test]
fn every_order_is_walked_to_its_end_by_cursor_and_by_link() {
    let (shop, _) = clothes();
    let newest = ["Äpfel, getrocknet", "apron", "Straw hat", "Wool scarf", "Linen shirt"];
    let by_title = ["Äpfel, getrocknet", "apron", "Linen shirt", "Straw hat", "Wool scarf"];
    let by_price = ["apron", "Äpfel, getrocknet", "Wool scarf", "Straw hat", "Linen shirt"];
    let backwards = |titles: [&'static str; 5]| titles.into_iter().rev().collect::<Vec<_>>();
    for limit in [1, 2, 5, 100] {
        let walk = |sort: &str| walk(&shop, &format!("limit={limit}{sort}"));
        assert_eq!(walk(""), newest);
        assert_eq!(walk("&sort=-created_at"), newest);
        assert_eq!(walk("&sort=created_at"), backwards(newest));
        assert_eq!(walk("&sort=title"), by_title);
        assert_eq!(walk("&sort=-title"), backwards(by_title));
        assert_eq!(walk("&sort=price"), by_price);
        assert_eq!(walk("&sort=-price"), backwards(by_price));
        assert_eq!(walk("&sort=price&currency=USD"), Vec::<String>::new());
    }
    shop.check();
}

#[test]
fn filters_narrow_a_list_together() {
    let (shop, admin) = clothes();
    for (query, expected) in [
        ("tag=summer&sort=title", vec!["Linen shirt", "Straw hat"]),
        ("tag=summer&max_price=25", vec!["Straw hat"]),
        ("tag=summ", vec![]),
        ("min_price=25&max_price=39.9&sort=-price", vec!["Linen shirt", "Straw hat", "Wool scarf"]),
        ("min_price=25.01&max_price=39.89", vec![]),
        ("min_price=1&currency=USD", vec![]),
        ("slug=linen-shirt", vec!["Linen shirt"]),
        ("sku=STRAW-HAT-25&in_stock=true", vec!["Straw hat"]),
        ("sku=straw-hat-25", vec![]),
        ("slug=secret-coat", vec![]),
        ("in_stock=false", vec![]),
        ("category_id=018f4d9e-0000-7000-8000-000000000009", vec![]),
    ] {
        assert_eq!(walk(&shop, query), expected, "{query}");
    }
    assert_eq!(shop.client().get("/products?status=active").send().problem(403), "forbidden");
    let drafts = shop.client().get("/products?status=draft&q=coat").token(&admin.token).send();
    assert_eq!(titles(&drafts.expect(200)), ["Secret coat"]);
    assert_eq!(drafts.header("cache-control"), "no-store");
}

#[test]
fn a_search_forgives_and_puts_the_best_match_first() {
    let (shop, _) = clothes();
    assert_eq!(walk(&shop, "q=shirt&limit=1"), ["Linen shirt", "Wool scarf"]);
    assert_eq!(walk(&shop, "q=shirt&sort=price"), ["Wool scarf", "Linen shirt"]);
    assert_eq!(walk(&shop, "q=linnen+shrt"), ["Linen shirt"]);
    assert_eq!(walk(&shop, "q=apfel"), ["Äpfel, getrocknet"]);
    assert_eq!(walk(&shop, "q=SUMM&tag=summer&sort=title"), ["Linen shirt", "Straw hat"]);
    assert_eq!(walk(&shop, "q=secret"), Vec::<String>::new(), "a draft is not for the public");
}

#[test]
fn whatever_is_searched_for_is_answered_in_time() {
    let (shop, _) = clothes();
    let mut texts: Vec<String> = [
        "%25",
        "_",
        "%5C",
        "%25shirt%25",
        "'",
        "%22",
        "%26",
        "!",
        "(",
        ")",
        ":*",
        "%3C-%3E",
        "a%7Cb",
        "--",
        ";",
        "+",
    ]
    .map(str::to_owned)
    .into();
    texts.extend([
        "x".repeat(200),
        "a+".repeat(99) + "b",
        "%F0%9F%98%80".repeat(200),
        "%EF%B7%BA".repeat(200),
    ]);
    for text in texts {
        let started = Instant::now();
        let answer = shop.client().get(&format!("/products?q={text}")).send();
        answer.expect(200);
        assert!(started.elapsed() < Duration::from_secs(1), "{text}: {:?}", started.elapsed());
    }
    assert_eq!(
        shop.client().get(&format!("/products?q={}", "x".repeat(201))).send().faults(),
        ["q too-long"]
    );
    assert_eq!(shop.client().get("/products?q=%00").send().faults(), ["q null-character"]);
    assert_eq!(
        shop.client().get("/products?tag=a%00&q=").send().faults(),
        ["q too-short", "tag null-character"]
    );
}

#[test]
fn a_cursor_is_bound_to_its_filters_and_its_order() {
    let (shop, _) = clothes();
    let first = shop.client().get("/products?limit=1&sort=price&tag=summer").send().expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = |query: &str| shop.client().get(&format!("/products?{query}&cursor={cursor}")).send();
    assert_eq!(titles(&next("limit=3&tag=summer&sort=price").expect(200)), ["Linen shirt"]);
    for query in [
        "sort=-price&tag=summer",
        "sort=price&tag=winter",
        "sort=price",
        "tag=summer",
        "sort=price&tag=summer&currency=EUR",
    ] {
        assert_eq!(next(query).faults(), ["cursor cursor"], "{query}");
    }
    let many = "limit=0&sort=best&sort=price&colour=red&min_price=1.999&max_price=x&in_stock=1&category_id=1&sku=a%20b";
    let expected = [
        "category_id uuid",
        "colour unknown-parameter",
        "cursor cursor",
        "in_stock type",
        "limit too-small",
        "max_price money-amount",
        "sku sku",
        "sort not-allowed",
        "sort repeated",
    ];
    assert_eq!(next(many).faults(), expected);
    assert_eq!(next("sort=price&tag=summer&min_price=1.999").faults(), ["cursor cursor"]);
    assert_eq!(shop.client().get("/products?min_price=1.999").send().faults(), ["min_price money-amount"]);
}

#[test]
fn a_list_follows_the_stock_and_the_prices_at_once() {
    let (shop, admin) = clothes();
    let customer = shop.customer();
    assert_eq!(walk(&shop, "in_stock=false"), Vec::<String>::new());
    let order = lines(&[("STRAW-HAT-25", 2)]);
    shop.client().post("/orders", &order).token(&customer.token).send().expect(201);
    assert_eq!(walk(&shop, "in_stock=false"), ["Straw hat"]);
    assert_eq!(walk(&shop, "in_stock=true&tag=summer"), ["Linen shirt"]);
    shop.execute(
        "BEGIN; UPDATE prices SET valid_to = now() WHERE variant_id = (SELECT id FROM variants WHERE sku = 'APRON-5');
         INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
         SELECT gen_random_uuid(), id, 'EUR', 10000, now(), 'system' FROM variants WHERE sku = 'APRON-5'; COMMIT",
    );
    assert_eq!(walk(&shop, "sort=-price&limit=2")[0], "apron");
    add(&shop, &admin, "Bargain", "0.01", &json!({}));
    assert_eq!(walk(&shop, "sort=price&limit=2")[0], "Bargain");
    shop.check();
}
