//! Products that were shown lately, so that showing them again need not ask the database.
//!
//! Nothing older than a second is ever shown, and nothing older than a change that this process made itself: whoever
//! changes something here says so ([`ShownProducts::forget`]), what others change is heard by the [`ProductFeed`], and
//! a price that begins or ends by its schedule ends what was remembered with the one before it. While the feed is not
//! heard, nothing is remembered at all.

mod announcer;
mod feed;

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant as Moment},
};

use domain::{Instant, ids::ProductId, money::Currency};
use moka::sync::Cache;
use ports::catalog::ProductView;

pub(crate) use self::announcer::Announcer;
pub use self::feed::ProductFeed;

/// How much is remembered, in bytes by a rough estimate.
const CAPACITY: u64 = 64 * 1024 * 1024;
/// Products share this many counters of changes; one that shares its counter is forgotten with the other.
const COUNTERS: usize = 1 << 16;
/// After so long without hearing from the feed, nothing is remembered. It is below a second by more than the feed's
/// question takes.
const SILENCE: Duration = Duration::from_millis(700);

/// The products of a process, as they were shown lately.
pub struct ShownProducts {
    views: Cache<(ProductId, Currency), Shown>,
    hasher: RandomState,
    changes: Box<[AtomicU64]>,
    start: Moment,
    /// Up to when every change of others has been heard, in milliseconds since `start`; 0 while the feed is silent.
    heard: AtomicU64,
}

/// A product as it was shown, and what it takes for that to be true still.
#[derive(Clone)]
struct Shown {
    view: ProductView,
    seen: Seen,
    until: Option<Instant>,
}

/// How often a product had changed before it was read: what was read under an older count may lack a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen(u64);

impl ShownProducts {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            views: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(|_, shown: &Shown| weight(&shown.view))
                .build(),
            hasher: RandomState::new(),
            changes: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            start: Moment::now(),
            heard: AtomicU64::new(0),
        }
    }

    /// Says that these have changed. To be called after the commit, before anybody is told of it; and also when nobody
    /// knows what became of the commit.
    pub fn forget(&self, products: impl IntoIterator<Item = ProductId>) {
        for product in products {
            self.counter(product).fetch_add(1, Ordering::AcqRel);
        }
    }

    /// To be taken before a product is read from the database.
    pub(super) fn seen(&self, product: ProductId) -> Seen {
        Seen(self.counter(product).load(Ordering::Acquire))
    }

    /// Remembers an active product until `until`, at which one of its prices changes; as it was read after `seen`.
    pub(super) fn remember(
        &self,
        view: &ProductView,
        currency: Currency,
        seen: Seen,
        until: Option<Instant>,
    ) {
        self.views.insert((view.product.id, currency), Shown { view: view.clone(), seen, until });
    }

    /// The product as it was shown, if that is what the database would say.
    pub(super) fn find(&self, product: ProductId, currency: Currency, now: Instant) -> Option<ProductView> {
        let shown = self.views.get(&(product, currency))?;
        let is_current = shown.seen == self.seen(product) && shown.until.is_none_or(|until| now < until);
        is_current.then_some(shown.view)
    }

    /// Whether the changes of others are being heard.
    pub(super) fn is_live(&self) -> bool {
        let heard = self.heard.load(Ordering::Acquire);
        heard > 0 && self.now().saturating_sub(heard) < millis(SILENCE)
    }

    /// The feed has heard of every change that was committed before `asked`.
    fn hear(&self, asked: Moment) {
        self.heard.store(millis(asked.saturating_duration_since(self.start)).max(1), Ordering::Release);
    }

    /// The feed has missed something: nothing that was remembered counts.
    fn doubt(&self) {
        self.heard.store(0, Ordering::Release);
        for counter in &self.changes {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn now(&self) -> u64 {
        millis(self.start.elapsed())
    }

    fn counter(&self, product: ProductId) -> &AtomicU64 {
        static NONE: AtomicU64 = AtomicU64::new(0);
        let hash = usize::try_from(self.hasher.hash_one(product)).unwrap_or_default();
        self.changes.get(hash % COUNTERS).unwrap_or(&NONE)
    }
}

impl Default for ShownProducts {
    fn default() -> Self {
        Self::new()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// About what a view takes in memory, in bytes.
fn weight(view: &ProductView) -> u32 {
    let description = view.product.description.as_ref().map_or(0, |text| text.as_str().len());
    u32::try_from(1_500 + description + 500 * view.variants.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use domain::{
        catalog::{Product, ProductStatus, Slug},
        text::Name,
    };

    use super::*;

    fn view() -> ProductView {
        let now = Instant::UNIX_EPOCH;
        let product = Product {
            id: uuid::Uuid::from_u128(7).into(),
            slug: Slug::parse("mug").unwrap(),
            title: Name::parse("Mug").unwrap(),
            description: None,
            status: ProductStatus::Active,
            category_id: None,
            tags: Vec::new(),
            attributes: Default::default(),
            images: Vec::new(),
            options: Vec::new(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        ProductView { product, variants: Vec::new() }
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn what_was_shown_is_known_until_it_changes() {
        let (shown, view, euro) = (ShownProducts::new(), view(), Currency::parse("EUR").unwrap());
        let id = view.product.id;
        shown.remember(&view, euro, shown.seen(id), None);
        assert_eq!(shown.find(id, euro, at(9)), Some(view));
        assert_eq!(shown.find(id, Currency::parse("USD").unwrap(), at(9)), None);
        shown.forget([id]);
        assert_eq!(shown.find(id, euro, at(9)), None);
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let (shown, view, euro) = (ShownProducts::new(), view(), Currency::parse("EUR").unwrap());
        let id = view.product.id;
        let seen = shown.seen(id);
        shown.forget([id]);
        shown.remember(&view, euro, seen, None);
        assert_eq!(shown.find(id, euro, at(9)), None);
    }

    #[test]
    fn a_price_that_changes_by_schedule_ends_what_was_shown() {
        let (shown, view, euro) = (ShownProducts::new(), view(), Currency::parse("EUR").unwrap());
        let id = view.product.id;
        shown.remember(&view, euro, shown.seen(id), Some(at(10)));
        assert!(shown.find(id, euro, at(9)).is_some());
        assert_eq!(shown.find(id, euro, at(10)), None);
    }

    #[test]
    fn without_the_feed_nothing_counts() {
        let (shown, view, euro) = (ShownProducts::new(), view(), Currency::parse("EUR").unwrap());
        let id = view.product.id;
        assert!(!shown.is_live());
        std::thread::sleep(Duration::from_millis(2));
        shown.hear(Moment::now());
        assert!(shown.is_live());
        shown.remember(&view, euro, shown.seen(id), None);
        shown.doubt();
        assert!(!shown.is_live());
        assert_eq!(shown.find(id, euro, at(9)), None);
    }
}
