//! The whole ledger, variant by variant, from one snapshot: two cursors, side by side.

use std::collections::VecDeque;

use async_trait::async_trait;
use domain::{
    catalog::Sku,
    inventory::{Counted, Pieces},
};
use ports::{
    inventory::{LedgerWalk, Stocktaking},
    storage::StorageError,
};
use tokio_postgres::{Client, Error, Row};
use uuid::Uuid;

use crate::{
    connect::{ConnectSettings, Connector, SettingsError},
    corrupt::Place,
    errors::client_error,
};

/// How many rows are fetched at once. About twice as many is the most that stands in memory.
const CHUNK: usize = 5_000;

/// Why no walk could begin.
#[derive(Debug, thiserror::Error)]
pub enum OpenWalkError {
    /// The database's address or certificates can't be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Walks through all stock on a connection of its own. What it sees is what was true when it began.
pub struct PgLedgerWalk {
    client: Client,
    variants: u64,
    levels: Cursor<(Uuid, Stocktaking)>,
    lines: Cursor<(Uuid, Counted)>,
    /// Whose lines were given last, where no level will come of itself.
    lost: Option<Uuid>,
}

/// Rows of the database's cursor of this name that were fetched and not given yet.
struct Cursor<T> {
    name: &'static str,
    fetched: VecDeque<T>,
    is_at_end: bool,
}

impl PgLedgerWalk {
    /// Begins a walk. Each fetch has to end within the settings' `statement_timeout`.
    ///
    /// # Errors
    /// [`OpenWalkError`].
    pub async fn open(settings: &ConnectSettings) -> Result<Self, OpenWalkError> {
        let client = Connector::new(settings)?.client().await.map_err(client_error)?;
        let variants = open_once(&client).await.map_err(client_error)?;
        let (levels, lines) = (Cursor::new("levels"), Cursor::new("lines"));
        Ok(Self { client, variants: variants.unsigned_abs(), levels, lines, lost: None })
    }

    /// Fetches what has been given, if there is more.
    async fn fill(&mut self) -> Result<(), StorageError> {
        let Self { client, levels, lines, .. } = self;
        levels.fill(client, level).await?;
        lines.fill(client, line).await
    }

    /// What comes next of what was fetched. A level comes after the lines of its variant, and both are sorted by it.
    fn step(&mut self) -> Option<Stocktaking> {
        let line_of = self.lines.fetched.front().map(|(id, _)| *id);
        let level_of = self.levels.fetched.front().map(|(id, _)| *id);
        if let Some(variant) = self.lost.take_if(|variant| Some(*variant) != line_of) {
            return Some(Stocktaking::Level { variant_id: variant.into(), sku: None, level: None });
        }
        match (line_of, level_of) {
            (Some(line), level) if level.is_none_or(|level| line <= level) => {
                self.lost = Some(line).filter(|line| level != Some(*line));
                self.lines.fetched.pop_front().map(|(_, line)| Stocktaking::Line(line))
            }
            _ => self.levels.fetched.pop_front().map(|(_, level)| level),
        }
    }
}

#[async_trait]
impl LedgerWalk for PgLedgerWalk {
    fn variants(&self) -> u64 {
        self.variants
    }

    async fn next(&mut self) -> Result<Vec<Stocktaking>, StorageError> {
        let mut next = Vec::new();
        while next.len() < CHUNK {
            self.fill().await?;
            match self.step() {
                Some(part) => next.push(part),
                None => break,
            }
        }
        Ok(next)
    }
}

impl<T> Cursor<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, fetched: VecDeque::new(), is_at_end: false }
    }

    async fn fill(
        &mut self,
        client: &Client,
        read: fn(&Row) -> Result<T, StorageError>,
    ) -> Result<(), StorageError> {
        if self.is_at_end || !self.fetched.is_empty() {
            return Ok(());
        }
        let fetch = format!("FETCH {CHUNK} FROM {}", self.name);
        let rows = client.query(&fetch, &[]).await.map_err(client_error)?;
        self.is_at_end = rows.len() < CHUNK;
        self.fetched = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(())
    }
}

/// Gives the number of variants.
async fn open_once(client: &Client) -> Result<i64, Error> {
    client.batch_execute(OPEN).await?;
    client.query_one("SELECT count(*) FROM variants", &[]).await?.try_get(0)
}

/// A transaction that only reads keeps nobody waiting, and nobody changes what it sees.
const OPEN: &str = "
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    DECLARE levels NO SCROLL CURSOR FOR
        SELECT variant.id, variant.sku, level.on_hand, level.reserved, level.movements
        FROM variants AS variant LEFT JOIN stock_levels AS level ON level.variant_id = variant.id
        ORDER BY variant.id;
    DECLARE lines NO SCROLL CURSOR FOR
        SELECT variant_id, sequence, delta_on_hand, delta_reserved, on_hand_after, reserved_after
        FROM stock_movements ORDER BY variant_id, sequence";

fn level(row: &Row) -> Result<(Uuid, Stocktaking), StorageError> {
    let id: Uuid = get(row, 0)?;
    let place = Place { table: "variants", id };
    let sku = place.read("sku", Sku::parse(get(row, 1)?))?;
    let movements: Option<i64> = get(row, 4)?;
    let level = match movements {
        Some(movements) => Some((pieces(get(row, 2)?, get(row, 3)?), movements)),
        None => None,
    };
    Ok((id, Stocktaking::Level { variant_id: id.into(), sku: Some(sku), level }))
}

fn line(row: &Row) -> Result<(Uuid, Counted), StorageError> {
    let deltas = pieces(get(row, 2)?, get(row, 3)?);
    let after = pieces(get(row, 4)?, get(row, 5)?);
    Ok((get(row, 0)?, Counted { sequence: get(row, 1)?, deltas, after }))
}

fn pieces(on_hand: i32, reserved: i32) -> Pieces {
    Pieces { on_hand: on_hand.into(), reserved: reserved.into() }
}

fn get<'r, T: tokio_postgres::types::FromSql<'r>>(row: &'r Row, column: usize) -> Result<T, StorageError> {
    row.try_get(column).map_err(client_error)
}
