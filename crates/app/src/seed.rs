//! A made-up shop for demonstrations, tests and benchmarks: believable products, and people to sell them to.
//!
//! What a thing looks like depends on the seed, its number, how many are made with it and the time, and on nothing else.
//! Everything goes through the domain and, in batches, through the bulk loader.

mod assortment;
mod categories;
mod labels;
mod looks;
mod months;
mod options;
mod people;
mod prices;
mod products;
mod random;
#[cfg(test)]
mod testing;

use std::time::{Duration, Instant};

use adapters_postgres::{BulkLoader, PgCatalogStore, PgCategoryReader};
use domain::money::Currency;
use indicatif::{ProgressBar, ProgressStyle};
use ports::{clock::Clock, ids::IdGenerator};

pub(crate) use self::people::{DEMO_PASSWORD, address};
use self::{
    categories::Place,
    months::Months,
    people::{DOMAIN, LOCAL_PART, People},
    products::Products,
};
use crate::failure::Failure;

/// Elements of a transaction: enough to be quick, few enough that the progress bar moves.
const BATCH: u64 = 250;
/// The number of a shop's first product.
const FIRST_NUMBER: u64 = 1_000;

/// Fills a shop.
pub(crate) struct Seeder<'a> {
    /// What everything is drawn from.
    pub seed: u64,
    /// Loads products and people.
    pub loader: BulkLoader,
    /// Finds categories.
    pub reader: PgCategoryReader,
    /// Makes categories.
    pub store: PgCatalogStore,
    /// Makes ids.
    pub ids: &'a dyn IdGenerator,
    /// Tells the time.
    pub clock: &'a dyn Clock,
}

/// Products were added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AddedProducts {
    /// How many variants they have.
    pub variants: u64,
    /// How long it took.
    pub took: Duration,
}

/// People were added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AddedPeople {
    /// The number of the first one; the others follow.
    pub first: u64,
    /// How long it took.
    pub took: Duration,
}

impl Seeder<'_> {
    /// Adds products, and the categories that they need.
    ///
    /// # Errors
    /// A sentence about what the database refuses. What was loaded by then stays.
    pub(crate) async fn add_products(
        &mut self,
        count: u64,
        currency: Currency,
    ) -> Result<AddedProducts, Failure> {
        let started = Instant::now();
        let months = Months { now: self.clock.now() };
        let places: Vec<Place> = categories::set_up(&self.reader, &self.store, self.ids, months).await?;
        // Products are never removed from their table, so no later run begins within the numbers of an earlier one.
        let first = FIRST_NUMBER + self.loader.count_products().await?;
        let second = Currency::parse(if currency.code() == "USD" { "EUR" } else { "USD" })?;
        let products = Products {
            seed: self.seed,
            first,
            count,
            places: &places,
            currency,
            second,
            months,
            ids: self.ids,
        };
        let progress = progress("products", count);
        let mut variants = 0;
        for batch in batches(count) {
            let new: Vec<_> = batch.map(|index| products.product(index)).collect::<Result<_, _>>()?;
            self.loader.load_products(&new).await?;
            progress.inc(length(&new));
            variants += new.iter().map(|new| length(&new.variants)).sum::<u64>();
        }
        self.loader.analyze().await?;
        progress.finish_and_clear();
        Ok(AddedProducts { variants, took: started.elapsed() })
    }

    /// Adds people with an account, who all have the password that this is the hash of.
    ///
    /// # Errors
    /// A sentence about what the database refuses. What was loaded by then stays.
    pub(crate) async fn add_people(
        &mut self,
        count: u64,
        password_hash: &str,
    ) -> Result<AddedPeople, Failure> {
        let started = Instant::now();
        let last = self.loader.highest_numbered_address(LOCAL_PART, DOMAIN).await?;
        let people = People { seed: self.seed, months: Months { now: self.clock.now() }, ids: self.ids };
        let progress = progress("users", count);
        for batch in batches(count) {
            let new: Vec<_> =
                batch.map(|index| people.person(index, count, last)).collect::<Result<_, _>>()?;
            self.loader.load_users(&new, password_hash).await?;
            progress.inc(length(&new));
        }
        progress.finish_and_clear();
        Ok(AddedPeople { first: last + 1, took: started.elapsed() })
    }
}

/// The indices below `count`, in batches.
fn batches(count: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
    (0..count.div_ceil(BATCH)).map(move |batch| batch * BATCH..count.min((batch + 1) * BATCH))
}

/// A bar on standard error; nothing where that is no terminal.
pub(crate) fn progress(what: &'static str, count: u64) -> ProgressBar {
    let template = format!("{what} [{{bar:40}}] {{pos}}/{{len}}, {{per_sec}}, {{eta}} left");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(count).with_style(style.progress_chars("=> "))
}

fn length<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_index_once_and_fit_the_loader() {
        for count in [0, 1, BATCH, BATCH + 1, 1_234] {
            assert!(batches(count).flatten().eq(0..count));
        }
        assert!(BATCH <= length(&[(); adapters_postgres::MAX_BATCH]));
    }
}
