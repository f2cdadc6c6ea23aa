//! The bank's own books, in a file of their own: a move of money and its record are one commit, durable before
//! anything is answered.
//!
//! Writing goes through [`Database::write`], so calls that arrive together share a commit, and one call never sees
//! half of another.

mod accounts;
mod booked;
mod cancellations;
mod control;
mod inquiries;
mod links;
mod past;
mod received;
mod schema;
mod statements;
mod transfers;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::clock::Clock;
use crate::db::{Database, unswept};

pub(super) use accounts::{BookedAccount, Party};
pub(super) use control::CallsOf;
pub(super) use inquiries::{Finding, Question};
pub(super) use links::{Check, Link};
pub(super) use past::Past;
pub(super) use received::{Note, Received};
pub(super) use statements::{PageQuery, Row};
pub(super) use transfers::{Order, Verdict};

/// How many connections may read beside the one that writes.
const READERS: u32 = 4;
const CLOCK_OFFSET: &str = "clock_offset_ms";
/// The code of a thing that was done.
const DONE: &str = "00000";

/// The open books, with the bank's own clock.
pub(super) struct Ledger {
    db: Database,
    clock: Clock,
    offset_ms: AtomicI64,
    /// How long a move takes to show in a statement. Not kept over a restart.
    statement_delay_ms: AtomicI64,
    /// When the next cancellation is due; `i64::MAX` when none waits.
    next_cancellation_ms: AtomicI64,
}

impl Ledger {
    /// Opens the file, making it and its folder where they are missing.
    pub(super) async fn open(path: &Path) -> Result<Self, DbErr> {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(|error| DbErr::Custom(format!("the folder of the ledger cannot be made: {error}")))?;
        }
        let uri = format!("sqlite://{}?mode=rwc", escaped(&path.to_string_lossy()));
        let mut options = ConnectOptions::new(&uri);
        options.max_connections(READERS).min_connections(1).sqlx_logging(false);
        unswept(&mut options);
        let readers = sea_orm::Database::connect(options).await?;
        let db = Database::open(readers, &uri).await?;
        db.write(|transaction| {
            Box::pin(async move {
                for table in schema::TABLES {
                    transaction.execute_unprepared(table).await?;
                }
                Ok::<_, DbErr>(())
            })
        })
        .await?;
        let ledger = Self {
            db,
            clock: Clock::system(),
            statement_delay_ms: AtomicI64::new(0),
            offset_ms: AtomicI64::new(0),
            next_cancellation_ms: AtomicI64::new(i64::MAX),
        };
        ledger.load_clock().await?;
        ledger.load_next_cancellation().await?;
        Ok(ledger)
    }

    /// The bank's time: the machine's, moved by what `advance` was told.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Moves the bank's clock, for good: a restart remembers it.
    pub(super) async fn advance(&self, by: TimeDelta) -> Result<(), DbErr> {
        let moved_by_ms = by.num_milliseconds();
        let upsert = sql(
            "INSERT INTO settings (name, value) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            [CLOCK_OFFSET.into(), moved_by_ms.into()],
        );
        self.write_one(upsert).await?;
        self.load_clock().await?;
        self.cancel_what_is_due().await
    }

    /// Empties the books and puts the clock back.
    pub(super) async fn reset(&self) -> Result<(), DbErr> {
        self.db
            .write(|transaction| {
                Box::pin(async move {
                    for emptied in schema::EMPTIED {
                        transaction.execute_unprepared(emptied).await?;
                    }
                    accounts::restore_first_balances(transaction).await?;
                    Ok::<_, DbErr>(())
                })
            })
            .await?;
        self.delay_statement(TimeDelta::zero());
        self.load_clock().await?;
        self.load_next_cancellation().await
    }

    async fn load_clock(&self) -> Result<(), DbErr> {
        let stored = sql("SELECT value FROM settings WHERE name = ?", [CLOCK_OFFSET.into()]);
        let offset_ms = match self.db.read().query_one_raw(stored).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => 0,
        };
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
        Ok(())
    }

    async fn write_one(&self, statement: Statement) -> Result<u64, DbErr> {
        self.db
            .write(|transaction| Box::pin(async move { Ok(transaction.execute_raw(statement).await?.rows_affected()) }))
            .await
    }
}

fn sql<const N: usize>(text: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}

/// A path as it may stand in a database address.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}
