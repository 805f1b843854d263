//! `stoa export`

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use adapters_http::{Format, ProductFileWriter};
use adapters_postgres::PgProductExporter;
use clap::Args;
use ports::catalog::ProductExporter;

use super::files::{FileFormat, counter};
use crate::{config::Config, database::Home, failure::Failure, wiring::Tools};

/// What to export, and where to.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file to write, in place of what is there; standard output when absent
    file: Option<PathBuf>,
    /// The format; when absent, csv for a FILE that ends in .csv, else ndjson
    #[arg(long, value_name = "FORMAT")]
    format: Option<FileFormat>,
}

/// Writes every product with its prices and stock, as they are now.
pub(crate) async fn run(args: ExportArgs, config: Config) -> Result<(), Failure> {
    let home = Home::join(&config.database).await?;
    let exported = export(&args, &config, &home).await;
    home.stop().await;
    exported
}

async fn export(args: &ExportArgs, config: &Config, home: &Home) -> Result<(), Failure> {
    let tools = Tools::start(home, config).await?;
    let exporter = PgProductExporter::new(tools.exports.clone());
    let format = FileFormat::choose(args.format, args.file.as_deref());
    let Some(path) = &args.file else {
        return write(&exporter, format, &mut std::io::stdout().lock()).await;
    };
    let part = part(path);
    let failed = |error| Failure::new(format_args!("{} can't be written", path.display()), error);
    let mut file = BufWriter::new(File::create(&part).map_err(failed)?);
    let written = write(&exporter, format, &mut file).await;
    let ended = match written {
        Ok(()) => file.flush().and_then(|()| file.get_ref().sync_all()).map_err(failed),
        Err(failure) => Err(failure),
    };
    match ended {
        Ok(()) => fs::rename(&part, path).map_err(failed),
        Err(failure) => {
            drop(fs::remove_file(&part));
            Err(failure)
        }
    }
}

/// The file gets its name when it is whole.
fn part(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}

async fn write(exporter: &PgProductExporter, format: Format, out: &mut impl Write) -> Result<(), Failure> {
    let mut snapshot = exporter.open().await?;
    let mut file = ProductFileWriter::new(format);
    let progress = counter()?;
    loop {
        let records = snapshot.next().await?;
        if records.is_empty() {
            break;
        }
        out.write_all(&file.write(records)?)?;
        progress.set_position(file.count());
    }
    out.write_all(&file.end()?)?;
    progress.finish();
    Ok(out.flush()?)
}
