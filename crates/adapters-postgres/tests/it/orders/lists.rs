//! Pages of orders.

use std::collections::BTreeSet;

use domain::{
    ids::{OrderId, UserId},
    orders::{FulfillmentStatus, Order, OrderStatus, PaymentStatus},
};
use ports::{
    orders::{OrderQuery, OrderReader},
    pagination::{PageRequest, Position},
};

use crate::{
    arrange::run,
    shop::{Shop, email},
};

/// Orders in many places, past the adapters: by customers and guests, some at the same instant, each with two lines.
async fn fill(shop: &Shop, customers: &[UserId]) {
    let customers: Vec<_> = customers.iter().map(|id| format!("'{id}'")).collect();
    let sql = format!(
        "BEGIN;
         INSERT INTO orders (id, customer_id, token_digest, token_expires_at, currency, status, payment_status,
             fulfillment_status, subtotal_minor, total_minor, paid_minor, email, placed_at, expires_at)
         SELECT gen_random_uuid(), owner, CASE WHEN owner IS NULL THEN sha256('x') END,
             CASE WHEN owner IS NULL THEN now() END, 'EUR', (ARRAY['pending', 'confirmed'])[1 + n % 2],
             CASE n % 3 WHEN 0 THEN 'unpaid' WHEN 1 THEN 'partially_paid' ELSE 'paid' END,
             (ARRAY['unfulfilled', 'fulfilled', 'delivered', 'returned'])[1 + n / 2 % 4], 1000, 1000, n % 3 * 500,
             'mail' || n % 4 || '@example.com', now() - interval '1 minute' * (n / 3), now()
         FROM generate_series(0, 119) AS n
         CROSS JOIN LATERAL (SELECT (ARRAY[{}, NULL]::uuid[])[1 + n % {}] AS owner) AS whose;
         UPDATE orders SET status = 'cancelled', cancelled_minor = total_minor
             WHERE status = 'confirmed' AND paid_minor = 0 AND fulfillment_status = 'unfulfilled';
         INSERT INTO order_lines (order_id, id, position, variant_id, product_id, sku, title, unit_price_minor,
             quantity, line_total_minor)
         SELECT id, gen_random_uuid(), 1 - position, gen_random_uuid(), gen_random_uuid(), 'SKU-' || 1 - position,
             'Shirt', 500, 1, 500
         FROM orders, generate_series(0, 1) AS position;
         COMMIT",
        customers.join(", "),
        customers.len() + 1,
    );
    run(&shop.client, &sql).await;
}

fn all(limit: u16) -> OrderQuery {
    OrderQuery {
        customer_id: None,
        email: None,
        status: None,
        payment_status: None,
        fulfillment_status: None,
        created_after: None,
        created_before: None,
        number: None,
        page: PageRequest { limit, after: None },
    }
}

/// Every page of a list, one after another.
async fn walk(shop: &Shop, query: &OrderQuery) -> Vec<Order> {
    let (mut orders, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest { after, ..query.page };
        let found = shop.orders().list(&OrderQuery { page, ..query.clone() }).await.unwrap();
        assert!(found.rows.len() <= usize::from(page.limit));
        orders.extend(found.rows);
        after = found.next;
        if after.is_none() {
            return orders;
        }
    }
}

/// What the query says, said once more.
fn fits(order: &Order, query: &OrderQuery) -> bool {
    fn is<T: PartialEq>(asked: &Option<T>, value: &T) -> bool {
        asked.as_ref().is_none_or(|asked| asked == value)
    }
    is(&query.status, &order.status)
        && is(&query.payment_status, &order.payment_status)
        && is(&query.fulfillment_status, &order.fulfillment_status)
        && is(&query.number, &order.number)
        && query.customer_id.is_none_or(|customer| order.customer_id == Some(customer))
        && query.email.as_ref().is_none_or(|email| order.email.as_ref() == Some(email))
        && query.created_after.is_none_or(|at| order.placed_at > at)
        && query.created_before.is_none_or(|at| order.placed_at < at)
}

fn ids(orders: &[Order]) -> Vec<OrderId> {
    orders.iter().map(|order| order.id).collect()
}

#[tokio::test]
async fn without_a_filter_every_order_is_listed_newest_first_as_it_is_found_alone() {
    let shop = Shop::open().await;
    fill(&shop, &[shop.customer().await, shop.customer().await]).await;
    let listed = walk(&shop, &all(50)).await;
    assert_eq!(listed.len(), 120);
    assert!(listed.is_sorted_by(|a, b| (a.placed_at, a.id) > (b.placed_at, b.id)));
    for order in listed.iter().step_by(17) {
        assert_eq!(shop.orders().find(order.id).await.unwrap().as_ref(), Some(order));
        let skus: Vec<_> = order.lines.iter().map(|line| line.sku.as_str()).collect();
        assert_eq!(skus, ["SKU-0", "SKU-1"], "lines stand in their order");
    }
}

#[tokio::test]
async fn every_combination_of_filters_finds_what_it_says() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    fill(&shop, &[customer, shop.customer().await]).await;
    let everything = walk(&shop, &all(100)).await;
    let (early, late) = (everything[100].placed_at, everything[20].placed_at);
    let mut queries = vec![all(100)];
    let mut vary = |variants: &[&dyn Fn(&mut OrderQuery)]| {
        let bases = queries.clone();
        for variant in variants {
            queries.extend(bases.iter().cloned().map(|mut query| {
                variant(&mut query);
                query
            }));
        }
    };
    vary(&[&|query| query.status = Some(OrderStatus::Cancelled), &|query| {
        query.status = Some(OrderStatus::Pending);
    }]);
    vary(&[&|query| query.payment_status = Some(PaymentStatus::PartiallyPaid)]);
    vary(&[&|query| query.fulfillment_status = Some(FulfillmentStatus::Delivered)]);
    vary(&[&|query| query.customer_id = Some(customer)]);
    vary(&[&|query| query.email = Some(email("mail2@example.com"))]);
    vary(&[&|query| query.number = Some(everything[0].number)]);
    vary(&[
        &|query| query.created_after = Some(early),
        &|query| query.created_before = Some(late),
        &|query| {
            (query.created_after, query.created_before) = (Some(early), Some(late));
        },
    ]);
    assert_eq!(queries.len(), 384);
    let mut hits = 0;
    for query in queries {
        let expected: Vec<_> = everything.iter().filter(|order| fits(order, &query)).cloned().collect();
        let found = shop.orders().list(&query).await.unwrap().rows;
        assert_eq!(ids(&found), ids(&expected[..expected.len().min(100)]), "{query:?}");
        hits += usize::from(!found.is_empty());
    }
    assert!(hits > 60, "only {hits} of them find anything");
}

#[tokio::test]
async fn a_walk_sees_each_order_once_whatever_is_placed_meanwhile() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    fill(&shop, &[customer, shop.customer().await]).await;
    shop.product(&[("A", 999, 1999)]).await;
    let there: BTreeSet<_> = walk(&shop, &all(100)).await.iter().map(|order| order.id).collect();
    let before = shop.orders().list(&all(1)).await.unwrap().rows[0].placed_at;
    let queries = [
        all(7),
        OrderQuery { customer_id: Some(customer), ..all(7) },
        OrderQuery { status: Some(OrderStatus::Pending), ..all(7) },
        OrderQuery { created_before: Some(before), ..all(10) },
    ];
    for query in queries {
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = PageRequest { after, ..query.page };
            let found = shop.orders().list(&OrderQuery { page, ..query.clone() }).await.unwrap();
            seen.extend(ids(&found.rows));
            shop.place(customer, &[("A", 1)]).await.unwrap();
            (after, pages) = (found.next, pages + 1);
            if after.is_none() {
                break;
            }
        }
        let everything =
            walk(&shop, &OrderQuery { page: PageRequest { limit: 100, after: None }, ..query }).await;
        let of_then: Vec<_> = ids(&everything).into_iter().filter(|id| there.contains(id)).collect();
        let seen_of_then: Vec<_> = seen.iter().copied().filter(|id| there.contains(id)).collect();
        assert_eq!(seen_of_then, of_then, "each once, in order");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "none twice");
        assert!(pages > 3);
    }
}

#[tokio::test]
async fn a_page_ends_where_the_next_one_begins_and_the_last_one_says_so() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 999, 1999)]).await;
    let mut placed = Vec::new();
    for _ in 0..4 {
        placed.insert(0, shop.place(customer, &[("A", 1)]).await.unwrap());
    }
    let page = |limit, after| OrderQuery { page: PageRequest { limit, after }, ..all(1) };
    let first = shop.orders().list(&page(2, None)).await.unwrap();
    let position = Position { at: placed[1].placed_at, id: placed[1].id.uuid() };
    assert_eq!((&first.rows[..], first.next), (&placed[..2], Some(position)));
    let second = shop.orders().list(&page(2, first.next)).await.unwrap();
    assert_eq!((&second.rows[..], second.next), (&placed[2..], None));
    let whole = shop.orders().list(&page(4, None)).await.unwrap();
    assert_eq!((whole.rows, whole.next), (placed, None));
}
