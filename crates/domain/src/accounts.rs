//! People: who they are, what they may do, and the log-ins that speak for them.

pub mod attempts;
pub mod caller;
pub mod email;
pub mod erasure;
pub mod mailed;
pub mod password;
pub mod profile;
pub mod refresh;
pub mod role;
pub mod role_change;
pub mod session;
pub mod user;

pub use caller::{Caller, Forbidden};
pub use email::{Email, ParseEmailError};
pub use erasure::{Erasure, ErasureError, OpenOrder, Ties};
pub use mailed::{
    DeadMailedToken, EmailConfirmation, MailedPurpose, MailedRequest, MailedToken, PresentedMail,
};
pub use password::{NewPassword, Password, PasswordError};
pub use profile::{PasswordChange, ProfileEdit, ProfilePatch, ReplacedPassword};
pub use refresh::{PresentedToken, SessionRefresh, Verdict};
pub use role::{ParseRoleError, Permission, Role, Roles};
pub use role_change::{LastAdmin, RoleChange, RoleHolder};
pub use session::{LogIn, OpenedSession, Session, SessionEnding, SessionLifetime};
pub use user::{AdminCreation, Registration, User};
