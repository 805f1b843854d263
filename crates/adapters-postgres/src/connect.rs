//! Connections: where the database is, how long it may take, and whether the way there is encrypted.

mod tls;
mod tls_parameters;

use std::{sync::Arc, time::Duration};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::{
    Client, Config, NoTls, Socket,
    config::{Host, SslMode},
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::tls_parameters::TlsParameters;

/// Where the database is, and the bounds of every connection to it.
#[derive(Debug, Clone)]
pub struct ConnectSettings {
    /// A `postgres://` address or a list of `key=value` pairs, as libpq reads them, with its `sslmode`.
    pub url: String,
    /// What the database shows as the connection's owner.
    pub application_name: String,
    /// How long to wait for a connection to be made.
    pub connect_timeout: Duration,
    /// How long a statement waits for a lock; zero means for ever.
    pub lock_timeout: Duration,
    /// How long a statement may run; zero means for ever.
    pub statement_timeout: Duration,
}

/// Why the settings can't be used. None of it is mended by trying again.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The address can't be read.
    #[error("the database address can't be read")]
    Address(#[source] tokio_postgres::Error),
    /// It asks for a `sslmode` that does not exist.
    #[error("sslmode must be disable, prefer, require, verify-ca or verify-full, not {0}")]
    SslMode(String),
    /// The certificates to trust can't be used.
    #[error("the certificates to trust can't be used")]
    Certificates(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The pool can't be made of these figures.
    #[error("the connection pool can't be set up")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Makes connections that all have the same settings.
pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    /// Reads the settings; connects to nothing yet.
    pub(crate) fn new(settings: &ConnectSettings) -> Result<Arc<Self>, SettingsError> {
        let (url, parameters) = TlsParameters::take_from(&settings.url)?;
        let mut config: Config = url.parse().map_err(SettingsError::Address)?;
        let own = config.get_options().map(|options| format!("{options} ")).unwrap_or_default();
        // A plan for any value, made once: every statement is written so that it is a good one, while the planner would
        // go on planning most of them anew for each call, which takes longer than to run them.
        config
            .options(format!(
                "{own}-c plan_cache_mode=force_generic_plan -c lock_timeout={} -c statement_timeout={}",
                settings.lock_timeout.as_millis(),
                settings.statement_timeout.as_millis()
            ))
            .application_name(&settings.application_name)
            .connect_timeout(settings.connect_timeout)
            .ssl_mode(parameters.mode);
        let local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let encrypts = !local && parameters.mode != SslMode::Disable;
        let tls = encrypts.then(|| tls::connector(&parameters)).transpose()?;
        Ok(Arc::new(Self { config, tls }))
    }

    /// Makes a connection.
    pub(crate) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut connection = match &self.tls {
            Some(tls) => self.connect_with(tls.clone()).await?,
            None => self.connect_with(NoTls).await?,
        };
        // Some failures can only be told apart by their text, so it had better be English. Setting it needs a right
        // that not every database user has; a server that speaks English anyway needs no setting.
        drop(connection.batch_execute("SET lc_messages TO 'C'").await);
        Ok(connection)
    }

    /// Makes a connection for what Diesel has no words for, such as COPY. It ends when the client is dropped.
    pub(crate) async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        match &self.tls {
            Some(tls) => self.client_with(tls.clone()).await,
            None => self.client_with(NoTls).await,
        }
    }

    async fn client_with<T>(&self, tls: T) -> Result<Client, tokio_postgres::Error>
    where
        T: MakeTlsConnect<Socket, Stream: Send + 'static, TlsConnect: TlsConnect<Socket, Future: Send>>,
    {
        let (client, connection) = self.config.connect(tls).await?;
        // How it ends shows in the client's own errors.
        drop(tokio::spawn(connection));
        Ok(client)
    }

    async fn connect_with<T>(&self, tls: T) -> ConnectionResult<AsyncPgConnection>
    where
        T: MakeTlsConnect<Socket, Stream: Send + 'static, TlsConnect: TlsConnect<Socket, Future: Send>>,
    {
        let (client, connection) = self
            .config
            .connect(tls)
            .await
            .map_err(|error| ConnectionError::CouldntSetupConfiguration(unavailable(&error)))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}

/// A failure to connect, with the server's own words when it had any.
fn unavailable(error: &tokio_postgres::Error) -> diesel::result::Error {
    let words = error.as_db_error().map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned());
    let kind = diesel::result::DatabaseErrorKind::UnableToSendCommand;
    diesel::result::Error::DatabaseError(kind, Box::new(words))
}
