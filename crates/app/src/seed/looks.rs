//! What a product's page shows beside its name and price: sentences, facts, tags and pictures.

use domain::{
    catalog::{Attributes, Image, Slug},
    text::Name,
};

use super::{
    assortment::{Fact, Shelf},
    labels::Words,
    prices::Course,
    random::Random,
};

const VIEWS: &[&str] = &["from the front", "from the side", "a detail", "in use", "in its packaging"];

/// One to three sentences.
pub(super) fn description(shelf: &Shelf, words: Words, random: &mut Random) -> String {
    let count = 1 + usize::try_from(random.below(3)).unwrap_or_default();
    let sentences = random.some(shelf.pitches, count);
    sentences.iter().map(|sentence| words.fill(sentence)).collect::<Vec<_>>().join(" ")
}

/// The facts of the title, and others.
pub(super) fn attributes(
    shelf: &Shelf,
    words: Words,
    series: Option<&str>,
    random: &mut Random,
) -> Attributes {
    let own = [(shelf.lead.name, words.lead), (shelf.tail.name, words.tail)];
    let others = shelf.facts.iter().map(|Fact { name, values }| (*name, random.word(values)));
    let facts = own.into_iter().chain(others).chain(series.map(|series| ("series", series)));
    facts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// One to three of the shelf's words, and that it is cheaper now.
pub(super) fn tags(shelf: &Shelf, course: &Course, random: &mut Random) -> Vec<String> {
    let count = 1 + usize::try_from(random.below(3)).unwrap_or_default();
    let sale = course.is_sale().then_some("sale");
    random.some(shelf.tags, count).into_iter().chain(sale).map(str::to_owned).collect()
}

/// One to four pictures, on a host that RFC 2606 keeps free: there is nothing to see there.
pub(super) fn images(slug: Option<&Slug>, title: &Name, random: &mut Random) -> Vec<Image> {
    let count = 1 + usize::try_from(random.below(4)).unwrap_or_default();
    let views = (1..).zip(random.some(VIEWS, count));
    let image = |(number, view): (u32, &str)| {
        let url = format!("https://images.example.com/products/{}/{number}.jpg", slug?.as_str());
        Some(Image { url, alt: Some(format!("{title}, {view}")) })
    };
    views.filter_map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::assortment::DEPARTMENTS;

    #[test]
    fn every_place_for_a_word_is_filled() {
        let mut random = Random::of(1, 1);
        for shelf in DEPARTMENTS.iter().flat_map(|department| department.shelves) {
            let words = Words { lead: "one", thing: "two", tail: "three" };
            for _ in 0..20 {
                let text = description(shelf, words, &mut random);
                assert!(!text.contains(['{', '}']) && text.ends_with(['.', '?', '!']), "{text}");
            }
        }
    }

    #[test]
    fn pictures_have_addresses_and_say_what_they_show() {
        let (slug, title) = (Slug::parse("linen-shirt-1000").unwrap(), Name::parse("Linen shirt").unwrap());
        let mut random = Random::of(1, 2);
        for _ in 0..20 {
            let images = images(Some(&slug), &title, &mut random);
            assert!((1..=4).contains(&images.len()));
            assert!(images.iter().all(|image| Image::is_address(&image.url) && image.alt.is_some()));
        }
    }
}
