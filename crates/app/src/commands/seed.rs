//! `stoa seed`

use std::time::Duration;

use adapters_postgres::{BulkLoader, ConnectSettings, PgCatalogStore, PgCategoryReader};
use clap::Args;
use domain::accounts::Password;

use super::say;
use crate::{
    config::Config,
    database::Home,
    failure::Failure,
    seed::{AddedPeople, AddedProducts, DEMO_PASSWORD, Seeder, address},
    wiring::Tools,
};

/// How long a batch may take to load.
const BATCH_TIMEOUT: Duration = Duration::from_secs(60);

/// What to fill the shop with. Every run adds; none changes what is there.
#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// How many products to add
    #[arg(long, value_name = "N")]
    products: u32,
    /// How many demonstration accounts to add: user1@example.com, user2@example.com and so on
    ///
    /// All have one password, which is known to everybody and printed at the end. Never make them in a shop that is
    /// open to the public.
    #[arg(long, value_name = "N", default_value_t = 0)]
    users: u32,
    /// What everything is drawn from: the same number gives an empty shop the same catalog again
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// Fills the shop.
pub(crate) async fn run(args: SeedArgs, config: Config) -> Result<(), Failure> {
    let home = Home::join(&config.database).await?;
    let seeded = seed(&args, &config, &home).await;
    home.stop().await;
    seeded
}

async fn seed(args: &SeedArgs, config: &Config, home: &Home) -> Result<(), Failure> {
    let tools = Tools::start(home, config).await?;
    let settings = home.connect_settings(&config.database);
    let mut seeder = Seeder {
        seed: args.seed,
        loader: BulkLoader::connect(&ConnectSettings { statement_timeout: BATCH_TIMEOUT, ..settings })
            .await?,
        reader: PgCategoryReader::new(tools.database.clone()),
        store: PgCatalogStore::new(tools.database.clone()),
        ids: &*tools.ids,
        clock: &*tools.clock,
    };
    if args.products > 0 {
        let currency = config.shop.store_currency;
        let AddedProducts { variants, took } = seeder.add_products(args.products.into(), currency).await?;
        let seconds = took.as_secs_f64();
        say(format_args!("{} products with {variants} variants in {seconds:.1} s", args.products));
    }
    if args.users > 0 {
        let hash = tools.hasher.hash(&Password::new(DEMO_PASSWORD)).await?;
        let AddedPeople { first, took } = seeder.add_people(args.users.into(), &hash).await?;
        let (last, seconds) = (first + u64::from(args.users) - 1, took.as_secs_f64());
        say(format_args!("{} demonstration accounts in {seconds:.1} s", args.users));
        say(format_args!("{} to {}, each with the password {DEMO_PASSWORD}", address(first), address(last)));
    }
    Ok(())
}
