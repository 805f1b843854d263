//! What the variants of one product differ in, and which variants that makes.

use domain::catalog::ProductOption;

use super::{assortment::OptionKind, random::Random};

/// The most variants of a product.
pub(super) const MOST_VARIANTS: usize = 12;

/// One variant's values, in the order of the product's options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Combination {
    /// The values.
    pub values: Vec<&'static str>,
    /// How much of the product's price and weight they make, in percent.
    pub percent: i64,
}

/// Draws the values that a product comes in: its options, and all their combinations, twelve at most.
pub(super) fn draw(
    kinds: &'static [OptionKind],
    random: &mut Random,
) -> (Vec<ProductOption>, Vec<Combination>) {
    let mut options = Vec::with_capacity(kinds.len());
    let mut combinations = vec![Combination { values: Vec::new(), percent: 100 }];
    for kind in kinds {
        let values = values(kind, MOST_VARIANTS / combinations.len(), random);
        options.push(ProductOption {
            name: kind.name.to_owned(),
            values: values.iter().map(|(value, _)| (*value).to_owned()).collect(),
        });
        combinations =
            combinations.iter().flat_map(|head| values.iter().map(|value| head.with(*value))).collect();
    }
    (options, combinations)
}

impl Combination {
    fn with(&self, (value, percent): (&'static str, i64)) -> Self {
        let values = self.values.iter().copied().chain([value]).collect();
        Self { values, percent: self.percent * percent / 100 }
    }
}

/// Few more often than many, and never more than `most`.
fn values(kind: &OptionKind, most: usize, random: &mut Random) -> Vec<(&'static str, i64)> {
    let most = most.min(kind.values.len());
    let spare = u64::try_from(most.saturating_sub(kind.least)).unwrap_or_default();
    let more = random.below(spare + 1).min(random.below(spare + 1));
    let count = most.min(kind.least + usize::try_from(more).unwrap_or_default());
    if !kind.is_scale {
        return random.some(kind.values, count);
    }
    let runs: Vec<_> = kind.values.windows(count.max(1)).collect();
    random.pick(&runs).map(|run| run.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::assortment::DEPARTMENTS;

    #[test]
    fn a_product_has_1_to_12_variants_and_a_value_of_each_option() {
        let mut random = Random::of(1, 1);
        for shelf in DEPARTMENTS.iter().flat_map(|department| department.shelves) {
            for _ in 0..100 {
                let (options, combinations) = draw(shelf.options, &mut random);
                let product: usize = options.iter().map(|option| option.values.len()).product();
                assert_eq!(product, combinations.len());
                assert!((1..=MOST_VARIANTS).contains(&combinations.len()), "{}", shelf.name);
                assert!(
                    shelf
                        .options
                        .iter()
                        .zip(&options)
                        .all(|(kind, option)| kind.least <= option.values.len())
                );
            }
        }
    }

    #[test]
    fn sizes_are_neighbours() {
        const SIZES: &[OptionKind] = &[OptionKind {
            name: "size",
            values: &[("S", 100), ("M", 100), ("L", 100)],
            least: 2,
            is_scale: true,
        }];
        let mut random = Random::of(1, 2);
        for _ in 0..100 {
            let (options, _) = draw(SIZES, &mut random);
            assert!(["S M", "M L", "S M L"].contains(&&*options[0].values.join(" ")), "{options:?}");
        }
    }
}
