//! What the document says about taking and erasing one's data.

use domain::accounts::{ErasureError, OpenOrder};
use serde_json::{Map, json};

use super::{
    dto::{
        AccountExportView, CurrentPasswordBody, ExportedAuditLine, ExportedOrder, ExportedRefreshToken,
        ExportedSession,
    },
    notes::ada,
};
use crate::{
    ApiError, Code, Notes,
    orders::{sample_history, sample_order},
    samples,
};

pub(super) fn notes(notes: &mut Notes) {
    notes.reply("exportAccount", 200, "ada", "A customer who has ordered once", &export());
    notes.errors("eraseAccount", &[Code::WrongPassword, Code::OpenOrders, Code::LastAdmin]);
    let password = CurrentPasswordBody { current_password: samples::PASSWORD.to_owned() };
    notes.request("eraseAccount", "ada", "The current password", &password);
    let open = ErasureError::OpenOrders(vec![OpenOrder { id: samples::ORDER.into(), number: 100_042 }]);
    notes.problem("eraseAccount", "open-orders", "One order waits for money", &ApiError::from(open));
}

fn export() -> AccountExportView {
    let logged_in = samples::at("2026-03-02T09:30:00Z");
    let token = ExportedRefreshToken {
        issued_at: logged_in,
        expires_at: samples::at("2026-04-01T09:30:00Z"),
        used_at: None,
        revoked_at: None,
    };
    let session = ExportedSession {
        id: samples::SESSION,
        created_at: logged_in,
        last_used_at: logged_in,
        expires_at: samples::at("2026-08-29T09:30:00Z"),
        ended_at: None,
        end_reason: None,
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64)".to_owned()),
        ip: Some("192.0.2.7".to_owned()),
        refresh_tokens: vec![token],
    };
    let line = ExportedAuditLine {
        id: samples::AUDIT_LINE,
        at: logged_in,
        kind: "session.opened".to_owned(),
        by: "you",
        about_you: true,
        ip: Some("192.0.2.7".to_owned()),
        request_id: Some("018f4d9e-7d3a-7b65-8c11-2a54e3f0c9d1".to_owned()),
        detail: Map::from_iter([("session_id".to_owned(), json!(samples::SESSION))]),
    };
    let order = ExportedOrder {
        order: sample_order(),
        placed_from: Some("192.0.2.7".to_owned()),
        history: sample_history(),
    };
    AccountExportView {
        profile: ada(),
        email_verified_at: None,
        updated_at: samples::at("2026-02-11T08:00:00Z"),
        sessions: vec![session],
        mailed_tokens: Vec::new(),
        waiting_mails: Vec::new(),
        carts: Vec::new(),
        orders: vec![order],
        audit_log: vec![line],
        stored_answers: Vec::new(),
    }
}
