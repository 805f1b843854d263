//! /events: what happened in the shop, in an order that can be followed.

mod dto;
mod notes;

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use self::dto::{EventView, EventsQuery};
pub(crate) use self::notes::notes;
use crate::{Allowed, ApiError, Page, Paged, Reply, ServiceConfig, Shop, get, may, resource};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(resource("/events").route(get().to(list_events)));
}

/// Follow the event log
///
/// One event for every command that changed a product, price, category, order, user, or stock by hand, in the order of
/// `sequence`. Whoever asks again with `after` the last one that they saw misses none, though commands commit in any
/// order; an event is shown once none can come before it any more.
#[api_v2_operation(tags("Events"), operation_id = "listEvents")]
async fn list_events(
    caller: Allowed<may::EventsRead>,
    list: Paged<EventsQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<EventView>>, ApiError> {
    let page = shop.events.list_events.run(&caller, list.filter.clone(), list.page()).await?;
    let rows = page.rows.into_iter().map(EventView::try_from).collect::<Result<_, _>>();
    list.reply(rows.map_err(ApiError::internal)?, page.next)
}
