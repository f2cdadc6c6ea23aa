//! A database of its own, with the schema in it, for each test on a MySQL or MariaDB server, where one is named. The schema is
//! made once for each build of the tests on a server, and copied: one statement a table instead of each step's.

use std::fmt::Write as _;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use uuid::Uuid;

use super::sqlite::build;

/// `mysql://user:password@host:port`, without a database. Unset: tests run on SQLite.
const SERVER: &str = "NARU_TEST_MYSQL";
/// The table that says that a schema is whole, and how to copy it.
const COPY: &str = "the_copy";

/// Makes a new database and answers with its address.
pub async fn database() -> Option<String> {
    let server = std::env::var(SERVER).ok()?;
    let copy = how_to_copy(&server).await;
    let name = format!("naru_test_{}", Uuid::new_v4().simple());
    let connection = connect(&server, "").await;
    run(&connection, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
    connection.close().await.expect("a connection can be closed");
    let connection = connect(&server, &name).await;
    run(&connection, &copy).await;
    connection.close().await.expect("a connection can be closed");
    Some(format!("{server}/{name}"))
}

/// The statements that make a copy of the schema in the database that they run in.
async fn how_to_copy(server: &str) -> String {
    let schema = format!("naru_schema_{}", build());
    let connection = connect(server, "").await;
    // A lock of the connection's: who dies gives it back.
    let turn = connection.begin().await.expect("a transaction");
    text(&turn, &format!("SELECT CAST(GET_LOCK('{schema}', 120) AS CHAR)")).await;
    let found = format!(
        "SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.tables \
         WHERE table_schema = '{schema}' AND table_name = '{COPY}'"
    );
    if text(&turn, &found).await == "0" {
        make(server, &schema).await;
    }
    let copy = text(&turn, &format!("SELECT statements FROM {schema}.{COPY}")).await;
    turn.rollback().await.expect("nothing was changed");
    connection.close().await.expect("a connection can be closed");
    copy
}

async fn make(server: &str, schema: &str) {
    let connection = connect(server, "").await;
    run(&connection, &format!("DROP DATABASE IF EXISTS {schema}")).await;
    run(&connection, &format!("CREATE DATABASE {schema} CHARACTER SET utf8mb4")).await;
    connection.close().await.expect("a connection can be closed");
    let connection = connect(server, schema).await;
    Migrator::up(&connection, None).await.expect("the schema");
    let mut copy = String::from("SET SESSION foreign_key_checks = 0;");
    let transaction = connection.begin().await.expect("a transaction");
    for table in texts(&transaction, "SHOW TABLES", 0).await {
        let made = texts(&transaction, &format!("SHOW CREATE TABLE {table}"), 1).await;
        write!(copy, "{};", made[0]).expect("text");
        if text(&transaction, &format!("SELECT CAST(COUNT(*) AS CHAR) FROM {table}")).await != "0" {
            write!(copy, "INSERT INTO {table} SELECT * FROM {schema}.{table};").expect("text");
        }
    }
    transaction.rollback().await.expect("nothing was changed");
    let copy = copy.replace('\\', "\\\\").replace('\'', "''");
    run(
        &connection,
        &format!("CREATE TABLE {COPY} SELECT '{copy}' AS statements"),
    )
    .await;
    connection.close().await.expect("a connection can be closed");
}

async fn connect(server: &str, database: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(format!("{server}/{database}"));
    // The schema's steps are made on one while another holds their turn.
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.expect("the server answers")
}

async fn run(connection: &DatabaseConnection, statements: &str) {
    connection.execute_unprepared(statements).await.expect("it is done");
}

async fn text(connection: &DatabaseTransaction, query: &str) -> String {
    texts(connection, query, 0).await.remove(0)
}

async fn texts(connection: &DatabaseTransaction, query: &str, column: usize) -> Vec<String> {
    let query = sea_orm::Statement::from_string(sea_orm::DatabaseBackend::MySql, query);
    let rows = connection.query_all_raw(query).await.expect("an answer");
    let texts = rows.iter().map(|row| row.try_get_by_index(column));
    texts.collect::<Result<_, _>>().expect("text")
}
