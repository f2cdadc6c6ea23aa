//! The hours of the overview: whatever was counted when, and whatever changed meanwhile, the figures are those of the rows.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use migration::{Migrator, MigratorTrait};
use naru::desk::figures::{self, Cell, Period};
use naru::models::kinds::{FailureCode, TransferKind, TransferState};
use naru::models::overview_hours;
use naru::models::transfers::Model;
use naru::services::Services;
use naru::transfers::correct::{Correction, Decision, correct};
use naru::transfers::hours::{self, hour_of};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryTrait,
    Statement,
};

use super::rows::{copy, korean, original};
use crate::support::app::{self, TestApp};

type Key = (i64, TransferKind, TransferState, Option<FailureCode>);

/// The rows of a period, counted one by one.
async fn by_hand(app: &TestApp, period: Period) -> BTreeMap<String, (i64, i64)> {
    let mut counted = BTreeMap::new();
    for row in app.every_transfer().await {
        if (period.from..period.to).contains(&row.created_at) {
            let key: Key = (hour_of(row.created_at), row.kind, row.state, row.failure_code);
            let sums: &mut (i64, i64) = counted.entry(format!("{key:?}")).or_default();
            *sums = (sums.0 + 1, sums.1 + row.amount_won);
        }
    }
    counted
}

fn of(cells: &[Cell]) -> BTreeMap<String, (i64, i64)> {
    let key = |cell: &Cell| -> Key { (cell.hour, cell.kind, cell.state, cell.failure) };
    let row = |cell: &Cell| (format!("{:?}", key(cell)), (cell.transfers, cell.won));
    cells.iter().map(row).collect()
}

async fn expect_exact(app: &TestApp, present: Period, previous: Period) {
    let read = figures::read(app.services.db.read(), present, previous).await.unwrap();
    assert_eq!(of(&read.present), by_hand(app, present).await);
    assert_eq!(of(&read.previous), by_hand(app, previous).await);
}

/// Six days until a moment, and the same a week before: they share no hour.
fn week_until(to: DateTime<Utc>) -> [Period; 2] {
    let from = to - TimeDelta::days(6);
    let week = TimeDelta::days(7);
    let previous = Period {
        from: from - week,
        to: to - week,
    };
    [Period { from, to }, previous]
}

/// Some hundred transfers of two weeks, of all kinds and states, some of them at the very border of an hour.
async fn fill(app: &TestApp, from: DateTime<Utc>) -> Vec<Model> {
    let original = original(app).await;
    let mut rows = Vec::new();
    for number in 0..150_i64 {
        let at = from + TimeDelta::minutes(number * 137 % (14 * 24 * 60));
        let at = if number % 5 == 0 {
            hours::begin_of(hour_of(at))
        } else {
            at
        };
        let state = TransferState::ALL[usize::try_from(number % 8).unwrap()];
        let row = copy(app, &original, |row| {
            row.kind = if number % 3 == 0 {
                TransferKind::Refund
            } else {
                TransferKind::Payment
            };
            row.state = state;
            row.failure_code =
                (state == TransferState::Failed).then_some(FailureCode::ALL[usize::try_from(number % 7).unwrap()]);
            row.amount_won = 1_000 + number;
            row.created_at = at;
            row.updated_at = at;
        });
        rows.push(row.await);
    }
    rows
}

async fn counted(app: &TestApp) -> u64 {
    let counted = overview_hours::Entity::find().filter(overview_hours::Column::CountedAt.is_not_null());
    counted.count(app.services.db.read()).await.unwrap()
}

/// A person decides that a review succeeded.
async fn decide(app: &TestApp, row: &Model) {
    let correction = Correction {
        transfer_id: row.id,
        version: row.version,
        decision: Decision::Succeeded,
        reason: "고객 문의".to_owned(),
        evidence: "거래내역".to_owned(),
        staff: naru::ids::UserId::new(),
    };
    correct(&app.services, correction).await.expect("it is corrected");
}

#[tokio::test]
async fn figures_are_exact_before_while_and_after_hours_are_counted() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let now = app.services.clock.now();
    fill(&app, now - TimeDelta::days(14)).await;
    let [present, previous] = week_until(now);
    expect_exact(&app, present, previous).await;
    // A turn counts some of them.
    assert_eq!(hours::keep(&app.services).await.unwrap(), hours::AT_ONCE);
    app.clock.advance(hours::SETTLES);
    hours::keep(&app.services).await.unwrap();
    assert_eq!(counted(&app).await, hours::AT_ONCE as u64);
    expect_exact(&app, present, previous).await;
    hours::count_all(&app.services).await.unwrap();
    assert!(counted(&app).await > 300);
    expect_exact(&app, present, previous).await;
    // Ranges that begin and end within an hour.
    for minutes in [1, 59, 61, 24 * 60 + 17] {
        let [present, previous] = week_until(now - TimeDelta::minutes(minutes));
        expect_exact(&app, present, previous).await;
    }
}

#[tokio::test]
async fn a_late_change_is_counted_whenever_it_comes() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let now = app.services.clock.now();
    let rows = fill(&app, now - TimeDelta::days(14)).await;
    let [present, previous] = week_until(now);
    hours::count_all(&app.services).await.unwrap();
    let all = counted(&app).await;
    let reviews: Vec<&Model> = rows
        .iter()
        .filter(|row| row.state == TransferState::NeedsReview && row.kind == TransferKind::Payment)
        .collect();
    decide(&app, reviews[0]).await;
    assert_eq!(counted(&app).await, all - 1, "its hour is counted again");
    expect_exact(&app, present, previous).await;

    // Announced, and changed before it is counted.
    assert_eq!(hours::announce(&app.services, 1_000).await.unwrap(), 1);
    let again = app.every_transfer().await;
    let again = again.iter().find(|row| row.id == reviews[0].id).unwrap();
    let back = Correction {
        transfer_id: again.id,
        version: again.version,
        decision: Decision::Failed(FailureCode::BankRefused),
        reason: "고객 문의".to_owned(),
        evidence: "거래내역".to_owned(),
        staff: naru::ids::UserId::new(),
    };
    correct(&app.services, back).await.expect("it is corrected");
    assert_eq!(
        hours::count(&app.services, app.services.clock.now(), 1_000)
            .await
            .unwrap(),
        0
    );
    expect_exact(&app, present, previous).await;
    hours::count_all(&app.services).await.unwrap();
    assert_eq!(counted(&app).await, all);
    expect_exact(&app, present, previous).await;
}

#[tokio::test]
async fn hours_that_are_counted_while_people_decide_end_up_exact() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let now = app.services.clock.now();
    let rows = fill(&app, now - TimeDelta::days(14)).await;
    let other = app.services_of_a_new_process().await;
    let [present, previous] = week_until(now);
    let deciding = async {
        for row in rows
            .iter()
            .filter(|row| row.state == TransferState::NeedsReview && row.kind == TransferKind::Payment)
        {
            decide(&app, row).await;
        }
    };
    // What was begun before the announcement has ended.
    while hours::announce(&app.services, hours::AT_ONCE).await.unwrap() > 0 {}
    let counting = async |services: &Services| {
        while hours::count(services, services.clock.now(), hours::AT_ONCE)
            .await
            .unwrap()
            > 0
        {}
    };
    tokio::join!(deciding, counting(&app.services), counting(&other));
    expect_exact(&app, present, previous).await;
    hours::count_all(&app.services).await.unwrap();
    expect_exact(&app, present, previous).await;
    hours::forget(&app.services).await.unwrap();
    assert_eq!(counted(&app).await, 0);
    expect_exact(&app, present, previous).await;
}

#[tokio::test]
async fn a_payment_that_ends_at_once_touches_no_hour() {
    let app = app::start().await;
    original(&app).await;
    app.settled().await;
    assert_eq!(
        overview_hours::Entity::find()
            .count(app.services.db.read())
            .await
            .unwrap(),
        0
    );
    assert_eq!(hours::keep(&app.services).await.unwrap(), 0, "its hour is not over");
}

async fn plan_of(db: &impl ConnectionTrait, query: Statement) -> String {
    let query = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let rows = db.query_all_raw(query).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    lines.join("; ")
}

#[tokio::test]
async fn no_query_of_the_overview_looks_at_more_than_its_range() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let [present, previous] = week_until(korean(26, 90));
    let stretch = Period {
        from: present.to - TimeDelta::hours(2),
        to: present.to,
    };
    for query in [
        figures::counted_hours(present, previous).build(DatabaseBackend::Sqlite),
        figures::totals(present, previous).build(DatabaseBackend::Sqlite),
        figures::uncounted_transfers(&[stretch]).build(DatabaseBackend::Sqlite),
        figures::uncounted_transfers(&[stretch, previous]).build(DatabaseBackend::Sqlite),
        naru::desk::reviews::by_state().build(DatabaseBackend::Sqlite),
    ] {
        let plan = plan_of(&db, query).await;
        assert!(!plan.contains("SCAN ") && plan.contains("SEARCH "), "{plan}");
    }
}
