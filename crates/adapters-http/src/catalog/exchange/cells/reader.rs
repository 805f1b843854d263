//! Lists and maps in one cell of a table, read as people write them.

use super::{ESCAPE, NAME, PART, VALUE};

/// What [`list`](super::list) has written.
pub(in crate::catalog::exchange) fn read_list(cell: &str) -> Vec<String> {
    Marked::read(cell).parts().map(|part| part.text()).collect()
}

/// What [`map`](super::map) has written; `None` when a part has no name.
pub(in crate::catalog::exchange) fn read_map(cell: &str) -> Option<Vec<(String, String)>> {
    let pair = |part: Marked| part.name().map(|(name, text)| (name.text(), text.text()));
    Marked::read(cell).parts().map(pair).collect()
}

/// What [`lists`](super::lists) has written; `None` when a part has no name.
pub(in crate::catalog::exchange) fn read_lists(cell: &str) -> Option<Vec<(String, Vec<String>)>> {
    let option = |part: Marked| {
        let (name, values) = part.name()?;
        Some((name.text(), values.split(VALUE).map(|value| value.trimmed().text()).collect()))
    };
    Marked::read(cell).parts().map(option).collect()
}

/// What [`captions`](super::captions) has written.
pub(in crate::catalog::exchange) fn read_captions(cell: &str) -> Vec<(String, Option<String>)> {
    let pair = |part: Marked| match part.split_once(char::is_whitespace) {
        Some((word, text)) => (word.text(), Some(text.trimmed().text())),
        None => (part.text(), None),
    };
    Marked::read(cell).parts().map(pair).collect()
}

/// Characters, each with whether it may mean something.
#[derive(Debug, Clone)]
struct Marked(Vec<(char, bool)>);

impl Marked {
    /// An escape at the very end stands for itself.
    fn read(cell: &str) -> Self {
        let mut marked = Vec::with_capacity(cell.len());
        let mut characters = cell.chars();
        while let Some(c) = characters.next() {
            marked.push(match c {
                ESCAPE => (characters.next().unwrap_or(ESCAPE), false),
                c => (c, true),
            });
        }
        Self(marked)
    }

    /// The parts of a list, without blanks around them. Where nothing stands, there is no part.
    fn parts(&self) -> impl Iterator<Item = Self> {
        self.split(PART).map(|part| part.trimmed()).filter(|part| !part.0.is_empty())
    }

    fn split(&self, separator: char) -> impl Iterator<Item = Self> {
        self.0.split(move |(c, means)| *means && *c == separator).map(|part| Self(part.to_vec()))
    }

    fn split_once(&self, separates: impl Fn(char) -> bool) -> Option<(Self, Self)> {
        let place = self.0.iter().position(|(c, means)| *means && separates(*c))?;
        let (before, after) = self.0.split_at(place);
        Some((Self(before.to_vec()), Self(after.iter().skip(1).copied().collect())))
    }

    /// A name, and what belongs to it.
    fn name(&self) -> Option<(Self, Self)> {
        self.split_once(|c| c == NAME).map(|(name, text)| (name.trimmed(), text.trimmed()))
    }

    fn trimmed(&self) -> Self {
        let blank = |(c, means): &(char, bool)| *means && c.is_whitespace();
        let end = self.0.iter().rposition(|c| !blank(c)).map_or(0, |last| last + 1);
        Self(self.0.iter().take(end).copied().skip_while(|c| blank(c)).collect())
    }

    fn text(&self) -> String {
        self.0.iter().map(|(c, _)| c).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{
        super::{captions, list, lists, map},
        *,
    };

    #[test]
    fn people_can_read_and_write_it() {
        assert_eq!(read_list("summer;linen ; ;"), ["summer", "linen"]);
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(read_map("size = S ;colour=blue"), Some(vec![pair("size", "S"), pair("colour", "blue")]));
        assert_eq!(read_map("size"), None);
        let options = vec![("size".to_owned(), vec!["S".to_owned(), "M".to_owned()])];
        assert_eq!(read_lists(" size = S | M "), Some(options.clone()));
        assert_eq!(lists(options.iter().map(|(name, values)| (name, values))), "size=S|M");
        let images = read_captions("https://a.example/1.jpg  A shirt;https://a.example/2.jpg");
        assert_eq!(images[0], ("https://a.example/1.jpg".to_owned(), Some("A shirt".to_owned())));
        assert_eq!(images[1], ("https://a.example/2.jpg".to_owned(), None));
    }

    const TEXT: &str = "[a;=| \\\\\u{a0}]{1,6}";

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            texts in prop::collection::vec(TEXT, 0..4),
            pairs in prop::collection::btree_map(TEXT, TEXT, 0..4),
            many in prop::collection::vec((TEXT, prop::collection::vec(TEXT, 1..4)), 0..4),
            words in prop::collection::vec(("[a;=|\\\\]{1,6}", prop::option::of(TEXT)), 0..4),
        ) {
            prop_assert_eq!(read_list(&list(texts.iter().map(String::as_str))), texts);
            let read: BTreeMap<_, _> = read_map(&map(&pairs)).unwrap().into_iter().collect();
            prop_assert_eq!(read, pairs);
            let read = read_lists(&lists(many.iter().map(|(name, values)| (name, values))));
            prop_assert_eq!(read, Some(many));
            let cell = captions(words.iter().map(|(word, text)| (word.as_str(), text.as_deref())));
            prop_assert_eq!(read_captions(&cell), words);
        }
    }
}
