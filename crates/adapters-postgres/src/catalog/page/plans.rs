//! The plans of every list, on a catalog that is large enough for a bad one to be seen.

use domain::{
    Instant,
    catalog::{ProductStatus, Sku, Slug},
    money::{Currency, Money},
};
use ports::{
    catalog::{ProductPlace, ProductQuery, ProductSort, SortKey},
    pagination::PageRequest,
};
use test_database::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

use super::{NO_TAG, statement::Statement};

const PRODUCTS: u32 = 20_000;

/// A catalog of 20,000 products in 20 categories, made one a second, with prices, tags and stock that repeat.
const CATALOG: &str = "
    INSERT INTO categories (id, slug, name)
        SELECT md5('c' || n)::uuid, 'c-' || n, 'Category ' || n FROM generate_series(0, 19) AS n;
    BEGIN;
    INSERT INTO products (id, slug, title, description, status, category_id, tags, created_at)
        SELECT md5('p' || n)::uuid, 'p-' || n, 'Thing ' || (n * 7919 % 5000), 'A useful thing of kind ' || n % 100,
            'active', md5('c' || n % 20)::uuid,
            ARRAY['common', 'tag' || n % 10, 'rare' || n % 5000], '2026-01-01'::timestamptz + n * interval '1 second'
        FROM generate_series(1, 20000) AS n;
    INSERT INTO variants (id, product_id, sku, title)
        SELECT md5('v' || n)::uuid, md5('p' || n)::uuid, 'SKU-' || n, 'One' FROM generate_series(1, 20000) AS n;
    INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
        SELECT md5('e' || n)::uuid, md5('v' || n)::uuid, 'EUR', 1 + n * 31 % 3000, '2026-01-01', 'system'
        FROM generate_series(1, 20000) AS n;
    INSERT INTO stock_levels (variant_id, on_hand)
        SELECT md5('v' || n)::uuid, (n % 20 > 0)::integer FROM generate_series(1, 20000) AS n;
    COMMIT;
    SELECT gin_clean_pending_list('product_words_of');
    VACUUM ANALYZE";

async fn catalog() -> (TestDatabase, Client) {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    for statement in CATALOG.split_inclusive(";\n") {
        client.batch_execute(statement).await.unwrap();
    }
    (database, client)
}

const ORDERS: [ProductSort; 6] = [
    ProductSort::Newest,
    ProductSort::Oldest,
    ProductSort::Cheapest,
    ProductSort::Dearest,
    ProductSort::Title,
    ProductSort::TitleBackwards,
];

fn all(sort: ProductSort) -> ProductQuery {
    ProductQuery {
        status: ProductStatus::Active,
        category_id: None,
        search: None,
        tag: None,
        slug: None,
        sku: None,
        min_price: None,
        max_price: None,
        in_stock: None,
        sort,
        currency: Currency::parse("EUR").unwrap(),
        page: PageRequest { limit: 20, after: None },
    }
}

/// A place that nine of ten products come before, give or take.
fn deep(sort: ProductSort) -> ProductPlace {
    let at = |seconds: i64| Instant::from_timestamp(1_767_225_600 + seconds, 0).unwrap();
    let key = match sort {
        ProductSort::Newest | ProductSort::BestMatch => SortKey::Made(at(2_000)),
        ProductSort::Oldest => SortKey::Made(at(18_000)),
        ProductSort::Cheapest => SortKey::Number(2_700),
        ProductSort::Dearest => SortKey::Number(300),
        ProductSort::Title => SortKey::Title("thing 91".to_owned()),
        ProductSort::TitleBackwards => SortKey::Title("thing 18".to_owned()),
    };
    ProductPlace { key, id: Uuid::nil() }
}

/// What the database did for a page.
struct Plan {
    text: String,
    /// Pages that it looked at.
    pages: u64,
}

/// Runs the statement as the server does: with a plan for any parameters when it is plain, or else with one for these.
async fn plan(client: &Client, query: &ProductQuery) -> Plan {
    let statement = Statement::of(query);
    let mode = if statement.is_plain() { "force_generic_plan" } else { "force_custom_plan" };
    let types = "timestamptz, bigint, text, uuid, text, bigint, bigint, text, text, text, text, uuid";
    let text = |value: Option<&str>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    let number = |value: Option<i64>| value.map_or("NULL".to_owned(), |value| value.to_string());
    let after = query.page.after.as_ref();
    let (made, amount, title) = match after.map(|place| &place.key) {
        Some(SortKey::Made(at)) => (format!("'{at}'"), "NULL".to_owned(), "NULL".to_owned()),
        Some(SortKey::Number(number)) => ("NULL".to_owned(), number.to_string(), "NULL".to_owned()),
        Some(SortKey::Title(title)) => ("NULL".to_owned(), "NULL".to_owned(), format!("'{title}'")),
        None => ("NULL".to_owned(), "NULL".to_owned(), "NULL".to_owned()),
    };
    let values = [
        made,
        amount,
        title,
        after.map_or("NULL".to_owned(), |place| format!("'{}'", place.id)),
        format!("'{}'", query.currency.code()),
        number(query.min_price.map(Money::minor)),
        number(query.max_price.map(Money::minor)),
        text(query.tag.as_deref().or(Some(NO_TAG))),
        text(query.slug.as_ref().map(Slug::as_str)),
        text(query.sku.as_ref().map(Sku::as_str)),
        text(query.search.as_deref()),
        query.category_id.map_or("NULL".to_owned(), |id| format!("'{id}'")),
    ];
    let prepare = format!("SET plan_cache_mode = {mode}; PREPARE page ({types}) AS {}", statement.text());
    client.batch_execute(&prepare).await.unwrap_or_else(|error| panic!("{error:?}: {prepare}"));
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE page ({})", values.join(", "));
    let lines = client.query(&explain, &[]).await.unwrap();
    client.batch_execute("DEALLOCATE page").await.unwrap();
    let lines: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
    let buffers = lines.iter().find_map(|line| line.trim().strip_prefix("Buffers: shared ")).unwrap();
    let pages = buffers.split(' ').filter_map(|part| part.split_once('=')?.1.parse::<u64>().ok()).sum();
    Plan { text: lines.join("\n"), pages }
}

impl Plan {
    fn count(&self, what: &str) -> usize {
        self.text.matches(what).count()
    }

    fn assert_reads_no_table_whole(&self, about: &str) {
        let small =
            self.text.lines().filter(|line| line.contains("Seq Scan") && !line.contains("on categories"));
        assert_eq!(small.count(), 0, "{about}\n{}", self.text);
        assert!(!self.text.contains("Aggregate"), "{about}\n{}", self.text);
    }
}

#[tokio::test]
async fn a_list_comes_out_of_its_index_and_its_deepest_page_costs_what_its_first_one_costs() {
    let (_database, client) = catalog().await;
    let category: Uuid = client.query_one("SELECT md5('c7')::uuid", &[]).await.unwrap().get(0);
    let kinds =
        || [None, Some(true), Some(false)].map(|in_stock| ["", "tag3", "rare77"].map(|tag| (in_stock, tag)));
    for sort in ORDERS {
        for category_id in [None, Some(category.into())] {
            for (in_stock, tag) in kinds().into_iter().flatten() {
                let tag = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
                let first = ProductQuery { category_id, in_stock, tag, ..all(sort) };
                let page = PageRequest { limit: 20, after: Some(deep(sort)) };
                let deep = ProductQuery { page, ..first.clone() };
                let about = format!("{sort:?} {category_id:?} {in_stock:?} {:?}", first.tag);
                let (first, deep) = (plan(&client, &first).await, plan(&client, &deep).await);
                for plan in [&first, &deep] {
                    plan.assert_reads_no_table_whole(&about);
                    // The one that merges the stretches, of which none is sorted itself.
                    assert_eq!(plan.count("Sort Key"), 1, "{about}\n{}", plan.text);
                    assert!(
                        plan.count("Index Scan") + plan.count("Index Only Scan") > 0,
                        "{about}\n{}",
                        plan.text
                    );
                    assert_eq!(plan.count("Rows Removed by Filter"), 0, "{about}\n{}", plan.text);
                    assert!(plan.pages < 150, "{about}: {} pages\n{}", plan.pages, plan.text);
                }
                assert!(
                    deep.pages < first.pages + 30,
                    "{about}: {} and {}\n{}",
                    first.pages,
                    deep.pages,
                    deep.text
                );
            }
        }
    }
}

#[tokio::test]
async fn other_filters_read_no_table_whole_either() {
    let (_database, client) = catalog().await;
    let euro = |minor| Some(Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap());
    let asked = |sort| {
        let tag = |tag: &str| Some(tag.to_owned());
        let query = || all(sort);
        [
            ("a frequent tag", ProductQuery { tag: tag("tag3"), ..query() }),
            ("a rare tag", ProductQuery { tag: tag("rare77"), ..query() }),
            ("an unknown tag", ProductQuery { tag: tag("no such tag"), ..query() }),
            ("a slug", ProductQuery { slug: Some(Slug::parse("p-4711").unwrap()), ..query() }),
            ("a SKU", ProductQuery { sku: Some(Sku::parse("SKU-4711").unwrap()), ..query() }),
            ("a wide range", ProductQuery { min_price: euro(500), max_price: euro(2500), ..query() }),
            ("a narrow range", ProductQuery { min_price: euro(500), max_price: euro(510), ..query() }),
            ("a frequent word", ProductQuery { search: Some("useful".to_owned()), ..query() }),
            ("a rare word", ProductQuery { search: Some("thing 4999".to_owned()), ..query() }),
            ("a misspelt word", ProductQuery { search: Some("thingg 4999 usful".to_owned()), ..query() }),
        ]
    };
    for sort in ORDERS.into_iter().chain([ProductSort::BestMatch]) {
        for (about, query) in asked(sort) {
            let plan = plan(&client, &query).await;
            plan.assert_reads_no_table_whole(&format!("{about}, {sort:?}"));
            if query.search.is_none() {
                let most = u64::from(PRODUCTS) / 2;
                assert!(plan.pages < most, "{about}, {sort:?}: {} pages\n{}", plan.pages, plan.text);
            }
        }
    }
}
