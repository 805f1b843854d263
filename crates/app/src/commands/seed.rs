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
    seed::{Added, DEMO_PASSWORD, Seeder, address},
    wiring::Tools,
};

/// How long a batch may take to load.
const BATCH_TIMEOUT: Duration = Duration::from_secs(60);

/// Fills the shop with a made-up catalog that looks like a real one: categories, products with variants, prices with
/// some past, stock. Run again, it adds more.
///
/// With --users it adds accounts user1@example.com, user2@example.com and so on as well. They are for demonstrations
/// only: all have the same password, which is known to everybody. Never make them in a shop that is open.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// How many products to add
    #[arg(long, value_name = "N")]
    products: u32,
    /// How many demonstration accounts to add, all with one well-known password that is printed at the end
    #[arg(long, value_name = "N", default_value_t = 0)]
    users: u32,
    /// What everything is drawn from: the same number gives an empty shop the same catalog again
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// Fills the shop.
pub async fn run(args: SeedArgs, config: Config) -> Result<(), Failure> {
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
        let Added { count, variants, took, .. } =
            seeder.add_products(args.products.into(), config.shop.store_currency).await?;
        say(format_args!("{count} products with {variants} variants in {:.1} s", took.as_secs_f64()));
    }
    if args.users > 0 {
        let hash = tools.hasher.hash(&Password::new(DEMO_PASSWORD)).await?;
        let Added { count, first, took, .. } = seeder.add_people(args.users.into(), &hash).await?;
        let (first, last) = (address(first), address(first + count - 1));
        say(format_args!(
            "{count} users in {:.1} s, for demonstrations: {first} to {last}",
            took.as_secs_f64()
        ));
        say(format_args!("the password of each, known to everybody: {DEMO_PASSWORD}"));
    }
    Ok(())
}
