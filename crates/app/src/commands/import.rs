//! `stoa import`

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use adapters_http::{ImportSummary, ProductIntake, RowReport};
use adapters_postgres::PgProductImporter;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ports::catalog::ImportMode;
use use_cases::catalog::ImportProducts;

use super::{files::FileFormat, say};
use crate::{config::Config, database::Home, failure::Failure, wiring::Tools};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file to read
    file: PathBuf,
    /// The format; when absent, csv for a FILE that ends in .csv, else ndjson
    #[arg(long, value_name = "FORMAT")]
    format: Option<FileFormat>,
    /// Only say what would become of each row
    #[arg(long)]
    dry_run: bool,
}

/// Takes the products of a file in. Each row is taken in whole or not at all, and those that can't be do not hold up
/// the others.
pub(crate) async fn run(args: ImportArgs, config: Config) -> Result<(), Failure> {
    let home = Home::join(&config.database).await?;
    let imported = import(&args, &config, &home).await;
    home.stop().await;
    imported
}

async fn import(args: &ImportArgs, config: &Config, home: &Home) -> Result<(), Failure> {
    let tools = Tools::start(home, config).await?;
    let importer = Arc::new(PgProductImporter::new(tools.imports.clone()));
    let use_case = ImportProducts { importer, ids: tools.ids.clone() };
    let mode = if args.dry_run { ImportMode::DryRun } else { ImportMode::Commit };
    let format = FileFormat::choose(args.format, Some(&args.file));
    let intake = ProductIntake::new(format, use_case.begin_by_operator(mode));
    let summary = take_in(&args.file, intake).await?;
    let ImportSummary { rows, created, updated, unchanged, failed, dry_run, .. } = summary;
    let what = if dry_run { "a dry run; there would be " } else { "" };
    say(format_args!(
        "{rows} products: {what}{created} created, {updated} updated, {unchanged} unchanged, {failed} failed"
    ));
    match failed {
        0 => Ok(()),
        failed => Err(Failure::say(format_args!("{failed} of {rows} products were not taken in"))),
    }
}

async fn take_in(path: &Path, mut intake: ProductIntake) -> Result<ImportSummary, Failure> {
    let failed = |error| Failure::new(format_args!("{} can't be read", path.display()), error);
    let mut file = File::open(path).map_err(failed)?;
    let progress = bar(file.metadata().map_err(failed)?.len())?;
    let mut piece = vec![0; PIECE];
    loop {
        let size = file.read(&mut piece).map_err(failed)?;
        let Some(bytes) = piece.get(..size).filter(|bytes| !bytes.is_empty()) else { break };
        tell(&progress, &intake.push(bytes).await?);
        progress.inc(u64::try_from(size).unwrap_or(0));
    }
    let (reports, summary) = intake.finish().await?;
    tell(&progress, &reports);
    progress.finish();
    Ok(summary)
}

fn bar(bytes: u64) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("importing [{bar:40}] {bytes}/{total_bytes}, {eta} left")?;
    Ok(ProgressBar::new(bytes).with_style(style.progress_chars("=> ")))
}

/// Says what is wrong with the rows that failed.
fn tell(progress: &ProgressBar, reports: &[RowReport]) {
    for report in reports.iter().filter(|report| !report.errors.is_empty()) {
        progress.suspend(|| {
            for fault in &report.errors {
                say(format_args!("line {}: {fault}", report.line));
            }
        });
    }
}
