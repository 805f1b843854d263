//! Looking at orders.

use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use domain::{
    accounts::Email,
    catalog::Sku,
    orders::{FulfillmentStatus, Order, OrderLine, OrderStatus, PaymentStatus, Quantity, Records, Totals},
};
use ports::{
    orders::OrderQuery,
    pagination::{Page, Position},
};
use serde_json::{Value, json};

use crate::{
    demo::{as_who, request},
    doubles::{Doubles, currency, money, now, shop, uuid},
};

/// Customer 7's order, of which 10.00 was called off and 40.00 paid.
fn order() -> Order {
    let line = OrderLine {
        id: uuid(11).into(),
        variant_id: uuid(2).into(),
        product_id: uuid(3).into(),
        sku: Sku::parse("MUG").unwrap(),
        title: "Mug".to_owned(),
        quantity: Quantity::new(5).unwrap(),
        unit_price: money("10", "EUR"),
        line_total: money("50", "EUR"),
        fulfilled_quantity: 2,
        delivered_quantity: 0,
        cancelled_quantity: 1,
        returned_quantity: 0,
    };
    let totals = Totals::of_lines(currency("EUR"), std::slice::from_ref(&line)).unwrap();
    Order {
        id: uuid(10).into(),
        number: 100_042,
        customer_id: Some(uuid(7).into()),
        guest: None,
        email: Some(Email::parse("ada@example.com").unwrap()),
        placed_ip: None,
        currency: currency("EUR"),
        status: OrderStatus::Confirmed,
        payment_status: PaymentStatus::Paid,
        fulfillment_status: FulfillmentStatus::PartiallyFulfilled,
        lines: vec![line],
        totals: Totals { cancelled: money("10", "EUR"), paid: money("45", "EUR"), ..totals },
        records: Records::default(),
        shipping_address: None,
        billing_address: None,
        note: None,
        placed_at: now(),
        expires_at: None,
        version: 4,
    }
}

fn with_order() -> Doubles {
    let mut doubles = Doubles::default();
    doubles.orders.expect_find().returning(|id| Ok((id == uuid(10).into()).then(order)));
    doubles
}

fn path(id: u128) -> String {
    format!("/orders/{}", uuid(id))
}

#[actix_web::test]
async fn owners_and_staff_see_an_order_and_nobody_else_can_tell_that_it_is_there() {
    let server = shop(with_order()).await;
    assert_eq!(server.get(&path(10)).await.code(), "not-found", "it could be a guest's");
    for who in ["customer-7", "support-8", "order_manager-8", "admin-8"] {
        let got = server.call(as_who(who, Method::GET, &path(10))).await;
        assert_eq!((got.status.as_u16(), &got.json()["number"]), (200, &json!("100042")), "{who}");
        assert_eq!(got.header("cache-control"), "no-store");
    }
    let missing = server.call(as_who("customer-8", Method::GET, &path(404))).await;
    for (who, id) in
        [("customer-8", path(10)), ("catalog_manager-8", path(10)), ("customer-8", "/orders/x".to_owned())]
    {
        let got = server.call(as_who(who, Method::GET, &id)).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (404, "not-found"), "{who}");
        assert_eq!(got.bytes, missing.bytes);
    }
}

#[actix_web::test]
async fn an_order_has_a_tag_and_shows_its_figures() {
    let server = shop(with_order()).await;
    let got = server.call(as_who("customer-7", Method::GET, &path(10))).await;
    assert!(got.header("etag").starts_with("\"4."));
    let body = got.json();
    let figures = |name: &str| body["totals"][name]["amount"].as_str().unwrap().to_owned();
    assert_eq!((figures("total"), figures("cancelled")), ("50.00".to_owned(), "10.00".to_owned()));
    assert_eq!((figures("due"), figures("refund_due")), ("0.00".to_owned(), "5.00".to_owned()));
    assert_eq!((&body["status"], &body["expires_at"]), (&json!("confirmed"), &Value::Null));
    assert_eq!(body["lines"][0]["cancelled_quantity"], 1);
    let again =
        as_who("customer-7", Method::GET, &path(10)).insert_header(("if-none-match", got.header("etag")));
    let again = server.call(again).await;
    assert_eq!((again.status.as_u16(), again.header("cache-control")), (304, "no-store"));
    let head = server.call(as_who("customer-7", Method::HEAD, &path(10))).await;
    assert_eq!((head.status.as_u16(), head.bytes.len(), head.header("etag")), (200, 0, got.header("etag")));
    let got = server.call(as_who("customer-7", Method::GET, &format!("{}?x=1", path(10)))).await;
    assert_eq!(got.faults(), ["x unknown-parameter"]);
}

/// Orders without end, and the queries that they got.
fn endless() -> (Doubles, Arc<Mutex<Vec<OrderQuery>>>) {
    let (mut doubles, asked) = (Doubles::default(), Arc::<Mutex<Vec<_>>>::default());
    let keeper = asked.clone();
    doubles.orders.expect_list().returning(move |query| {
        keeper.lock().unwrap().push(query.clone());
        Ok(Page { rows: vec![order()], next: Some(Position { at: now(), id: uuid(10) }) })
    });
    (doubles, asked)
}

#[actix_web::test]
async fn a_customer_lists_the_own_orders() {
    let (doubles, asked) = endless();
    let server = shop(doubles).await;
    assert_eq!(server.call(request(Method::GET, "/orders")).await.code(), "unauthenticated");
    for path in ["/orders", "/orders?scope=own"] {
        let got = server.call(as_who("customer-7", Method::GET, path)).await;
        assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, "no-store"));
        assert_eq!(got.json()["data"][0]["id"], json!(uuid(10)));
    }
    let filters = "status=pending&payment_status=unpaid&fulfillment_status=unfulfilled&limit=7\
                   &created_after=2026-03-02T09:30:00.000250Z&created_before=2026-03-02T10:30:00.000250%2B01:00";
    assert_eq!(
        server.call(as_who("customer-7", Method::GET, &format!("/orders?{filters}"))).await.status,
        200
    );
    let mut asked = asked.lock().unwrap();
    let query = asked.remove(2);
    assert!(asked.iter().all(|query| query.customer_id == Some(uuid(7).into()) && query.page.limit == 20));
    assert_eq!((query.customer_id, query.page.limit), (Some(uuid(7).into()), 7));
    assert_eq!(query.status, Some(OrderStatus::Pending));
    assert_eq!(query.payment_status, Some(PaymentStatus::Unpaid));
    assert_eq!(query.fulfillment_status, Some(FulfillmentStatus::Unfulfilled));
    assert_eq!((query.created_after, query.created_before), (Some(now()), Some(now())));
}

#[actix_web::test]
async fn everybodys_orders_are_for_staff() {
    let (doubles, asked) = endless();
    let server = shop(doubles).await;
    let customer = uuid(7);
    let filters = [
        "scope=all".to_owned(),
        format!("customer_id={customer}"),
        "email=ADA@example.com".to_owned(),
        "number=100042".to_owned(),
    ];
    for filter in &filters {
        let path = format!("/orders?{filter}");
        for who in ["customer-7", "catalog_manager"] {
            let got = server.call(as_who(who, Method::GET, &path)).await;
            assert_eq!((got.status.as_u16(), got.code().as_str()), (403, "forbidden"), "{who} {filter}");
        }
        assert_eq!(server.call(as_who("support", Method::GET, &path)).await.status, 200, "{filter}");
    }
    let asked = asked.lock().unwrap();
    let [all, of_customer, of_email, of_number] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((all.customer_id, &all.email, all.number), (None, &None, None));
    assert_eq!(of_customer.customer_id, Some(customer.into()));
    assert_eq!(of_email.email, Some(Email::parse("ada@example.com").unwrap()));
    assert_eq!(of_number.number, Some(100_042));
}

#[actix_web::test]
async fn a_filter_that_can_not_be_is_named() {
    let server = shop(Doubles::default()).await;
    let query = "status=gone&payment_status=&scope=mine&customer_id=7&email=ada&number=-1\
                 &created_after=yesterday&created_before=2026-13-01T00:00:00Z&sort=number";
    let got = server.call(as_who("admin", Method::GET, &format!("/orders?{query}"))).await;
    assert_eq!(
        got.faults(),
        [
            "created_after date-time",
            "created_before date-time",
            "customer_id uuid",
            "email email",
            "number pattern",
            "payment_status not-allowed",
            "scope not-allowed",
            "sort unknown-parameter",
            "status not-allowed",
        ]
    );
}

#[actix_web::test]
async fn a_cursor_works_for_its_caller_and_its_list_only() {
    let (doubles, _) = endless();
    let server = shop(doubles).await;
    let page = server.call(as_who("customer-7", Method::GET, "/orders")).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next =
        |who: &str, filter: &str| as_who(who, Method::GET, &format!("/orders?cursor={cursor}{filter}"));
    assert_eq!(server.call(next("customer-7", "&limit=3")).await.status, 200);
    for (who, filter) in [("customer-8", ""), ("customer-7", "&status=pending")] {
        assert_eq!(server.call(next(who, filter)).await.faults(), ["cursor cursor"], "{who} {filter}");
    }
    let foreign = as_who("customer-7", Method::GET, &format!("/products?cursor={cursor}"));
    assert_eq!(server.call(foreign).await.faults(), ["cursor cursor"]);
}
