//! Going on with sessions and ending them: /auth/refresh, /auth/logout, /auth/sessions.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{RefreshBody, SessionView, SessionsQuery, TokenPairView};
use crate::{
    ApiError, Body, ById, Context, Done, NoContent, Page, Paged, Path, Reply, ServiceConfig, Shop, SignedIn,
    delete, get, post, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/auth/refresh").route(post().to(refresh)))
        .service(resource("/auth/logout").route(post().to(log_out)))
        .service(resource("/auth/sessions").route(get().to(list_sessions)))
        .service(resource("/auth/sessions/{id}").route(delete().to(end_session)));
}

/// Get new tokens
///
/// A refresh token works once. 409 `refresh-superseded`: another call of yours exchanged it a moment ago, in another tab
/// perhaps; use the pair that it was given. 401: log in again; `refresh-token-reused` says that somebody may have
/// stolen the token, so that the whole session has been ended.
#[api_v2_operation(tags("Accounts"), operation_id = "refresh")]
async fn refresh(
    context: Context,
    body: Body<RefreshBody>,
    shop: Data<Shop>,
) -> Result<Reply<TokenPairView>, ApiError> {
    let pair = shop.accounts.refresh_session.run(&body.0, context.0).await?;
    Ok(Reply::new(pair.into()))
}

/// Log out
///
/// Ends the session of the refresh token, with its access tokens. A token that is dead already is no fault.
#[api_v2_operation(tags("Accounts"), operation_id = "logOut")]
async fn log_out(context: Context, body: Body<RefreshBody>, shop: Data<Shop>) -> Result<NoContent, ApiError> {
    shop.accounts.log_out.run(&body.0, context.0).await?;
    Ok(Done)
}

/// List sessions
///
/// Where the caller is logged in, newest first.
#[api_v2_operation(tags("Accounts"), operation_id = "listSessions")]
async fn list_sessions(
    caller: SignedIn,
    list: Paged<SessionsQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<SessionView>>, ApiError> {
    let page = shop.accounts.list_sessions.run(&caller, list.page()).await?;
    list.show(page, |session| SessionView::seen_from(caller.session_id, session))
}

/// End a session
///
/// One of the caller's own, on a lost telephone perhaps; its tokens stop working at once.
#[api_v2_operation(tags("Accounts"), operation_id = "endSession")]
async fn end_session(
    caller: SignedIn,
    context: Context,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.accounts.end_session.run(&caller, path.0.id.into(), context.0).await?;
    Ok(Done)
}
