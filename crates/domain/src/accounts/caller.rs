//! Who makes a request, once their token has been believed.

use super::{Permission, Roles};
use crate::ids::{SessionId, UserId};

/// A signed-in person: what a verified access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose token it is.
    pub user_id: UserId,
    /// The log-in that the token belongs to.
    pub session_id: SessionId,
    /// What the person may do.
    pub roles: Roles,
}

/// The caller's roles do not have the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the permission {0}")]
pub struct Forbidden(pub Permission);

impl Caller {
    /// Passes when one of the caller's roles has `permission`.
    ///
    /// # Errors
    /// [`Forbidden`] when none has.
    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.roles.allow(permission) { Ok(()) } else { Err(Forbidden(permission)) }
    }
}
