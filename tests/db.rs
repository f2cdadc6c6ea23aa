//! The one way to write: what shares a commit stands or falls together, and everybody is told which.

use futures::future::join_all;
use naru::db::{Database, LOCK_WAIT_SECS};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use crate::support::app;

async fn write(db: &Database, sql: &'static str) -> Result<(), DbErr> {
    db.write(move |tx| Box::pin(async move { tx.execute_unprepared(sql).await.map(|_| ()) }))
        .await
}

async fn notes(db: &Database) -> i64 {
    let query = Statement::from_string(DatabaseBackend::Sqlite, "SELECT COUNT(*) FROM note");
    let row = db.read().query_one_raw(query).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_write_waits_five_seconds_for_a_lock_and_sees_what_was_committed_meanwhile() {
    let app = app::wish().without_workers().start().await;
    let backend = app.services.db.read().get_database_backend();
    let questions: [(&str, &str); 2] = match backend {
        DatabaseBackend::MySql => [
            ("SHOW VARIABLES LIKE 'innodb_lock_wait_timeout'", "5"),
            // MySQL and MariaDB name it differently.
            (
                "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')",
                "READ-COMMITTED",
            ),
        ],
        _ => [
            (
                "SELECT 'timeout', CAST(timeout AS TEXT) FROM pragma_busy_timeout",
                "5000",
            ),
            // FULL: what is committed is on the disk.
            (
                "SELECT 'synchronous', CAST(synchronous AS TEXT) FROM pragma_synchronous",
                "2",
            ),
        ],
    };
    assert_eq!(LOCK_WAIT_SECS, 5);
    // At once, so that on MySQL they are on several connections.
    let answers = (0..4).map(async |_| {
        for (question, right) in questions {
            let asked = app.services.db.write(move |tx| {
                Box::pin(async move {
                    let row = tx.query_one_raw(Statement::from_string(backend, question)).await?;
                    row.expect("a row").try_get_by_index::<String>(1)
                })
            });
            assert_eq!(asked.await.unwrap(), right, "{question}");
        }
    });
    join_all(answers).await;
}

#[tokio::test]
async fn what_is_logged_within_a_write_belongs_to_the_work_that_asked_for_it() {
    let _heard = tracing::subscriber::set_default(tracing_subscriber::registry());
    let app = app::wish().without_workers().start().await;
    let write = app
        .services
        .db
        .write(|_| Box::pin(async { Ok::<_, DbErr>(Span::current().metadata().map(tracing::Metadata::name)) }));
    let within = write.instrument(tracing::error_span!("the work")).await;
    assert_eq!(within.unwrap(), Some("the work"));
}

#[tokio::test]
async fn c48_a_commit_that_the_database_refuses_is_told_to_all_who_share_it_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("sqlite://{}?mode=rwc", folder.path().join("db.sqlite").display());
    let db = Database::open(sea_orm::Database::connect(&uri).await.unwrap(), &uri)
        .await
        .unwrap();
    // A foreign key that is looked at when all is written: the COMMIT itself is refused.
    for table in [
        "CREATE TABLE note (text TEXT)",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (parent INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED)",
    ] {
        write(&db, table).await.unwrap();
    }
    // While one is written the next two wait, and then share a commit.
    let (release, released) = oneshot::channel::<()>();
    let (begun, begins) = oneshot::channel::<()>();
    let first = tokio::spawn({
        let db = db.clone();
        async move {
            db.write(|_| {
                Box::pin(async move {
                    begun.send(()).expect("the test waits");
                    drop(released.await);
                    Ok::<_, DbErr>(())
                })
            })
            .await
        }
    });
    begins.await.unwrap();
    let wrong = write(&db, "INSERT INTO child VALUES (1)");
    let right = write(&db, "INSERT INTO note VALUES ('a')");
    let release = async {
        // The others are in the line: this is polled after them.
        release.send(()).unwrap();
    };
    let (first, wrong, right, ()) = tokio::join!(first, wrong, right, release);
    first.unwrap().unwrap();
    assert!(wrong.is_err() && right.is_err(), "{wrong:?} {right:?}");
    assert_eq!(notes(&db).await, 0);
    write(&db, "INSERT INTO note VALUES ('a')").await.unwrap();
    assert_eq!(notes(&db).await, 1);
}
