//! What every new session is.

use std::sync::Arc;

use domain::accounts::Registration;
use ports::{MockPasswordHasher, MockUserStore};
use use_cases::{
    RequestContext,
    accounts::{Register, RegisterCommand},
};

use crate::fixtures::{
    Kept, clock, context, email, ids_from, lifetime, mailed_tokens, new_password, now, sessions,
};

async fn registered(context: RequestContext) -> Registration {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut users = MockUserStore::new();
    users.expect_commit_registration().returning(move |registration| {
        keeper.keep(registration.clone());
        Ok(())
    });
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Ok("$hash".into()));
    let ids = ids_from(1);
    let sessions = sessions(&ids);
    Register {
        users: Arc::new(users),
        hasher: Arc::new(hasher),
        sessions,
        tokens: mailed_tokens(&ids),
        throttle: None,
        ids,
        clock: clock(),
    }
    .run(RegisterCommand { email: email(), password: new_password(), name: None }, context)
    .await
    .unwrap();
    kept.one()
}

#[tokio::test]
async fn a_session_remembers_where_it_was_opened_from() {
    let session = registered(context()).await.opened.session;
    assert_eq!(session.user_agent.as_deref(), Some("Browser/1"));
    assert_eq!(session.ip, Some([192, 0, 2, 7].into()));
}

#[tokio::test]
async fn a_client_that_tells_nothing_is_let_in() {
    let session = registered(RequestContext::default()).await.opened.session;
    assert_eq!((session.user_agent, session.ip), (None, None));
}

#[tokio::test]
async fn a_session_lasts_as_long_as_it_is_set_to() {
    let opened = registered(context()).await.opened;
    assert_eq!(opened.session.created_at, now());
    assert_eq!(opened.session.expires_at, now() + lifetime().absolute);
    assert_eq!(opened.refresh_expires_at, now() + lifetime().idle);
}
