//! Accounts, on PostgreSQL, bcrypt and signed tokens.

use std::sync::Arc;

use adapters_auth::{HmacDigests, JwtAccessTokens, Purpose};
use adapters_http::{AccountPorts, Accounts};
use adapters_postgres::{
    PgAttempts, PgAuditLog, PgAuditReader, PgErasureStore, PgMailedTokens, PgPersonalDataReader,
    PgProfileStore, PgSessionStore, PgUserDirectory, PgUserStore,
};
use domain::accounts::SessionLifetime;
use use_cases::accounts::{Sessions, Throttle};

use super::Worker;
use crate::config::RateLimit;

impl Worker<'_> {
    pub(super) fn accounts(&self, tokens: &Arc<JwtAccessTokens>) -> Accounts {
        let tools = self.tools;
        let (database, callers) = (|| self.database.clone(), || tools.callers.clone());
        Accounts::on(AccountPorts {
            users: Arc::new(PgUserStore::new(database())),
            profiles: Arc::new(PgProfileStore::new(database(), callers())),
            sessions: Arc::new(PgSessionStore::new(database(), callers())),
            mailed: Arc::new(PgMailedTokens::new(database())),
            directory: Arc::new(PgUserDirectory::new(database(), callers())),
            erasures: Arc::new(PgErasureStore::new(database(), callers())),
            personal_data: Arc::new(PgPersonalDataReader::new(database())),
            log: Arc::new(PgAuditLog::new(database())),
            audit: Arc::new(PgAuditReader::new(database())),
            hasher: tools.hasher.clone(),
            sealer: tools.sealer.clone(),
            opening: self.sessions(tokens),
            throttle: self.throttle(),
            grace: self.config.identity.refresh_grace.chrono(),
            ids: tools.ids.clone(),
            clock: self.clock.clone(),
        })
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
