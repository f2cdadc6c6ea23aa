//! A database of its own for each test on a MySQL or MariaDB server, where one is named.

use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

/// `mysql://user:password@host:port`, without a database. Unset: tests run on SQLite.
const SERVER: &str = "NARU_TEST_MYSQL";

/// Makes a new, empty database and answers with its address.
pub async fn database() -> Option<String> {
    let server = std::env::var(SERVER).ok()?;
    let name = format!("naru_test_{}", Uuid::new_v4().simple());
    let connection = Database::connect(format!("{server}/"))
        .await
        .expect("the server answers");
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"))
        .await
        .expect("a new database");
    connection.close().await.expect("a connection can be closed");
    Some(format!("{server}/{name}"))
}
