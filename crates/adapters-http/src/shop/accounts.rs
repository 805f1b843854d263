//! Who is who.

use std::sync::Arc;

use chrono::Duration;
use ports::{
    accounts::{
        ErasureStore, MailedTokenStore, PersonalDataReader, ProfileStore, SessionStore, UserDirectory,
        UserStore,
    },
    audit::{AuditLog, AuditReader},
    clock::Clock,
    ids::IdGenerator,
    security::{PasswordHasher, Sealer},
};
use use_cases::{
    accounts::{
        AssignRoles, ChangePassword, ConfirmEmail, EditProfile, EndSession, EraseAccount, ExportAccount,
        GetProfile, GetUser, ListSessions, ListUsers, LogIn, LogOut, MailedTokens, PasswordProof,
        RefreshSession, Register, RequestEmailChange, RequestPasswordReset, ResetPassword, Sessions,
        Throttle,
    },
    audit::{ListAuditLog, RecordDenial},
};

/// Accounts, sessions, and the log of what happens to them.
#[derive(Clone)]
pub struct Accounts {
    /// POST /auth/register
    pub register: Register,
    /// POST /auth/login
    pub log_in: LogIn,
    /// POST /auth/refresh
    pub refresh_session: RefreshSession,
    /// POST /auth/logout
    pub log_out: LogOut,
    /// GET /auth/sessions
    pub list_sessions: ListSessions,
    /// DELETE /auth/sessions/{id}
    pub end_session: EndSession,
    /// GET /users/me
    pub get_profile: GetProfile,
    /// PATCH /users/me
    pub edit_profile: EditProfile,
    /// POST /users/me/password
    pub change_password: ChangePassword,
    /// POST /users/me/email
    pub request_email_change: RequestEmailChange,
    /// POST /auth/verify-email
    pub confirm_email: ConfirmEmail,
    /// POST /auth/password-reset
    pub request_password_reset: RequestPasswordReset,
    /// POST /auth/password-reset/confirm
    pub reset_password: ResetPassword,
    /// GET /users/me/export
    pub export_account: ExportAccount,
    /// DELETE /users/me
    pub erase_account: EraseAccount,
    /// GET /users
    pub list_users: ListUsers,
    /// GET /users/{id}
    pub get_user: GetUser,
    /// PUT /users/{id}/roles
    pub assign_roles: AssignRoles,
    /// GET /audit-log
    pub list_audit_log: ListAuditLog,
    /// Every 403
    pub record_denial: RecordDenial,
}

/// What accounts ask of the outside.
pub struct AccountPorts {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Keeps what people change about one.
    pub profiles: Arc<dyn ProfileStore>,
    /// Keeps sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Keeps tokens that are mailed.
    pub mailed: Arc<dyn MailedTokenStore>,
    /// Shows accounts to the staff.
    pub directory: Arc<dyn UserDirectory>,
    /// Erases people.
    pub erasures: Arc<dyn ErasureStore>,
    /// Gathers what is held on somebody.
    pub personal_data: Arc<dyn PersonalDataReader>,
    /// Keeps the audit log.
    pub log: Arc<dyn AuditLog>,
    /// Shows it.
    pub audit: Arc<dyn AuditReader>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Seals the secrets of mails.
    pub sealer: Arc<dyn Sealer>,
    /// Opens sessions.
    pub opening: Sessions,
    /// Bounds what can be guessed at; `None` for no bounds.
    pub throttle: Option<Throttle>,
    /// How long a used refresh token may come again without alarm.
    pub grace: Duration,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Accounts {
    /// Every use case, on these.
    #[must_use]
    pub fn on(ports: AccountPorts) -> Self {
        let ids = || ports.ids.clone();
        let clock = || ports.clock.clone();
        let profiles = || ports.profiles.clone();
        let mailed = || ports.mailed.clone();
        let secrets = || ports.opening.secret_tokens.clone();
        let tokens = || MailedTokens { secrets: secrets(), sealer: ports.sealer.clone(), ids: ids() };
        let proof = || PasswordProof {
            hasher: ports.hasher.clone(),
            throttle: ports.throttle.clone(),
            log: ports.log.clone(),
            ids: ids(),
            clock: clock(),
        };
        Self {
            register: Register {
                users: ports.users.clone(),
                hasher: ports.hasher.clone(),
                sessions: ports.opening.clone(),
                tokens: tokens(),
                throttle: ports.throttle.clone(),
                ids: ids(),
                clock: clock(),
            },
            log_in: LogIn {
                users: ports.users.clone(),
                proof: proof(),
                sessions: ports.opening.clone(),
                ids: ids(),
                clock: clock(),
            },
            refresh_session: RefreshSession {
                store: ports.sessions.clone(),
                sessions: ports.opening.clone(),
                grace: ports.grace,
                ids: ids(),
                clock: clock(),
            },
            log_out: LogOut {
                store: ports.sessions.clone(),
                secret_tokens: secrets(),
                ids: ids(),
                clock: clock(),
            },
            list_sessions: ListSessions { store: ports.sessions.clone() },
            end_session: EndSession { store: ports.sessions.clone(), ids: ids(), clock: clock() },
            get_profile: GetProfile { profiles: profiles() },
            edit_profile: EditProfile { profiles: profiles(), ids: ids(), clock: clock() },
            change_password: ChangePassword {
                profiles: profiles(),
                proof: proof(),
                ids: ids(),
                clock: clock(),
            },
            request_email_change: RequestEmailChange {
                profiles: profiles(),
                store: mailed(),
                tokens: tokens(),
                proof: proof(),
                ids: ids(),
                clock: clock(),
            },
            confirm_email: ConfirmEmail { store: mailed(), secrets: secrets(), ids: ids(), clock: clock() },
            request_password_reset: RequestPasswordReset {
                users: ports.users.clone(),
                store: mailed(),
                tokens: tokens(),
                throttle: ports.throttle.clone(),
                ids: ids(),
                clock: clock(),
            },
            reset_password: ResetPassword {
                store: mailed(),
                profiles: profiles(),
                secrets: secrets(),
                hasher: ports.hasher.clone(),
                ids: ids(),
                clock: clock(),
            },
            export_account: ExportAccount {
                data: ports.personal_data.clone(),
                log: ports.log.clone(),
                ids: ids(),
                clock: clock(),
            },
            erase_account: EraseAccount {
                erasures: ports.erasures.clone(),
                proof: proof(),
                ids: ids(),
                clock: clock(),
            },
            list_users: ListUsers { directory: ports.directory.clone() },
            get_user: GetUser { profiles: profiles() },
            assign_roles: AssignRoles { directory: ports.directory.clone(), ids: ids(), clock: clock() },
            list_audit_log: ListAuditLog { log: ports.audit.clone() },
            record_denial: RecordDenial { log: ports.log.clone(), ids: ids(), clock: clock() },
        }
    }
}
