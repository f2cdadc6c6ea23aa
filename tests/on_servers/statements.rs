//! Prepared statements on MariaDB: giving one up costs whoever waits behind it forty milliseconds.

use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement, TransactionTrait};

use super::plans_rows::ask;
use crate::support::app::{self, eventually};
use crate::support::servers::PrivateServers;

/// More than a connection keeps.
const STATEMENTS: usize = 250;

async fn count<C: ConnectionTrait>(db: &C, variable: &str) -> usize {
    let rows = ask(db, &format!("SHOW STATUS LIKE '{variable}'")).await;
    let value: String = rows[0].try_get_by_index(1).expect("a value");
    value.parse().expect("a number")
}

#[tokio::test]
async fn none_is_given_up_while_its_connection_is_in_use_and_few_are_kept_afterwards() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let server = Database::connect(servers.variable("DATABASE_URL"))
        .await
        .expect("it answers");
    let wish = app::wish().on_database(servers.variable("DATABASE_URL"));
    let app = wish.without_workers().start().await;
    let held = app.services.db.read().begin().await.unwrap();
    let given_up = count(&held, "Com_stmt_close").await;
    for number in 0..STATEMENTS {
        let sql = format!("SELECT {number} + ?");
        let statement = Statement::from_sql_and_values(DatabaseBackend::MySql, sql, [1.into()]);
        held.query_one_raw(statement).await.expect("it answers");
    }
    assert_eq!(
        count(&held, "Com_stmt_close").await,
        given_up,
        "statements were given up"
    );
    assert!(count(&server, "Prepared_stmt_count").await >= STATEMENTS);
    held.rollback().await.unwrap();
    eventually("they are given up", || async {
        count(&server, "Prepared_stmt_count").await < STATEMENTS
    })
    .await;
}
