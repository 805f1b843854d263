//! Lines out of bytes that come in pieces.

/// A line, with its number from 1; `None` when it is longer than it may be.
pub(crate) type Line = (u64, Option<Vec<u8>>);

/// Reads lines out of bytes that come in pieces.
#[derive(Debug)]
pub(crate) struct Lines {
    longest: usize,
    number: u64,
    line: Vec<u8>,
    too_long: bool,
}

impl Lines {
    /// Reads lines of `longest` bytes at most.
    pub(crate) const fn new(longest: usize) -> Self {
        Self { longest, number: 1, line: Vec::new(), too_long: false }
    }

    /// Takes the next bytes and gives the lines that end in them, without their ends.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            self.keep(line);
            lines.push(self.end());
            rest = after.get(1..).unwrap_or_default();
        }
        self.keep(rest);
        lines
    }

    /// The last line, when it has no end.
    pub(crate) fn finish(mut self) -> Option<Line> {
        (self.too_long || !self.line.is_empty()).then(|| self.end())
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.line.len().saturating_add(bytes.len()) > self.longest {
            self.too_long = true;
            self.line = Vec::new();
        } else if !self.too_long {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end(&mut self) -> Line {
        let line = std::mem::take(&mut self.line);
        let too_long = std::mem::take(&mut self.too_long);
        let number = self.number;
        self.number += 1;
        (number, (!too_long).then_some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_in_pieces_of_any_size() {
        let file = b"one\n\ntwelve bytes\nthirteen bytes\nlast";
        for piece in 1..file.len() {
            let mut lines = Lines::new(12);
            let mut read: Vec<_> = file.chunks(piece).flat_map(|bytes| lines.push(bytes)).collect();
            read.extend(lines.finish());
            let text = |text: &str| Some(text.as_bytes().to_vec());
            let expected =
                [(1, text("one")), (2, text("")), (3, text("twelve bytes")), (4, None), (5, text("last"))];
            assert_eq!(read, expected, "{piece}");
        }
    }

    #[test]
    fn a_file_that_ends_with_a_line_has_no_other() {
        let mut lines = Lines::new(12);
        assert_eq!(lines.push(b"one\n").len(), 1);
        assert_eq!(lines.finish(), None);
    }
}
