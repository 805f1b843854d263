//! /users/me/export, and DELETE /users/me: all that is held on the caller, to be taken or to be erased.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{AccountExportView, CurrentPasswordBody};
use crate::{
    ApiError, Body, Context, Done, IfMatch, NoContent, Reply, ServiceConfig, Shop, SignedIn, get, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(resource("/users/me/export").route(get().to(export_account)));
}

/// Export your data
///
/// All that is held on you, as one document of one moment: the account, log-ins, tokens and mails that wait, carts, orders
/// with their histories and records, and what the audit log says. Nothing of anybody else is in it, who of the staff did
/// something is not told, and nothing that is secret. Each export leaves a line in the audit log.
#[api_v2_operation(tags("Accounts"), operation_id = "exportAccount")]
async fn export_account(
    caller: SignedIn,
    context: Context,
    shop: Data<Shop>,
) -> Result<Reply<AccountExportView>, ApiError> {
    let data = shop.accounts.export_account.run(&caller, context.0).await?;
    Ok(Reply::new(AccountExportView::try_from(data).map_err(ApiError::internal)?).attachment("account.json"))
}

/// Erase your account
///
/// Everything personal goes, at once and for good: name, address and password, carts, tokens, addresses on orders, and
/// where you came from. Your orders stay, with what was bought and what it cost. Every session ends, on every server. A
/// wrong password counts as a failed log-in.
///
/// While orders are `pending` or `confirmed` it is 409 `open-orders`, with `orders: [{id, number}]`.
#[api_v2_operation(tags("Accounts"), operation_id = "eraseAccount")]
pub(super) async fn erase_account(
    caller: SignedIn,
    context: Context,
    condition: IfMatch,
    body: Body<CurrentPasswordBody>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.accounts.erase_account.run(&caller, body.0, &condition.0, context.0).await?;
    Ok(Done)
}
