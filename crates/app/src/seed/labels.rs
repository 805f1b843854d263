//! The short texts that a product is known by: title, SKU, barcode.

use domain::catalog::{ParseSkuError, Sku};

/// A barcode has so many places for a product's number.
const BARCODE_NUMBERS: u64 = 1_000_000_000;
/// And so many for the variant's place in it.
const BARCODE_PLACES: usize = 100;

/// The words of a title.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub lead: &'static str,
    pub thing: &'static str,
    pub tail: &'static str,
}

impl Words {
    /// "Linen shirt, relaxed fit", or with the name of its series "Alma linen shirt, relaxed fit".
    pub(super) fn title(&self, series: Option<&str>) -> String {
        let Self { lead, thing, tail } = self;
        match series {
            Some(series) => format!("{series} {lead} {thing}, {tail}"),
            None => capitalised(&format!("{lead} {thing}, {tail}")),
        }
    }

    /// The sentence with these words in it.
    pub(super) fn fill(&self, sentence: &str) -> String {
        let filled = sentence.replace("{lead}", self.lead).replace("{thing}", self.thing);
        capitalised(&filled.replace("{tail}", self.tail))
    }
}

/// `LIN-4821-S-NAT` for the product 4821 that is led by "linen", in "S" and "natural".
///
/// # Errors
/// [`ParseSkuError`] when there are so many values that it gets too long.
pub(super) fn sku<'a>(
    lead: &str,
    number: u64,
    values: impl Iterator<Item = &'a str>,
) -> Result<Sku, ParseSkuError> {
    let mut sku = format!("{}-{number}", code(lead));
    for value in values {
        sku.push('-');
        sku.push_str(&code(value));
    }
    Sku::parse(&sku)
}

/// What a word comes to in a SKU: "natural" is NAT, "pack of 10" is PAC10, "50 × 100 cm" is 50100CM.
pub(super) fn code(word: &str) -> String {
    let is_measure = word.starts_with(|first: char| first.is_ascii_digit());
    let characters = word.chars().filter(char::is_ascii_alphanumeric).enumerate();
    let telling = characters.filter(|(place, c)| is_measure || *place < 3 || c.is_ascii_digit());
    telling.map(|(_, c)| c.to_ascii_uppercase()).collect()
}

/// An EAN-13 that no article in trade has: GS1 leaves numbers that begin with 2 to each shop.
pub(super) fn barcode(number: u64, place: usize) -> String {
    let digits = format!("2{:09}{:02}", number % BARCODE_NUMBERS, place % BARCODE_PLACES);
    let weighted = digits
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight);
    let check = (10 - weighted.sum::<u32>() % 10) % 10;
    format!("{digits}{check}")
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words = Words { lead: "linen", thing: "shirt", tail: "relaxed fit" };

    #[test]
    fn a_title_has_its_words_in_their_order() {
        assert_eq!(WORDS.title(None), "Linen shirt, relaxed fit");
        assert_eq!(WORDS.title(Some("Alma")), "Alma linen shirt, relaxed fit");
        assert_eq!(WORDS.fill("{tail}: a {thing} of {lead}."), "Relaxed fit: a shirt of linen.");
    }

    #[test]
    fn a_sku_is_made_of_the_lead_the_number_and_the_values() {
        let sku = |values: &[&str]| sku("linen", 4821, values.iter().copied()).unwrap().to_string();
        assert_eq!(sku(&["S", "natural"]), "LIN-4821-S-NAT");
        assert_eq!(sku(&["50 × 100 cm"]), "LIN-4821-50100CM");
        assert_eq!(sku(&["pack of 10"]), "LIN-4821-PAC10");
        assert_eq!(sku(&[]), "LIN-4821");
    }

    #[test]
    fn the_last_digit_of_a_barcode_checks_the_others() {
        assert_eq!(barcode(4821, 7), "2000004821074");
        for number in 0..50 {
            let sum: u32 = barcode(number * 7919, 3)
                .chars()
                .zip([1, 3].into_iter().cycle())
                .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
                .sum();
            assert_eq!(sum % 10, 0);
        }
    }
}
