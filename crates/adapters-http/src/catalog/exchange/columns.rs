//! A table of products, read: which cell means which field.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{
    cells::reader::{read_captions, read_list, read_lists, read_map},
    table::COLUMNS,
};
use crate::{Fault, csv::reader::Record, json::normalise};

/// The first column of a variant.
const SKU: &str = "sku";
/// The column that tells products apart.
const SLUG: &str = "slug";
/// The column that every product's first line has something in.
const TITLE: &str = "title";

/// The head of a table: which column stands where.
#[derive(Debug)]
pub(super) struct Head(Vec<&'static str>);

impl Head {
    /// Reads the first record.
    ///
    /// # Errors
    /// Every fault of it: then nothing of the table can be understood.
    pub(super) fn read(names: &[String]) -> Result<Self, Vec<Fault>> {
        let (mut columns, mut faults) = (Vec::new(), Vec::new());
        for (place, name) in names.iter().enumerate() {
            let name = if place == 0 { name.trim_start_matches('\u{feff}') } else { name }.trim();
            let mut fault = |code: &'static str, message: &str| {
                faults.push(Fault::at(format!("/{place}"), code, message))
            };
            match COLUMNS.iter().copied().find(|known| *known == name) {
                Some(column) if columns.contains(&column) => fault("duplicate-column", "stands twice"),
                Some(column) => columns.push(column),
                None => fault("unknown-column", &format!("must be one of {}", COLUMNS.join(", "))),
            }
        }
        if !columns.contains(&SKU) && faults.is_empty() {
            faults.push(Fault::at("", "required", "there must be a column sku"));
        }
        if faults.is_empty() { Ok(Self(columns)) } else { Err(faults) }
    }

    /// One line, with a cell for each column.
    fn line(&self, cells: Vec<String>) -> Result<Vec<(&'static str, String)>, Fault> {
        if cells.len() != self.0.len() {
            let message = format!("has {} cells, the first line {}", cells.len(), self.0.len());
            return Err(Fault::at("", "wrong-number-of-cells", message));
        }
        let normal = |cell| normalise(Cow::Owned(cell));
        Ok(self.0.iter().copied().zip(cells.into_iter().map(normal)).collect())
    }
}

/// The lines of one product.
#[derive(Debug)]
pub(super) struct Group {
    /// The number of the first one.
    pub(super) line: u64,
    slug: String,
    first: Vec<(&'static str, String)>,
    variants: Vec<Value>,
    faults: Vec<Fault>,
}

/// What became of a line of the table.
pub(super) enum Taken {
    /// It belongs to the product before it.
    Joined,
    /// It is the first of another product.
    Begun(Group),
    /// It can't be understood.
    Refused(Fault),
}

/// No product has more variants, so the others need not be kept: that there are too many can be told from these.
const MOST: usize = 251;

impl Group {
    /// Takes a line: into `current`, when it is of the same product.
    pub(super) fn take(head: &Head, record: Record, current: Option<&mut Self>) -> Taken {
        let read = match record.cells {
            Ok(cells) => head.line(cells),
            Err(broken) => Err(Fault::at("", "malformed-csv", broken.to_string())),
        };
        let line = match read {
            Ok(line) => line,
            Err(fault) => return Taken::Refused(fault),
        };
        let (own, of_variant): (Vec<_>, Vec<_>) =
            line.into_iter().partition(|(column, _)| is_of_product(column));
        let slug = cell(&own, SLUG).unwrap_or_default().trim().to_owned();
        let variant = variant(&of_variant);
        match current {
            Some(current) if !slug.is_empty() && slug == current.slug => {
                current.join(&own, variant);
                Taken::Joined
            }
            _ => Taken::Begun(Self {
                line: record.line,
                slug,
                first: own,
                variants: vec![variant],
                faults: Vec::new(),
            }),
        }
    }

    /// The cells of the product need not be said again, but must not differ.
    fn join(&mut self, own: &[(&'static str, String)], variant: Value) {
        let differs = |(column, text): &&(&str, String)| {
            !text.trim().is_empty() && cell(&self.first, column).is_some_and(|first| first != text.as_str())
        };
        let place = self.variants.len();
        for (column, _) in own.iter().filter(differs) {
            let message = format!("differs from the first line of this product, at its line {}", place + 1);
            self.faults.push(Fault::at(format!("/{column}"), "differs", message));
        }
        if place < MOST {
            self.variants.push(variant);
        }
    }

    /// The product, as JSON would have it, and what can't be told from that.
    pub(super) fn tree(self) -> (Value, Vec<Fault>) {
        let mut product = Map::new();
        let nameless = cell(&self.first, TITLE).is_some_and(|title| title.trim().is_empty());
        for (column, text) in &self.first {
            // Without a title, this is another line of a product whose first one is elsewhere, or left out.
            if nameless && *column != SLUG {
                continue;
            }
            let empty = text.trim().is_empty();
            let value = match *column {
                "description" | "category" => {
                    if empty {
                        Value::Null
                    } else {
                        text.as_str().into()
                    }
                }
                "tags" => read_list(text).into(),
                "attributes" => read_map(text).map_or_else(|| text.as_str().into(), texts),
                "images" => read_captions(text).into_iter().map(image).collect(),
                "options" => read_lists(text).map_or_else(|| text.as_str().into(), options),
                _ if empty => continue,
                _ => text.as_str().into(),
            };
            product.insert((*column).to_owned(), value);
        }
        product.insert("variants".to_owned(), self.variants.into());
        (product.into(), self.faults)
    }
}

/// Whether a column is one of the product's own.
fn is_of_product(column: &str) -> bool {
    COLUMNS.iter().take_while(|known| **known != SKU).any(|known| *known == column)
}

fn cell<'l>(line: &'l [(&'static str, String)], wanted: &str) -> Option<&'l str> {
    line.iter().find(|(column, _)| *column == wanted).map(|(_, text)| text.as_str())
}

/// A variant, as JSON would have it. Where nothing stands in a cell that can't be empty, nothing is said.
fn variant(line: &[(&'static str, String)]) -> Value {
    let mut variant = Map::new();
    for (column, text) in line {
        let empty = text.trim().is_empty();
        let (name, value) = match *column {
            "variant_title" => (TITLE, if empty { Value::Null } else { text.as_str().into() }),
            "barcode" => (*column, if empty { Value::Null } else { text.as_str().into() }),
            "weight_grams" => (*column, if empty { Value::Null } else { number(text) }),
            "option_values" => (*column, read_map(text).map_or_else(|| text.as_str().into(), texts)),
            "prices" => (*column, read_list(text).iter().map(|price| money(price)).collect()),
            SKU => (*column, text.as_str().into()),
            _ if empty => continue,
            "stock" => (*column, number(text)),
            "backorder" => (*column, boolean(text)),
            _ => (*column, text.as_str().into()),
        };
        variant.insert(name.to_owned(), value);
    }
    variant.into()
}

fn texts(pairs: Vec<(String, String)>) -> Value {
    pairs.into_iter().map(|(name, text)| (name, Value::from(text))).collect()
}

fn options(options: Vec<(String, Vec<String>)>) -> Value {
    options.into_iter().map(|(name, values)| json!({ "name": name, "values": values })).collect()
}

fn image((url, alt): (String, Option<String>)) -> Value {
    match alt {
        Some(alt) => json!({ "url": url, "alt": alt }),
        None => json!({ "url": url }),
    }
}

/// What is no number stays text, which the schema refuses.
fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| text.into(), Value::from)
}

fn boolean(text: &str) -> Value {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => true.into(),
        "false" => false.into(),
        _ => text.into(),
    }
}

/// `39.90 EUR`
fn money(text: &str) -> Value {
    let (amount, currency) = text.rsplit_once(char::is_whitespace).unwrap_or((text, ""));
    json!({ "amount": amount.trim_end(), "currency": currency })
}
