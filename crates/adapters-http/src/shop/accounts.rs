//! Who is who.

use use_cases::{
    accounts::{
        AssignRoles, ChangePassword, ConfirmEmail, EditProfile, EndSession, EraseAccount, ExportAccount,
        GetProfile, GetUser, ListSessions, ListUsers, LogIn, LogOut, RefreshSession, Register,
        RequestEmailChange, RequestPasswordReset, ResetPassword,
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
