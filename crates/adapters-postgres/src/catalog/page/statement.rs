//! The texts of the statements that find a page.
//!
//! A list without a search is merged from stretches of an index that each have it in its order: one for products in
//! stock and one for the others, and that for each category of the subtree; by its rows for a tag, when one is asked for.
//! Each stretch gives as many rows as the page may take, from where the last page ended. What else is asked for is a
//! filter on the way. (The status is a text and no parameter, so that a plan that is made once for all knows how many have
//! it.)
//!
//! A search first finds its products, a bounded number, and the page is the best of those.

use ports::catalog::{ProductQuery, ProductSort};

use crate::pagination::rows_for;

/// The most products that a search considers: the best levels first, see the migration.
const MOST_FOUND: u32 = 5_000;

/// What a statement is made from.
pub(super) struct Statement<'a> {
    query: &'a ProductQuery,
    order: Order,
    is_priced: bool,
}

/// In what order, in the words of SQL.
struct Order {
    /// The column of the result that has it.
    column: &'static str,
    /// What it is made from.
    key: &'static str,
    /// The parameter with the last page's last one.
    parameter: &'static str,
    is_descending: bool,
}

impl Order {
    fn of(query: &ProductQuery) -> Self {
        let by = |column, key, parameter, is_descending| Self { column, key, parameter, is_descending };
        match query.sort {
            ProductSort::BestMatch if query.search.is_some() => {
                by("number", "match_rank(found.level, listing.title_key, $11)::bigint", "$2", true)
            }
            ProductSort::Newest | ProductSort::BestMatch => by("made", "listing.created_at", "$1", true),
            ProductSort::Oldest => by("made", "listing.created_at", "$1", false),
            ProductSort::Cheapest => by("number", "price.amount_minor", "$2", false),
            ProductSort::Dearest => by("number", "price.amount_minor", "$2", true),
            ProductSort::Title => by("title", "listing.title_key", "$3", false),
            ProductSort::TitleBackwards => by("title", "listing.title_key", "$3", true),
        }
    }

    /// Every column that a row of the result has; the one that it is sorted by is `key`.
    fn columns(&self, key: &str, id: &str) -> String {
        let column = |name, kind| {
            if self.column == name { format!("{key} AS {name}") } else { format!("NULL::{kind} AS {name}") }
        };
        let columns = [column("made", "timestamptz"), column("number", "bigint"), column("title", "text")];
        format!("{}, {id} AS id", columns.join(", "))
    }

    fn by(&self, key: &str, id: &str) -> String {
        let direction = if self.is_descending { "DESC" } else { "ASC" };
        format!("ORDER BY {key} {direction}, {id} {direction}")
    }

    /// Only what comes after the last page.
    fn after(&self, key: &str, id: &str) -> String {
        let beyond = if self.is_descending { "<" } else { ">" };
        format!("({key}, {id}) {beyond} ({}, $4)", self.parameter)
    }
}

impl<'a> Statement<'a> {
    pub(super) fn of(query: &'a ProductQuery) -> Self {
        let sorted = matches!(query.sort, ProductSort::Cheapest | ProductSort::Dearest);
        let is_priced = sorted || query.min_price.is_some() || query.max_price.is_some();
        Self { query, order: Order::of(query), is_priced }
    }

    /// Whether its plan depends on nothing but its text; there are few of these.
    pub(super) const fn is_plain(&self) -> bool {
        let ProductQuery { search, slug, sku, min_price, max_price, .. } = self.query;
        search.is_none() && slug.is_none() && sku.is_none() && min_price.is_none() && max_price.is_none()
    }

    /// The statement. Its parameters are always the same twelve.
    pub(super) fn text(&self) -> String {
        if self.query.search.is_some() { self.searched() } else { self.merged() }
    }

    fn merged(&self) -> String {
        let (subtree, categories) = match self.query.category_id {
            Some(_) => (SUBTREE, "subtree CROSS JOIN "),
            None => ("", ""),
        };
        let halves = match self.query.in_stock {
            None => "true, false",
            Some(true) => "true",
            Some(false) => "false",
        };
        let main = if self.is_sorted_by_price() { "price" } else { "listing" };
        let mut conditions = self.conditions(main);
        // Prices know the stretch too: so a range of them can be read from their index, when that is the shorter way.
        let priced = (self.is_priced && main == "listing").then_some("price");
        for table in [main].into_iter().chain(priced) {
            conditions.push(format!("{table}.tag = $8"));
            conditions.push(format!("{table}.status = '{}'", self.query.status.name()));
            conditions.push(format!("{table}.in_stock = half.in_stock"));
            if self.query.category_id.is_some() {
                conditions.push(format!("{table}.category_id = subtree.id"));
            }
        }
        let id = format!("{main}.product_id");
        if self.query.page.after.is_some() {
            conditions.push(self.order.after(self.order.key, &id));
        }
        let rows = rows_for(self.query.page.clone());
        format!(
            "{subtree}
            SELECT {columns} FROM {categories}unnest(ARRAY[{halves}]) AS half (in_stock)
            CROSS JOIN LATERAL (
                SELECT {key} AS key, {id} AS id FROM {tables}
                WHERE {conditions}
                {inner} LIMIT {rows}
            ) AS page
            {outer} LIMIT {rows}",
            columns = self.order.columns("page.key", "page.id"),
            key = self.order.key,
            tables = self.tables(main),
            conditions = conditions.join(" AND "),
            inner = self.order.by(self.order.key, &id),
            outer = self.order.by("page.key", "page.id"),
        )
    }

    fn searched(&self) -> String {
        let mut conditions = self.conditions("listing");
        conditions.push("listing.tag = $8".to_owned());
        conditions.push(format!("listing.status = '{}'", self.query.status.name()));
        let subtree = match self.query.category_id {
            Some(_) => {
                conditions.push("listing.category_id IN (SELECT id FROM subtree)".to_owned());
                format!("{SUBTREE}, ")
            }
            None => "WITH ".to_owned(),
        };
        if let Some(in_stock) = self.query.in_stock {
            conditions.push(format!("listing.in_stock = {in_stock}"));
        }
        let after = match self.query.page.after {
            Some(_) => format!("WHERE {}", self.order.after("page.key", "page.id")),
            None => String::new(),
        };
        format!(
            "{subtree}found AS MATERIALIZED (SELECT * FROM found_products($11, '{status}', {MOST_FOUND}))
            SELECT {columns} FROM (
                SELECT {key} AS key, listing.product_id AS id
                FROM found JOIN {tables} ON listing.product_id = found.product_id
                WHERE {conditions}
            ) AS page
            {after}
            {outer} LIMIT {rows}",
            status = self.query.status.name(),
            columns = self.order.columns("page.key", "page.id"),
            key = self.order.key,
            tables = if self.is_priced {
                "(product_listings AS listing JOIN cheapest_prices AS price USING (product_id, tag))"
            } else {
                "product_listings AS listing"
            },
            conditions = conditions.join(" AND "),
            outer = self.order.by("page.key", "page.id"),
            rows = rows_for(self.query.page.clone()),
        )
    }

    fn is_sorted_by_price(&self) -> bool {
        matches!(self.query.sort, ProductSort::Cheapest | ProductSort::Dearest)
    }

    /// What is read in the list's order, and what else has to be looked at for it.
    fn tables(&self, main: &str) -> &'static str {
        match main {
            "price" => "cheapest_prices AS price",
            _ if self.is_priced => {
                "product_listings AS listing JOIN cheapest_prices AS price USING (product_id, tag)"
            }
            _ => "product_listings AS listing",
        }
    }

    /// The filters, but for the status, the category, the tag and the stock.
    fn conditions(&self, main: &str) -> Vec<String> {
        let ProductQuery { slug, sku, min_price, max_price, .. } = self.query;
        let mut conditions = Vec::new();
        let mut when = |is_asked: bool, condition: &str| {
            if is_asked {
                conditions.push(condition.replace("MAIN", main));
            }
        };
        when(self.is_priced, "price.currency = $5 AND price.valid_from <= now() AND now() < price.valid_to");
        when(min_price.is_some(), "price.amount_minor >= $6");
        when(max_price.is_some(), "price.amount_minor <= $7");
        when(
            slug.is_some(),
            "MAIN.product_id = (SELECT id FROM products WHERE slug = $9 AND deleted_at IS NULL)",
        );
        when(
            sku.is_some(),
            "MAIN.product_id = (SELECT product_id FROM variants WHERE sku = $10 AND deleted_at IS NULL)",
        );
        conditions
    }
}

const SUBTREE: &str = "WITH RECURSIVE subtree (id) AS (
            SELECT $12::uuid
            UNION
            SELECT category.id FROM categories AS category JOIN subtree ON category.parent_id = subtree.id
        )";
