//! Products and categories.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    shop::{Shop, at_once, count, lines, variant},
    wire::Client,
};

#[test]
fn a_product_comes_back_as_it_was_made() {
    let shop = Shop::open();
    let admin = shop.admin();
    let category = json!({"name": "Shirts"});
    let category = shop.client().post("/categories", &category).token(&admin.token).send().expect(201);
    let body = json!({
        "title": "Linen shirt", "description": "Cool.", "status": "active", "category_id": category["id"],
        "tags": ["summer"], "attributes": {"material": "linen"},
        "images": [{"url": "https://example.com/shirt.jpg", "alt": "A shirt"}],
        "options": [{"name": "size", "values": ["S", "M"]}],
        "variants": [
            {"sku": "SHIRT-S", "option_values": {"size": "S"}, "price": {"amount": "39.9", "currency": "EUR"},
             "stock": 12, "weight_grams": 180},
            {"sku": "SHIRT-M", "option_values": {"size": "M"}, "price": {"amount": "41", "currency": "EUR"}}]});

    let made = shop.client().post("/products", &body).token(&admin.token).send();

    let product = made.expect(201);
    assert_eq!(made.header("location"), format!("/products/{}", product["id"].as_str().unwrap()));
    assert!(made.header("etag").starts_with("\"1."), "{}", made.header("etag"));
    assert_eq!(product["slug"], "linen-shirt");
    let variant = &product["variants"][0];
    assert_eq!((&variant["sku"], &variant["title"]), (&json!("SHIRT-S"), &json!("S")));
    assert_eq!(variant["price"], json!({"amount": "39.90", "currency": "EUR"}));
    assert_eq!((&variant["available"], &variant["in_stock"]), (&json!(12), &json!(true)));
    assert_eq!(product["variants"][1]["price"]["amount"], "41.00");
    assert_eq!(product["variants"][1]["in_stock"], false);
    let shown = shop.client().get(made.header("location")).send();
    assert_eq!(shown.expect(200), product, "the public sees the same");
    assert_eq!(shown.header("cache-control"), "public, max-age=0, must-revalidate");
    let unchanged =
        shop.client().get(made.header("location")).header("if-none-match", shown.header("etag")).send();
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    shop.check();
}

#[test]
fn what_is_no_one_elses_business_is_not_there_for_them() {
    let shop = Shop::open();
    let admin = shop.admin();
    let draft = json!({"title": "Secret", "variants": [variant("SECRET")], "status": "draft"});
    let draft = shop.client().post("/products", &draft).token(&admin.token).send().expect(201);
    let path = format!("/products/{}", draft["id"].as_str().unwrap());

    assert_eq!(shop.client().get(&path).send().problem(404), "not-found");
    assert_eq!(shop.client().get(&path).token(&shop.customer().token).send().problem(404), "not-found");
    shop.client().get(&path).token(&admin.token).send().expect(200);
    assert_eq!(shop.client().get("/products").send().expect(200)["data"], json!([]));
    assert_eq!(shop.client().get("/products?status=draft").send().problem(403), "forbidden");
    let drafts = shop.client().get("/products?status=draft").token(&admin.token).send().expect(200);
    assert_eq!(drafts["data"][0]["id"], draft["id"]);
    assert_eq!(shop.client().get("/products/no-uuid").send().problem(404), "not-found");
}

#[test]
fn a_fault_in_one_variant_makes_no_product_at_all() {
    let shop = Shop::open();
    let admin = shop.admin();
    let body = json!({"title": "Mug", "variants": [
        {"sku": "MUG-1", "price": {"amount": "1.005", "currency": "EUR"}},
        {"sku": "", "stock": -1},
        {"sku": "MUG-2", "price": {"amount": 1, "currency": "eur"}}]});

    let answer = shop.client().post("/products", &body).token(&admin.token).send();

    let faults = answer.faults();
    for pointer in ["/variants/0/price/amount", "/variants/1/sku", "/variants/1/stock", "/variants/2/price"] {
        assert!(faults.iter().any(|fault| fault.starts_with(pointer)), "{pointer}: {faults:?}");
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM products"), [0]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM events WHERE aggregate_type = 'product'"), [0]);
}

#[test]
fn a_sku_and_a_slug_belong_to_one_product_whoever_races() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();

    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        let body = match number % 4 {
            0 | 1 => json!({"title": format!("Mug {number}"), "variants": [variant("MUG")]}),
            _ => json!({"title": "The cup", "variants": [variant(&format!("CUP-{number}"))]}),
        };
        client.post("/products", &body).token(&admin.token).send()
    });

    assert_eq!((count(&answers, 201), count(&answers, 409)), (2, 18));
    let codes: BTreeSet<_> =
        answers.iter().filter(|answer| answer.status == 409).map(|answer| answer.problem(409)).collect();
    assert_eq!(codes, BTreeSet::from(["sku-taken".to_owned(), "slug-taken".to_owned()]));
    shop.check();
}

#[test]
fn a_category_shows_what_stands_below_it_too() {
    let shop = Shop::open();
    let admin = shop.admin();
    let category = |name: &str, parent: &Value| {
        let body = json!({"name": name, "parent_id": parent});
        shop.client().post("/categories", &body).token(&admin.token).send().expect(201)["id"].clone()
    };
    let clothes = category("Clothes", &Value::Null);
    let shirts = category("Shirts", &clothes);
    let tools = category("Tools", &Value::Null);
    for (sku, category) in [("A", &clothes), ("B", &shirts), ("C", &tools)] {
        let body =
            json!({"title": sku, "status": "active", "category_id": category, "variants": [variant(sku)]});
        shop.client().post("/products", &body).token(&admin.token).send().expect(201);
    }
    let titles = |category: &Value| {
        let path = format!("/products?category_id={}", category.as_str().unwrap());
        let page = shop.client().get(&path).send().expect(200);
        page["data"].as_array().unwrap().iter().map(|product| product["title"].clone()).collect::<Vec<_>>()
    };

    assert_eq!(titles(&clothes), ["B", "A"]);
    assert_eq!(titles(&shirts), ["B"]);
    let tree = shop.client().get("/categories").send().expect(200);
    let top = tree["data"].as_array().or(tree.as_array()).unwrap();
    assert_eq!(top.len(), 2);
    let clothes_node = top.iter().find(|node| node["name"] == "Clothes").unwrap();
    assert_eq!((&clothes_node["product_count"], &clothes_node["children"][0]["id"]), (&json!(1), &shirts));
}

#[test]
fn a_walk_sees_each_untouched_product_once_while_others_come() {
    let shop = Shop::open();
    let admin = shop.admin();
    for number in 0..25 {
        shop.product(&admin, &format!("OLD-{number}"), "1.00", 1);
    }
    let (mut seen, mut path, mut pages) = (Vec::new(), "/products?limit=10".to_owned(), 0);

    loop {
        let answer = shop.client().get(&path).send();
        let page = answer.expect(200);
        pages += 1;
        seen.extend(page["data"].as_array().unwrap().iter().map(|product| product["title"].to_string()));
        shop.product(&admin, &format!("NEW-{pages}"), "1.00", 1);
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), "");
            break;
        };
        assert!(answer.header("link").ends_with("rel=\"next\""), "{}", answer.header("link"));
        path = format!("/products?limit=10&cursor={cursor}");
    }

    assert_eq!((pages, seen.len()), (3, 25), "{seen:?}");
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 25);
}

#[test]
fn a_sale_shows_at_once_on_its_server_and_within_a_second_on_others() {
    let shop = Shop::open();
    let admin = shop.admin();
    let path = format!("/products/{}", shop.product(&admin, "MUG", "1.00", 10)["id"].as_str().unwrap());
    let other = shop.another_server();
    let see = |client: &Client| {
        let answer = client.get(&path).send();
        (answer.expect(200)["variants"][0]["available"].as_i64().unwrap(), answer.header("etag").to_owned())
    };

    for sold in 1..=5 {
        let before = [see(shop.client()), see(&other.client)];
        shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send().expect(201);
        let here = see(shop.client());
        assert_eq!(here.0, 10 - sold);
        assert_ne!(here.1, before[0].1, "another state, another tag");
        std::thread::sleep(std::time::Duration::from_secs(1));
        assert_eq!(see(&other.client), here);
    }
}

#[test]
fn parameters_that_can_not_be_are_named() {
    let shop = Shop::open();
    for (query, fault) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=abc", "limit"),
        ("limit=1&limit=2", "limit"),
        ("colour=red", "colour"),
        ("cursor=junk", "cursor"),
        ("category_id=x", "category_id"),
        ("currency=EURO", "currency"),
    ] {
        let faults = shop.client().get(&format!("/products?{query}")).send().faults();
        assert!(faults[0].starts_with(fault), "{query}: {faults:?}");
    }
}

#[test]
fn a_cursor_is_bound_to_its_list() {
    let shop = Shop::open();
    let admin = shop.admin();
    for number in 0..3 {
        shop.product(&admin, &format!("P-{number}"), "1.00", 1);
    }
    let page = shop.client().get("/products?limit=1").send().expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();

    for path in
        [format!("/products?limit=1&currency=USD&cursor={cursor}"), format!("/orders?cursor={cursor}")]
    {
        let faults = shop.client().get(&path).token(&admin.token).send().faults();
        assert!(faults[0].starts_with("cursor"), "{path}: {faults:?}");
    }
}
