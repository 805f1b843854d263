//! What staff sees of other people's accounts, and who gives them roles.

use std::sync::Arc;

use domain::{
    accounts::{Permission, Role, RoleChange, RoleHolder, Roles, User},
    actor::Actor,
    version::Precondition,
};
use ports::{
    MockProfileStore, MockUserDirectory,
    accounts::{CommitEditError, CommitRoleChangeError},
    pagination::{Page, PageRequest},
};
use use_cases::accounts::{
    AssignRoles, AssignRolesError, GetUser, GetUserError, ListUsers, ListUsersError, UserFilter,
};

use crate::fixtures::{Kept, caller, clock, context, email, ids_from, now, uuid};

const PAGE: PageRequest = PageRequest { limit: 20, after: None };

fn ada() -> User {
    User { version: 4, ..User::register(uuid(40).into(), email(), None, now()) }
}

fn holder(role: Role, another_admin: bool) -> RoleHolder {
    RoleHolder { user: User { roles: Roles::from_iter([role]), ..ada() }, another_admin }
}

fn directory(holder: Option<RoleHolder>) -> MockUserDirectory {
    let mut directory = MockUserDirectory::new();
    directory.expect_load_role_holder().returning(move |_| Ok(holder.clone()));
    directory
}

fn assigning(directory: MockUserDirectory) -> AssignRoles {
    AssignRoles { directory: Arc::new(directory), ids: ids_from(1), clock: clock() }
}

async fn assign(directory: MockUserDirectory, roles: &[Role]) -> Result<User, AssignRolesError> {
    let roles = roles.iter().copied().collect();
    let admin = caller(&[Role::Admin]);
    assigning(directory).run(&admin, ada().id, roles, &Precondition::None, context()).await
}

#[tokio::test]
async fn only_who_reads_users_sees_them() {
    let mut directory = MockUserDirectory::new();
    directory.expect_list().once().returning(|query| {
        assert_eq!((query.email.clone(), query.role), (Some(email()), Some(Role::Support)));
        Ok(Page { rows: vec![ada()], next: None })
    });
    let list = ListUsers { directory: Arc::new(directory) };
    let filter = UserFilter { email: Some(email()), role: Some(Role::Support) };
    let support = caller(&[Role::Support]);
    assert_eq!(list.run(&support, filter.clone(), PAGE).await.unwrap().rows, [ada()]);
    let mut profiles = MockProfileStore::new();
    profiles.expect_find().once().returning(|_| Ok(Some(ada())));
    let get = GetUser { profiles: Arc::new(profiles) };
    assert_eq!(get.run(&support, ada().id).await.unwrap(), ada());
    for role in [Role::Customer, Role::CatalogManager, Role::OrderManager] {
        let refused = list.run(&caller(&[role]), filter.clone(), PAGE).await;
        assert!(matches!(refused, Err(ListUsersError::Forbidden(lacks)) if lacks.0 == Permission::UsersRead));
        let refused = get.run(&caller(&[role]), ada().id).await;
        assert!(matches!(refused, Err(GetUserError::Forbidden(_))));
    }
}

#[tokio::test]
async fn nobody_but_an_administrator_gives_roles() {
    for role in [Role::Customer, Role::Support, Role::CatalogManager, Role::OrderManager] {
        let nothing_is_asked = assigning(MockUserDirectory::new());
        let refused = nothing_is_asked
            .run(&caller(&[role]), ada().id, Roles::customer(), &Precondition::None, context())
            .await;
        assert!(matches!(refused, Err(AssignRolesError::Forbidden(_))));
    }
}

#[tokio::test]
async fn roles_are_stored_with_who_gave_them() {
    let kept: Kept<RoleChange> = Kept::new();
    let keeper = kept.clone();
    let mut directory = directory(Some(holder(Role::Customer, true)));
    directory.expect_commit_role_change().returning(move |change| {
        keeper.keep(change.clone());
        Ok(())
    });
    let user = assign(directory, &[Role::Support]).await.unwrap();
    let change = kept.one();
    assert_eq!((change.seen, &change.user), (4, &user));
    assert!(user.roles.contains(Role::Support) && user.roles.contains(Role::Customer));
    let admin = Actor::User(caller(&[]).user_id);
    assert_eq!((change.audit.actor, change.event.origination.actor), (admin, admin));
    assert_eq!(change.audit.subject, Some(ada().id));
}

#[tokio::test]
async fn the_same_roles_are_not_stored_again() {
    let user = assign(directory(Some(holder(Role::Support, true))), &[Role::Support]).await.unwrap();
    assert_eq!(user.version, 4);
}

#[tokio::test]
async fn the_last_administrator_stays_whether_it_is_known_before_or_at_the_commit() {
    let refused = assign(directory(Some(holder(Role::Admin, false))), &[]).await;
    assert!(matches!(refused, Err(AssignRolesError::LastAdmin(_))));
    let mut raced = directory(Some(holder(Role::Admin, true)));
    raced.expect_commit_role_change().once().returning(|_| Err(CommitRoleChangeError::LastAdmin));
    assert!(matches!(assign(raced, &[]).await, Err(AssignRolesError::LastAdmin(_))));
}

#[tokio::test]
async fn a_change_on_an_old_version_is_decided_again() {
    let mut directory = directory(Some(holder(Role::Customer, true)));
    let mut outcomes = [Err(CommitEditError::Conflict.into()), Ok(())].into_iter();
    directory.expect_commit_role_change().times(2).returning(move |_| outcomes.next().unwrap());
    assign(directory, &[Role::Support]).await.unwrap();
}

#[tokio::test]
async fn an_account_that_is_not_there_gets_no_role() {
    assert!(matches!(assign(directory(None), &[Role::Support]).await, Err(AssignRolesError::NotFound)));
}
