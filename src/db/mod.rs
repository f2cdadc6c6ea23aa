//! The database: readers beside one way to write. On SQLite all writes share one connection and, when many wait,
//! one commit; on MySQL each write is a transaction of its own and the server shares its log writes.

mod writer;

use futures::future::BoxFuture;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel,
    TransactionOptions, TransactionTrait,
};

use writer::Writer;

use crate::fault;

/// Both ways into the database.
#[derive(Clone)]
pub struct Database {
    readers: DatabaseConnection,
    writer: Option<Writer>,
}

impl Database {
    /// Opens the writing side beside the pool that Loco opened.
    ///
    /// # Errors
    /// When the writing connection cannot be opened.
    pub async fn open(readers: DatabaseConnection, uri: &str) -> Result<Self, DbErr> {
        let writer = match readers.get_database_backend() {
            DatabaseBackend::Sqlite => Some(Writer::start(sqlite_writer(uri).await?)),
            _ => None,
        };
        Ok(Self { readers, writer })
    }

    /// For queries that change nothing.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Runs `work` in one transaction and returns after its commit is durable. On SQLite it runs to its end once it is
    /// handed over, even when the caller goes away; elsewhere it is then undone. `work` must not wait for anything but
    /// the database.
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
        // What was committed while this one waited for a lock must be seen after it.
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::ReadCommitted),
            ..TransactionOptions::default()
        };
        let transaction = self.readers.begin_with_options(options).await?;
        let value = work(&transaction).await?;
        fault::point("writer.before_commit");
        transaction.commit().await?;
        fault::point("writer.after_commit");
        Ok(value)
    }
}

/// One connection that commits durably: every commit reaches the disk before it is answered.
async fn sqlite_writer(uri: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(uri);
    options.min_connections(1).max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await?;
    connection
        .execute_unprepared(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;",
        )
        .await?;
    Ok(connection)
}
