//! The audit log: appended, and read page by page.

use adapters_postgres::{PgAuditLog, PgAuditReader};
use domain::{
    accounts::Permission,
    actor::Actor,
    audit::{AuditEntry, PasswordRefusal, SecurityEvent},
};
use ports::{
    accounts::UserStore,
    audit::{AuditLog, AuditQuery, AuditReader, AuditView},
    pagination::PageRequest,
};

use crate::shop::{Shop, audit_line, registration};

fn all() -> AuditQuery {
    AuditQuery { event: None, actor: None, subject: None, page: PageRequest { limit: 20, after: None } }
}

async fn list(shop: &Shop, query: &AuditQuery) -> Vec<AuditView> {
    PgAuditReader::new(shop.pool.clone()).list(query).await.unwrap().rows
}

/// A registration's line, a denial of the same person, and a guess of somebody at an address that nobody has.
async fn lines(shop: &Shop) -> [AuditEntry; 3] {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    let log = PgAuditLog::new(shop.pool.clone());
    let event = SecurityEvent::Denied { permission: Permission::AuditRead };
    let denied = audit_line(event, Actor::User(new.user.id), &new.user);
    log.append(&denied).await.unwrap();
    let event = SecurityEvent::PasswordRefused { reason: PasswordRefusal::UnknownAccount };
    let guessed = AuditEntry { subject: None, ..audit_line(event, Actor::Guest, &new.user) };
    log.append(&guessed).await.unwrap();
    [guessed, denied, new.audit]
}

#[tokio::test]
async fn lines_are_read_as_they_were_appended_newest_first() {
    let shop = Shop::open().await;
    let lines = lines(&shop).await;
    let read = list(&shop, &all()).await;
    assert_eq!(read.len(), 3);
    for (line, read) in lines.iter().zip(&read) {
        assert_eq!((read.id, read.at, read.event.as_str()), (line.id, line.at, line.event.name()));
        assert_eq!((&read.actor, read.ip), (&line.actor.to_string(), line.by.ip));
        assert_eq!(read.subject, line.subject.map(|id| id.to_string()));
        assert_eq!(read.request_id, line.by.request_id);
    }
    assert_eq!(read[0].detail, "{\"reason\": \"unknown_account\"}");
    assert_eq!(read[1].detail, "{\"permission\": \"audit:read\"}");
}

#[tokio::test]
async fn each_filter_keeps_what_it_names() {
    let shop = Shop::open().await;
    let [guessed, denied, registered] = lines(&shop).await;
    let ids = async |query: AuditQuery| -> Vec<_> {
        list(&shop, &query).await.into_iter().map(|line| line.id).collect()
    };
    let event = Some("password.refused".to_owned());
    assert_eq!(ids(AuditQuery { event, ..all() }).await, [guessed.id]);
    assert_eq!(ids(AuditQuery { actor: Some(Actor::Guest), ..all() }).await, [guessed.id]);
    assert_eq!(ids(AuditQuery { actor: Some(denied.actor), ..all() }).await, [denied.id, registered.id]);
    assert_eq!(ids(AuditQuery { subject: denied.subject, ..all() }).await, [denied.id, registered.id]);
    let event = Some("account.registered".to_owned());
    assert_eq!(ids(AuditQuery { event, actor: Some(Actor::Guest), ..all() }).await, []);
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let shop = Shop::open().await;
    let lines = lines(&shop).await;
    let reader = PgAuditReader::new(shop.pool.clone());
    let mut page = PageRequest { limit: 1, after: None };
    let mut seen = Vec::new();
    loop {
        let read = reader.list(&AuditQuery { page, ..all() }).await.unwrap();
        seen.extend(read.rows.into_iter().map(|line| line.id));
        match read.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, lines.map(|line| line.id));
}
