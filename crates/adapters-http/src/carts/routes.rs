//! /carts

use actix_web::web::Data;
use domain::{asker::Asker, idempotency::Answer};
use paperclip::actix::api_v2_operation;
use use_cases::carts::{ClaimedCart, OpenedCart, PricedCart, WhoEdits};
use uuid::Uuid;

use super::{
    dto::{CartLinePatchBody, CartLinePath, CartView, ClaimedCartView, OpenCartBody, OpenedCartView},
    errors::of_the_line,
};
use crate::{
    Answered, ApiError, Asked, Body, ById, CartToken, Done, Idempotent, IfMatch, NoContent, NoQuery, Patch,
    Path, Query, Reply, ServiceConfig, Shop, Shown, SignedIn, delete, get, orders::LineBody, patch, post,
    resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/carts").route(post().to(open_cart)))
        .service(resource("/carts/current").route(get().to(current_cart)))
        .service(resource("/carts/{id}").route(get().to(get_cart)).route(delete().to(delete_cart)))
        .service(resource("/carts/{id}/lines").route(post().to(add_line)))
        .service(
            resource("/carts/{id}/lines/{line_id}")
                .route(patch().to(change_line))
                .route(delete().to(remove_line)),
        )
        .service(resource("/carts/{id}/claim").route(post().to(claim_cart)));
}

/// Open a cart
///
/// A guest's answer has a `token`, which opens the cart as the header `Cart-Token` and is shown only this once. A user has
/// one open cart: who has it already gets that one, with the lines added, and 200.
#[api_v2_operation(tags("Carts"), operation_id = "openCart")]
async fn open_cart(
    asked: Asked<CartToken>,
    key: Idempotent,
    body: Body<OpenCartBody>,
    shop: Data<Shop>,
) -> Result<Answered<OpenedCartView, 201, 200>, ApiError> {
    let keyed = key.asked_call(&asked, opened)?;
    let outcome = shop.carts.open_cart.run(asked.caller(), body.0, keyed).await?;
    Ok(Answered::either(outcome, opened))
}

fn opened(opened: &OpenedCart) -> Answer {
    let (id, version) = (opened.cart.cart.id, i64::from(opened.cart.cart.version));
    let view = OpenedCartView::from(opened.clone());
    if opened.is_new {
        let holds_a_token = opened.token.is_some();
        Reply::created(format!("/carts/{id}"), view).version(version).secret_if(holds_a_token).answer()
    } else {
        Reply::<_, 200>::new(view).version(version).answer()
    }
}

/// Get the open cart
///
/// The one that the caller has. This makes none.
#[api_v2_operation(tags("Carts"), operation_id = "currentCart")]
async fn current_cart(
    caller: SignedIn,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<CartView>, ApiError> {
    Ok(shown(&shop.carts.current_cart.run(&caller).await?))
}

/// Get a cart
///
/// The caller's own, or the one that the `Cart-Token` opens; its prices are today's. `previous_unit_price` is set where a
/// price has changed since the line was added, `problem` where a line can't be ordered as it is.
#[api_v2_operation(tags("Carts"), operation_id = "getCart")]
async fn get_cart(
    asked: Asked<CartToken>,
    path: Path<ById>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<CartView>, ApiError> {
    Ok(shown(&shop.carts.get_cart.run(&asked.known()?, path.0.id.into()).await?))
}

/// A cart as the whole answer, with the ETag of its version.
fn shown(cart: &PricedCart) -> Reply<CartView> {
    Reply::new(cart.clone().into()).version(cart.cart.version.into())
}

/// Throw a cart away
///
/// One that was ordered stays.
#[api_v2_operation(tags("Carts"), operation_id = "deleteCart")]
async fn delete_cart(
    asked: Asked<CartToken>,
    path: Path<ById>,
    condition: IfMatch,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.carts.delete_cart.run(who(asked.known()?, path.0.id, condition)).await?;
    Ok(Done)
}

/// Add a line
///
/// So many of a variant, by its id or SKU; what is in the cart of it already adds up. No more than is available, unless the
/// variant allows backorder. The answer is the whole cart.
#[api_v2_operation(tags("Carts"), operation_id = "addCartLine")]
async fn add_line(
    asked: Asked<CartToken>,
    path: Path<ById>,
    key: Idempotent,
    body: Body<LineBody>,
    shop: Data<Shop>,
) -> Result<Answered<CartView, 201>, ApiError> {
    let keyed = key.asked_call(&asked, |cart| line_added(cart).answer())?;
    let who = who(asked.known()?, path.0.id, IfMatch::default());
    let outcome = shop.carts.add_line.run(who, body.0, keyed).await.map_err(of_the_line)?;
    Ok(Answered::to(outcome, line_added))
}

fn line_added(cart: &PricedCart) -> Reply<CartView, 201> {
    let version = cart.cart.version.into();
    Reply::created(format!("/carts/{}", cart.cart.id), cart.clone().into()).version(version)
}

/// Change a line
///
/// Its quantity; no more than is available, unless the variant allows backorder. `If-Match` is about the cart's version.
#[api_v2_operation(tags("Carts"), operation_id = "changeCartLine")]
async fn change_line(
    asked: Asked<CartToken>,
    path: Path<CartLinePath>,
    condition: IfMatch,
    body: Patch<CartLinePatchBody>,
    shop: Data<Shop>,
) -> Result<Reply<CartView>, ApiError> {
    let who = who(asked.known()?, path.0.id, condition);
    Ok(shown(&shop.carts.change_line.run(who, path.0.line_id.into(), body.0).await?))
}

/// Remove a line
///
/// `If-Match` is about the cart's version.
#[api_v2_operation(tags("Carts"), operation_id = "removeCartLine")]
async fn remove_line(
    asked: Asked<CartToken>,
    path: Path<CartLinePath>,
    condition: IfMatch,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    let who = who(asked.known()?, path.0.id, condition);
    shop.carts.remove_line.run(who, path.0.line_id.into()).await?;
    Ok(Done)
}

fn who(asker: Asker, cart: Uuid, condition: IfMatch) -> WhoEdits {
    WhoEdits { asker, cart: cart.into(), condition: condition.0 }
}

/// Claim a guest's cart
///
/// Everything of the cart that the `Cart-Token` opens goes into the caller's own, and the token opens nothing any more.
/// Quantities add up, cut to what is available; `cuts` says what is fewer than both carts together had.
#[api_v2_operation(tags("Carts"), operation_id = "claimCart")]
async fn claim_cart(
    caller: SignedIn,
    token: Shown<CartToken>,
    path: Path<ById>,
    key: Idempotent,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Answered<ClaimedCartView, 200>, ApiError> {
    let keyed = key.call(&caller, |cart| claimed(cart).answer())?;
    let token = token.token().ok_or_else(ApiError::not_found)?;
    let outcome = shop.carts.claim_cart.run(&caller, path.0.id.into(), token, keyed).await?;
    Ok(Answered::to(outcome, claimed))
}

fn claimed(cart: &ClaimedCart) -> Reply<ClaimedCartView> {
    Reply::new(cart.clone().into()).version(cart.cart.cart.version.into())
}
