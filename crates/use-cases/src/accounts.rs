//! Accounts and log-ins.

pub mod create_admin;
pub mod end_session;
pub mod list_sessions;
pub mod log_in;
pub mod log_out;
pub mod refresh_session;
pub mod register;
mod sessions;
pub mod throttle;

pub use create_admin::{CreateAdmin, CreateAdminError};
pub use end_session::{EndSession, EndSessionError};
pub use list_sessions::ListSessions;
pub use log_in::{LogIn, LogInCommand, LogInError};
pub use log_out::LogOut;
pub use refresh_session::{RefreshSession, RefreshSessionError, TokenPair};
pub use register::{Register, RegisterCommand, RegisterError};
pub use sessions::{LoggedIn, Sessions};
pub use throttle::{Throttle, ThrottleError, TooManyAttempts};
