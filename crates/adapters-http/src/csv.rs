//! Comma-separated values (RFC 4180), written so that no spreadsheet takes a cell for a formula.

pub(crate) mod reader;

use std::borrow::Cow;

/// The media type.
pub(crate) const MIME: &str = "text/csv";

/// Marks a cell that a spreadsheet would take for a formula; it shows such a cell as the text behind the mark.
const MARK: char = '\'';

/// Appends a record, with its line's end.
pub(crate) fn write<'c>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'c str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let cell = harmless(cell);
        let plain = !cell.contains(['"', ',', '\r', '\n'])
            && !cell.starts_with(char::is_whitespace)
            && !cell.ends_with(char::is_whitespace);
        if plain {
            out.extend_from_slice(cell.as_bytes());
        } else {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// The text as a cell that is no formula.
fn harmless(text: &str) -> Cow<'_, str> {
    if tempts(text) { Cow::Owned(format!("{MARK}{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a spreadsheet may take the text for a formula, or would if it had no marks in front: blanks are skipped,
/// and full-width signs count as well.
fn tempts(text: &str) -> bool {
    let text = text.trim_start_matches(MARK);
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start_matches(|c: char| c == MARK || c.is_whitespace())
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        write(&mut out, cells.iter().copied());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_cell_is_quoted_only_where_it_must() {
        assert_eq!(written(&["a", "", "b c", "ä"]), "a,,b c,ä\r\n");
        assert_eq!(
            written(&["a,b", "say \"no\"", "1\n2", " x"]),
            "\"a,b\",\"say \"\"no\"\"\",\"1\n2\",\" x\"\r\n"
        );
    }

    #[test]
    fn no_cell_can_be_taken_for_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "\u{a0}=1", "'=1", "''@x", "\rx"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=1", "'tis", "''", "1-1", "ä"] {
            assert_eq!(harmless(text), text);
        }
    }
}
