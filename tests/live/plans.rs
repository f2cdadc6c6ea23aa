//! What a stream missed is read along an index, whoever asks.

use std::sync::{Arc, Mutex, PoisonError};

use migration::{Migrator, MigratorTrait};
use naru::ids::{EventId, TransferId, UserId};
use naru::notifications::live::audience::Audience;
use naru::notifications::live::missed;
use naru::notifications::live::position::{Brought, Position};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

/// How the last question to the histories is gone about.
async fn last_plan(db: &DatabaseConnection, queries: &Mutex<Vec<Statement>>) -> String {
    let asked = std::mem::take(&mut *queries.lock().unwrap_or_else(PoisonError::into_inner));
    let asked = asked
        .into_iter()
        .rfind(|query| query.sql.contains("transfer_events"))
        .unwrap();
    let explained = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", asked.sql),
        ..asked
    };
    let rows = db.query_all_raw(explained).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    plan.join("; ")
}

#[tokio::test]
async fn what_a_stream_missed_is_read_along_an_index_for_everybody() {
    let mut db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let queries: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let heard = Arc::clone(&queries);
    db.set_metric_callback(move |info| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(info.statement.clone());
    });
    let of_payment = Audience::Payment(TransferId::new());
    for (audience, index) in [
        (
            Audience::Member(UserId::new()),
            "ix_transfer_events_member_id_id (member_id=? AND id>?)",
        ),
        (Audience::Desk, "sqlite_autoindex_transfer_events_1 (id>?)"),
        (of_payment, "uq_transfer_events_transfer_id_version (transfer_id=?)"),
    ] {
        missed::begin(&db, audience).await.unwrap();
        let plan = last_plan(&db, &queries).await;
        assert!(plan.contains(index), "{audience:?}: {plan}");
        assert!(!plan.contains("SCAN"), "{audience:?}: {plan}");
    }
    // And the rows that say nobody's id.
    let place = Brought::parse(&Position::begin(EventId::new(), []).show());
    missed::since(&db, Audience::Member(UserId::new()), place.as_ref())
        .await
        .unwrap();
    let plan = last_plan(&db, &queries).await;
    assert!(
        plan.contains("ix_transfer_events_member_id_id (member_id=? AND id>?)"),
        "{plan}"
    );
    assert!(!plan.contains("SCAN"), "{plan}");
    queries.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
