//! Histories that were there before streams were get the members that they are of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use migration::{Migrator, MigratorTrait};
use naru::ids::UserId;
use naru::models::transfer_events;
use naru::transfers::execute;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait};

use crate::support::app::{self, TestApp};

/// Of each of the three events: more rows than two statements of the migration take.
const COPIES: usize = 900;
const STATEMENTS: usize = 3;
const NOBODY: &str = "x'00000000000000000000000000000000'";

/// A member with a payment and its three events.
async fn paid(app: &TestApp) -> UserId {
    let home = app.home("minji@example.test").await;
    home.pay("order-1").await;
    let payment = app.only_transfer().await;
    execute::execute(&app.services, payment.id).await.expect("it is paid");
    home.member
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.expect("it is done");
}

/// As many events as need more than one statement, from before the step.
async fn fill(db: &DatabaseConnection) {
    let id = match db.get_database_backend() {
        DbBackend::Sqlite => "randomblob(16)",
        _ => "UNHEX(MD5(CONCAT(HEX(id), seq)))",
    };
    run(
        db,
        &format!(
            "INSERT INTO transfer_events (id, transfer_id, version, at, event_type, state, actor, hash) \
             WITH RECURSIVE copies (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM copies WHERE seq < {COPIES}) \
             SELECT {id}, transfer_id, version + 3 * seq, at, event_type, state, actor, hash \
             FROM transfer_events, copies"
        ),
    )
    .await;
}

#[tokio::test]
async fn events_from_before_are_given_the_member_of_their_transfer_some_at_a_time() {
    let app = app::wish().without_workers().start().await;
    let member = paid(&app).await;
    let mut db = Database::connect(app.database_uri()).await.expect("it is there");
    Migrator::down(&db, Some(1)).await.expect("back to before");
    fill(&db).await;
    let statements: Arc<AtomicUsize> = Arc::default();
    let counted = Arc::clone(&statements);
    db.set_metric_callback(move |info| {
        if info.statement.sql.starts_with("UPDATE transfer_events") {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    Migrator::up(&db, None).await.expect("and on again");
    assert_eq!(statements.load(Ordering::Relaxed), STATEMENTS);
    let events = transfer_events::Entity::find().all(&db).await.expect("they are there");
    assert_eq!(events.len(), 3 + 3 * COPIES);
    assert!(events.iter().all(|event| event.member_id == member));
}

#[tokio::test]
async fn a_step_that_was_broken_off_is_made_anew() {
    let app = app::wish().without_workers().start().await;
    let member = paid(&app).await;
    let db = Database::connect(app.database_uri()).await.expect("it is there");
    Migrator::down(&db, Some(1)).await.expect("back to before");
    // Broken off at its end: all is there but that it was done.
    let kind = match db.get_database_backend() {
        DbBackend::Sqlite => "BLOB",
        _ => "BINARY(16)",
    };
    for step in [
        format!("ALTER TABLE transfer_events ADD COLUMN member_id {kind} NOT NULL DEFAULT {NOBODY}"),
        "CREATE INDEX ix_transfer_events_member_id_id ON transfer_events (member_id, id)".to_owned(),
    ] {
        run(&db, &step).await;
    }
    Migrator::up(&db, None).await.expect("and on again");
    let events = transfer_events::Entity::find().all(&db).await.expect("they are there");
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.member_id == member), "{events:?}");
}
