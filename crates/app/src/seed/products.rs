//! Products that fit the shelf that they stand on.

use domain::{
    Instant,
    actor::{Actor, Origination},
    catalog::{
        NewIds, NewProduct, NewVariant, PriceTimeline, ProductCreation, ProductStatus, Slug, VariantCreation,
    },
    money::Currency,
    text::{Description, Name},
};
use ports::ids::IdGenerator;

use super::{
    categories::Place,
    labels::{Words, barcode, sku},
    looks::{attributes, description, images, tags},
    months::Months,
    options::{self, Combination},
    prices::{Course, period, price},
    random::Random,
};
use crate::failure::Failure;

const SERIES: &[&str] = &[
    "Alma", "Aurel", "Bo", "Brisa", "Calla", "Dune", "Elm", "Enzo", "Fjord", "Flora", "Greta", "Halo",
    "Iris", "Juno", "Kaya", "Kilo", "Lago", "Linnea", "Luz", "Mare", "Milo", "Nao", "Nils", "Oda", "Olmo",
    "Otto", "Pia", "Pino", "Quill", "Rio", "Runa", "Sol", "Sten", "Tilda", "Tova", "Ula", "Vega", "Wren",
    "Yara", "Zeno",
];

/// Makes products.
pub(super) struct Products<'a> {
    /// What they are drawn from.
    pub seed: u64,
    /// The number of the first one. Numbers stand in slugs and SKUs, and no two products of a shop have the same one.
    pub first: u64,
    /// How many there are to be.
    pub count: u64,
    /// Where they may stand.
    pub places: &'a [Place],
    /// The currency of their prices.
    pub currency: Currency,
    /// Another one, which a few have prices in as well.
    pub second: Currency,
    /// When they were made.
    pub months: Months,
    /// Makes their ids.
    pub ids: &'a dyn IdGenerator,
}

/// A product and what it costs regularly.
struct Draft {
    new: NewProduct,
    /// For each variant, in hundredths of a unit such as the euro.
    regular_cents: Vec<i64>,
}

impl Products<'_> {
    /// The product with this index; the same again for the same seed, number and count, but for its ids.
    ///
    /// # Errors
    /// A sentence about the rule of the shop that it breaks.
    pub(super) fn product(&self, index: u64) -> Result<ProductCreation, Failure> {
        let number = self.first + index;
        let random = &mut Random::of(self.seed, number);
        let created_at = self.months.spread(index, self.count, random);
        let place =
            random.pick(self.places).ok_or_else(|| Failure::say("there are no categories to fill"))?;
        let course = Course::draw(random, created_at, self.months.now);
        let Draft { new, regular_cents } = self.draft(number, *place, &course, random)?;
        let mut creation = self.create(new, created_at)?;
        let second = random.chance(5).then_some(self.second);
        for (variant, cents) in creation.variants.iter_mut().zip(regular_cents) {
            self.remember(variant, &course, cents, second)?;
        }
        Ok(creation)
    }

    fn draft(
        &self,
        number: u64,
        place: Place,
        course: &Course,
        random: &mut Random,
    ) -> Result<Draft, Failure> {
        let shelf = place.shelf;
        let words = Words {
            lead: random.word(shelf.lead.values),
            thing: random.word(shelf.things),
            tail: random.word(shelf.tail.values),
        };
        let series = random.chance(80).then(|| random.word(SERIES));
        let title = Name::parse(&words.title(series))?;
        let slug = Slug::from_title(&format!("{title} {number}"));
        let (options, combinations) = options::draw(shelf.options, random);
        let (cents, grams) = (
            random.between(shelf.price.0 * 100, shelf.price.1 * 100),
            random.between(shelf.grams.0, shelf.grams.1),
        );
        let regular_cents: Vec<i64> = combinations.iter().map(|one| cents * one.percent / 100).collect();
        let backorder = random.chance(3);
        let mut variants = Vec::with_capacity(combinations.len());
        for (position, (combination, cents)) in combinations.iter().zip(&regular_cents).enumerate() {
            let option_values = options.iter().zip(&combination.values);
            variants.push(NewVariant {
                sku: sku(words.lead, number, combination.values.iter().copied())?,
                title: None,
                option_values: option_values
                    .map(|(option, value)| (option.name.clone(), (*value).to_owned()))
                    .collect(),
                price: Some(price(*cents, course.first(), self.currency)?),
                stock: stock(random),
                barcode: Some(barcode(number, position)),
                weight_grams: weight(grams, combination),
                backorder,
            });
        }
        let new = NewProduct {
            images: images(slug.as_ref(), &title, random),
            title,
            slug,
            description: Some(Description::parse(&description(shelf, words, random))?),
            status: status(random),
            category_id: Some(place.category_id),
            tags: tags(shelf, course, random),
            attributes: attributes(shelf, words, series, random),
            options,
            variants,
        };
        Ok(Draft { new, regular_cents })
    }

    fn create(&self, new: NewProduct, at: Instant) -> Result<ProductCreation, Failure> {
        let ids = NewIds {
            product: self.ids.id(),
            variants: new.variants.iter().map(|_| (self.ids.id(), self.ids.id())).collect(),
            event: self.ids.id(),
        };
        let by = Origination { actor: Actor::System, request_id: None, at };
        new.create(ids, by).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Failure::say(format_args!("a product does not fit together: {}", faults.join("; ")))
        })
    }

    /// Gives a variant the prices that came after its first one, and those in a second currency.
    fn remember(
        &self,
        variant: &mut VariantCreation,
        course: &Course,
        regular_cents: i64,
        second: Option<Currency>,
    ) -> Result<(), Failure> {
        let mut firsts = std::mem::take(&mut variant.prices);
        if let (Some(currency), Some(first)) = (second, firsts.first()) {
            let price = price(regular_cents, course.first(), currency)?;
            firsts.push(period(price, first.valid_from, self.ids));
        }
        for first in firsts {
            let currency = first.price.currency();
            let timeline = PriceTimeline::new(currency, course.follow(first, regular_cents, self.ids)?)?;
            variant.prices.extend_from_slice(timeline.periods());
        }
        Ok(())
    }
}

/// A few are not ready yet, a few not sold any more.
fn status(random: &mut Random) -> ProductStatus {
    match random.below(100) {
        0..3 => ProductStatus::Draft,
        3..5 => ProductStatus::Archived,
        _ => ProductStatus::Active,
    }
}

/// One in twenty is sold out; of most there are rather few than many.
fn stock(random: &mut Random) -> u32 {
    if random.chance(5) {
        return 0;
    }
    let most = random.between(1, 200);
    u32::try_from(random.between(1, most)).unwrap_or_default()
}

fn weight(grams: i64, combination: &Combination) -> Option<u32> {
    u32::try_from(grams * combination.percent / 100).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::catalog::PricePeriod;

    use super::*;
    use crate::seed::testing::{Counter, months, places};

    /// The first `count` products of a shop, with the seed 1.
    fn products(count: u64) -> Vec<ProductCreation> {
        products_from(1, 1_000, count)
    }

    fn products_from(seed: u64, first: u64, count: u64) -> Vec<ProductCreation> {
        let currency = |code| Currency::parse(code).unwrap();
        let (ids, places) = (Counter::default(), places());
        let products = Products {
            seed,
            first,
            count,
            places: &places,
            currency: currency("EUR"),
            second: currency("USD"),
            months: months(),
            ids: &ids,
        };
        (0..count).map(|index| products.product(index).unwrap()).collect()
    }

    #[test]
    fn no_slug_sku_or_barcode_comes_twice_in_5000_products_of_two_runs() {
        let mut all = products(2_500);
        all.extend(products_from(1, 3_500, 2_500));
        let variants = || all.iter().flat_map(|new| &new.variants).map(|new| &new.variant);
        let slugs: BTreeSet<_> = all.iter().map(|new| &new.product.slug).collect();
        let skus: BTreeSet<_> = variants().map(|variant| &variant.sku).collect();
        let barcodes: BTreeSet<_> = variants().map(|variant| &variant.barcode).collect();
        let count = variants().count();
        assert_eq!((slugs.len(), skus.len(), barcodes.len()), (5_000, count, count));
        assert!(all.iter().all(|new| (1..=12).contains(&new.variants.len())));
    }

    #[test]
    fn the_same_seed_makes_the_same_products_and_another_one_others() {
        assert_eq!(products(300), products(300));
        let titles =
            |all: &[ProductCreation]| all.iter().map(|new| new.product.title.clone()).collect::<Vec<_>>();
        assert_ne!(titles(&products(300)), titles(&products_from(2, 1_000, 300)));
        assert_ne!(titles(&products(300)), titles(&products_from(1, 1_300, 300)));
    }

    #[test]
    fn price_periods_follow_on_each_other_from_the_beginning_until_now() {
        let now = months().now;
        for new in products(5_000) {
            for VariantCreation { prices, .. } in &new.variants {
                let in_currency = |code: &str| {
                    prices.iter().filter(|period| period.price.currency().code() == code).collect::<Vec<_>>()
                };
                let (euro, dollar) = (in_currency("EUR"), in_currency("USD"));
                assert_eq!(euro.len() + dollar.len(), prices.len());
                for periods in [euro, dollar].iter().filter(|periods| !periods.is_empty()) {
                    assert_eq!(periods[0].valid_from, new.product.created_at);
                    assert!(periods.windows(2).all(|pair| pair[0].valid_to == Some(pair[1].valid_from)));
                    assert!(periods.windows(2).all(|pair| pair[0].price != pair[1].price));
                    assert!(periods.iter().all(|period| period.valid_from < now && !period.price.is_zero()));
                    assert_eq!(periods.last().unwrap().valid_to, None);
                }
            }
        }
    }

    #[test]
    fn about_a_fifth_has_a_past_that_the_lowest_price_shows() {
        let lowest = |new: &ProductCreation| {
            let euro = |period: &&PricePeriod| period.price.currency().code() == "EUR";
            let periods = new.variants[0].prices.iter().filter(euro).cloned().collect();
            let euro = Currency::parse("EUR").unwrap();
            PriceTimeline::new(euro, periods).unwrap().lowest_in_30_days(months().now)
        };
        let with_a_past = products(5_000).iter().filter(|new| lowest(new).is_some()).count();
        assert!((850..1_150).contains(&with_a_past), "{with_a_past}");
    }

    #[test]
    fn what_is_rare_is_there_and_rare() {
        let all = products(5_000);
        let count = |status| all.iter().filter(|new| new.product.status == status).count();
        assert!((100..200).contains(&count(ProductStatus::Draft)));
        assert!((60..140).contains(&count(ProductStatus::Archived)));
        let variants = || all.iter().flat_map(|new| &new.variants);
        let percent =
            |is: fn(&&VariantCreation) -> bool| variants().filter(is).count() * 100 / variants().count();
        assert!((4..=6).contains(&percent(|new| new.level.on_hand == 0)));
        assert!((3..=7).contains(&percent(|new| {
            new.prices.iter().any(|period| period.price.currency().code() == "USD")
        })));
        assert!(variants().all(|new| (0..=200).contains(&new.level.on_hand)));
    }

    #[test]
    fn products_are_made_one_after_the_other_and_so_are_their_events() {
        let all = products(1_000);
        assert!(all.is_sorted_by_key(|new| new.product.created_at));
        for new in &all {
            assert_eq!(new.event.origination.at, new.product.created_at);
            let openings = new.variants.iter().filter_map(|new| new.opening.as_ref());
            assert!(openings.map(|line| line.origination.at).all(|at| at == new.product.created_at));
        }
    }

    #[test]
    fn a_shop_in_yen_or_dinar_has_prices_too() {
        for code in ["JPY", "KWD", "USD"] {
            let (ids, places, currency) = (Counter::default(), places(), Currency::parse(code).unwrap());
            let second = Currency::parse("EUR").unwrap();
            let products = Products {
                seed: 1,
                first: 1,
                count: 50,
                places: &places,
                currency,
                second,
                months: months(),
                ids: &ids,
            };
            assert!(
                (0..50).all(|index| products.product(index).unwrap().variants[0].prices[0].price.currency()
                    == currency)
            );
        }
    }
}
