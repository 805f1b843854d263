//! What people see and change of their own account.

use std::sync::Arc;

use domain::{
    accounts::{Caller, NewPassword, Password, PasswordChange, ProfileEdit, ProfilePatch, Role, User},
    actor::Actor,
    audit::{PasswordRefusal, SecurityEvent},
    text::Name,
    version::Precondition,
};
use ports::{
    MockAuditLog, MockPasswordHasher, MockProfileStore,
    accounts::{CommitEditError, Credentials},
    security::PasswordCheck,
};
use use_cases::accounts::{
    ChangePassword, ChangePasswordCommand, ChangePasswordError, EditProfile, EditProfileError, GetProfile,
    GetProfileError, PasswordProofError,
};

use crate::fixtures::{
    Kept, PASSWORD, caller, clock, context, email, ids_from, now, proof, unavailable, uuid,
};

fn ada() -> User {
    User { version: 4, ..User::register(uuid(500).into(), email(), None, now()) }
}

fn signed_in() -> Caller {
    caller(&[Role::Customer])
}

/// Ada's account is there.
fn profiles() -> MockProfileStore {
    let mut profiles = MockProfileStore::new();
    profiles.expect_find().withf(|id| *id == ada().id).returning(|_| Ok(Some(ada())));
    profiles
        .expect_find_credentials()
        .withf(|id| *id == ada().id)
        .returning(|_| Ok(Some(Credentials { user: ada(), password_hash: "$stored".into() })));
    profiles
}

fn nobody() -> MockProfileStore {
    let mut profiles = MockProfileStore::new();
    profiles.expect_find().returning(|_| Ok(None));
    profiles.expect_find_credentials().returning(|_| Ok(None));
    profiles
}

fn edit(profiles: MockProfileStore) -> EditProfile {
    EditProfile { profiles: Arc::new(profiles), ids: ids_from(1), clock: clock() }
}

fn called(name: &str) -> ProfilePatch {
    ProfilePatch { name: Some(Some(Name::parse(name).unwrap())) }
}

#[tokio::test]
async fn people_see_their_own_account_and_nobody_an_erased_one() {
    let seen = GetProfile { profiles: Arc::new(profiles()) }.run(&signed_in()).await.unwrap();
    assert_eq!(seen, ada());
    let erased = GetProfile { profiles: Arc::new(nobody()) }.run(&signed_in()).await;
    assert!(matches!(erased, Err(GetProfileError::Gone)));
}

#[tokio::test]
async fn an_edit_is_decided_on_the_version_that_was_loaded() {
    let kept: Kept<ProfileEdit> = Kept::new();
    let keeper = kept.clone();
    let mut store = profiles();
    store.expect_commit_profile_edit().returning(move |edit| {
        keeper.keep(edit.clone());
        Ok(())
    });
    let user = edit(store).run(&signed_in(), called("Ada"), &Precondition::None, context()).await.unwrap();
    let decision = kept.one();
    assert_eq!((decision.seen, decision.user.version), (4, 5));
    assert_eq!(decision.user, user);
    assert_eq!(decision.event.origination.actor, Actor::User(ada().id));
    assert_eq!(decision.event.origination.request_id, context().request_id);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_not_stored() {
    let patch = ProfilePatch { name: Some(None) };
    let user = edit(profiles()).run(&signed_in(), patch, &Precondition::None, context()).await.unwrap();
    assert_eq!(user, ada());
}

#[tokio::test]
async fn another_version_than_was_meant_is_not_edited() {
    let meant = Precondition::OneOf(vec![3]);
    let refused = edit(profiles()).run(&signed_in(), called("Ada"), &meant, context()).await;
    assert!(matches!(refused, Err(EditProfileError::Version(mismatch)) if mismatch.current == 4));
}

#[tokio::test]
async fn whoever_was_slower_decides_again_and_gives_up_in_the_end() {
    let mut store = profiles();
    store.expect_commit_profile_edit().times(50).returning(|_| Err(CommitEditError::Conflict));
    let refused = edit(store).run(&signed_in(), called("Ada"), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditProfileError::Storage(_))));
    let mut store = profiles();
    let mut outcomes = [Err(CommitEditError::Conflict), Ok(())].into_iter();
    store.expect_commit_profile_edit().times(2).returning(move |_| outcomes.next().unwrap());
    edit(store).run(&signed_in(), called("Ada"), &Precondition::None, context()).await.unwrap();
}

#[tokio::test]
async fn a_failure_of_the_storage_is_not_tried_again() {
    let mut store = profiles();
    store.expect_commit_profile_edit().once().returning(|_| Err(unavailable().into()));
    let refused = edit(store).run(&signed_in(), called("Ada"), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditProfileError::Storage(_))));
}

fn change(profiles: MockProfileStore, check: PasswordCheck) -> ChangePassword {
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_check()
        .withf(|password, hash| password.expose() == PASSWORD && hash.as_deref() == Some("$stored"))
        .returning(move |_, _| Ok(check.clone()));
    hasher.expect_hash().returning(|_| Ok("$new".into()));
    let ids = ids_from(1);
    ChangePassword { profiles: Arc::new(profiles), proof: proof(hasher, &ids), ids, clock: clock() }
}

fn to(new: &str) -> ChangePasswordCommand {
    ChangePasswordCommand { current: Password::new(PASSWORD), new: NewPassword::check(new).unwrap() }
}

#[tokio::test]
async fn the_right_password_can_be_replaced_and_the_callers_session_goes_on() {
    let kept: Kept<PasswordChange> = Kept::new();
    let keeper = kept.clone();
    let mut store = profiles();
    store.expect_commit_password_change().returning(move |change| {
        keeper.keep(change.clone());
        Ok(())
    });
    let right = PasswordCheck::Matches { rehashed: None };
    change(store, right).run(&signed_in(), to("staple of hay"), context()).await.unwrap();
    let decision = kept.one();
    assert_eq!((decision.seen, decision.password_hash.as_str()), (4, "$new"));
    assert_eq!(decision.keeps, Some(signed_in().session_id));
    assert_eq!((decision.audit.event, decision.audit.by.ip), (SecurityEvent::PasswordChanged, context().ip));
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing_and_is_told_with_who_tried() {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut log = MockAuditLog::new();
    log.expect_append().returning(move |line| {
        keeper.keep(line.clone());
        Ok(())
    });
    let mut change = change(profiles(), PasswordCheck::Differs);
    change.proof.log = Arc::new(log);
    let refused = change.run(&signed_in(), to("staple of hay"), context()).await;
    assert!(matches!(refused, Err(ChangePasswordError::Proof(PasswordProofError::Wrong))));
    let line = kept.one();
    let reason = PasswordRefusal::WrongPassword;
    assert_eq!(line.event, SecurityEvent::PasswordRefused { reason });
    assert_eq!((line.actor, line.subject), (Actor::User(ada().id), Some(ada().id)));
}

#[tokio::test]
async fn a_new_password_must_not_hold_the_name_in_the_address() {
    let right = PasswordCheck::Matches { rehashed: None };
    let refused = change(profiles(), right).run(&signed_in(), to("hay for ADA today"), context()).await;
    assert!(matches!(refused, Err(ChangePasswordError::Unsuitable(_))));
}

#[tokio::test]
async fn an_account_that_is_gone_has_no_password_to_change() {
    let right = PasswordCheck::Matches { rehashed: None };
    let refused = change(nobody(), right).run(&signed_in(), to("staple of hay"), context()).await;
    assert!(matches!(refused, Err(ChangePasswordError::Gone)));
}
