//! What the workloads need of Stoa beyond a seeded catalog, made and looked up over the wire.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{
    accounts::Accounts, failure::Failure, interrupt::Interrupt, request::Request, target::Target, wire::Wire,
    workloads::Workload,
};

/// Rows of a page.
const PAGE: usize = 20;

/// Variants of each product that is made to be ordered.
const VARIANTS: usize = 20;

/// Pieces of each; more than any run can sell.
const STOCK: u32 = 1_000_000_000;

/// The SKU that everybody wants.
const HOT_SKU: &str = "BENCH-HOT";

/// What may stand in a query as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Fills in the values that the workloads draw from, and tells the number of the catalog's deepest page; stocks `skus` SKUs that never run out, and lets each customer
/// who is logged in have orders to look at.
///
/// # Errors
/// When the shop refuses something, or somebody interrupts.
pub(crate) fn prepare(
    target: &mut Target,
    accounts: &Accounts,
    skus: usize,
    random: &mut fastrand::Rng,
    interrupt: &Interrupt,
) -> Result<usize, Failure> {
    let catalog = walk(&target.wire, interrupt)?;
    let deepest_page = catalog.products.len().div_ceil(PAGE);
    let categories = full_categories(&target.wire)?;
    let admin = log_in(&target.wire, accounts)?;
    let skus = stock(&target.wire, &admin, skus, interrupt)?;
    target.values.extend([
        ("product".to_owned(), catalog.products),
        ("last_cursor".to_owned(), vec![catalog.last_cursor]),
        ("category".to_owned(), categories),
        ("email".to_owned(), accounts.customer_emails.clone()),
        ("password".to_owned(), vec![accounts.customer_password.clone()]),
        ("sku".to_owned(), skus),
        ("hot_sku".to_owned(), vec![HOT_SKU.to_owned()]),
    ]);
    target.log_in(random)?;
    let orders = target.deck(Workload::Order, random)?;
    let tokens = target.values.get("token").map(Vec::as_slice).unwrap_or_default();
    for (token, orders) in tokens.iter().zip(orders.chunks(PAGE + 1)) {
        for order in orders {
            interrupt.check()?;
            target.wire.demand(&Request { token: Some(token.clone()), ..order.clone() })?;
        }
    }
    Ok(deepest_page)
}

/// Every product, and how to get at the last page.
#[derive(Debug)]
struct Catalog {
    products: Vec<String>,
    last_cursor: String,
}

/// Walks through the catalog page by page, as a client would.
fn walk(wire: &Wire, interrupt: &Interrupt) -> Result<Catalog, Failure> {
    let mut products = Vec::new();
    let mut last_cursor = None;
    loop {
        interrupt.check()?;
        let cursor = last_cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = wire.demand(&Request::get(format!("/products?limit={PAGE}{cursor}")))?;
        products.extend(rows(&page)?.iter().filter_map(id));
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(next) => last_cursor = Some(utf8_percent_encode(next, QUERY).to_string()),
            None => break,
        }
    }
    match last_cursor {
        Some(last_cursor) => Ok(Catalog { products, last_cursor }),
        None => Err(Failure::say(format_args!("{} products make no second page", products.len()))),
    }
}

/// The categories whose first page is full.
fn full_categories(wire: &Wire) -> Result<Vec<String>, Failure> {
    let tree = wire.demand(&Request::get("/categories"))?;
    let mut ids = Vec::new();
    gather(rows(&tree)?, &mut ids);
    let mut full = Vec::new();
    for id in ids {
        let page = wire.demand(&Request::get(format!("/products?category_id={id}&limit={PAGE}")))?;
        if rows(&page)?.len() == PAGE {
            full.push(id);
        }
    }
    if full.is_empty() {
        return Err(Failure::say(format_args!("no category has {PAGE} products; seed more products")));
    }
    Ok(full)
}

/// The ids of categories and of all below them.
fn gather(categories: &[Value], ids: &mut Vec<String>) {
    for category in categories {
        ids.extend(id(category));
        gather(category.get("children").and_then(Value::as_array).map_or(&[], Vec::as_slice), ids);
    }
}

fn log_in(wire: &Wire, accounts: &Accounts) -> Result<String, Failure> {
    let body = json!({ "email": accounts.admin_email, "password": accounts.admin_password });
    let answer = wire.demand(&Request { token: None, ..Request::post("/auth/login", "", &body) })?;
    let token = answer.get("access_token").and_then(Value::as_str);
    token.map(str::to_owned).ok_or_else(|| Failure::say("the answer to a log-in has no access_token"))
}

/// Makes products of many variants, and one for the hot SKU; the SKUs but for that one. They stand in no category, and
/// behind none of the pages that are measured.
fn stock(wire: &Wire, admin: &str, skus: usize, interrupt: &Interrupt) -> Result<Vec<String>, Failure> {
    let mut made = Vec::new();
    for number in 0..skus.div_ceil(VARIANTS) {
        interrupt.check()?;
        let sizes: Vec<String> = (0..VARIANTS).map(|size| size.to_string()).collect();
        let skus: Vec<String> = sizes.iter().map(|size| format!("BENCH-{number}-{size}")).collect();
        let variants: Vec<Value> = skus
            .iter()
            .zip(&sizes)
            .map(|(sku, size)| {
                let mut variant = variant(sku);
                if let Some(fields) = variant.as_object_mut() {
                    fields.insert("option_values".to_owned(), json!({ "size": size }));
                }
                variant
            })
            .collect();
        let product = json!({
            "title": format!("Made to be ordered {number}"),
            "status": "active",
            "options": [{ "name": "size", "values": sizes }],
            "variants": variants,
        });
        wire.demand(&Request::post("/products", admin, &product))?;
        made.extend(skus);
    }
    let hot = json!({ "title": "Wanted by everybody", "status": "active", "variants": [variant(HOT_SKU)] });
    wire.demand(&Request::post("/products", admin, &hot))?;
    Ok(made)
}

fn variant(sku: &str) -> Value {
    json!({ "sku": sku, "price": { "amount": "1.00", "currency": "EUR" }, "stock": STOCK })
}

fn rows(page: &Value) -> Result<&[Value], Failure> {
    let rows = page.get("data").and_then(Value::as_array);
    rows.map(Vec::as_slice).ok_or_else(|| Failure::say("a list has no data"))
}

fn id(resource: &Value) -> Option<String> {
    Some(resource.get("id")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_gathered_with_all_below_them() {
        let tree =
            json!([{ "id": "a", "children": [{ "id": "b", "children": [{ "id": "c" }] }] }, { "id": "d" }]);
        let mut ids = Vec::new();

        gather(tree.as_array().unwrap(), &mut ids);

        assert_eq!(ids, ["a", "b", "c", "d"]);
    }

    #[test]
    fn the_workloads_of_stoa_are_all_described() {
        let description = crate::target::Description::parse(crate::STOA, "stoa").unwrap();
        let wire = Wire::new("127.0.0.1:8080".parse().unwrap());
        let stoa = Target::new(description, wire, crate::machine::Watched::default());

        assert!(Workload::ALL.into_iter().all(|workload| stoa.knows(workload)));
    }
}
