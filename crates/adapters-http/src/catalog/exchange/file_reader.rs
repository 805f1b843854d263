//! Files of products, read: rows out of bytes that come in pieces.

use domain::catalog::ProductRow;
use serde_json::Value;

use super::{
    Format,
    columns::{Group, Head, Taken},
    imported::ImportedProduct,
};
use crate::{
    Fault, Faults, IntoCommand,
    csv::reader::{Reader, Record},
    input, json,
    lines::{Line, Lines},
};

/// The most bytes of a row: more than the largest product has.
const LONGEST: usize = 1024 * 1024;

/// A product as a file has it, or every fault of it.
#[derive(Debug)]
pub(super) struct ImportedRow {
    /// The line of the file on which it begins, from 1.
    pub(super) line: u64,
    /// What it says.
    pub(super) read: Result<ProductRow, Vec<Fault>>,
}

/// Reads a file of products, piece by piece.
#[derive(Debug)]
pub(super) struct ProductFileReader(Source);

#[derive(Debug)]
enum Source {
    Json { lines: Lines, count: u64, ended: bool },
    Table { records: Reader, head: Option<Head>, group: Option<Group>, given_up: bool },
}

impl ProductFileReader {
    /// A file in this format, of which nothing has been read yet.
    #[must_use]
    pub(super) const fn new(format: Format) -> Self {
        Self(match format {
            Format::Ndjson => Source::Json { lines: Lines::new(LONGEST), count: 0, ended: false },
            Format::Csv => {
                Source::Table { records: Reader::new(LONGEST), head: None, group: None, given_up: false }
            }
        })
    }

    /// Takes the next bytes, and gives the rows that are whole with them.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<ImportedRow> {
        match &mut self.0 {
            Source::Json { lines, .. } => {
                let lines = lines.push(bytes);
                lines.into_iter().filter_map(|line| self.take_line(line)).collect()
            }
            Source::Table { records, .. } => {
                let records = records.push(bytes);
                records.into_iter().flat_map(|record| self.take_record(record)).collect()
            }
        }
    }

    /// The rows that only the end of the file makes whole.
    pub(super) fn finish(mut self) -> Vec<ImportedRow> {
        let last = match &mut self.0 {
            Source::Json { lines, .. } => {
                let lines = std::mem::replace(lines, Lines::new(0));
                return lines.finish().and_then(|line| self.take_line(line)).into_iter().collect();
            }
            Source::Table { records, .. } => std::mem::replace(records, Reader::new(0)).finish(),
        };
        let mut rows: Vec<_> = last.into_iter().flat_map(|record| self.take_record(record)).collect();
        if let Source::Table { group, .. } = self.0 {
            rows.extend(group.map(row));
        }
        rows
    }

    fn take_line(&mut self, (line, text): Line) -> Option<ImportedRow> {
        let Source::Json { count, ended, .. } = &mut self.0 else { return None };
        let failed = |code: &'static str, message: String| {
            Some(ImportedRow { line, read: Err(vec![Fault::at("", code, message)]) })
        };
        let Some(text) = text else {
            return failed("too-long", format!("the line is longer than {LONGEST} bytes"));
        };
        let text = if line == 1 { text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text) } else { &text };
        if text.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        if *ended {
            return failed("after-the-end", "there is something after the last line of the file".to_owned());
        }
        let mut faults = Vec::new();
        let tree = match json::read(text, &mut faults) {
            Ok(tree) => tree,
            Err(error) => return failed(error.code().as_str(), error.what().to_owned()),
        };
        if tree.get("end").is_some() {
            *ended = true;
            let whole = tree.get("count").and_then(Value::as_u64).is_none_or(|said| said == *count);
            let message = format!("the file says another number of products than the {count} that it has");
            return if whole { None } else { failed("incomplete", message) };
        }
        *count += 1;
        Some(ImportedRow { line, read: product(tree, faults) })
    }

    fn take_record(&mut self, record: Record) -> Vec<ImportedRow> {
        let Source::Table { head, group, given_up, .. } = &mut self.0 else { return Vec::new() };
        if *given_up {
            return Vec::new();
        }
        let line = record.line;
        let Some(head) = head else {
            let names =
                record.cells.map_err(|broken| vec![Fault::at("", "malformed-csv", broken.to_string())]);
            return match names.and_then(|names| Head::read(&names)) {
                Ok(read) => {
                    *head = Some(read);
                    Vec::new()
                }
                Err(faults) => {
                    *given_up = true;
                    vec![ImportedRow { line, read: Err(faults) }]
                }
            };
        };
        match Group::take(head, record, group.as_mut()) {
            Taken::Joined => Vec::new(),
            Taken::Begun(next) => group.replace(next).map(row).into_iter().collect(),
            Taken::Refused(fault) => vec![ImportedRow { line, read: Err(vec![fault]) }],
        }
    }
}

fn row(group: Group) -> ImportedRow {
    let line = group.line;
    let (tree, mut faults) = group.tree();
    json::find_nuls(&tree, &mut faults);
    ImportedRow { line, read: product(tree, faults) }
}

fn product(tree: Value, found: Vec<Fault>) -> Result<ProductRow, Vec<Fault>> {
    let mut faults = Faults::default();
    faults.append(found);
    match input::read(tree, &mut faults, ImportedProduct::into_command) {
        Ok(Some(row)) if faults.is_empty() => Ok(row),
        Ok(_) => Err(faults.into_vec()),
        Err(error) => Err(vec![Fault::at("", error.code().as_str(), error.what().to_owned())]),
    }
}

#[cfg(test)]
mod tests {
    use domain::money::{Currency, Money};

    use super::*;

    fn read(format: Format, file: &[u8], piece: usize) -> Vec<ImportedRow> {
        let mut reader = ProductFileReader::new(format);
        let mut rows: Vec<_> = file.chunks(piece).flat_map(|bytes| reader.push(bytes)).collect();
        rows.extend(reader.finish());
        rows
    }

    fn codes(row: &ImportedRow) -> Vec<&str> {
        row.read.as_ref().unwrap_err().iter().map(Fault::code).collect()
    }

    const TABLE: &str = "\u{feff}slug,title,description,tags,options,sku,option_values,prices,stock,weight_grams\r\n\
        shirt,'=Shirt,,summer; a\\;b,size=S|M,S-S,size=S,39.90 EUR; 6000 JPY,12,\r\n\
        shirt,,,,,S-M,size=M,,,195\r\n\
        mug,Mug,\"Blue,\nround\",,,MUG,,,,\r\n";

    #[test]
    fn a_table_is_read_as_products_whatever_the_pieces() {
        for piece in [1, 7, 10_000] {
            let rows = read(Format::Csv, TABLE.as_bytes(), piece);
            let [shirt, mug] = &rows[..] else { panic!("{rows:?}") };
            assert_eq!((shirt.line, mug.line), (2, 4));
            let shirt = shirt.read.as_ref().unwrap();
            assert_eq!(shirt.title.as_ref().unwrap().as_str(), "=Shirt");
            assert_eq!(shirt.tags, Some(vec!["summer".to_owned(), "a;b".to_owned()]));
            assert_eq!((&shirt.description, &shirt.category, shirt.status), (&Some(None), &None, None));
            let [small, medium] = &shirt.variants[..] else { panic!("{shirt:?}") };
            let money = |amount, currency| Money::parse(amount, Currency::parse(currency).unwrap()).unwrap();
            assert_eq!(small.prices, [money("39.90", "EUR"), money("6000", "JPY")]);
            assert_eq!((small.stock, small.weight_grams), (Some(12), Some(None)));
            assert_eq!((medium.stock, medium.weight_grams, medium.backorder), (None, Some(Some(195)), None));
            let mug = mug.read.as_ref().unwrap();
            assert_eq!(mug.description.as_ref().unwrap().as_ref().unwrap().as_str(), "Blue,\nround");
        }
    }

    #[test]
    fn a_line_without_a_title_says_nothing_of_its_product() {
        let rows = read(Format::Csv, b"title,description,sku,stock\n,,MUG,3\n", 100);
        let mug = rows[0].read.as_ref().unwrap();
        assert_eq!((&mug.title, &mug.description, mug.variants[0].stock), (&None, &None, Some(3)));
    }

    #[test]
    fn a_bad_line_does_not_hold_up_the_others() {
        let file = "sku,stock,prices\nA,2000000000,1 EUR; 2 EUR\nB\n\"C\"x,1,\n,1,\nD,1,5\nE,1,\n";
        let rows = read(Format::Csv, file.as_bytes(), 5);
        let lines: Vec<_> = rows.iter().map(|row| (row.line, row.read.is_ok())).collect();
        assert_eq!(lines.len(), 6, "{rows:?}");
        let of = |line| rows.iter().find(|row| row.line == line).unwrap();
        assert_eq!(codes(of(2)), ["too-large", "duplicate-currency"]);
        assert_eq!((codes(of(3)), codes(of(4))), (vec!["wrong-number-of-cells"], vec!["malformed-csv"]));
        assert!(!codes(of(5)).is_empty() && !codes(of(6)).is_empty());
        assert!(of(7).read.is_ok());
    }

    #[test]
    fn lines_of_one_product_must_not_contradict_each_other() {
        let rows = read(Format::Csv, b"slug,title,sku\nmug,Mug,A\nmug,Cup,B\nmug,Mug,C\nmug,,D\n", 9);
        assert_eq!((rows.len(), codes(&rows[0])), (1, vec!["differs"]));
    }

    #[test]
    fn a_head_that_can_not_be_understood_ends_the_table() {
        for (head, code) in [
            ("sku,price", "unknown-column"),
            ("sku,sku", "duplicate-column"),
            ("slug,title", "required"),
            ("\"sku\"x", "malformed-csv"),
        ] {
            let rows = read(Format::Csv, format!("{head}\nA,1\nB,2\n").as_bytes(), 4);
            assert_eq!((rows.len(), codes(&rows[0])), (1, vec![code]), "{head}");
        }
    }

    #[test]
    fn json_lines_are_products_until_the_end() {
        let file = "{\"variants\":[{\"sku\":\"A\"}]}\n\n{\"variants\":[]}\n{\"sku\":1}\n[1]\n{\n{\"end\":true,\"count\":4}\n{}\n";
        for piece in [1, 10_000] {
            let rows = read(Format::Ndjson, file.as_bytes(), piece);
            let told: Vec<_> = rows.iter().map(|row| (row.line, row.read.is_ok())).collect();
            assert_eq!(told, [(1, true), (3, false), (4, false), (5, false), (6, false), (8, false)]);
            assert_eq!(codes(&rows[4]), ["malformed-json"]);
            assert_eq!(codes(&rows[5]), ["after-the-end"]);
        }
        let rows = read(Format::Ndjson, b"{\"variants\":[{\"sku\":\"A\"}]}\n{\"end\":true,\"count\":2}", 8);
        assert_eq!((rows[1].line, codes(&rows[1])), (2, vec!["incomplete"]));
    }

    #[test]
    fn no_row_takes_more_room_than_a_product_needs() {
        for (format, start) in [(Format::Ndjson, "{\"title\":\""), (Format::Csv, "sku\n\"")] {
            let mut file = start.as_bytes().to_vec();
            file.resize(LONGEST + 100, b'x');
            let rows = read(format, &file, 64 * 1024);
            assert_eq!(rows.len(), 1, "{format:?}");
            assert!(rows[0].read.is_err());
        }
    }
}
