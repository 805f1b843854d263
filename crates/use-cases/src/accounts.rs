//! Accounts and log-ins.

pub mod create_admin;
pub mod log_in;
pub mod register;
mod sessions;
pub mod throttle;

pub use create_admin::{CreateAdmin, CreateAdminError};
pub use log_in::{LogIn, LogInCommand, LogInError};
pub use register::{Register, RegisterCommand, RegisterError};
pub use sessions::{LoggedIn, Sessions};
pub use throttle::{Throttle, ThrottleError, TooManyAttempts};
