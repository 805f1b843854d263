//! A guest who signs in takes the cart along.

use super::{Cart, CartChange, CartLine, CartOccasion, CartOwner, CartRefusal, NewCart, Offers};
use crate::{
    asker::Asker,
    catalog::Sku,
    ids::{CartId, VariantId},
    orders::{MAX_LINES, MAX_QUANTITY, Quantity},
};

/// Decision: a guest's cart goes into a user's, and its token opens nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartClaim {
    /// The guest's cart.
    pub guest_cart: CartId,
    /// The version of it that was claimed. Nothing of the decision holds once it has another one.
    pub guest_version: i32,
    /// The user's cart.
    pub into: Destination,
    /// What is fewer than both carts together had.
    pub cuts: Vec<Cut>,
}

/// The cart that another one goes into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The user had none.
    New(Cart),
    /// The user's own.
    Own(CartChange),
}

/// Something of which there is less in the cart than both carts together had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What.
    pub variant_id: VariantId,
    /// Its SKU.
    pub sku: Sku,
    /// How many both together had.
    pub requested: u32,
    /// How many are in the cart now; none when it can't be bought at all.
    pub quantity: u32,
}

/// Why a cart is not claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The token is not this cart's, or the cart is closed.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// Only somebody with an account has a cart to claim into.
    #[error("sign in to claim a cart")]
    NotSignedIn,
}

impl Destination {
    /// The user's cart as it is then.
    #[must_use]
    pub const fn cart(&self) -> &Cart {
        match self {
            Self::New(cart) => cart,
            Self::Own(change) => &change.cart,
        }
    }
}

impl Cart {
    /// Puts everything of this guest's cart, which the token with the digest `token` opens, into `own`, the asker's open
    /// cart, or into a new one with the id `new_cart`. Quantities add up, cut to what is available, to [`MAX_QUANTITY`],
    /// and to [`MAX_LINES`] lines; what can't be bought (in the cart's currency) is left out.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn claim(
        &self,
        token: [u8; 32],
        occasion: &CartOccasion,
        own: Option<&Self>,
        offers: &Offers,
        new_cart: CartId,
    ) -> Result<CartClaim, ClaimError> {
        self.admit(&Asker::Guest(token), occasion.now)?;
        let Asker::User(caller) = &occasion.asker else { return Err(ClaimError::NotSignedIn) };
        let owner = CartOwner::User(caller.user_id);
        let new = NewCart { id: new_cart, owner, currency: self.currency };
        let mut cart = match own {
            Some(own) => own.admit(&occasion.asker, occasion.now).map(|()| own.clone())?,
            None => new.empty(occasion),
        };
        let mut cuts = Vec::new();
        for line in &self.lines {
            cuts.extend(cart.take_in(line.clone(), offers));
        }
        cart.lines.sort_by_key(|line| (line.added_at, line.id));
        let into = match own {
            Some(own) => Destination::Own(own.changed(cart, occasion)),
            None => Destination::New(cart),
        };
        Ok(CartClaim { guest_cart: self.id, guest_version: self.version, into, cuts })
    }

    /// Takes a line in, as much of it as can be, and says what was cut.
    fn take_in(&mut self, line: CartLine, offers: &Offers) -> Option<Cut> {
        let offer = offers.get(&line.variant_id)?;
        let (currency, is_full) = (self.currency, self.lines.len() >= MAX_LINES);
        let own = self.lines.iter_mut().find(|own| own.variant_id == line.variant_id);
        let requested = line.quantity.get().saturating_add(own.as_ref().map_or(0, |own| own.quantity.get()));
        let wanted = requested.min(MAX_QUANTITY);
        let possible = match offer.shortage(wanted) {
            _ if offer.unit_price.is_none() || (own.is_none() && is_full) => 0,
            Some(shortage) => shortage.available,
            None => wanted,
        };
        match (own, Quantity::new(possible)) {
            (Some(own), Ok(quantity)) => own.quantity = quantity,
            (Some(_), Err(_)) => self.lines.retain(|own| own.variant_id != line.variant_id),
            (None, Ok(quantity)) => {
                let then = line.added_price.filter(|price| price.currency() == currency);
                self.lines.push(CartLine { quantity, added_price: then.or(offer.unit_price), ..line });
            }
            (None, Err(_)) => {}
        }
        let (variant_id, sku) = (offer.variant_id, offer.sku.clone());
        (possible < requested).then_some(Cut { variant_id, sku, requested, quantity: possible })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        carts::{
            CartState,
            fixtures::{at, by, cart, euro, guest, guest_cart, offer, offers, quantities, user},
        },
        orders::Offer,
    };

    fn new() -> CartId {
        Uuid::from_u128(77).into()
    }

    fn claim(guests: &Cart, own: Option<&Cart>, shelf: &Offers) -> CartClaim {
        guests.claim([7; 32], &by(user(7)), own, shelf, new()).unwrap()
    }

    fn cuts(claim: &CartClaim) -> Vec<(&str, u32, u32)> {
        claim.cuts.iter().map(|cut| (cut.sku.as_str(), cut.requested, cut.quantity)).collect()
    }

    #[test]
    fn quantities_of_both_carts_add_up() {
        let shelf = offers((1..=3).map(|n| offer(n, 9, 100)));
        let claim =
            claim(&guest_cart(&[(2, 3, 90), (3, 1, 90)]), Some(&cart(&[(1, 1, 80), (2, 2, 80)])), &shelf);
        assert_eq!(quantities(claim.into.cart()), [(1, 1), (2, 5), (3, 1)]);
        assert!(claim.cuts.is_empty());
        let prices: Vec<_> = claim.into.cart().lines.iter().map(|line| line.added_price).collect();
        assert_eq!(prices, [Some(euro(80)), Some(euro(80)), Some(euro(90))], "what each of them has seen");
        let Destination::Own(change) = &claim.into else { panic!("the user has a cart") };
        assert_eq!((change.decided_on, change.cart.version, change.put.len()), (1, 2, 2));
    }

    #[test]
    fn who_has_no_cart_gets_one_in_the_guest_s_currency() {
        let claim = claim(&guest_cart(&[(1, 2, 90)]), None, &offers([offer(1, 9, 100)]));
        let Destination::New(cart) = &claim.into else { panic!("the user has none") };
        assert!(cart.is_visible_to(&user(7)) && !cart.is_visible_to(&guest()));
        assert_eq!((cart.id, cart.version), (new(), 1));
        assert_eq!((claim.guest_cart, claim.guest_version), (guest_cart(&[]).id, 1));
    }

    #[test]
    fn what_is_not_there_is_cut_and_told() {
        let mut backordered = offer(5, 0, 100);
        backordered.level.backorder = true;
        let shelf = offers([
            offer(1, 4, 100),
            Offer { buyable: false, ..offer(2, 9, 100) },
            Offer { unit_price: None, ..offer(3, 9, 100) },
            offer(4, 5000, 100),
            backordered,
        ]);
        let guests = guest_cart(&[(1, 3, 100), (2, 1, 100), (3, 1, 100), (4, 600, 100), (5, 6, 100)]);
        let claim = claim(&guests, Some(&cart(&[(1, 3, 100), (4, 600, 100)])), &shelf);
        assert_eq!(quantities(claim.into.cart()), [(1, 4), (4, 999), (5, 6)]);
        assert_eq!(cuts(&claim), [("SKU-1", 6, 4), ("SKU-2", 1, 0), ("SKU-3", 1, 0), ("SKU-4", 1200, 999)]);
    }

    #[test]
    fn a_full_cart_takes_in_only_what_it_has_already() {
        let full: Vec<_> = (1..=200).map(|n| (n, 1, 100)).collect();
        let shelf = offers((1..=201).map(|n| offer(n, 9, 100)));
        let claim = claim(&guest_cart(&[(200, 1, 100), (201, 1, 100)]), Some(&cart(&full)), &shelf);
        assert_eq!(claim.into.cart().lines.len(), 200);
        assert_eq!(cuts(&claim), [("SKU-201", 1, 0)]);
    }

    #[test]
    fn only_who_has_the_token_and_signs_in_claims_and_only_once() {
        let (guests, shelf) = (guest_cart(&[(1, 1, 100)]), offers([offer(1, 9, 100)]));
        let refused = |claim: Result<CartClaim, ClaimError>| claim.unwrap_err();
        let invisible = ClaimError::Refused(CartRefusal::Invisible);
        assert_eq!(refused(guests.claim([8; 32], &by(user(7)), None, &shelf, new())), invisible);
        assert_eq!(
            refused(guests.claim([7; 32], &by(guest()), None, &shelf, new())),
            ClaimError::NotSignedIn
        );
        let merged = Cart { state: CartState::Merged, ..guests.clone() };
        assert_eq!(refused(merged.claim([7; 32], &by(user(7)), None, &shelf, new())), invisible);
        let others = cart(&[]);
        assert_eq!(refused(guests.claim([7; 32], &by(user(8)), Some(&others), &shelf, new())), invisible);
        assert_eq!(refused(others.claim([7; 32], &by(user(7)), None, &shelf, new())), invisible);
        let late = CartOccasion { now: at(1000), ..by(user(7)) };
        let expired = ClaimError::Refused(CartRefusal::Expired);
        assert_eq!(refused(guests.claim([7; 32], &late, None, &shelf, new())), expired);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_untold_and_nothing_is_beyond_what_is_there(
            guests in prop::collection::btree_map(1..8_u128, 1..9_u32, 0..6),
            own in prop::collection::btree_map(1..8_u128, 1..9_u32, 0..6),
            stock in 0..12_i32,
        ) {
            let shelf = offers((1..8).map(|n| offer(n, stock, 100)));
            let lines = |of: &std::collections::BTreeMap<u128, u32>| -> Vec<_> {
                of.iter().map(|(n, pieces)| (*n, *pieces, 100)).collect()
            };
            let claim = claim(&guest_cart(&lines(&guests)), Some(&cart(&lines(&own))), &shelf);
            let after = quantities(claim.into.cart());
            for n in 1..8 {
                let kept = after.iter().find(|(m, _)| *m == n).map_or(0, |(_, pieces)| *pieces);
                let own = own.get(&n).copied().unwrap_or(0);
                let Some(taken_in) = guests.get(&n) else {
                    prop_assert_eq!(kept, own, "what the guest did not have stays");
                    continue;
                };
                let cut = claim.cuts.iter().find(|cut| cut.sku.as_str() == format!("SKU-{n}"));
                prop_assert_eq!(kept, (own + taken_in).min(u32::try_from(stock).unwrap()));
                prop_assert_eq!(cut.map(|cut| (cut.requested, cut.quantity)),
                    (kept < own + taken_in).then_some((own + taken_in, kept)));
            }
        }
    }
}
