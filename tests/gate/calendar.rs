//! The windows that a process knows: what was read first is never stored last.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::poll;
use naru::desk::bank_windows;
use naru::models::bank_windows as rows;
use naru::models::kinds::WindowKind;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult, Statement};
use tokio::sync::Notify;

use super::windows::an_hour;
use crate::support::app;

/// The real connection, whose rows are on their way until they may arrive.
struct Slow<'a> {
    db: &'a DatabaseConnection,
    asked: AtomicUsize,
    has_read: Notify,
    may_arrive: Notify,
}

impl<'a> Slow<'a> {
    fn new(db: &'a DatabaseConnection) -> Self {
        Self {
            db,
            asked: AtomicUsize::new(0),
            has_read: Notify::new(),
            may_arrive: Notify::new(),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Slow<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let rows = self.db.query_all_raw(statement).await;
        self.has_read.notify_one();
        self.may_arrive.notified().await;
        rows
    }
}

#[tokio::test]
async fn a_reading_waits_for_the_one_before_which_may_know_less() {
    let app = app::wish().without_workers().start().await;
    let (services, db) = (&app.services, app.services.db.read());
    let window = an_hour(WindowKind::Once, services.clock.now());
    bank_windows::enter(services, window).await.unwrap();
    let (first, second) = (Slow::new(db), Slow::new(db));
    let mut reading = pin!(services.calendar.refresh(&first));
    tokio::select! {
        _ = &mut reading => unreachable!("its rows have not arrived"),
        () = first.has_read.notified() => {}
    }
    rows::Entity::delete_many().exec(db).await.unwrap();
    let mut next = pin!(services.calendar.refresh(&second));
    assert!(poll!(&mut next).is_pending());
    assert_eq!(second.asked.load(Ordering::SeqCst), 0, "it overtakes the one before");
    first.may_arrive.notify_one();
    second.may_arrive.notify_one();
    let (reading, next) = tokio::join!(reading, next);
    assert!(reading.is_ok() && next.is_ok());
    assert_eq!(services.calendar.money_waits_until(), None);
}
