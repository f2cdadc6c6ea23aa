//! The desk's lists on a server: each is read by its index, and what two do at once is seen by the second.

use naru::desk::order::{Order, Place};
use naru::desk::{approval_list, mismatches, reviews, walk};
use naru::ids::UserId;
use naru::models::mismatches::{Column, Entity};
use naru::verify::Bank;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, EntityTrait, QueryFilter, QueryTrait,
    Statement, TransactionTrait,
};
use uuid::Uuid;

use crate::cs::rows::{korean, original};
use crate::support::app::{self, TestApp};
use crate::support::servers::PrivateServers;

/// Beside which a page is little.
const MANY: usize = 20_000;

async fn on(servers: &PrivateServers) -> TestApp {
    let wish = app::wish().without_workers().with_a_stopped_clock();
    wish.on_database(servers.variable("DATABASE_URL")).start().await
}

/// What the server says of a query: the index, and what else it does.
async fn plan_of(db: &DatabaseConnection, query: Statement) -> (String, String) {
    let explain = Statement {
        sql: format!("EXPLAIN {}", query.sql),
        ..query
    };
    let row = db.query_one_raw(explain).await.unwrap().expect("a plan");
    let column = |name| row.try_get::<Option<String>>("", name).unwrap().unwrap_or_default();
    (column("key"), column("Extra"))
}

/// Asks and endpoints, most of them over and well.
async fn fill(app: &TestApp) {
    let asked = "(id, payment_id, waiting_payment_id, state, amount_won, description, asker_id, reason, created_at)";
    let number = "UNHEX(LPAD(HEX(seq), 32, '0'))";
    app.sql(&format!(
        "INSERT INTO refund_approvals {asked} SELECT {number}, {number}, IF(seq % 4, NULL, {number}), \
         IF(seq % 4, 'approved', 'waiting'), seq * 7919 % 100000, 'x', {number}, 'x', \
         '2026-11-01' + INTERVAL seq MINUTE FROM seq_1_to_{MANY}"
    ))
    .await;
    app.sql("ANALYZE TABLE refund_approvals").await;
}

#[tokio::test]
async fn each_order_of_what_waits_for_a_second_person_has_its_index_on_the_server_too() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let app = on(&servers).await;
    fill(&app).await;
    let place = |order| Place::of(order, korean(10, 0), 50_000, Uuid::now_v7());
    for (order, column) in [
        (Order::Oldest, "created_at"),
        (Order::Newest, "created_at"),
        (Order::Largest, "amount_won"),
    ] {
        for after in [None, Some(place(order))] {
            let query = approval_list::page(order, after, 50).build(DatabaseBackend::MySql);
            let (key, extra) = plan_of(app.services.db.read(), query).await;
            assert_eq!(
                key,
                format!("ix_refund_approvals_state_{column}_id"),
                "{order:?} {after:?}"
            );
            assert!(!extra.contains("filesort"), "{order:?} {after:?}: {extra}");
        }
    }
    let query = reviews::failing_endpoints(Some(place(Order::Largest)), 50).build(DatabaseBackend::MySql);
    let (key, extra) = plan_of(app.services.db.read(), query).await;
    assert_eq!(key, "ix_webhook_endpoints_status_failures_id");
    assert!(!extra.contains("filesort"), "{extra}");
}

async fn walk_all(app: &TestApp) {
    while walk::progress(&app.services).await.unwrap().ended_at.is_none() {
        walk::step(&app.services, &Bank::NoControl).await.unwrap();
    }
}

/// A person closes the mismatch as it was, at the moment at which the walk finds that it says something else by now.
#[tokio::test]
async fn what_changes_while_a_person_closes_it_is_open_afterwards() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let app = on(&servers).await;
    original(&app).await;
    app.sql("UPDATE transfers SET failure_code = 'not_sent'").await;
    walk_all(&app).await;
    app.sql("UPDATE mismatches SET detail = 'as it was'").await;
    app.clock.advance(chrono::TimeDelta::hours(25));

    let other = Database::connect(app.database_uri()).await.expect("it answers");
    let closing = other.begin().await.unwrap();
    let (now, who) = (app.services.clock.now(), UserId::new());
    Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(now))
        .col_expr(Column::ClosedBy, Expr::value(who.0))
        .filter(Column::ClosedAt.is_null())
        .exec(&closing)
        .await
        .unwrap();
    let walking = walk::step(&app.services, &Bank::NoControl);
    let commit = async {
        // The walk, for whoever closes it.
        app.until_somebody_waits_for_a_lock().await;
        closing.commit().await.unwrap();
    };
    let (walked, ()) = tokio::join!(walking, commit);
    assert_eq!(walked.unwrap(), Some(1));
    let open = mismatches::open(None, 10).all(app.services.db.read()).await.unwrap();
    assert_eq!(open.len(), 1, "it says something else than what was closed");
    assert_ne!(open[0].detail, "as it was");
}
