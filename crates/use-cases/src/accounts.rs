//! Accounts and log-ins.

pub mod assign_roles;
pub mod change_password;
pub mod create_admin;
pub mod edit_profile;
pub mod end_session;
pub mod get_profile;
pub mod get_user;
pub mod list_sessions;
pub mod list_users;
pub mod log_in;
pub mod log_out;
pub mod password_proof;
pub mod refresh_session;
pub mod register;
mod sessions;
pub mod throttle;

pub use assign_roles::{AssignRoles, AssignRolesError};
pub use change_password::{ChangePassword, ChangePasswordCommand, ChangePasswordError};
pub use create_admin::{CreateAdmin, CreateAdminError};
pub use edit_profile::{EditProfile, EditProfileError};
pub use end_session::{EndSession, EndSessionError};
pub use get_profile::{GetProfile, GetProfileError};
pub use get_user::{GetUser, GetUserError};
pub use list_sessions::ListSessions;
pub use list_users::{ListUsers, ListUsersError, UserFilter};
pub use log_in::{LogIn, LogInCommand, LogInError};
pub use log_out::LogOut;
pub use password_proof::{PasswordProof, PasswordProofError};
pub use refresh_session::{RefreshSession, RefreshSessionError, TokenPair};
pub use register::{Register, RegisterCommand, RegisterError};
pub use sessions::{LoggedIn, Sessions};
pub use throttle::{Throttle, ThrottleError, TooManyAttempts};
