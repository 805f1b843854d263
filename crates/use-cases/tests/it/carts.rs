//! Carts: what is decided is committed, lost races are decided again, keys are honoured, and who may not learns nothing.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::Role,
    asker::Asker,
    carts::{
        Cart, CartChange, CartExpiry, CartLine, CartOwner, CartRefusal, CartState, Destination, EditError,
        Offers,
    },
    catalog::Sku,
    idempotency::{Answer, IdempotencyRecord},
    inventory::StockLevel,
    orders::{Item, ItemRef, Offer, Quantity},
    version::Precondition,
};
use ports::{
    MockCartStore, MockIdempotencyReader,
    carts::{CommitCartError, LoadedCart, NamedOffers, WhichCart},
    idempotency::KeyConflict,
    storage::StorageError,
};
use use_cases::{
    Outcome,
    carts::{
        AddLine, CartEdits, CartError, ChangeLine, ClaimCart, CurrentCart, DeleteCart, GetCart, OpenCart,
        OpenCartCommand, OpenedCart, PricedCart, RemoveLine, WhoEdits,
    },
};

use crate::fixtures::{
    DIGEST, Kept, SECRET, caller, currency, earlier_answer, euro, ids_from, keyed, no_look_up, no_record,
    now, recorded, sessions, uuid,
};

const TTL: Duration = Duration::days(30);

fn offer(n: u128) -> Offer {
    let variant_id = uuid(n).into();
    Offer {
        variant_id,
        product_id: uuid(100 + n).into(),
        sku: Sku::parse(&format!("SKU-{n}")).unwrap(),
        product_title: "Mug".into(),
        variant_title: "Mug".into(),
        buyable: true,
        unit_price: Some(euro(100)),
        level: StockLevel { on_hand: 9, ..StockLevel::empty(variant_id, false) },
        version: 1,
    }
}

fn offers(numbers: &[u128]) -> Offers {
    numbers.iter().map(|n| (uuid(*n).into(), offer(*n))).collect()
}

fn item(n: u128, quantity: u32) -> Item {
    Item { what: ItemRef::Variant(uuid(n).into()), quantity: Quantity::new(quantity).unwrap() }
}

/// A cart with so many of each variant, of version 3, that is touched last now.
fn cart(owner: CartOwner, lines: &[(u128, u32)]) -> Cart {
    let line = |(n, pieces): &(u128, u32)| CartLine {
        id: uuid(300 + n).into(),
        variant_id: uuid(*n).into(),
        quantity: Quantity::new(*pieces).unwrap(),
        added_price: Some(euro(100)),
        added_at: now(),
    };
    Cart {
        id: uuid(if matches!(owner, CartOwner::Guest(_)) { 5 } else { 4 }).into(),
        owner,
        currency: currency("EUR"),
        state: CartState::Open,
        lines: lines.iter().map(line).collect(),
        created_at: now(),
        updated_at: now(),
        expires_at: now() + TTL,
        version: 3,
    }
}

fn own(lines: &[(u128, u32)]) -> Cart {
    cart(CartOwner::User(uuid(500).into()), lines)
}

fn guests(lines: &[(u128, u32)]) -> Cart {
    cart(CartOwner::Guest(DIGEST), lines)
}

fn loaded(cart: Cart, named: &[u128]) -> LoadedCart {
    LoadedCart {
        cart,
        offers: offers(&[1, 2, 3]),
        named: named.iter().map(|n| Some(uuid(*n).into())).collect(),
        now: now(),
    }
}

fn edits(store: MockCartStore) -> CartEdits {
    CartEdits { carts: Arc::new(store), ids: ids_from(900), ttl: TTL }
}

/// The user's edit, whatever the cart's version is.
fn who(cart: u128) -> WhoEdits {
    let asker = Asker::User(caller(&[Role::Customer]));
    WhoEdits { asker, cart: uuid(cart).into(), condition: Precondition::None }
}

fn as_guest(cart: u128, token: [u8; 32]) -> WhoEdits {
    WhoEdits { asker: Asker::Guest(token), ..who(cart) }
}

fn answer(body: String) -> Answer {
    Answer { status: 201, location: None, etag: None, body: body.into_bytes(), is_secret: false }
}

fn quantities(cart: &Cart) -> Vec<u32> {
    cart.lines.iter().map(|line| line.quantity.get()).collect()
}

/// A store with this cart, whose changes are kept.
fn keeping(
    cart: Cart,
    named: &'static [u128],
) -> (MockCartStore, Kept<(CartChange, Option<IdempotencyRecord>)>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut store = MockCartStore::new();
    store.expect_load().returning(move |_, _| Ok(Some(loaded(cart.clone(), named))));
    store.expect_commit_change().returning(move |change, record| {
        keeper.keep((change.clone(), record.cloned()));
        Ok(())
    });
    (store, kept)
}

fn add_line(store: MockCartStore, records: Arc<MockIdempotencyReader>) -> AddLine {
    AddLine { edits: edits(store), records }
}

#[tokio::test]
async fn what_is_added_is_committed_with_the_answer_to_keep() {
    let (store, kept) = keeping(own(&[(1, 2)]), &[2]);
    let present = |cart: &PricedCart| answer(cart.quote.total.amount());
    let add = add_line(store, no_look_up());
    let Outcome::Done { value, answer } = add.run(who(4), item(2, 3), keyed(present)).await.unwrap() else {
        panic!("nothing was recorded before")
    };
    let (change, record) = kept.one();
    assert_eq!((quantities(&change.cart), change.decided_on, change.cart.version), (vec![2, 3], 3, 4));
    assert_eq!((change.cart.updated_at, change.cart.expires_at), (now(), now() + TTL));
    assert_eq!(value.cart, change.cart);
    assert_eq!(answer.unwrap().body, b"5.00");
    assert_eq!(record.unwrap().answer.body, b"5.00");
}

#[tokio::test]
async fn who_was_slower_decides_again_on_what_there_is_then() {
    let mut store = MockCartStore::new();
    let mut loads = [own(&[(1, 2)]), Cart { version: 4, ..own(&[(1, 5)]) }].into_iter();
    store.expect_load().times(2).returning(move |_, _| Ok(Some(loaded(loads.next().unwrap(), &[1]))));
    store.expect_commit_change().times(2).returning(|change, _| match change.decided_on {
        3 => Err(CommitCartError::Conflict),
        _ => Ok(()),
    });
    let outcome = add_line(store, no_look_up()).run(who(4), item(1, 1), None).await.unwrap();
    let Outcome::Done { value, .. } = outcome else { panic!("it was done now") };
    assert_eq!((quantities(&value.cart), value.cart.version), (vec![6], 5));
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_also_when_the_cart_is_gone_but_not_once_the_token_is_dead() {
    let taken = || {
        let (mut store, _) = (MockCartStore::new(), ());
        store.expect_load().returning(|_, _| Ok(Some(loaded(own(&[]), &[1]))));
        store.expect_commit_change().returning(|_, _| Err(KeyConflict::Taken.into()));
        store
    };
    let present = |_: &PricedCart| answer(String::new());
    let again = add_line(taken(), recorded(1)).run(who(4), item(1, 1), keyed(present)).await.unwrap();
    assert_eq!(again, Outcome::Replayed(earlier_answer()));
    let reused = add_line(taken(), recorded(2)).run(who(4), item(1, 1), keyed(present)).await.unwrap_err();
    assert!(matches!(reused, CartError::KeyReused(_)));

    let mut gone = MockCartStore::new();
    gone.expect_load().returning(|_, _| Ok(None));
    let again = add_line(gone, recorded(1)).run(who(4), item(1, 1), keyed(present)).await.unwrap();
    assert_eq!(again, Outcome::Replayed(earlier_answer()));

    // R081
    let mut merged = MockCartStore::new();
    let dead = Cart { state: CartState::Merged, ..guests(&[]) };
    merged.expect_load().returning(move |_, _| Ok(Some(loaded(dead.clone(), &[1]))));
    let lost = add_line(merged, no_look_up());
    let refused = lost.run(as_guest(5, DIGEST), item(1, 1), keyed(present)).await.unwrap_err();
    assert!(matches!(refused, CartError::Invisible));
}

#[tokio::test]
async fn to_others_a_cart_is_as_good_as_none_whatever_they_do() {
    let store = || {
        let mut store = MockCartStore::new();
        store.expect_load().returning(|_, _| Ok(Some(loaded(guests(&[(1, 1)]), &[1]))));
        store
    };
    let (line, three) = (uuid(301).into(), Quantity::new(3).ok());
    for who in [who(5), as_guest(5, [9; 32])] {
        let get = GetCart { carts: Arc::new(store()) };
        let stale = WhoEdits { condition: Precondition::OneOf(vec![1]), ..who.clone() };
        let refusals = [
            get.run(&who.asker, who.cart).await.unwrap_err(),
            add_line(store(), no_look_up()).run(who.clone(), item(1, 1), None).await.unwrap_err(),
            ChangeLine(edits(store())).run(who.clone(), line, three).await.unwrap_err(),
            RemoveLine(edits(store())).run(stale.clone(), line).await.unwrap_err(),
            DeleteCart(edits(store())).run(stale).await.unwrap_err(),
        ];
        assert!(refusals.iter().all(|error| matches!(error, CartError::Invisible)), "{refusals:?}");
    }
}

#[tokio::test]
async fn a_line_gets_another_quantity_or_goes_when_the_version_is_the_one_that_was_meant() {
    let meant = WhoEdits { condition: Precondition::OneOf(vec![3]), ..who(4) };
    let stale = WhoEdits { condition: Precondition::OneOf(vec![2]), ..who(4) };
    let (line, four) = (uuid(301).into(), Quantity::new(4).ok());

    let (store, kept) = keeping(own(&[(1, 2), (2, 2)]), &[]);
    let seen = ChangeLine(edits(store)).run(meant.clone(), line, four).await.unwrap();
    assert_eq!((quantities(&seen.cart), seen.quote.total), (vec![4, 2], euro(600)));
    assert_eq!(kept.one().0.put.len(), 1);

    let (store, kept) = keeping(own(&[(1, 2), (2, 2)]), &[]);
    RemoveLine(edits(store)).run(meant.clone(), line).await.unwrap();
    assert_eq!(kept.one().0.removed, [line]);

    let store = || keeping(own(&[(1, 2)]), &[]).0;
    let refused = ChangeLine(edits(store())).run(stale.clone(), line, four).await.unwrap_err();
    assert!(matches!(refused, CartError::Version(_)));
    let refused = RemoveLine(edits(store())).run(stale.clone(), line).await.unwrap_err();
    assert!(matches!(refused, CartError::Version(_)));
    assert!(matches!(DeleteCart(edits(store())).run(stale).await.unwrap_err(), CartError::Version(_)));
    let unknown = RemoveLine(edits(store())).run(meant, uuid(399).into()).await.unwrap_err();
    assert!(matches!(unknown, CartError::NotFound));
}

#[tokio::test]
async fn a_closed_cart_says_how_it_ended() {
    let order = uuid(77).into();
    for (state, expires_at, expected) in [
        (CartState::Ordered(order), now() + TTL, CartRefusal::Ordered(order)),
        (CartState::Open, now(), CartRefusal::Expired),
        (CartState::Expired, now(), CartRefusal::Expired),
    ] {
        let (store, _) = keeping(Cart { state, expires_at, ..own(&[(1, 1)]) }, &[1]);
        let refused = add_line(store, no_look_up()).run(who(4), item(1, 1), None).await.unwrap_err();
        assert!(matches!(refused, CartError::Edit(EditError::Refused(refusal)) if refusal == expected));
    }
}

#[tokio::test]
async fn a_cart_is_thrown_away_as_it_was_seen() {
    let mut store = MockCartStore::new();
    let mut versions = [3, 4].into_iter();
    store
        .expect_load()
        .times(2)
        .returning(move |_, _| Ok(Some(loaded(Cart { version: versions.next().unwrap(), ..own(&[]) }, &[]))));
    store.expect_commit_removal().times(2).returning(|_, version| match version {
        3 => Err(CommitCartError::Conflict),
        _ => Ok(()),
    });
    DeleteCart(edits(store)).run(who(4)).await.unwrap();
}

#[tokio::test]
async fn the_current_cart_is_the_open_one_that_has_not_expired() {
    let current = |cart: Option<Cart>| {
        let mut store = MockCartStore::new();
        store
            .expect_load()
            .withf(|which, items| *which == WhichCart::OpenOf(uuid(500).into()) && items.is_empty())
            .returning(move |_, _| Ok(cart.clone().map(|cart| loaded(cart, &[]))));
        CurrentCart { carts: Arc::new(store) }
    };
    let customer = caller(&[Role::Customer]);
    assert_eq!(current(Some(own(&[(1, 2)]))).run(&customer).await.unwrap().quote.item_count, 2);
    for none in [None, Some(Cart { expires_at: now(), ..own(&[]) })] {
        assert!(matches!(current(none).run(&customer).await, Err(CartError::NotFound)));
    }
}

fn open(store: MockCartStore, records: Arc<MockIdempotencyReader>) -> OpenCart {
    OpenCart {
        edits: edits(store),
        records,
        secrets: sessions(&ids_from(1)).secret_tokens,
        store_currency: currency("EUR"),
    }
}

fn two_of_the_first() -> OpenCartCommand {
    OpenCartCommand { currency: None, items: vec![item(1, 2)] }
}

/// Items 1 are offered, and what is opened is kept.
fn opening(store: &mut MockCartStore) -> Kept<(Cart, Option<CartExpiry>, Option<IdempotencyRecord>)> {
    let kept = Kept::new();
    let keeper = kept.clone();
    store.expect_load_offers().withf(|_, asked| asked.code() == "EUR").returning(|items, _| {
        let named = items.iter().map(|_| Some(uuid(1).into())).collect();
        Ok(NamedOffers { named, offers: offers(&[1]), now: now() })
    });
    store.expect_commit_opening().returning(move |cart, expired, record| {
        keeper.keep((cart.clone(), expired, record.cloned()));
        Ok(())
    });
    kept
}

fn present(opened: &OpenedCart) -> Answer {
    Answer { is_secret: opened.token.is_some(), ..answer(opened.token.clone().unwrap_or_default()) }
}

#[tokio::test]
async fn a_guest_gets_a_cart_and_what_opens_it_of_which_only_the_digest_is_stored() {
    let mut store = MockCartStore::new();
    let kept = opening(&mut store);
    let outcome = open(store, no_look_up()).run(None, two_of_the_first(), keyed(present)).await.unwrap();
    let Outcome::Done { value: opened, answer } = outcome else { panic!("it is new") };
    let (cart, expired, record) = kept.one();
    assert_eq!((cart.owner, quantities(&cart), expired), (CartOwner::Guest(DIGEST), vec![2], None));
    assert_eq!((opened.token.as_deref(), opened.is_new), (Some(SECRET), true));
    assert_eq!(cart.expires_at, now() + TTL);
    let record = record.unwrap();
    assert_eq!(answer.unwrap(), record.answer);
    assert!(record.answer.is_secret, "it is sealed when it is stored");
}

#[tokio::test]
async fn a_user_gets_a_new_cart_or_the_open_one_with_what_was_asked_for() {
    let customer = caller(&[Role::Customer]);
    let mut store = MockCartStore::new();
    let kept = opening(&mut store);
    store.expect_load().returning(|_, _| Ok(None));
    let outcome = open(store, no_look_up()).run(Some(&customer), two_of_the_first(), None).await.unwrap();
    let Outcome::Done { value: opened, .. } = outcome else { panic!("it is new") };
    assert_eq!((opened.is_new, opened.token), (true, None));
    assert_eq!(kept.one().0.owner, CartOwner::User(customer.user_id));

    let (store, kept) = keeping(own(&[(1, 1)]), &[1]);
    let outcome = open(store, no_look_up()).run(Some(&customer), two_of_the_first(), None).await.unwrap();
    let Outcome::Done { value: opened, .. } = outcome else { panic!("it is done now") };
    assert_eq!((opened.is_new, quantities(&opened.cart.cart)), (false, vec![3]));
    assert_eq!(kept.one().0.decided_on, 3);

    let (store, _) = keeping(own(&[]), &[1]);
    let dollars = OpenCartCommand { currency: Some(currency("USD")), ..two_of_the_first() };
    let refused = open(store, no_look_up()).run(Some(&customer), dollars, None).await.unwrap_err();
    assert!(matches!(refused, CartError::Edit(EditError::OtherCurrency { .. })));
}

#[tokio::test]
async fn a_user_s_expired_cart_is_closed_by_the_next_one() {
    let mut store = MockCartStore::new();
    let kept = opening(&mut store);
    store.expect_load().returning(|_, _| Ok(Some(loaded(Cart { expires_at: now(), ..own(&[]) }, &[1]))));
    let customer = caller(&[Role::Customer]);
    open(store, no_look_up()).run(Some(&customer), two_of_the_first(), None).await.unwrap();
    let (cart, expired, _) = kept.one();
    assert_eq!(expired, Some(CartExpiry { cart: own(&[]).id, decided_on: 3 }));
    assert_ne!(cart.id, own(&[]).id);
}

#[tokio::test]
async fn who_opens_a_cart_while_somebody_else_does_finds_that_one() {
    let mut store = MockCartStore::new();
    let mut loads = [None, Some(own(&[(1, 1)]))].into_iter();
    store
        .expect_load()
        .times(2)
        .returning(move |_, _| Ok(loads.next().unwrap().map(|cart| loaded(cart, &[1]))));
    store.expect_load_offers().once().returning(|_, _| {
        Ok(NamedOffers { named: vec![Some(uuid(1).into())], offers: offers(&[1]), now: now() })
    });
    store.expect_commit_opening().once().returning(|_, _, _| Err(CommitCartError::Conflict));
    store.expect_commit_change().once().returning(|_, _| Ok(()));
    let customer = caller(&[Role::Customer]);
    let outcome = open(store, no_look_up()).run(Some(&customer), two_of_the_first(), None).await.unwrap();
    let Outcome::Done { value: opened, .. } = outcome else { panic!("it is done now") };
    assert_eq!((opened.is_new, quantities(&opened.cart.cart)), (false, vec![3]));
}

#[tokio::test]
async fn nothing_is_opened_for_who_was_erased_or_of_what_never_was() {
    let gone = || {
        let mut store = MockCartStore::new();
        store.expect_load().returning(|_, _| Ok(None));
        store.expect_load_offers().returning(|items, _| {
            Ok(NamedOffers { named: items.iter().map(|_| None).collect(), offers: offers(&[]), now: now() })
        });
        store.expect_commit_opening().returning(|_, _, _| Err(CommitCartError::UserGone));
        store
    };
    let customer = caller(&[Role::Customer]);
    let nothing = OpenCartCommand { currency: None, items: vec![] };
    let refused = open(gone(), no_look_up()).run(Some(&customer), nothing, None).await.unwrap_err();
    assert!(matches!(refused, CartError::UnknownUser));
    let unknown = open(gone(), no_record()).run(None, two_of_the_first(), keyed(present)).await.unwrap_err();
    assert!(matches!(unknown, CartError::Edit(EditError::UnknownItems(places)) if places == [0]));
}

/// A guest's cart, and the user's own, if any, when that is asked for.
fn claiming(guest: Cart, own: Option<Cart>) -> MockCartStore {
    let mut store = MockCartStore::new();
    store.expect_load().returning(move |which, _| {
        Ok(match which {
            WhichCart::Id(_) => Some(loaded(guest.clone(), &[])),
            WhichCart::OpenOf(_) => own.clone().map(|own| loaded(own, &[])),
        })
    });
    store
}

#[tokio::test]
async fn a_claim_adds_up_both_carts_and_tells_what_was_cut() {
    let customer = caller(&[Role::Customer]);
    let mut store = claiming(guests(&[(1, 6), (2, 1)]), Some(own(&[(1, 6)])));
    let kept = Kept::new();
    let keeper = kept.clone();
    store.expect_commit_claim().returning(move |claim, expired, _| {
        keeper.keep((claim.clone(), expired));
        Ok(())
    });
    let claim = ClaimCart { edits: edits(store), records: no_look_up() };
    let outcome = claim.run(&customer, uuid(5).into(), DIGEST, None).await.unwrap();
    let Outcome::Done { value: claimed, .. } = outcome else { panic!("it is done now") };
    assert_eq!(quantities(&claimed.cart.cart), [9, 1]);
    let cuts: Vec<_> = claimed.cuts.iter().map(|cut| (cut.requested, cut.quantity)).collect();
    assert_eq!(cuts, [(12, 9)]);
    let (claim, expired) = kept.one();
    assert_eq!((claim.guest_cart, claim.guest_version, expired), (uuid(5).into(), 3, None));
    assert!(matches!(claim.into, Destination::Own(change) if change.decided_on == 3));
}

#[tokio::test]
async fn a_claim_closes_an_expired_cart_needs_the_token_and_is_decided_again_when_a_cart_has_changed() {
    let customer = caller(&[Role::Customer]);
    let expired = Cart { expires_at: now(), ..own(&[(3, 1)]) };
    let mut store = claiming(guests(&[(1, 1)]), Some(expired));
    let mut first = true;
    store.expect_commit_claim().times(2).returning(move |claim, expired, _| {
        assert_eq!(expired, Some(CartExpiry { cart: uuid(4).into(), decided_on: 3 }));
        assert!(matches!(claim.into, Destination::New(_)));
        if std::mem::take(&mut first) { Err(CommitCartError::Conflict) } else { Ok(()) }
    });
    let claim = ClaimCart { edits: edits(store), records: no_look_up() };
    claim.run(&customer, uuid(5).into(), DIGEST, None).await.unwrap();

    let wrong = ClaimCart { edits: edits(claiming(guests(&[]), None)), records: no_look_up() };
    let refused = wrong.run(&customer, uuid(5).into(), [9; 32], None).await.unwrap_err();
    assert!(matches!(refused, CartError::Invisible));
}

#[tokio::test]
async fn a_claim_that_comes_again_with_its_key_gets_its_answer_although_the_token_is_dead() {
    let customer = caller(&[Role::Customer]);
    let merged = Cart { state: CartState::Merged, ..guests(&[]) };
    let claim = ClaimCart { edits: edits(claiming(merged, None)), records: recorded(1) };
    let present = |_: &_| answer(String::new());
    let again = claim.run(&customer, uuid(5).into(), DIGEST, keyed(present)).await.unwrap();
    assert_eq!(again, Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn who_loses_every_race_is_told_that_it_is_too_much() {
    let mut store = MockCartStore::new();
    store.expect_load().returning(|_, _| Ok(Some(loaded(own(&[]), &[1]))));
    store.expect_commit_change().returning(|_, _| Err(CommitCartError::Conflict));
    let refused = add_line(store, no_look_up()).run(who(4), item(1, 1), None).await.unwrap_err();
    assert!(matches!(refused, CartError::Storage(StorageError::Overloaded(_))));
}
