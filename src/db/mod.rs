//! The database: readers beside one way to write. On SQLite all writes share one connection and, when many wait,
//! one commit; on MySQL each write is a transaction of its own and the server shares its log writes. On either nobody
//! waits for another's lock for more than [`LOCK_WAIT_SECS`].

pub mod after_commit;
pub mod rows;
mod writer;

use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::sqlx::{Connection, Executor};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    SqlxMySqlConnector, SqlxSqliteConnector, TransactionTrait,
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use after_commit::Hearer;
use writer::Writer;

use crate::fault;
use crate::models::changes::Change;

/// How long a write waits for what another process has locked, before it is told that it cannot be made now.
pub const LOCK_WAIT_SECS: u32 = 5;

/// Prepared statements that a connection to MySQL keeps from one use to the next: a server has some 16,000 for all of them.
const STATEMENTS_KEPT: usize = 100;
/// And within one use: more than any has.
const STATEMENTS_AT_ONCE: usize = 1_000;

/// The connections of the pool that reads: on MySQL also those that write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    pub in_use: u32,
    pub idle: u32,
    pub most: u32,
}

/// Both ways into the database.
#[derive(Clone)]
pub struct Database {
    readers: DatabaseConnection,
    writer: Option<Writer>,
    /// Where each write is a transaction of its own: those in hand.
    writes: TaskTracker,
    hearer: Hearer,
}

impl Database {
    /// Opens the writing side beside the pool that Loco opened.
    ///
    /// # Errors
    /// When the writing connection cannot be opened.
    pub async fn open(readers: DatabaseConnection, uri: &str) -> Result<Self, DbErr> {
        let hearer = Hearer::default();
        let (readers, writer) = match readers.get_database_backend() {
            DatabaseBackend::Sqlite => {
                let writer = Writer::start(sqlite_writer(uri).await?, hearer.clone());
                (sqlite_readers(&readers), Some(writer))
            }
            _ => (mysql(&readers), None),
        };
        Ok(Self {
            readers,
            writer,
            writes: TaskTracker::new(),
            hearer,
        })
    }

    /// Names who hears what commits changed. It is called on the way of every write, and must not wait.
    pub fn tell_of_commits(&self, tell: impl Fn(Vec<Change>) + Send + Sync + 'static) {
        self.hearer.name(tell);
    }

    /// For queries that change nothing.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// How much of the pool is in use at this moment.
    #[must_use]
    pub fn pool_use(&self) -> PoolUse {
        let (size, idle, most) = if self.readers.get_database_backend() == DatabaseBackend::MySql {
            let pool = self.readers.get_mysql_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        } else {
            let pool = self.readers.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        };
        let idle = u32::try_from(idle).unwrap_or(u32::MAX);
        PoolUse {
            in_use: size.saturating_sub(idle),
            idle,
            most,
        }
    }

    /// Runs `work` in one transaction and returns after its commit is durable. It runs to its end once it is handed over,
    /// even when the caller goes away: a connection whose transaction is dropped on the way may go back to the pool with
    /// it still open. `work` must not wait for anything but the database.
    ///
    /// # Errors
    /// What `work` returned (its writes are then undone), or the database's own error.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
        F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        if let Some(writer) = &self.writer {
            return writer.run(work).await;
        }
        let written = self
            .writes
            .spawn(write_alone(self.readers.clone(), self.hearer.clone(), work).in_current_span());
        // A panic of the work, or the end of the process around it.
        written.await.map_err(|_| writer::lost())?
    }

    /// Waits until no write is in hand, also none whose caller went away.
    ///
    /// # Errors
    /// The database's own.
    pub async fn idle(&self) -> Result<(), DbErr> {
        if let Some(writer) = &self.writer {
            // Behind all that wait for the one writer.
            return writer.run(|_| Box::pin(async { Ok(()) })).await;
        }
        while !self.writes.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

/// One piece of work in a transaction of its own.
async fn write_alone<T, E, F>(pool: DatabaseConnection, hearer: Hearer, work: F) -> Result<T, E>
where
    E: From<DbErr>,
    F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<T, E>>,
{
    let transaction = pool.begin().await?;
    let (result, changes) = after_commit::noting(work(&transaction)).await;
    match result {
        Ok(value) => {
            fault::point("writer.before_commit");
            transaction.commit().await?;
            fault::point("writer.after_commit");
            hearer.tell(changes);
            Ok(value)
        }
        Err(error) => {
            transaction.rollback().await?;
            Err(error)
        }
    }
}

/// One connection that commits durably: every commit reaches the disk before it is answered.
async fn sqlite_writer(uri: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(uri);
    options.min_connections(1).max_connections(1).sqlx_logging(false);
    unswept(&mut options);
    let connection = sea_orm::Database::connect(options).await?;
    let wait_ms = LOCK_WAIT_SECS * 1000;
    connection
        .execute_unprepared(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = {wait_ms};"
        ))
        .await?;
    Ok(connection)
}

/// No pool of ours has its idle connections swept: `sqlx` counts them past zero for a moment when two take and give one back
/// at once, and a sweep that reads the count then spins without end. A connection that died is found when it is taken.
pub fn unswept(options: &mut ConnectOptions) {
    options.idle_timeout(None).max_lifetime(None);
}

/// A pool like the one that Loco opened, [`unswept`].
fn sqlite_readers(loco: &DatabaseConnection) -> DatabaseConnection {
    let pool = loco.get_sqlite_connection_pool();
    let options = pool.options().clone().idle_timeout(None).max_lifetime(None);
    SqlxSqliteConnector::from_sqlx_sqlite_pool(options.connect_lazy_with((*pool.connect_options()).clone()))
}

/// A pool like the one that Loco opened, [`unswept`], each of its connections set up as our writes need it.
fn mysql(loco: &DatabaseConnection) -> DatabaseConnection {
    let pool = loco.get_mysql_connection_pool();
    let options = pool.options().clone().idle_timeout(None).max_lifetime(None);
    let options = options.after_connect(|connection, _| {
        Box::pin(async move {
            // What was committed while a write waited for a lock must be seen after it.
            connection
                .execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
                .await?;
            let wait = sea_orm::sqlx::query("SET SESSION innodb_lock_wait_timeout = ?").bind(LOCK_WAIT_SECS);
            connection.execute(wait).await?;
            Ok(())
        })
    });
    // `sqlx` gives a statement up by a word that has no answer, and its sockets wait with the next one until that was
    // acknowledged: 40 ms for each. So none is given up while somebody waits, but all together between two uses.
    let options = options.after_release(|connection, _| {
        Box::pin(async move {
            if connection.cached_statements_size() > STATEMENTS_KEPT {
                connection.clear_cached_statements().await?;
                connection.ping().await?;
            }
            Ok(true)
        })
    });
    let connect = (*pool.connect_options()).clone();
    SqlxMySqlConnector::from_sqlx_mysql_pool(
        options.connect_lazy_with(connect.statement_cache_capacity(STATEMENTS_AT_ONCE)),
    )
}
