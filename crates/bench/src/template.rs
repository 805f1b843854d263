//! Text with places: `/products/{product}`.

use serde::Deserialize;

use crate::failure::Failure;

/// Text in which `{name}` stands for a value, and `{name2}` for another one of the same list. Any other brace is
/// a brace, so JSON needs no escapes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Template {
    source: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place { name: String, number: usize },
}

impl Template {
    /// What it was made of.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The name and the number, from 1, of each place.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, usize)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Place { name, number } => Some((name.as_str(), *number)),
        })
    }

    /// The text with values in its places.
    ///
    /// # Errors
    /// When there is no value for one.
    pub(crate) fn fill<'v>(&self, value: impl Fn(&str, usize) -> Option<&'v str>) -> Result<String, Failure> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Place { name, number } => {
                    text.push_str(value(name, *number).ok_or_else(|| {
                        Failure::say(format_args!("{} has no value for {name}", self.source))
                    })?)
                }
            }
        }
        Ok(text)
    }
}

impl From<String> for Template {
    fn from(source: String) -> Self {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = source.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            match place(after) {
                Some((name, number, after)) => {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(Piece::Place { name, number });
                    rest = after;
                }
                None => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        pieces.push(Piece::Text(text));
        Self { source, pieces }
    }
}

/// The place that `text` goes on with, after its brace, and what follows it.
fn place(text: &str) -> Option<(String, usize, &str)> {
    let (inside, after) = text.split_once('}')?;
    let name = inside.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = inside.strip_prefix(name)?;
    let number = if number.is_empty() { 1 } else { number.parse().ok().filter(|number| *number > 1)? };
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    named.then(|| (name.to_owned(), number, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::from(text.to_owned())
    }

    #[test]
    fn braces_of_json_are_no_places() {
        let text = r#"{"items":[{"product_id":{product},"quantity":1},{"product_id":{product2}}],"x":{}}"#;
        let filled = template(text).fill(|_, number| if number == 1 { Some("7") } else { Some("8") });

        assert_eq!(filled.unwrap(), r#"{"items":[{"product_id":7,"quantity":1},{"product_id":8}],"x":{}}"#);
        assert_eq!(template(text).places().collect::<Vec<_>>(), [("product", 1), ("product", 2)]);
    }

    #[test]
    fn an_open_brace_at_the_end_stays() {
        assert_eq!(template("a{").fill(|_, _| None).unwrap(), "a{");
        assert_eq!(template("{a").fill(|_, _| None).unwrap(), "{a");
    }

    #[test]
    fn a_place_without_a_value_is_a_failure() {
        let failure = template("/products/{product}").fill(|_, _| None).unwrap_err();

        assert_eq!(failure.to_string(), "/products/{product} has no value for product");
    }
}
