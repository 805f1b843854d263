//! Accounts, on PostgreSQL, bcrypt and signed tokens.

use std::sync::Arc;

use adapters_auth::{HmacDigests, JwtAccessTokens, Purpose};
use adapters_http::Accounts;
use adapters_postgres::{
    PgAttempts, PgAuditLog, PgAuditReader, PgErasureStore, PgMailedTokens, PgPersonalDataReader,
    PgProfileStore, PgSessionStore, PgUserDirectory, PgUserStore,
};
use domain::accounts::SessionLifetime;
use ports::{
    accounts::{ProfileStore, SessionStore, UserStore},
    audit::AuditLog,
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

use super::Worker;
use crate::config::RateLimit;

impl Worker<'_> {
    pub(super) fn accounts(&self, access_tokens: &Arc<JwtAccessTokens>) -> Accounts {
        let (tools, database, clock) = (self.tools, self.database, &self.clock);
        let (ids, hasher) = (&tools.ids, &tools.hasher);
        let users: Arc<dyn UserStore> = Arc::new(PgUserStore::new(database.clone()));
        let log: Arc<dyn AuditLog> = Arc::new(PgAuditLog::new(database.clone()));
        let store: Arc<dyn SessionStore> =
            Arc::new(PgSessionStore::new(database.clone(), tools.callers.clone()));
        let sessions = self.sessions(access_tokens);
        let throttle = self.throttle();
        let profiles: Arc<dyn ProfileStore> =
            Arc::new(PgProfileStore::new(database.clone(), tools.callers.clone()));
        let directory = Arc::new(PgUserDirectory::new(database.clone(), tools.callers.clone()));
        let mailed = Arc::new(PgMailedTokens::new(database.clone()));
        let tokens =
            MailedTokens { secrets: tools.secrets.clone(), sealer: tools.sealer.clone(), ids: ids.clone() };
        let proof = PasswordProof {
            hasher: hasher.clone(),
            throttle: throttle.clone(),
            log: log.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        };
        Accounts {
            request_email_change: RequestEmailChange {
                profiles: profiles.clone(),
                store: mailed.clone(),
                tokens: tokens.clone(),
                proof: proof.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            confirm_email: ConfirmEmail {
                store: mailed.clone(),
                secrets: tokens.secrets.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            request_password_reset: RequestPasswordReset {
                users: users.clone(),
                store: mailed.clone(),
                tokens: tokens.clone(),
                throttle: throttle.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            reset_password: ResetPassword {
                store: mailed,
                profiles: profiles.clone(),
                secrets: tokens.secrets.clone(),
                hasher: hasher.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            register: Register {
                users: users.clone(),
                hasher: hasher.clone(),
                sessions: sessions.clone(),
                tokens: tokens.clone(),
                throttle,
                ids: ids.clone(),
                clock: clock.clone(),
            },
            log_in: LogIn {
                users,
                proof: proof.clone(),
                sessions: sessions.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            refresh_session: RefreshSession {
                store: store.clone(),
                sessions,
                grace: self.config.identity.refresh_grace.chrono(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            log_out: LogOut {
                store: store.clone(),
                secret_tokens: tools.secrets.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_sessions: ListSessions { store: store.clone() },
            end_session: EndSession { store, ids: ids.clone(), clock: clock.clone() },
            get_profile: GetProfile { profiles: profiles.clone() },
            edit_profile: EditProfile { profiles: profiles.clone(), ids: ids.clone(), clock: clock.clone() },
            change_password: ChangePassword {
                profiles: profiles.clone(),
                proof: proof.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            export_account: ExportAccount {
                data: Arc::new(PgPersonalDataReader::new(database.clone())),
                log: log.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            erase_account: EraseAccount {
                erasures: Arc::new(PgErasureStore::new(database.clone(), tools.callers.clone())),
                proof,
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_users: ListUsers { directory: directory.clone() },
            get_user: GetUser { profiles },
            assign_roles: AssignRoles { directory, ids: ids.clone(), clock: clock.clone() },
            list_audit_log: ListAuditLog { log: Arc::new(PgAuditReader::new(database.clone())) },
            record_denial: RecordDenial { log, ids: ids.clone(), clock: clock.clone() },
        }
    }

    fn sessions(&self, tokens: &Arc<JwtAccessTokens>) -> Sessions {
        let identity = &self.config.identity;
        Sessions {
            access_tokens: tokens.clone(),
            secret_tokens: self.tools.secrets.clone(),
            ids: self.tools.ids.clone(),
            lifetime: SessionLifetime {
                idle: identity.refresh_token_ttl.chrono(),
                absolute: identity.session_max_age.chrono(),
            },
        }
    }

    /// `None` where nothing is bounded.
    fn throttle(&self) -> Option<Throttle> {
        match self.config.http.rate_limit {
            RateLimit::Off => None,
            RateLimit::On(_) => Some(Throttle {
                attempts: Arc::new(PgAttempts::new(self.database.clone())),
                digests: Arc::new(HmacDigests::new(&self.tools.pepper, Purpose::Attempts)),
                clock: self.clock.clone(),
            }),
        }
    }
}
