//! /audit-log: what happened to the security of accounts.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{AuditEntryView, AuditLogQuery};
use crate::{Allowed, ApiError, Page, Paged, Reply, ServiceConfig, Shop, get, may, resource};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(resource("/audit-log").route(get().to(list_audit_log)));
}

/// Read the audit log
///
/// Log-ins and refused ones, denials, ended sessions, changed roles: newest first.
#[api_v2_operation(tags("Accounts"), operation_id = "listAuditLog")]
async fn list_audit_log(
    caller: Allowed<may::AuditRead>,
    list: Paged<AuditLogQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<AuditEntryView>>, ApiError> {
    let page = shop.accounts.list_audit_log.run(&caller, list.filter.clone(), list.page()).await?;
    let rows = page.rows.into_iter().map(AuditEntryView::try_from).collect::<Result<_, _>>();
    list.reply(rows.map_err(ApiError::internal)?, page.next)
}
