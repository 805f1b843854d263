//! Carts: loaded as they were at one moment, changed by one at a time, claimed once.

use std::sync::Arc;

use adapters_postgres::PgCartStore;
use chrono::Duration;
use domain::{
    Instant,
    accounts::{Caller, Roles},
    asker::Asker,
    carts::{Addition, Cart, CartClaim, CartOccasion, CartOwner, CartState, NewCart},
    ids::{CartId, UserId},
    orders::{ItemRef, Quantity},
};
use ports::{
    carts::{CartStore, CommitCartError, LoadedCart, WhichCart},
    idempotency::{IdempotencyReader, KeyConflict},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    idempotency::{Lock, reader, record},
    shop::{Shop, currency, sku},
};

const TOKEN: [u8; 32] = [7; 32];

impl Shop {
    fn carts(&self) -> PgCartStore {
        PgCartStore::new(self.pool.clone(), Arc::new(Lock))
    }

    async fn cart(&self, id: CartId) -> Option<LoadedCart> {
        self.carts().load(WhichCart::Id(id), &[]).await.unwrap()
    }

    /// Opens a cart with so many of each SKU.
    async fn open_cart(&self, owner: CartOwner, items: &[(&str, u32)]) -> Result<Cart, CommitCartError> {
        let cart = self.decide_cart(owner, items).await;
        self.carts().commit_opening(&cart, None, None).await.map(|()| cart)
    }

    async fn decide_cart(&self, owner: CartOwner, items: &[(&str, u32)]) -> Cart {
        let named: Vec<_> = items.iter().map(|(name, _)| ItemRef::Sku(sku(name))).collect();
        let loaded = self.carts().load_offers(&named, currency("EUR")).await.unwrap();
        let new = NewCart { id: Uuid::now_v7().into(), owner, currency: currency("EUR") };
        let occasion = occasion(&asker(owner), loaded.now);
        new.open(&occasion, &additions(&loaded.named, items), &loaded.offers).unwrap()
    }

    /// Adds to a cart, once; gives how that ended.
    async fn add(&self, cart: CartId, owner: CartOwner, item: (&str, u32)) -> Result<(), CommitCartError> {
        let named = [ItemRef::Sku(sku(item.0))];
        let loaded = self.carts().load(WhichCart::Id(cart), &named).await.unwrap().unwrap();
        let additions = additions(&loaded.named, &[item]);
        let change = loaded.cart.add(&occasion(&asker(owner), loaded.now), &additions, &loaded.offers);
        self.carts().commit_change(&change.unwrap(), None).await
    }

    async fn decide_claim(&self, guest: CartId, user: UserId) -> CartClaim {
        let guest = self.cart(guest).await.unwrap();
        let named: Vec<_> = guest.cart.lines.iter().map(|line| ItemRef::Variant(line.variant_id)).collect();
        let own = self.carts().load(WhichCart::OpenOf(user), &named).await.unwrap();
        let offers = own.as_ref().map_or(&guest.offers, |own| &own.offers);
        let own = own.as_ref().map(|own| &own.cart);
        let occasion = occasion(&asker(CartOwner::User(user)), guest.now);
        guest.cart.claim(TOKEN, &occasion, own, offers, Uuid::now_v7().into()).unwrap()
    }
}

fn asker(owner: CartOwner) -> Asker {
    match owner {
        CartOwner::Guest(digest) => Asker::Guest(digest),
        CartOwner::User(user_id) => {
            Asker::User(Caller { user_id, session_id: Uuid::nil().into(), roles: Roles::customer() })
        }
    }
}

fn occasion(asker: &Asker, now: Instant) -> CartOccasion {
    CartOccasion { asker: asker.clone(), now, ttl: Duration::days(30) }
}

fn additions(named: &[Option<domain::ids::VariantId>], items: &[(&str, u32)]) -> Vec<Addition> {
    named
        .iter()
        .zip(items)
        .map(|(variant_id, (_, quantity))| Addition {
            line_id: Uuid::now_v7().into(),
            variant_id: *variant_id,
            quantity: Quantity::new(*quantity).unwrap(),
        })
        .collect()
}

/// SKU and pieces of each line.
fn lines(loaded: &LoadedCart) -> Vec<(String, u32)> {
    let name = |line: &domain::carts::CartLine| loaded.offers[&line.variant_id].sku.to_string();
    loaded.cart.lines.iter().map(|line| (name(line), line.quantity.get())).collect()
}

fn owned(lines: &[(&str, u32)]) -> Vec<(String, u32)> {
    lines.iter().map(|(name, pieces)| ((*name).to_owned(), *pieces)).collect()
}

#[tokio::test]
async fn a_cart_is_found_as_it_was_stored_with_what_is_offered() {
    let shop = Shop::open().await;
    shop.product(&[("A", 5, 1999), ("B", 3, 250)]).await;
    let user = CartOwner::User(shop.customer().await);
    let cart = shop.open_cart(user, &[("B", 2), ("A", 1), ("B", 1)]).await.unwrap();
    let empty = shop.open_cart(CartOwner::Guest(TOKEN), &[]).await.unwrap();

    let loaded = shop.cart(cart.id).await.unwrap();
    assert_eq!(loaded.cart, cart);
    assert_eq!(lines(&loaded), owned(&[("B", 3), ("A", 1)]));
    assert_eq!(cart.quote(&loaded.offers).unwrap().total, crate::shop::euro(2749));
    assert_eq!(shop.cart(empty.id).await.unwrap().cart, empty);
    assert_eq!(shop.cart(Uuid::now_v7().into()).await, None);
    let CartOwner::User(id) = user else { unreachable!() };
    assert_eq!(shop.carts().load(WhichCart::OpenOf(id), &[]).await.unwrap().unwrap().cart, cart);

    let named = [ItemRef::Sku(sku("A")), ItemRef::Sku(sku("NONE"))];
    let with_items = shop.carts().load(WhichCart::Id(empty.id), &named).await.unwrap().unwrap();
    assert_eq!(with_items.named.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert_eq!(with_items.offers.len(), 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_edit_is_refused_whole_when_somebody_else_was_faster() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 100), ("B", 9, 100)]).await;
    let guest = CartOwner::Guest(TOKEN);
    let cart = shop.open_cart(guest, &[("A", 1)]).await.unwrap();
    let loaded = shop.carts().load(WhichCart::Id(cart.id), &[ItemRef::Sku(sku("B"))]).await.unwrap().unwrap();
    let put = additions(&loaded.named, &[("B", 2)]);
    let change = cart.add(&occasion(&asker(guest), loaded.now), &put, &loaded.offers).unwrap();
    shop.add(cart.id, guest, ("A", 1)).await.unwrap();

    let record = record(Uuid::now_v7().into(), "key-1");
    let refused = shop.carts().commit_change(&change, Some(&record)).await;

    assert!(matches!(refused, Err(CommitCartError::Conflict)), "{refused:?}");
    assert_eq!(lines(&shop.cart(cart.id).await.unwrap()), owned(&[("A", 2)]));
    assert_eq!(shop.count("idempotency_keys").await, 0);
    assert!(matches!(shop.carts().commit_removal(cart.id, 1).await, Err(CommitCartError::Conflict)));
    shop.carts().commit_removal(cart.id, 2).await.unwrap();
    assert_eq!((shop.count("carts").await, shop.count("cart_lines").await), (0, 0));
}

#[tokio::test]
async fn lines_are_changed_and_taken_out() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 100), ("B", 9, 100)]).await;
    let guest = CartOwner::Guest(TOKEN);
    let cart = shop.open_cart(guest, &[("A", 1), ("B", 1)]).await.unwrap();
    let loaded = shop.cart(cart.id).await.unwrap();
    let by = occasion(&asker(guest), loaded.now);
    let four = Quantity::new(4).unwrap();
    let change = cart.set_quantity(&by, cart.lines[1].id, four, &loaded.offers).unwrap();
    shop.carts().commit_change(&change, None).await.unwrap();
    let removal = change.cart.remove(&by, cart.lines[0].id).unwrap();
    shop.carts().commit_change(&removal, None).await.unwrap();
    let after = shop.cart(cart.id).await.unwrap();
    assert_eq!((after.cart, after.offers.len()), (removal.cart, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_open_a_cart_for_one_user_one_does() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 100)]).await;
    let user = CartOwner::User(shop.customer().await);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let (store, cart) = (shop.carts(), shop.decide_cart(user, &[("A", 1)]).await);
        tasks.spawn(async move { store.commit_opening(&cart, None, None).await });
    }
    let outcomes = tasks.join_all().await;
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitCartError::Conflict))).count();
    assert_eq!((outcomes.iter().filter(|outcome| outcome.is_ok()).count(), refused), (1, 19));
    assert_eq!((shop.count("carts").await, shop.count("cart_lines").await), (1, 1));
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_expired_cart_is_closed_when_the_user_opens_another_one() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let old = shop.open_cart(CartOwner::User(customer), &[]).await.unwrap();
    run(&shop.client, "UPDATE carts SET expires_at = now() - interval '1 second'").await;
    let old = shop.cart(old.id).await.unwrap();
    let new = shop.decide_cart(CartOwner::User(customer), &[]).await;
    shop.carts().commit_opening(&new, old.cart.expire(old.now), None).await.unwrap();
    assert_eq!(shop.cart(old.cart.id).await.unwrap().cart.state, CartState::Expired);
    let open = shop.carts().load(WhichCart::OpenOf(customer), &[]).await.unwrap().unwrap();
    assert_eq!(open.cart, new);
}

#[tokio::test]
async fn who_was_erased_opens_no_cart() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let cart = shop.decide_cart(CartOwner::User(customer), &[]).await;
    let erase = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now()";
    run(&shop.client, erase).await;
    let refused = shop.carts().commit_opening(&cart, None, None).await;
    assert!(matches!(refused, Err(CommitCartError::UserGone)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_claim_one_cart_one_does_and_its_token_is_dead() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 100), ("B", 2, 100)]).await;
    let (ada, bob) = (shop.customer().await, shop.customer().await);
    let guest = shop.open_cart(CartOwner::Guest(TOKEN), &[("A", 3), ("B", 2)]).await.unwrap();
    let own = shop.open_cart(CartOwner::User(ada), &[("A", 1), ("B", 1)]).await.unwrap();
    let mut claims = Vec::new();
    for n in 0..12 {
        // One of them has a cart, the other one has none.
        claims.push(shop.decide_claim(guest.id, if n % 2 == 0 { ada } else { bob }).await);
    }
    let mut tasks = JoinSet::new();
    for claim in claims {
        let store = shop.carts();
        tasks.spawn(async move { store.commit_claim(&claim, None, None).await.map(|()| claim) });
    }
    let outcomes = tasks.join_all().await;
    let claimed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(claimed.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(CommitCartError::Conflict))));

    let merged = shop.cart(guest.id).await.unwrap();
    assert_eq!((merged.cart.state, merged.cart.lines.len()), (CartState::Merged, 0));
    let after = shop.cart(claimed[0].into.cart().id).await.unwrap();
    assert_eq!(after.cart, *claimed[0].into.cart());
    let expected: &[_] = if after.cart.id == own.id { &[("A", 4), ("B", 2)] } else { &[("A", 3), ("B", 2)] };
    let mut found = lines(&after);
    found.sort();
    assert_eq!(found, owned(expected));
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_of_different_carts_into_one_never_deadlock_and_lose_nothing() {
    let shop = Shop::open().await;
    shop.product(&[("A", 99, 100)]).await;
    let ada = shop.customer().await;
    let own = shop.open_cart(CartOwner::User(ada), &[]).await.unwrap();
    let mut guests = Vec::new();
    for _ in 0..8 {
        guests.push(shop.open_cart(CartOwner::Guest(TOKEN), &[("A", 1)]).await.unwrap().id);
    }
    let shop = Arc::new(shop);
    let mut tasks = JoinSet::new();
    for guest in guests {
        let shop = Arc::clone(&shop);
        tasks.spawn(async move {
            loop {
                let claim = shop.decide_claim(guest, ada).await;
                match shop.carts().commit_claim(&claim, None, None).await {
                    Ok(()) => return,
                    Err(CommitCartError::Conflict) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(lines(&shop.cart(own.id).await.unwrap()), owned(&[("A", 8)]));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_guest_s_token_in_an_answer_is_sealed() {
    // R084
    let shop = Shop::open().await;
    let cart = shop.decide_cart(CartOwner::Guest(TOKEN), &[]).await;
    let mut record = record(Uuid::now_v7().into(), "key-1");
    record.answer.is_secret = true;
    record.answer.body = br#"{"token": "secret"}"#.to_vec();
    shop.carts().commit_opening(&cart, None, Some(&record)).await.unwrap();
    let again = shop.decide_cart(CartOwner::Guest(TOKEN), &[]).await;
    let taken = shop.carts().commit_opening(&again, None, Some(&record)).await;
    assert!(matches!(taken, Err(CommitCartError::Key(KeyConflict::Taken))), "{taken:?}");

    let in_clear = "SELECT count(*) FROM idempotency_keys AS key WHERE key::text LIKE
        '%' || encode('secret', 'hex') || '%'";
    assert_eq!((number(&shop.client, in_clear).await, shop.count("carts").await), (0, 1));
    let found = reader(&shop).find(record.call.caller, &record.call.key).await.unwrap();
    assert_eq!(found, Some(record));
}

#[tokio::test]
async fn what_nobody_touched_for_too_long_is_closed_so_many_at_a_time_and_what_is_held_is_passed_over() {
    let shop = Shop::open().await;
    for _ in 0..5 {
        shop.open_cart(CartOwner::Guest(TOKEN), &[]).await.unwrap();
    }
    let kept = shop.open_cart(CartOwner::Guest(TOKEN), &[]).await.unwrap();
    let old = format!("UPDATE carts SET expires_at = now() - interval '1 hour' WHERE id <> '{}'", kept.id);
    run(&shop.client, &old).await;
    let busy = shop.client().await;
    run(&busy, "BEGIN; SELECT FROM carts WHERE expires_at < now() LIMIT 1 FOR UPDATE").await;

    assert_eq!(shop.carts().expire(3).await.unwrap(), 3);
    assert_eq!(shop.carts().expire(3).await.unwrap(), 1, "one is held by somebody else");
    run(&busy, "ROLLBACK").await;
    assert_eq!(shop.carts().expire(3).await.unwrap(), 1);
    assert_eq!(shop.carts().expire(3).await.unwrap(), 0);
    assert_eq!(shop.cart(kept.id).await.unwrap().cart.state, CartState::Open);
    assert_eq!(number(&shop.client, "SELECT count(*) FROM carts WHERE status = 'expired'").await, 5);
}

#[tokio::test]
async fn a_cart_that_was_ordered_names_its_order_and_takes_no_edit() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 100)]).await;
    let customer = shop.customer().await;
    let user = CartOwner::User(customer);
    let cart = shop.open_cart(user, &[("A", 1)]).await.unwrap();
    let loaded = shop.cart(cart.id).await.unwrap();
    let change = cart.add(&occasion(&asker(user), loaded.now), &[], &loaded.offers).unwrap();
    let order = shop.place(customer, &[("A", 1)]).await.unwrap();
    let close = format!(
        "UPDATE orders SET cart_id = '{}'; UPDATE carts SET status = 'completed' WHERE id = '{}'",
        cart.id, cart.id
    );
    run(&shop.client, &close).await;
    assert_eq!(shop.cart(cart.id).await.unwrap().cart.state, CartState::Ordered(order.id));
    assert!(matches!(shop.carts().commit_change(&change, None).await, Err(CommitCartError::Conflict)));
    assert!(matches!(shop.carts().commit_removal(cart.id, 1).await, Err(CommitCartError::Conflict)));
    assert_eq!(shop.carts().load(WhichCart::OpenOf(customer), &[]).await.unwrap(), None);
}
