//! What happens to the variants when a product's options become others.
//!
//! Names and values are told apart by their text. What has no counterpart in the new list is taken for renamed when the
//! same place of the new list holds something that is new; the variants keep up with it. An option that is new has its
//! first value for every variant. One that is gone is dropped, as long as the variants still differ without it; a
//! value that a variant has can't go.

use std::collections::{BTreeMap, BTreeSet};

use super::EditFault;
use crate::catalog::{CreationFault, ProductOption, Variant};

type Values = BTreeMap<String, String>;

/// The option values of each variant, in its order, once the options are `new`.
pub(super) fn carried_over(
    old: &[ProductOption],
    new: &[ProductOption],
    variants: &[Variant],
) -> Result<Vec<Values>, Vec<EditFault>> {
    let mut broken = Vec::new();
    CreationFault::find_in_options(new, &mut broken);
    if !broken.is_empty() {
        return Err(broken.into_iter().map(EditFault::Options).collect());
    }
    let heirs: Vec<_> = heirs(old, new).collect();
    let (mut faults, mut carried) = (BTreeSet::new(), Vec::with_capacity(variants.len()));
    for variant in variants {
        let values = heirs.iter().enumerate().map(|(place, heir)| match heir.value_of(variant) {
            Some(value) => Some((heir.option.name.clone(), value.to_owned())),
            None => {
                faults.insert(place);
                None
            }
        });
        carried.push(values.flatten().collect::<Values>());
    }
    if !faults.is_empty() {
        return Err(faults.into_iter().map(|option| EditFault::ValueInUse { option }).collect());
    }
    if carried.iter().collect::<BTreeSet<_>>().len() < carried.len() {
        return Err(vec![EditFault::Indistinct]);
    }
    Ok(carried)
}

/// An option of the new list, and the one that it was before.
struct Heir<'a> {
    option: &'a ProductOption,
    before: Option<&'a ProductOption>,
}

fn heirs<'a>(old: &'a [ProductOption], new: &'a [ProductOption]) -> impl Iterator<Item = Heir<'a>> {
    let names = |options: &'a [ProductOption]| options.iter().map(|option| option.name.as_str()).collect();
    let (old_names, new_names): (Vec<_>, Vec<_>) = (names(old), names(new));
    new.iter().enumerate().map(move |(place, option)| {
        let before = counterpart(&new_names, place, &old_names).and_then(|place| old.get(place));
        Heir { option, before }
    })
}

impl Heir<'_> {
    /// The variant's value of the option; `None` when it has one that is gone.
    fn value_of(&self, variant: &Variant) -> Option<&str> {
        let first = self.option.values.first().map(String::as_str);
        let Some(before) = self.before else { return first };
        let Some(value) = variant.option_values.get(&before.name) else { return first };
        let (old, new) = (borrowed(&before.values), borrowed(&self.option.values));
        let place = (0..new.len()).find(|place| {
            counterpart(&new, *place, &old).and_then(|place| old.get(place)).is_some_and(|text| text == value)
        })?;
        self.option.values.get(place).map(String::as_str)
    }
}

fn borrowed(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

/// The place in `from` of what stands at `place` in `to`: the same text or, where that is new, what stood at the same
/// place and is gone.
fn counterpart(to: &[&str], place: usize, from: &[&str]) -> Option<usize> {
    let text = to.get(place)?;
    let same = from.iter().position(|old| old == text);
    same.or_else(|| from.get(place).filter(|old| !to.contains(old)).map(|_| place))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::samples::*, *};

    fn carry(new: &[ProductOption]) -> Result<Vec<Values>, Vec<EditFault>> {
        let shirt = shirt();
        carried_over(&shirt.product.options, new, &shirt.variants)
    }

    #[test]
    fn renamed_options_and_values_take_the_variants_along() {
        let carried = carry(&[option("Größe", &["Small", "M"]), option("colour", &["red", "navy"])]).unwrap();
        let values = |size, colour| texts([("Größe", size), ("colour", colour)]);
        assert_eq!(carried, [values("Small", "red"), values("M", "red"), values("M", "navy")]);
    }

    #[test]
    fn another_order_is_no_renaming() {
        let carried =
            carry(&[option("colour", &["blue", "red"]), option("size", &["M", "S", "XL"])]).unwrap();
        let before: Vec<_> = shirt().variants.into_iter().map(|variant| variant.option_values).collect();
        assert_eq!(carried, before);
    }

    #[test]
    fn a_new_option_has_its_first_value_for_every_variant() {
        let options = shirt().product.options;
        let carried = carry(&[&options[..], &[option("cut", &["wide", "slim"])]].concat()).unwrap();
        assert!(carried.iter().all(|values| values["cut"] == "wide" && values.len() == 3));
    }

    #[test]
    fn a_value_that_a_variant_has_can_not_go() {
        let faults = carry(&[option("size", &["S"]), option("colour", &["red", "blue"])]).unwrap_err();
        assert_eq!(faults, [EditFault::ValueInUse { option: 0 }]);
    }

    #[test]
    fn an_option_goes_only_when_the_variants_still_differ() {
        assert_eq!(carry(&[option("size", &["S", "M"])]), Err(vec![EditFault::Indistinct]));
        let mut two = shirt();
        two.variants.remove(2);
        let carried = carried_over(&two.product.options, &[option("size", &["S", "M"])], &two.variants);
        assert_eq!(carried, Ok(vec![texts([("size", "S")]), texts([("size", "M")])]));
    }

    #[test]
    fn an_option_or_a_value_stands_once() {
        let twice = [option("size", &["S", "M", "S"]), option("size", &["S"])];
        let faults = carry(&twice).unwrap_err();
        assert!(matches!(
            &faults[..],
            [
                EditFault::Options(CreationFault::DuplicateOptionValue { option: 0, value: 2 }),
                EditFault::Options(CreationFault::DuplicateOption { option: 1, .. }),
            ]
        ));
    }

    prop_compose! {
        fn options()(
            names in prop::collection::btree_set("[a-d]", 0..4),
            values in prop::collection::vec(prop::collection::btree_set("[p-s]", 1..4), 4),
        ) -> Vec<ProductOption> {
            let values = values.into_iter().map(|values| values.into_iter().collect());
            names.into_iter().zip(values).map(|(name, values)| ProductOption { name, values }).collect()
        }
    }

    proptest! {
        /// Whatever the options become, each variant has exactly one known value of each, and no two have the same.
        #[test]
        fn variants_always_fit_their_options(old in options(), new in options(), picks in prop::collection::vec(any::<usize>(), 16)) {
            let mut combinations = BTreeSet::new();
            for pick in picks.chunks(4) {
                let values = old.iter().zip(pick).map(|(option, pick)| {
                    (option.name.clone(), option.values[pick % option.values.len()].clone())
                });
                combinations.insert(values.collect::<Values>());
            }
            let variants: Vec<_> =
                combinations.into_iter().map(|values| variant(10, "SKU", "Title", values)).collect();
            if let Ok(carried) = carried_over(&old, &new, &variants) {
                prop_assert_eq!(carried.iter().collect::<BTreeSet<_>>().len(), variants.len());
                for values in &carried {
                    prop_assert_eq!(values.len(), new.len());
                    prop_assert!(new.iter().all(|option| option.values.contains(&values[&option.name])));
                }
            }
        }
    }
}
