//! Which adapter stands behind which port: the one place that knows them all.

mod accounts;
mod carts;
mod catalog;
mod inventory;
mod orders;

use std::{sync::Arc, time::Duration};

use adapters_auth::{
    AeadSealer, BcryptHasher, HasherConfig, JwtAccessTokens, Pepper, Purpose, RandomSecrets, TokenConfig,
    UuidV7,
};
use adapters_http::{Events, Shop};
use adapters_mail::{FolderMailer, Sender, SmtpMailer};
use adapters_postgres::{
    CallerFeed, Database, DatabaseClock, PgCallerRegistry, PgEventReader, PgIdempotencyReader, PgOutbox,
    PgUserStore, ShownProducts,
};
use ports::{
    clock::Clock, idempotency::IdempotencyReader, ids::IdGenerator, mail::Mailer, security::PasswordHasher,
};
use use_cases::{accounts::CreateAdmin, events::ListEvents, mail::DeliverMail};

use crate::{config::Config, database::Home, failure::Failure, identity::Secrets};

/// How much longer than access tokens are good for, the changes that concern them are remembered: clocks differ, and what
/// was read before a change may be signed after it.
const MARGIN: Duration = Duration::from_secs(60);

/// How many rows of files can be imported at once.
const IMPORTS: usize = 4;

/// How many can export at once.
const EXPORTS: usize = 2;

/// What the whole process shares, whichever command runs.
#[derive(Clone)]
pub(crate) struct Tools {
    /// One connection for housekeeping and for commands; requests have pools of their own.
    pub(crate) database: Database,
    /// The database's clock; [`Tools::start`] has compared it already.
    pub(crate) clock: Arc<DatabaseClock>,
    /// Connections of those who export, each for as long as they read.
    pub(crate) exports: Database,
    /// Connections of all who import, each for as long as a row takes.
    pub(crate) imports: Database,
    /// Makes ids.
    pub(crate) ids: Arc<dyn IdGenerator>,
    /// Hashes passwords.
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    /// Random secrets.
    pub(crate) secrets: Arc<RandomSecrets>,
    /// Seals the secrets of mails.
    pub(crate) sealer: Arc<AeadSealer>,
    /// Seals the answers that are kept and hold a secret.
    pub(crate) answers: Arc<AeadSealer>,
    /// The secret from which keys are derived.
    pub(crate) pepper: Pepper,
    /// The products that were shown lately.
    pub(crate) shown: Arc<ShownProducts>,
    /// Which sessions were ended and whose roles were changed lately.
    pub(crate) callers: Arc<PgCallerRegistry>,
}

impl Tools {
    /// Reads the secrets and starts the threads that hash; asks the database nothing.
    ///
    /// # Errors
    /// A sentence about what is missing or wrong.
    pub(crate) fn new(home: &Home, config: &Config) -> Result<Self, Failure> {
        let pepper = Secrets::locate(config)?.pepper()?;
        let database = home.pool(&config.database, 1)?;
        let hashing = HasherConfig::for_cost(config.identity.bcrypt_cost.get());
        Ok(Self {
            clock: Arc::new(DatabaseClock::new(database.clone())),
            database,
            exports: home.pool(&config.database, EXPORTS)?,
            imports: home.pool(&config.database, IMPORTS)?,
            ids: Arc::new(UuidV7),
            hasher: Arc::new(BcryptHasher::new(hashing, &pepper)?),
            secrets: Arc::new(RandomSecrets),
            sealer: sealer(&pepper, Purpose::Mails)?,
            answers: sealer(&pepper, Purpose::Answers)?,
            pepper,
            shown: Arc::new(ShownProducts::new()),
            callers: Arc::new(PgCallerRegistry::new(config.identity.access_token_ttl.get() + MARGIN)),
        })
    }

    /// The same for a command, which needs the database at once: migrates it and compares the clocks.
    ///
    /// # Errors
    /// A sentence about what is missing or wrong.
    pub(crate) async fn start(home: &Home, config: &Config) -> Result<Self, Failure> {
        adapters_postgres::migrate(&home.url).await?;
        let tools = Self::new(home, config)?;
        tools.clock.sync().await?;
        Ok(tools)
    }

    /// Makes administrators.
    pub(crate) fn create_admin(&self) -> CreateAdmin {
        CreateAdmin {
            users: Arc::new(PgUserStore::new(self.database.clone())),
            hasher: self.hasher.clone(),
            ids: self.ids.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Signs and verifies access tokens.
    ///
    /// # Errors
    /// A sentence about the keys.
    pub(crate) fn access_tokens(&self, config: &Config) -> Result<Arc<JwtAccessTokens>, Failure> {
        let keys = Secrets::locate(config)?.keys()?;
        let issuer = config.public_url();
        let lifetime = config.identity.access_token_ttl.chrono();
        let tokens = TokenConfig { audience: issuer.clone(), issuer, lifetime };
        Ok(Arc::new(JwtAccessTokens::new(keys, tokens, self.ids.clone())))
    }

    /// Sends the mails that are owed.
    ///
    /// # Errors
    /// A sentence about the settings.
    pub(crate) fn deliver_mail(&self, config: &Config) -> Result<DeliverMail, Failure> {
        Ok(DeliverMail {
            outbox: Arc::new(PgOutbox::new(self.database.clone())),
            mailer: mailer(config)?,
            sealer: self.sealer.clone(),
        })
    }

    /// Hears what other processes change about callers, on a connection of its own.
    ///
    /// # Errors
    /// A sentence about the database's address.
    pub(crate) fn caller_feed(&self, home: &Home, config: &Config) -> Result<CallerFeed, Failure> {
        Ok(CallerFeed::new(home.pool(&config.database, 1)?, self.callers.clone()))
    }

    /// Finds the answers that were given before.
    pub(crate) fn records(&self, database: &Database) -> Arc<dyn IdempotencyReader> {
        Arc::new(PgIdempotencyReader::new(database.clone(), self.answers.clone()))
    }

    /// Every use case, on the connections of one worker.
    pub(crate) fn shop(&self, config: &Config, tokens: &Arc<JwtAccessTokens>, database: &Database) -> Shop {
        let worker = Worker {
            tools: self,
            config,
            database,
            records: self.records(database),
            clock: self.clock.clone(),
        };
        Shop {
            accounts: worker.accounts(tokens),
            catalog: worker.catalog(),
            inventory: worker.inventory(),
            carts: worker.carts(),
            orders: worker.orders(),
            events: Events {
                list_events: ListEvents { events: Arc::new(PgEventReader::new(database.clone())) },
            },
        }
    }
}

fn sealer(pepper: &Pepper, purpose: Purpose) -> Result<Arc<AeadSealer>, Failure> {
    let sealer = AeadSealer::new(pepper, purpose);
    sealer.map(Arc::new).map_err(|error| Failure::say(format_args!("no key for {purpose:?}: {error}")))
}

/// To the mail server, or into a folder while none is set.
fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, Failure> {
    let (url, from) = (&config.mail.smtp_url, config.mail.mail_from.as_deref());
    let from = match (url, from) {
        (_, Some(from)) => from,
        (None, None) => "Stoa <stoa@localhost>",
        (Some(_), None) => {
            return Err(Failure::say("MAIL_FROM must say from whom mails come that go to SMTP_URL"));
        }
    };
    let sender =
        Sender::parse(from, config.public_url()).map_err(|error| Failure::new("MAIL_FROM", error))?;
    Ok(match url {
        Some(url) => Arc::new(SmtpMailer::new(url, sender).map_err(|error| Failure::new("SMTP_URL", error))?),
        None => Arc::new(FolderMailer::new(config.database.data_dir.join("mail"), sender)),
    })
}

/// One worker, whose use cases share its connections.
struct Worker<'a> {
    tools: &'a Tools,
    config: &'a Config,
    database: &'a Database,
    /// Finds the answers that were given before.
    records: Arc<dyn IdempotencyReader>,
    clock: Arc<dyn Clock>,
}
