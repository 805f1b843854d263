//! What a made-up shop sells: departments with shelves, and the words, options and figures of what stands on each.

mod body_care;
mod clothing;
mod coffee_and_tea;
mod desk;
mod furniture;
mod garden;
mod home_textiles;
mod kitchen;
mod outdoor;
mod shoes_and_bags;

/// A top category with those below it.
#[derive(Debug)]
pub(super) struct Department {
    /// The category's name.
    pub name: &'static str,
    /// The categories below it.
    pub shelves: &'static [Shelf],
}

/// A category below a department, and how the products in it look. A title is made of a lead, a thing and a tail:
/// "Linen" "shirt", "relaxed fit".
#[derive(Debug)]
pub(super) struct Shelf {
    /// The category's name; no two shelves have the same one.
    pub name: &'static str,
    /// What stands on it.
    pub things: &'static [&'static str],
    /// The fact that begins the title.
    pub lead: Fact,
    /// The fact that ends the title.
    pub tail: Fact,
    /// Facts that only the attributes tell.
    pub facts: &'static [Fact],
    /// Sentences for descriptions; `{lead}`, `{thing}` and `{tail}` stand for the words of the title.
    pub pitches: &'static [&'static str],
    /// Words to find it by.
    pub tags: &'static [&'static str],
    /// What its variants differ in.
    pub options: &'static [OptionKind],
    /// The least and the most that it costs, in whole units of a currency such as the euro.
    pub price: (i64, i64),
    /// The least and the most that it weighs, in grams.
    pub grams: (i64, i64),
}

/// A fact about a product and what it can be.
#[derive(Debug)]
pub(super) struct Fact {
    /// The attribute's name.
    pub name: &'static str,
    /// Its possible values.
    pub values: &'static [&'static str],
}

/// Something that variants differ in.
#[derive(Debug)]
pub(super) struct OptionKind {
    /// Its name.
    pub name: &'static str,
    /// Its possible values, each with how much of the product's price and weight it makes, in percent.
    pub values: &'static [(&'static str, i64)],
    /// The fewest values that a product has.
    pub least: usize,
    /// Whether a product has neighbouring values, such as sizes, or any, such as colours.
    pub is_scale: bool,
}

/// Everything that is sold.
pub(super) const DEPARTMENTS: &[Department] = &[
    clothing::CLOTHING,
    shoes_and_bags::SHOES_AND_BAGS,
    home_textiles::HOME_TEXTILES,
    kitchen::KITCHEN,
    furniture::FURNITURE,
    coffee_and_tea::COFFEE_AND_TEA,
    body_care::BODY_CARE,
    garden::GARDEN,
    outdoor::OUTDOOR,
    desk::DESK,
];

const fn fact(name: &'static str, values: &'static [&'static str]) -> Fact {
    Fact { name, values }
}

/// Neighbouring values, at least `least` of them.
const fn scale(name: &'static str, least: usize, values: &'static [(&'static str, i64)]) -> OptionKind {
    OptionKind { name, values, least, is_scale: true }
}

/// Any values, one at least.
const fn choice(name: &'static str, values: &'static [(&'static str, i64)]) -> OptionKind {
    OptionKind { name, values, least: 1, is_scale: false }
}

const ORIGINS: Fact =
    fact("origin", &["Portugal", "Italy", "Germany", "France", "Spain", "Denmark", "Poland", "Japan"]);

const CLOTHES_SIZES: OptionKind =
    scale("size", 3, &[("XS", 100), ("S", 100), ("M", 100), ("L", 100), ("XL", 100), ("XXL", 105)]);

const COLOURS: OptionKind = choice(
    "colour",
    &[
        ("natural", 100),
        ("black", 100),
        ("white", 100),
        ("navy", 100),
        ("olive", 100),
        ("rust", 100),
        ("sage", 100),
        ("charcoal", 100),
        ("ochre", 100),
        ("berry", 100),
    ],
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::seed::labels::code;

    fn shelves() -> impl Iterator<Item = &'static Shelf> {
        DEPARTMENTS.iter().flat_map(|department| department.shelves)
    }

    #[test]
    fn there_are_ten_departments_with_four_to_eight_shelves() {
        assert_eq!(DEPARTMENTS.len(), 10);
        assert!(DEPARTMENTS.iter().all(|department| (4..=8).contains(&department.shelves.len())));
    }

    #[test]
    fn no_name_stands_twice() {
        let names =
            || DEPARTMENTS.iter().map(|department| department.name).chain(shelves().map(|shelf| shelf.name));
        assert_eq!(names().collect::<BTreeSet<_>>().len(), names().count());
    }

    #[test]
    fn no_list_of_words_is_empty_or_says_something_twice() {
        for shelf in shelves() {
            let facts = shelf.facts.iter().chain([&shelf.lead, &shelf.tail]);
            let names: Vec<&str> = facts.clone().map(|fact| fact.name).collect();
            let lists =
                facts.map(|fact| fact.values).chain([&*names, shelf.things, shelf.pitches, shelf.tags]);
            for list in lists {
                let distinct: BTreeSet<_> = list.iter().collect();
                assert!(!list.is_empty() && distinct.len() == list.len(), "{}: {list:?}", shelf.name);
            }
        }
    }

    #[test]
    fn figures_are_ranges_above_zero() {
        for shelf in shelves() {
            for (least, most) in [shelf.price, shelf.grams] {
                assert!(0 < least && least < most, "{}", shelf.name);
            }
        }
    }

    #[test]
    fn the_values_of_an_option_can_be_told_apart_in_a_sku() {
        for option in shelves().flat_map(|shelf| shelf.options) {
            let codes: BTreeSet<String> = option.values.iter().map(|(value, _)| code(value)).collect();
            assert_eq!(codes.len(), option.values.len(), "{codes:?}");
            assert!(
                option.least <= option.values.len() && option.values.iter().all(|(_, percent)| *percent > 0)
            );
        }
    }
}
