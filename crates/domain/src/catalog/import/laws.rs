//! What holds of any two rows that are taken in one after another.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const SIZES: [&str; 3] = ["S", "M", "L"];

fn at(second: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn variant(size: usize) -> impl Strategy<Value = VariantRow> {
    let price = (1..4_i64, prop::sample::select(vec!["EUR", "USD", "JPY"]));
    let prices = prop::collection::btree_map(price.clone().prop_map(|(_, code)| code), 1..4_i64, 0..3);
    let fields = (
        prop::option::of(prop::option::of("[ab]")),
        prop::option::of(prop::option::of("[ab]")),
        prop::option::of(prop::option::of(1..3_u32)),
        prices,
        prop::option::of(0..4_u32),
        prop::option::of(any::<bool>()),
    );
    fields.prop_map(move |(title, barcode, weight_grams, prices, stock, backorder)| VariantRow {
        sku: Sku::parse(&format!("SHIRT-{}", SIZES[size])).unwrap(),
        title: title.map(|title| title.map(|title| Name::parse(&title).unwrap())),
        option_values: Some(BTreeMap::from([("size".to_owned(), SIZES[size].to_owned())])),
        barcode,
        weight_grams,
        prices: prices
            .into_iter()
            .map(|(code, amount)| Money::from_minor(amount, Currency::parse(code).unwrap()).unwrap())
            .collect(),
        stock,
        backorder,
    })
}

fn row() -> impl Strategy<Value = ProductRow> {
    let text = || prop::option::of("[ab]");
    let fields = (
        "[ab]",
        prop::option::of(text()),
        prop::option::of(prop::sample::select(vec![ProductStatus::Draft, ProductStatus::Active])),
        prop::option::of(prop::collection::vec("[ab]", 0..2)),
        prop::option::of(prop::collection::btree_map("[ab]", "[ab]", 0..3)),
        prop::sample::subsequence(vec![0, 1, 2], 1..=3)
            .prop_flat_map(|sizes| sizes.into_iter().map(variant).collect::<Vec<_>>()),
    );
    fields.prop_map(|(title, description, status, tags, attributes, variants)| ProductRow {
        slug: None,
        title: Some(Name::parse(&title).unwrap()),
        description: description.map(|text| text.map(|text| Description::parse(&text).unwrap())),
        status,
        category: None,
        tags,
        attributes,
        images: None,
        options: Some(vec![ProductOption {
            name: "size".to_owned(),
            values: SIZES.map(str::to_owned).to_vec(),
        }]),
        variants,
    })
}

/// A shop, as far as rows look at it.
#[derive(Default)]
struct Shop {
    known: Option<KnownProduct>,
    ids: u128,
}

impl Shop {
    fn take(&mut self, row: &ProductRow, second: i64) -> ImportDecision {
        let ids = RowIds::new(row, || {
            self.ids += 1;
            Uuid::from_u128(self.ids)
        });
        let import = ProductImport { row: row.clone(), ids, actor: Actor::System, request_id: None };
        let found =
            ImportGround { known: self.known.iter().cloned().collect(), category: None, now: at(second) };
        let decision = import.decide(&found).unwrap();
        decision.steps.iter().for_each(|step| self.follow(step));
        decision
    }

    /// What a database would do.
    fn follow(&mut self, step: &ImportStep) {
        match step {
            ImportStep::Create(creation) => {
                let entry = ProductEntry {
                    product: creation.product.clone(),
                    deleted_at: None,
                    variants: Vec::new(),
                    backordered: Default::default(),
                };
                let mut known = KnownProduct { entry, levels: BTreeMap::new(), prices: BTreeMap::new() };
                creation.variants.iter().for_each(|new| known.join(new));
                self.known = Some(known);
            }
            ImportStep::Change(change) => {
                let known = self.known.as_mut().unwrap();
                assert_eq!(change.decided_on(), known.entry.product.version);
                known.entry.product = change.product.clone();
                for edited in &change.edited {
                    let own = known.entry.variants.iter_mut().find(|own| own.id == edited.id).unwrap();
                    *own = edited.clone();
                }
                change.added.iter().for_each(|new| known.join(new));
                if let Some((id, backorder)) = change.backorder {
                    known.levels.get_mut(&id).unwrap().0.backorder = backorder;
                    match backorder {
                        true => known.entry.backordered.insert(id),
                        false => known.entry.backordered.remove(&id),
                    };
                }
            }
            ImportStep::Price(decision) => {
                let known = self.known.as_mut().unwrap();
                let product = &mut known.entry.product;
                assert_eq!(decision.product_version, product.version + 1, "one after another");
                product.version = decision.product_version;
                let id = decision.variant_id;
                known.entry.variants.iter_mut().find(|own| own.id == id).unwrap().version =
                    decision.variant_version;
                let currency = decision.price.price.currency();
                let prices = known.prices.remove(&(id, currency));
                let prices = prices.unwrap_or_else(|| PriceTimeline::new(currency, vec![]).unwrap());
                let after = prices.after(&decision.effect.as_ref().unwrap().change);
                known.prices.insert((id, currency), after);
            }
            ImportStep::Count(change) => {
                let known = self.known.as_mut().unwrap();
                let level = known.levels.get_mut(&change.level.variant_id).unwrap();
                assert_eq!(change.line.sequence, level.1 + 1);
                *level = (change.level.clone(), change.line.sequence);
            }
        }
    }
}

impl KnownProduct {
    fn join(&mut self, new: &VariantCreation) {
        let id = new.variant.id;
        self.entry.variants.push(new.variant.clone());
        if new.level.backorder {
            self.entry.backordered.insert(id);
        }
        self.levels.insert(id, (new.level.clone(), i64::from(new.opening.is_some())));
        for period in &new.prices {
            let currency = period.price.currency();
            let prices = PriceTimeline::new(currency, vec![period.clone()]).unwrap();
            self.prices.insert((id, currency), prices);
        }
    }

    /// Whether all is as the row says.
    fn is_as(&self, row: &ProductRow, now: Instant) -> bool {
        let product = &self.entry.product;
        let same = |wanted: &VariantRow| {
            let own = self.entry.variants.iter().find(|own| own.sku == wanted.sku).unwrap();
            let (level, _) = &self.levels[&own.id];
            let price = |price: &Money| {
                let period = self.prices[&(own.id, price.currency())].as_of(now);
                period.is_some_and(|period| period.price == *price)
            };
            wanted.stock.is_none_or(|stock| i64::from(stock) == i64::from(level.on_hand))
                && wanted.backorder.is_none_or(|backorder| backorder == level.backorder)
                && wanted.barcode.as_ref().is_none_or(|barcode| *barcode == own.barcode)
                && wanted.weight_grams.is_none_or(|grams| grams == own.weight_grams)
                && wanted.prices.iter().all(price)
        };
        row.title.as_ref().is_none_or(|title| *title == product.title)
            && row.description.as_ref().is_none_or(|text| *text == product.description)
            && row.status.is_none_or(|status| status == product.status)
            && row.tags.as_ref().is_none_or(|tags| *tags == product.tags)
            && row.attributes.as_ref().is_none_or(|all| *all == product.attributes)
            && row.variants.iter().all(same)
    }
}

proptest! {
    #[test]
    fn a_row_becomes_true_and_then_changes_nothing(rows in prop::collection::vec(row(), 1..4)) {
        let mut shop = Shop::default();
        for (second, row) in (1_i64..).zip(&rows) {
            shop.take(row, second * 10);
            let known = shop.known.as_ref().unwrap();
            prop_assert!(known.is_as(row, at(second * 10 + 1)), "{row:?} became {known:?}");
            let again = shop.take(row, second * 10 + 5);
            prop_assert_eq!(again.steps, vec![]);
        }
    }

    #[test]
    fn each_step_tells_one_event_and_no_two_tell_the_same(rows in prop::collection::vec(row(), 1..4)) {
        let mut shop = Shop::default();
        let mut told = std::collections::BTreeSet::new();
        for (second, row) in (1_i64..).zip(&rows) {
            let decision = shop.take(row, second * 10);
            prop_assert_eq!(decision.events().len(), decision.steps.len());
            for event in decision.events() {
                prop_assert!(told.insert((event.aggregate_id, event.data.event_type(), event.aggregate_version)));
            }
        }
    }
}
