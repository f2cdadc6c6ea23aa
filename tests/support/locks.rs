//! Waiting until one transaction waits for another.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::app::{TestApp, eventually};

impl TestApp {
    /// On MySQL, until a transaction waits for a row; on SQLite whoever writes waits for its turn anyway.
    pub async fn until_somebody_waits_for_a_lock(&self) {
        if self.services.db.read().get_database_backend() == DatabaseBackend::MySql {
            eventually("somebody waits for a lock", || self.somebody_waits_for_a_lock()).await;
        }
    }

    async fn somebody_waits_for_a_lock(&self) -> bool {
        // InnoDB looks again only when this table was not read for a tenth of a second.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let query = "SELECT COUNT(*) FROM information_schema.INNODB_TRX t
            JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
            WHERE p.DB = DATABASE() AND t.trx_state = 'LOCK WAIT'";
        let db = self.services.db.read();
        let row = db
            .query_one_raw(Statement::from_string(DatabaseBackend::MySql, query))
            .await;
        row.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap() > 0
    }
}
