//! Lists and maps in one cell of a table, for people to read and write: `summer; linen`, `size=S; colour=blue`,
//! `size=S|M; colour=red|blue`. A backslash takes the meaning from the character behind it.

pub(super) mod reader;

/// Between the parts of a list.
const PART: char = ';';
/// Between a name and what belongs to it.
const NAME: char = '=';
/// Between several values of one name.
const VALUE: char = '|';
/// Takes the meaning from the next character.
const ESCAPE: char = '\\';

/// A list, as a cell.
pub(super) fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    join(texts.into_iter().map(|text| escaped(text, &[PART])))
}

/// Texts by name, as a cell.
pub(super) fn map<'t>(texts: impl IntoIterator<Item = (&'t String, &'t String)>) -> String {
    join(texts.into_iter().map(|(name, text)| {
        format!("{}{NAME}{}", escaped(name, &[PART, NAME]), escaped(text, &[PART, NAME]))
    }))
}

/// Several values by name, as a cell.
pub(super) fn lists<'t>(options: impl IntoIterator<Item = (&'t String, &'t Vec<String>)>) -> String {
    let special = [PART, NAME, VALUE];
    join(options.into_iter().map(|(name, values)| {
        let values: Vec<_> = values.iter().map(|value| escaped(value, &special)).collect();
        format!("{}{NAME}{}", escaped(name, &special), values.join(&VALUE.to_string()))
    }))
}

/// Words that are followed by a text, as a cell: a picture's address has no blanks, so its description comes after one.
pub(super) fn captions<'t>(pairs: impl IntoIterator<Item = (&'t str, Option<&'t str>)>) -> String {
    join(pairs.into_iter().map(|(word, text)| match text {
        Some(text) => format!("{} {}", escaped(word, &[PART]), escaped(text, &[PART])),
        None => escaped(word, &[PART]),
    }))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

/// Blanks at both ends would be lost otherwise.
fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (place, c) in text.chars().enumerate() {
        let outer_blank = c.is_whitespace() && (place == 0 || place == last);
        if c == ESCAPE || special.contains(&c) || outer_blank {
            out.push(ESCAPE);
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_can_read_it() {
        let text = |text: &str| text.to_owned();
        let options = [(text("size"), vec![text("S"), text("M")]), (text("cut"), vec![text("wide")])];
        assert_eq!(lists(options.iter().map(|(name, values)| (name, values))), "size=S|M; cut=wide");
        assert_eq!(map([(&text("size"), &text("S"))]), "size=S");
        assert_eq!(list(["summer", "linen"]), "summer; linen");
        assert_eq!(
            captions([("https://a.example/1", Some("A shirt")), ("b", None)]),
            "https://a.example/1 A shirt; b"
        );
    }

    #[test]
    fn what_would_mean_something_is_escaped() {
        assert_eq!(list(["a;b", " c ", "d\\"]), "a\\;b; \\ c\\ ; d\\\\");
        assert_eq!(map([(&"a=b".to_owned(), &"1|2".to_owned())]), "a\\=b=1|2");
    }
}
