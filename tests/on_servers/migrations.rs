//! The schema on a server that several processes reach at one moment.

use futures::future::join_all;
use migration::{Migrator, MigratorTrait};
use sea_orm::{Database, DbErr};

use crate::support::servers::PrivateServers;

#[tokio::test]
async fn processes_that_start_at_one_moment_make_the_schema_once() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let address = servers.variable("DATABASE_URL");
    let starts = (0..8).map(|_| async {
        let pool = Database::connect(&address).await?;
        Migrator::up(&pool, None).await?;
        pool.close().await
    });
    let ended: Vec<Result<(), DbErr>> = join_all(starts).await;
    assert!(ended.iter().all(Result::is_ok), "{ended:?}");
}
