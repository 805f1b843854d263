//! Settings: flags, each also an environment variable. `stoa --help` lists them.
#![expect(
    rustdoc::bare_urls,
    rustdoc::invalid_html_tags,
    reason = "`--help` prints these comments as they stand"
)]

mod values;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use domain::money::Currency;
pub(crate) use values::{BcryptCost, MetricsBind, Networks, Origins, RateLimit, Span};

use crate::failure::Failure;

/// Everything that can be configured.
#[derive(Debug, Clone, Args)]
pub(crate) struct Config {
    /// Where the database is and how it is used.
    #[command(flatten)]
    pub(crate) database: DatabaseConfig,
    /// How HTTP is served.
    #[command(flatten)]
    pub(crate) http: HttpConfig,
    /// How people are recognised.
    #[command(flatten)]
    pub(crate) identity: IdentityConfig,
    /// How mails go out.
    #[command(flatten)]
    pub(crate) mail: MailConfig,
    /// How the shop behaves.
    #[command(flatten)]
    pub(crate) shop: ShopConfig,
    /// Form of the log; RUST_LOG says what is in it. Default: pretty on a terminal, else json
    #[arg(long, env = "LOG_FORMAT", value_enum, global = true, help_heading = "Log")]
    pub(crate) log_format: Option<LogFormat>,
}

/// Where the database is and how it is used.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseConfig {
    /// PostgreSQL to use, as postgres://user:password@host:port/name; TLS per its sslmode. Default: an embedded one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub(crate) database_url: Option<String>,
    /// Where the embedded database, generated keys and, without a mail server, mails live
    #[arg(long, env = "DATA_DIR", default_value = ".data", global = true)]
    pub(crate) data_dir: PathBuf,
    /// Connections of this process, split over its workers
    #[arg(long, env = "DB_POOL_SIZE", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000), global = true)]
    pub(crate) db_pool_size: u32,
    /// How long a request waits for a free connection
    #[arg(long, env = "DB_ACQUIRE_TIMEOUT", default_value = "1s", global = true)]
    pub(crate) db_acquire_timeout: Span,
    /// How long a statement waits for a lock
    #[arg(long, env = "DB_LOCK_TIMEOUT", default_value = "2s", global = true)]
    pub(crate) db_lock_timeout: Span,
    /// How long a statement may run
    #[arg(long, env = "DB_STATEMENT_TIMEOUT", default_value = "4s", global = true)]
    pub(crate) db_statement_timeout: Span,
    /// Whether `serve` applies the migrations that the database lacks
    #[arg(long, env = "MIGRATE_ON_START", default_value_t = true, action = clap::ArgAction::Set, global = true)]
    pub(crate) migrate_on_start: bool,
}

/// How HTTP is served.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpConfig {
    /// Address to listen on
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8080", global = true)]
    pub(crate) bind: SocketAddr,
    /// Where clients reach the server, for links and as the tokens' issuer. Default: http:// and BIND
    #[arg(long, env = "PUBLIC_URL", global = true)]
    pub(crate) public_url: Option<String>,
    /// Address for /metrics, or off
    #[arg(long, env = "METRICS_BIND", default_value = "127.0.0.1:9090", global = true)]
    pub(crate) metrics_bind: MetricsBind,
    /// When a request that has arrived whole is answered at the latest
    #[arg(long, env = "REQUEST_DEADLINE", default_value = "5s", global = true)]
    pub(crate) request_deadline: Span,
    /// How long requests are still taken after a signal to stop
    #[arg(long, env = "DRAIN_DELAY", default_value = "0s", global = true)]
    pub(crate) drain_delay: Span,
    /// Requests that are worked on at once; more are refused
    #[arg(long, env = "MAX_IN_FLIGHT", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..), global = true)]
    pub(crate) max_in_flight: u32,
    /// Bounds on how often one client may do something: on, off, or calls a minute for whoever is signed in, and for an
    /// address without a token, as caller=1200,address=600
    #[arg(long, env = "RATE_LIMIT", default_value = "on", global = true)]
    pub(crate) rate_limit: RateLimit,
    /// Proxies whose X-Forwarded-For is believed, as addresses or networks: 10.0.0.0/8,192.0.2.7. Default: none
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", hide_default_value = true, global = true)]
    pub(crate) trusted_proxies: Networks,
    /// Web origins that may read answers, such as https://shop.example,https://admin.shop.example. Default: none
    #[arg(long, env = "CORS_ORIGINS", default_value = "", hide_default_value = true, global = true)]
    pub(crate) cors_origins: Origins,
}

/// How people are recognised.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Identity")]
pub(crate) struct IdentityConfig {
    /// Directory of signing keys, <kid>.pem. Default: DATA_DIR/keys, made at first start; required with DATABASE_URL
    #[arg(long, env = "JWT_KEYS_DIR", global = true)]
    pub(crate) jwt_keys_dir: Option<PathBuf>,
    /// The key that signs. Default: the newest
    #[arg(long, env = "JWT_ACTIVE_KID", global = true)]
    pub(crate) jwt_active_kid: Option<String>,
    /// File of at least 32 random bytes. Default: DATA_DIR/pepper, made at first start; required with DATABASE_URL
    #[arg(long, env = "PASSWORD_PEPPER_FILE", global = true)]
    pub(crate) password_pepper_file: Option<PathBuf>,
    /// Cost of a password's hash, 10 to 15; each step doubles the time
    #[arg(long, env = "BCRYPT_COST", default_value = "12", global = true)]
    pub(crate) bcrypt_cost: BcryptCost,
    /// Permits a BCRYPT_COST of 4 to 9, for tests
    #[arg(long, env = "ALLOW_WEAK_BCRYPT", default_value_t = false, action = clap::ArgAction::Set, global = true)]
    pub(crate) allow_weak_bcrypt: bool,
    /// How long an access token is good for
    #[arg(long, env = "ACCESS_TOKEN_TTL", default_value = "15m", global = true)]
    pub(crate) access_token_ttl: Span,
    /// How long a refresh token waits to be used
    #[arg(long, env = "REFRESH_TOKEN_TTL", default_value = "30d", global = true)]
    pub(crate) refresh_token_ttl: Span,
    /// How long a session may go on
    #[arg(long, env = "SESSION_MAX_AGE", default_value = "180d", global = true)]
    pub(crate) session_max_age: Span,
    /// How long a refresh token that was exchanged may come again without ending its session
    #[arg(long, env = "REFRESH_GRACE", default_value = "10s", global = true)]
    pub(crate) refresh_grace: Span,
}

/// How mails go out.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail")]
pub(crate) struct MailConfig {
    /// Mail server, as smtps://user:password@host:465, or smtp://host:587?tls=required. Default: mails become files in
    /// DATA_DIR/mail
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true)]
    pub(crate) smtp_url: Option<String>,
    /// Whom mails come from, as Shop <shop@example.com>; required with SMTP_URL
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub(crate) mail_from: Option<String>,
}

/// How the shop behaves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Shop")]
pub(crate) struct ShopConfig {
    /// The currency when none is asked for (ISO 4217)
    #[arg(long, env = "STORE_CURRENCY", default_value = "EUR", value_parser = Currency::parse, global = true)]
    pub(crate) store_currency: Currency,
    /// How long an order waits for money
    #[arg(long, env = "ORDER_EXPIRY", default_value = "60m", global = true)]
    pub(crate) order_expiry: Span,
    /// How long a guest's order waits for money
    #[arg(long, env = "GUEST_ORDER_EXPIRY", default_value = "15m", global = true)]
    pub(crate) guest_order_expiry: Span,
    /// How long a cart is kept after it was touched
    #[arg(long, env = "CART_TTL", default_value = "30d", global = true)]
    pub(crate) cart_ttl: Span,
    /// How long the answer to a call with an Idempotency-Key is kept
    #[arg(long, env = "IDEMPOTENCY_TTL", default_value = "24h", global = true)]
    pub(crate) idempotency_ttl: Span,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Where clients reach the server.
    pub(crate) fn public_url(&self) -> String {
        match &self.http.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.http.bind),
        }
    }

    /// What no single value can say.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.identity.bcrypt_cost.is_weak() && !self.identity.allow_weak_bcrypt {
            return Err(Failure::say(
                "BCRYPT_COST must be 10 to 15; 4 to 9 needs ALLOW_WEAK_BCRYPT=true, for tests",
            ));
        }
        if let Some(url) = &self.http.public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(Failure::say("PUBLIC_URL must begin with http:// or https://"));
        }
        Ok(())
    }
}
