//! Everybody who has an account, and who is what.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{Database, PgCallerRegistry, PgUserDirectory};
use domain::{
    accounts::{Role, RoleChange, RoleHolder, Roles, User},
    actor::{Actor, Origination},
    audit::{AuditStamp, Trace},
    ids::UserId,
};
use ports::{
    accounts::{CommitEditError, CommitRoleChangeError, UserDirectory, UserQuery, UserStore},
    pagination::{PageRequest, Position},
};
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, admin_creation, email, registration, settings},
};

fn directory(shop: &Shop) -> PgUserDirectory {
    PgUserDirectory::new(shop.pool.clone(), Arc::new(PgCallerRegistry::new(Duration::from_secs(900))))
}

fn query(role: Option<Role>, limit: u16) -> UserQuery {
    UserQuery { email: None, role, page: PageRequest { limit, after: None } }
}

async fn registered(shop: &Shop, address: &str) -> User {
    let new = registration(address);
    shop.users().commit_registration(&new).await.unwrap();
    new.user
}

async fn admin(shop: &Shop, address: &str) -> User {
    let new = admin_creation(address);
    shop.users().commit_admin_creation(&new).await.unwrap();
    new.user
}

async fn change(directory: &PgUserDirectory, id: UserId, roles: &[Role]) -> RoleChange {
    let holder: RoleHolder = directory.load_role_holder(id).await.unwrap().unwrap();
    let at = a_moment_ago();
    let by = Origination { actor: Actor::System, request_id: None, at };
    let stamp = AuditStamp { id: Uuid::now_v7().into(), actor: Actor::System, by: Trace::default(), at };
    // Whatever the domain says: the database is the last to say it.
    let holder = RoleHolder { another_admin: true, ..holder };
    holder.assign(roles.iter().copied().collect(), Uuid::now_v7().into(), by, stamp).unwrap().unwrap()
}

#[tokio::test]
async fn everybody_is_listed_once_with_the_newest_first_and_the_erased_are_not() {
    let shop = Shop::open().await;
    let mut users = Vec::new();
    for n in 0..7 {
        users.push(registered(&shop, &format!("user{n}@example.com")).await);
    }
    run(&shop.client, "UPDATE users SET created_at = (SELECT min(created_at) FROM users)").await;
    let erase = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now()";
    run(&shop.client, &format!("{erase} WHERE id = '{}'", users.pop().unwrap().id)).await;
    let mut expected: Vec<_> = users.iter().map(|user| user.id).collect();
    expected.sort_by_key(|id| std::cmp::Reverse(id.uuid()));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest { limit: 2, after };
        let page = directory(&shop).list(&UserQuery { page, ..query(None, 2) }).await.unwrap();
        seen.extend(page.rows.into_iter().map(|user| user.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn users_are_found_by_address_and_by_role() {
    let shop = Shop::open().await;
    let ada = registered(&shop, "ada@example.com").await;
    let root = admin(&shop, "root@example.com").await;
    let directory = directory(&shop);
    let by_address = |address: &str| UserQuery { email: Some(email(address)), ..query(None, 20) };
    assert_eq!(
        directory.list(&by_address("ADA@example.com")).await.unwrap().rows,
        std::slice::from_ref(&ada)
    );
    assert_eq!(directory.list(&by_address("eve@example.com")).await.unwrap().rows, []);
    assert_eq!(
        directory.list(&query(Some(Role::Admin), 20)).await.unwrap().rows,
        std::slice::from_ref(&root)
    );
    assert_eq!(directory.list(&query(Some(Role::Support), 20)).await.unwrap().rows, []);
    let everybody = directory.list(&query(Some(Role::Customer), 20)).await.unwrap().rows;
    assert_eq!(everybody, [root, ada], "everybody is a customer");
}

/// How many entries of the indexes of users were read by now, and how many rows without one.
async fn read_so_far(shop: &Shop) -> (i64, i64) {
    run(&shop.client, "SELECT pg_stat_clear_snapshot()").await;
    let entries = "SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname = 'users'";
    let rows = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'users'";
    (number(&shop.client, entries).await, number(&shop.client, rows).await)
}

#[tokio::test]
async fn every_way_to_ask_reads_no_more_than_its_page() {
    let shop = Shop::open().await;
    run(
        &shop.client,
        "INSERT INTO users (id, email, password_hash, roles, created_at)
        SELECT gen_random_uuid(), 'user' || n || '@example.com', '$', '{customer}', now() - n * interval '1 second'
        FROM generate_series(1, 5000) AS n;
        ANALYZE users",
    )
    .await;
    let by_address = UserQuery { email: Some(email("user7@example.com")), ..query(None, 20) };
    let deep = Position { at: a_moment_ago() - chrono::Duration::seconds(2_500), id: Uuid::now_v7() };
    let deep = UserQuery { page: PageRequest { limit: 20, after: Some(deep) }, ..query(None, 20) };
    for (what, query) in [
        ("newest", query(None, 20)),
        ("deep", deep),
        ("by address", by_address),
        ("staff", query(Some(Role::Support), 20)),
        ("everybody", query(Some(Role::Customer), 20)),
    ] {
        // A connection of its own, whose figures are told when it ends.
        let pool = Database::new(&settings(shop.url())).unwrap();
        let registry = Arc::new(PgCallerRegistry::new(Duration::from_secs(900)));
        let before = read_so_far(&shop).await;
        PgUserDirectory::new(pool.clone(), registry).list(&query).await.unwrap();
        drop(pool);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let after = read_so_far(&shop).await;
        assert_eq!(after.1, before.1, "{what}: without an index");
        assert!(after.0 - before.0 <= 50, "{what}: {} entries", after.0 - before.0);
        assert!(what == "staff" || after.0 > before.0, "{what}: the figures have come in");
    }
}

#[tokio::test]
async fn roles_are_stored_with_their_event_and_their_line_of_the_audit_log() {
    let shop = Shop::open().await;
    admin(&shop, "root@example.com").await;
    let ada = registered(&shop, "ada@example.com").await;
    let directory = directory(&shop);
    let change = change(&directory, ada.id, &[Role::Support]).await;
    directory.commit_role_change(&change).await.unwrap();
    let holder = directory.load_role_holder(ada.id).await.unwrap().unwrap();
    assert_eq!((holder.user, holder.another_admin), (change.user.clone(), true));
    let told = "SELECT count(*) FROM events, audit_log WHERE events.type = 'user.roles_changed'
        AND events.data = '{\"roles\": [\"customer\", \"support\"]}' AND audit_log.type = 'roles.changed'";
    assert_eq!(number(&shop.client, told).await, 1);
    let late = directory.commit_role_change(&change).await;
    assert!(matches!(late, Err(CommitRoleChangeError::Edit(CommitEditError::Conflict))));
    shop.assert_sound().await;
}

#[tokio::test]
async fn two_administrators_who_take_each_others_role_leave_one() {
    let shop = Shop::open().await;
    for round in 0..10 {
        let one = admin(&shop, &format!("one{round}@example.com")).await;
        let other = admin(&shop, &format!("other{round}@example.com")).await;
        let everyone_else =
            format!("UPDATE users SET roles = '{{customer}}' WHERE id NOT IN ('{}', '{}')", one.id, other.id);
        run(&shop.client, &everyone_else).await;
        let directory = directory(&shop);
        let (takes, is_taken) =
            (change(&directory, one.id, &[]).await, change(&directory, other.id, &[]).await);
        let outcomes =
            tokio::join!(directory.commit_role_change(&takes), directory.commit_role_change(&is_taken));
        let refused = |outcome: &Result<_, _>| matches!(outcome, Err(CommitRoleChangeError::LastAdmin));
        assert!(matches!(outcomes, (Ok(()), ref lost) | (ref lost, Ok(())) if refused(lost)), "{outcomes:?}");
        let left = "SELECT count(*) FROM users WHERE roles @> '{admin}'";
        assert_eq!(number(&shop.client, left).await, 1);
    }
    shop.assert_sound().await;
    let last = directory(&shop).list(&query(Some(Role::Admin), 20)).await.unwrap().rows.remove(0);
    let holder = directory(&shop).load_role_holder(last.id).await.unwrap().unwrap();
    assert!(!holder.another_admin && holder.user.roles != Roles::customer());
}
