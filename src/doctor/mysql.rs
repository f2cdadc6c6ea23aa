//! What the program needs of MySQL and MariaDB, as its own connections have it.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement};

use super::clock::Clocks;
use super::finding::Finding;

pub(super) async fn look(clocks: &mut Clocks, db: &DatabaseConnection) -> Result<Vec<Finding>, DbErr> {
    let version: String = ask(db, "SELECT VERSION()").await?;
    let now: DateTime<Utc> = ask(db, "SELECT UTC_TIMESTAMP(6)").await?;
    clocks.note("database", now);
    // MySQL and MariaDB name it differently.
    let isolation = "SELECT VARIABLE_VALUE FROM information_schema.SESSION_VARIABLES \
                     WHERE VARIABLE_NAME IN ('TX_ISOLATION', 'TRANSACTION_ISOLATION') LIMIT 1";
    let isolation: String = match ask(db, isolation).await {
        Ok(isolation) => isolation,
        Err(_) => ask(db, "SELECT @@transaction_isolation").await?,
    };
    let zone: String = ask(db, "SELECT @@session.time_zone").await?;
    let letters: String = ask(db, "SELECT @@character_set_database").await?;
    // A claim that is forgotten after a crash may be sent again.
    let flushed: String = ask(db, "SELECT CAST(@@innodb_flush_log_at_trx_commit AS CHAR)").await?;
    let logged: String = ask(db, "SELECT CAST(IF(@@log_bin, @@sync_binlog, 1) AS CHAR)").await?;
    Ok(vec![
        version_is(&version),
        must_be("doctor-mysql-isolation", &isolation, "READ-COMMITTED"),
        must_be("doctor-mysql-zone", &zone, "+00:00"),
        must_be("doctor-mysql-letters", &letters, "utf8mb4"),
        must_be("doctor-mysql-flushed", &flushed, "1"),
        must_be("doctor-mysql-logged", &logged, "1"),
    ])
}

async fn ask<T: sea_orm::TryGetable>(db: &DatabaseConnection, question: &str) -> Result<T, DbErr> {
    let row = db
        .query_one_raw(Statement::from_string(DatabaseBackend::MySql, question))
        .await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(question.to_owned()))?;
    row.try_get_by_index(0)
}

/// MySQL 8, MariaDB 10.11.
fn version_is(version: &str) -> Finding {
    let least: (u32, u32) = if version.contains("MariaDB") { (10, 11) } else { (8, 0) };
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or_default());
    let has = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let finding = if has >= least {
        Finding::ok("database", "doctor-mysql-version")
    } else {
        Finding::fail("database", "doctor-mysql-old")
    };
    finding.with("version", version)
}

fn must_be(key: &'static str, is: &str, right: &'static str) -> Finding {
    let finding = if is == right {
        Finding::ok("database", key)
    } else {
        Finding::fail("database", key)
    };
    finding.with("is", is).with("right", right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    #[test]
    fn a_server_older_than_we_test_on_is_refused() {
        for (version, level) in [
            ("8.4.2", Level::Ok),
            ("8.0.36-0ubuntu0.22.04.1", Level::Ok),
            ("5.7.44", Level::Fail),
            ("10.11.6-MariaDB-0+deb12u1", Level::Ok),
            ("11.4.2-MariaDB", Level::Ok),
            ("10.6.12-MariaDB", Level::Fail),
        ] {
            assert_eq!(version_is(version).level, level, "{version}");
        }
    }
}
