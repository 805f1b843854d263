//! Who asks for something, once that has been proven: the one notion of it for carts and orders, which guests have too.

use crate::{
    accounts::{Caller, Permission},
    actor::Actor,
};

/// Who asks, once that has been proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// Somebody with an account.
    User(Caller),
    /// Somebody without one, who showed a token with this digest.
    Guest([u8; 32]),
    /// The shop itself: a job, or a command of whoever runs the server.
    System,
}

impl Asker {
    /// The asker as histories and events name them.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        match self {
            Self::User(caller) => Actor::User(caller.user_id),
            Self::Guest(_) => Actor::Guest,
            Self::System => Actor::System,
        }
    }

    /// Whether one of the asker's roles has `permission`.
    #[must_use]
    pub fn has(&self, permission: Permission) -> bool {
        match self {
            Self::User(caller) => caller.roles.allow(permission),
            Self::Guest(_) | Self::System => false,
        }
    }
}
