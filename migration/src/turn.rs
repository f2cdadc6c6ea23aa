//! Processes that start at one moment make the schema one after the other: the second finds it made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseExecutor, DatabaseTransaction, Statement, TransactionTrait,
};

/// Longer than another process takes, but where it fills a column of many millions of rows: whoever waits then says so.
const PATIENCE_SECS: u16 = 300;
/// Of this database; the server's other ones migrate beside it.
const NAME: &str = "CONCAT('naru.migrate.', MD5(DATABASE()))";

/// Takes the server's named lock, where it has such: MySQL and MariaDB. It belongs to the connection of the transaction,
/// so a process that dies gives it back. SQLite serves one process.
pub async fn take(db: &DatabaseExecutor<'_>) -> Result<Option<DatabaseTransaction>, DbErr> {
    let DatabaseExecutor::Connection(pool) = db else {
        return Ok(None);
    };
    if pool.get_database_backend() != DatabaseBackend::MySql {
        return Ok(None);
    }
    let turn = pool.begin().await?;
    let taken = ask(&turn, &format!("SELECT GET_LOCK({NAME}, {PATIENCE_SECS})")).await?;
    if taken == Some(1) {
        return Ok(Some(turn));
    }
    let busy =
        format!("another process has been changing the schema for {PATIENCE_SECS} s; look at it, then start again");
    Err(DbErr::Migration(busy))
}

/// Lets the next process have its turn.
pub async fn give_back(turn: DatabaseTransaction) -> Result<(), DbErr> {
    ask(&turn, &format!("SELECT RELEASE_LOCK({NAME})")).await?;
    turn.rollback().await
}

async fn ask(turn: &DatabaseTransaction, question: &str) -> Result<Option<i64>, DbErr> {
    let question = Statement::from_string(DatabaseBackend::MySql, question);
    match turn.query_one_raw(question).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(None),
    }
}
