//! Comma-separated values, read out of bytes that come in pieces; each cell is the text that it was made from.

use super::{MARK, tempts};

/// The text that a cell was made from.
fn unmarked(cell: String) -> String {
    match cell.strip_prefix(MARK) {
        Some(text) if tempts(text) => text.to_owned(),
        _ => cell,
    }
}

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The line of the file on which it begins, from 1.
    pub(crate) line: u64,
    /// Its cells, or what is wrong with it.
    pub(crate) cells: Result<Vec<String>, BrokenRecord>,
}

/// What keeps a record from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BrokenRecord {
    /// It is no text.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// There is something between a closing quote and the next comma.
    #[error("a closing quote must be followed by a comma or the end of the line")]
    StrayQuote,
    /// The file ends within quotes.
    #[error("the file ends before the quote is closed")]
    Unclosed,
    /// It does not end.
    #[error("the row is longer than {0} bytes")]
    TooLong(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a cell.
    Cell,
    /// In a cell without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two.
    Quote,
}

/// Reads records out of bytes that come in pieces.
#[derive(Debug)]
pub(crate) struct Reader {
    longest: usize,
    state: State,
    /// Whether the last byte was a carriage return that ended a record.
    returned: bool,
    line: u64,
    begun: u64,
    size: usize,
    cell: Vec<u8>,
    cells: Vec<Vec<u8>>,
    broken: Option<BrokenRecord>,
}

impl Reader {
    /// Reads records of `longest` bytes at most.
    pub(crate) const fn new(longest: usize) -> Self {
        Self {
            longest,
            state: State::Cell,
            returned: false,
            line: 1,
            begun: 1,
            size: 0,
            cell: Vec::new(),
            cells: Vec::new(),
            broken: None,
        }
    }

    /// Takes the next bytes and gives the records that end in them. Empty lines are none.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Record> {
        bytes.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    /// The last record, when its line has no end.
    pub(crate) fn finish(mut self) -> Option<Record> {
        if self.state == State::Quoted {
            self.broken.get_or_insert(BrokenRecord::Unclosed);
        }
        self.end()
    }

    fn take(&mut self, byte: u8) -> Option<Record> {
        let after_return = std::mem::take(&mut self.returned);
        if byte == b'\n' {
            if after_return {
                return None;
            }
            self.line += 1;
        }
        match (self.state, byte) {
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quoted, _) => self.keep(byte),
            (State::Quote, b'"') => {
                self.keep(byte);
                self.state = State::Quoted;
            }
            (State::Cell | State::Plain | State::Quote, b',') => self.end_cell(),
            (State::Cell | State::Plain | State::Quote, b'\n') => return self.end(),
            (State::Cell | State::Plain | State::Quote, b'\r') => {
                self.returned = true;
                self.line += 1;
                return self.end();
            }
            (State::Cell, b'"') => self.state = State::Quoted,
            (State::Cell | State::Plain, _) => {
                self.keep(byte);
                self.state = State::Plain;
            }
            (State::Quote, _) => {
                self.broken.get_or_insert(BrokenRecord::StrayQuote);
            }
        }
        None
    }

    fn keep(&mut self, byte: u8) {
        self.size += 1;
        if self.size > self.longest {
            self.broken.get_or_insert(BrokenRecord::TooLong(self.longest));
        } else {
            self.cell.push(byte);
        }
    }

    /// A cell counts as a byte: a line of nothing but commas must not take any room either.
    fn end_cell(&mut self) {
        self.state = State::Cell;
        self.size += 1;
        if self.size > self.longest {
            self.broken.get_or_insert(BrokenRecord::TooLong(self.longest));
        } else {
            self.cells.push(std::mem::take(&mut self.cell));
        }
    }

    fn end(&mut self) -> Option<Record> {
        let empty = self.state == State::Cell && self.cells.is_empty() && self.broken.is_none();
        let line = std::mem::replace(&mut self.begun, self.line);
        self.end_cell();
        self.size = 0;
        self.cell.clear();
        let cells = std::mem::take(&mut self.cells);
        let broken = self.broken.take();
        if empty {
            return None;
        }
        let cells = match broken {
            Some(broken) => Err(broken),
            None => cells
                .into_iter()
                .map(|cell| String::from_utf8(cell).map(unmarked).map_err(|_| BrokenRecord::NotUtf8))
                .collect(),
        };
        Some(Record { line, cells })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{harmless, write},
        *,
    };

    fn read(file: &[u8], piece: usize) -> Vec<Record> {
        let mut reader = Reader::new(1_000);
        let mut records: Vec<_> = file.chunks(piece).flat_map(|bytes| reader.push(bytes)).collect();
        records.extend(reader.finish());
        records
    }

    fn cells(cells: &[&str]) -> Result<Vec<String>, BrokenRecord> {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_cell_is_read_as_the_text_that_it_was_made_from() {
        for text in ["=1+1", "+1", " =1", "\t=1", "'=1", "''@x", "\rx", "", "a=1", "'tis", "''", "1-1"] {
            assert_eq!(unmarked(harmless(text).into_owned()), text);
        }
        assert_eq!(unmarked("=1".to_owned()), "=1", "written by hand");
    }

    #[test]
    fn records_are_told_apart_by_any_line_end_and_know_their_line() {
        let file = b"a,b\r\n\n\"x\n\"\"y\"\"\",\rlast";
        for piece in 1..file.len() {
            let records = read(file, piece);
            let expected = [(1, cells(&["a", "b"])), (3, cells(&["x\n\"y\"", ""])), (5, cells(&["last"]))];
            assert_eq!(
                records.into_iter().map(|record| (record.line, record.cells)).collect::<Vec<_>>(),
                expected
            );
        }
    }

    #[test]
    fn a_broken_record_does_not_break_the_next_one() {
        let long = format!("{}\r\nok\r\n", "x".repeat(1_001));
        let commas = format!("{}\r\nok\r\n", ",".repeat(1_001));
        for (file, broken) in [
            (b"\"a\"b,c\r\nok\r\n".as_slice(), BrokenRecord::StrayQuote),
            (b"\xff\r\nok\r\n", BrokenRecord::NotUtf8),
            (long.as_bytes(), BrokenRecord::TooLong(1_000)),
            (commas.as_bytes(), BrokenRecord::TooLong(1_000)),
        ] {
            let records = read(file, 7);
            assert_eq!(records[0].cells, Err(broken));
            assert_eq!((records[1].line, &records[1].cells), (2, &cells(&["ok"])));
        }
        assert_eq!(read(b"a\r\n\"b", 9)[1].cells, Err(BrokenRecord::Unclosed));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[\\PC\r\n\t\"',=+@-]{0,8}", 2..5), 1..5),
            piece in 1..9usize,
        ) {
            let mut file = Vec::new();
            for record in &table {
                write(&mut file, record.iter().map(String::as_str));
            }
            let read: Vec<_> = read(&file, piece).into_iter().map(|record| record.cells.unwrap()).collect();
            prop_assert_eq!(read, table);
        }
    }
}
