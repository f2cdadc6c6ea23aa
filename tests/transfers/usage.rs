//! The counters of the limits: what they hold is what the payments of the day make, whatever becomes of these.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::future::join_all;
use migration::{Migrator, MigratorTrait};
use naru::clock::{kst_date, kst_midnight};
use naru::config::LimitSettings;
use naru::ids::{MandateId, Prefix, TransferId, UserId};
use naru::models::kinds::{Actor, FailureCode, LimitScope, Mode, TransferKind, TransferState};
use naru::models::{daily_usage, mandates, members, transfers};
use naru::transfers::correct::{Correction, Decision, correct};
use naru::transfers::{TransferError, cancel, execute, policy, state, usage};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait, Iterable,
    QueryFilter, QueryTrait, Statement,
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::people::Shop;

impl TestApp {
    pub async fn only_member(&self) -> UserId {
        let rows = members::Entity::find().all(self.services.db.read()).await.unwrap();
        assert_eq!(rows.len(), 1);
        rows[0].id
    }

    /// Fails unless every counter holds what the payments of its day make.
    pub async fn counters_agree(&self) {
        let db = self.services.db.read();
        let rows = daily_usage::Entity::find().all(db).await.unwrap();
        assert!(!rows.is_empty(), "nothing was counted");
        for row in rows {
            let day = NaiveDate::parse_from_str(&row.day, "%Y%m%d").unwrap();
            let sum = usage::used(db, row.scope, row.owner_id, day).await.unwrap();
            assert_eq!(row.used_won, sum, "{row:?}");
        }
    }

    /// What the counters of a scope hold for the day of this moment; `None` where there is none.
    async fn counter(&self, scope: LimitScope) -> Option<i64> {
        let today = kst_date(self.services.clock.now()).format("%Y%m%d").to_string();
        let rows = daily_usage::Entity::find()
            .filter(daily_usage::Column::Scope.eq(scope))
            .filter(daily_usage::Column::Day.eq(today))
            .all(self.services.db.read())
            .await
            .unwrap();
        assert!(rows.len() < 2, "{rows:?}");
        rows.first().map(|row| row.used_won)
    }

    async fn counters(&self) -> [Option<i64>; 3] {
        let [mandate, member, partner] = [LimitScope::Mandate, LimitScope::Member, LimitScope::Partner];
        [
            self.counter(mandate).await,
            self.counter(member).await,
            self.counter(partner).await,
        ]
    }

    /// Daily limits of the member and the partner; the mandate has one.
    async fn limit_all(&self, won: i64) {
        for table in ["mandates", "members", "partners"] {
            self.sql(&format!("UPDATE {table} SET daily_limit_won = {won}")).await;
        }
    }

    async fn follow(&self, before: TransferState, after: transfers::Model) {
        let followed = self
            .services
            .db
            .write(move |tx| Box::pin(async move { usage::follow(tx, before, &after).await }));
        followed.await.unwrap();
    }
}

async fn pay(shop: &Shop, mandate: &str, order: &str, amount: i64) -> TransferId {
    let made = shop
        .api
        .post("/payments", order, &payment(mandate, order, amount))
        .await;
    id_of(&made.expect(202).json())
}

fn id_of(made: &Value) -> TransferId {
    TransferId(Prefix::Payment.parse(made["id"].as_str().unwrap()).unwrap())
}

async fn cancel(shop: &Shop, payment: TransferId) {
    let path = format!("/payments/{}/cancellation", Prefix::Payment.show(payment.0));
    shop.api.post(&path, "", &json!({})).await.expect(200);
}

#[tokio::test]
async fn a_payment_counts_in_every_state_in_which_its_money_may_move_or_have_moved() {
    use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
    let counting = [Queued, Executing, Succeeded, Unknown, NeedsReview];
    let free = [Failed, Canceled, Expired];
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.limit_all(1_000_000).await;
    pay(&shop, &mandate, "order-1", 1_000).await;
    let known = app.only_transfer().await;
    for before in TransferState::iter() {
        for state in TransferState::iter() {
            let was = app.counters().await;
            app.follow(before, transfers::Model { state, ..known.clone() }).await;
            let refund = transfers::Model {
                state,
                kind: TransferKind::Refund,
                ..known.clone()
            };
            app.follow(before, refund).await;
            let change = match (counting.contains(&before), counting.contains(&state)) {
                (true, true) | (false, false) => 0,
                (true, false) => -1_000,
                (false, true) => 1_000,
            };
            assert!(counting.contains(&state) || free.contains(&state));
            let right = was.map(|won| won.map(|won| won + change));
            assert_eq!(app.counters().await, right, "{before:?} -> {state:?}");
        }
    }
}

#[tokio::test]
async fn a_correction_is_followed_also_beyond_the_limit_and_a_refund_never_counts() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.limit_all(20_000).await;
    let refused = pay(&shop, &mandate, "order-1", 19_001).await;
    execute::execute(&app.services, refused).await.unwrap();
    let paid = pay(&shop, &mandate, "order-2", 20_000).await;
    execute::execute(&app.services, paid).await.unwrap();
    assert_eq!(app.counters().await, [Some(20_000); 3]);

    // It moved after all.
    decide(&app, refused, Decision::Succeeded).await;
    assert_eq!(app.counters().await, [Some(39_001); 3]);
    app.counters_agree().await;
    // One refund of it succeeds, and one is refused.
    for (key, amount) in [("refund-1", 1_000), ("refund-2", 9_002)] {
        let path = format!("/payments/{}/refunds", Prefix::Payment.show(paid.0));
        let body = json!({ "amount": amount, "reason": "환불" });
        let made = shop.api.post(&path, key, &body).await.expect(202).json();
        let id = Prefix::Refund.parse(made["id"].as_str().unwrap()).unwrap();
        execute::execute(&app.services, TransferId(id)).await.unwrap();
    }
    assert_eq!(app.in_state(&[TransferState::Failed]).await, 1);
    assert_eq!(app.counters().await, [Some(39_001); 3]);
    // It did not.
    decide(&app, refused, Decision::Failed(FailureCode::BankRefused)).await;
    assert_eq!(app.counters().await, [Some(20_000); 3]);
    app.counters_agree().await;
}

async fn decide(app: &TestApp, id: TransferId, decision: Decision) {
    let known = state::load(app.services.db.read(), id).await.unwrap();
    let correction = Correction {
        transfer_id: id,
        version: known.version,
        decision,
        reason: "은행에 확인".to_owned(),
        evidence: "거래내역".to_owned(),
        staff: UserId::new(),
    };
    correct(&app.services, correction).await.unwrap();
}

#[tokio::test]
async fn what_is_canceled_after_midnight_is_given_back_to_the_day_on_which_it_was_asked_for() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.limit_all(20_000).await;
    let tomorrow = kst_midnight(kst_date(app.services.clock.now()).succ_opt().unwrap());
    app.clock
        .advance(tomorrow - TimeDelta::seconds(30) - app.services.clock.now());
    let yesterdays = pay(&shop, &mandate, "order-1", 20_000).await;
    app.clock.advance(TimeDelta::minutes(1));
    pay(&shop, &mandate, "order-2", 15_000).await;
    cancel(&shop, yesterdays).await;
    assert_eq!(app.counters().await, [Some(15_000); 3]);
    app.counters_agree().await;
}

#[tokio::test]
async fn an_owner_without_a_daily_limit_has_no_counter_and_what_has_one_stays_right() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = pay(&shop, &mandate, "order-1", 10_000).await;
    cancel(&shop, first).await;
    assert_eq!(app.counters().await, [Some(0), None, None]);
    pay(&shop, &mandate, "order-2", 20_000).await;
    app.limit_all(1_000_000).await;
    let third = pay(&shop, &mandate, "order-3", 3_000).await;
    // Taken away again: the counters go on.
    for table in ["members", "partners"] {
        app.sql(&format!("UPDATE {table} SET daily_limit_won = NULL")).await;
    }
    cancel(&shop, third).await;
    pay(&shop, &mandate, "order-4", 400).await;
    assert_eq!(app.counters().await, [Some(20_400); 3]);
}

#[tokio::test]
async fn what_ends_as_the_first_after_a_limit_was_set_makes_the_counter_without_itself() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = pay(&shop, &mandate, "order-1", 10_000).await;
    pay(&shop, &mandate, "order-2", 2_000).await;
    app.limit_all(1_000_000).await;
    cancel(&shop, first).await;
    assert_eq!(app.counters().await, [Some(2_000); 3]);
}

/// A payment of a mandate, accepted within a transaction under these settings.
async fn accept_within(
    tx: &DatabaseTransaction,
    (mandate, amount): (MandateId, i64),
    limits: &LimitSettings,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let mandate = mandates::Entity::find_by_id(mandate).one(tx).await?.unwrap();
    let amount = naru::money::Won::new(amount);
    let parties = policy::Parties::of_mandate(&mandate).expect("it is approved");
    usage::take(tx, (parties, Some(&mandate)), amount, limits, now).await?;
    let row = transfers::Model {
        mandate_id: Some(mandate.id),
        ..policy::queued(TransferKind::Payment, amount, now, parties)
    };
    state::create(tx, row, Actor::Partner, Value::Null).await?;
    Ok(())
}

fn mandate_id(mandate: &str) -> MandateId {
    MandateId(Prefix::Mandate.parse(mandate).unwrap())
}

/// The next steps of a payment whose transaction stays open until the sender is used or dropped.
async fn accept_and_hold(app: &TestApp, mandate: &str, amount: i64) -> (oneshot::Sender<()>, impl Future) {
    let (release, released) = oneshot::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let mandate = mandate_id(mandate);
    let (db, now) = (app.services.db.clone(), app.services.clock.now());
    let limits = app.services.settings.limits.clone();
    let held = tokio::spawn(async move {
        db.write(move |tx| {
            Box::pin(async move {
                accept_within(tx, (mandate, amount), &limits, now).await?;
                begun.send(()).expect("the test waits");
                drop(released.await);
                Ok::<_, TransferError>(())
            })
        })
        .await
    });
    begins.await.expect("it begins");
    (release, held)
}

/// Whoever cancels knows no limit of the settings, and the member has no counter yet.
#[tokio::test]
async fn a_days_first_payment_under_a_limit_of_the_settings_waits_for_one_that_is_being_canceled() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = pay(&shop, &mandate, "order-1", 10_000).await;
    assert_eq!(app.counter(LimitScope::Member).await, None);
    let known = state::load(app.services.db.read(), first).await.unwrap();
    let (release, released) = oneshot::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let (db, now) = (app.services.db.clone(), app.services.clock.now());
    let canceled = tokio::spawn(async move {
        db.write(move |tx| {
            Box::pin(async move {
                cancel::cancel_known(tx, known, now).await?;
                begun.send(()).expect("the test waits");
                drop(released.await);
                Ok::<_, TransferError>(())
            })
        })
        .await
    });
    begins.await.expect("it begins");
    let limits = LimitSettings {
        member_daily_won: 1_000_000,
        ..app.services.settings.limits.clone()
    };
    let mandate = mandate_id(&mandate);
    let accepts = app
        .services
        .db
        .write(move |tx| Box::pin(async move { accept_within(tx, (mandate, 2_000), &limits, now).await }));
    let release = async {
        app.until_somebody_waits_for_a_lock().await;
        drop(release);
    };
    let (accepted, ()) = tokio::join!(accepts, release);
    accepted.unwrap();
    canceled.await.unwrap().unwrap();
    assert_eq!(app.counters().await, [Some(2_000), Some(2_000), None]);
    app.counters_agree().await;
}

#[tokio::test]
async fn a_limit_that_is_set_while_a_payment_is_being_accepted_counts_that_payment() {
    for owner in ["members", "partners"] {
        let app = app::wish().with_a_stopped_clock().without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        let (release, held) = accept_and_hold(&app, &mandate, 10_000).await;
        let set_and_pay = async {
            app.sql(&format!("UPDATE {owner} SET daily_limit_won = 40000")).await;
            shop.api
                .post("/payments", "key-1", &payment(&mandate, "order-1", 30_001))
                .await
        };
        let release = async {
            // Who sets the limit waits, on MySQL for the row and on SQLite for its turn to write.
            app.until_somebody_waits_for_a_lock().await;
            drop(release);
        };
        let (answer, ()) = tokio::join!(set_and_pay, release);
        held.await;
        answer.problem(422, "limit_exceeded");
        shop.api
            .post("/payments", "key-2", &payment(&mandate, "order-1", 30_000))
            .await
            .expect(202);
        app.counters_agree().await;
    }
}

#[tokio::test]
async fn limits_that_are_set_while_fifty_payments_come_and_go_in_two_processes_count_them_all() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let other = app.services_of_a_new_process().await;
    let payments = (0..50).map(async |number| {
        let id = pay(&shop, &mandate, &format!("order-{number}"), 1_000).await;
        let services = if number % 4 == 0 { &other } else { &app.services };
        if number % 2 == 0 {
            cancel::cancel_payment(services, (shop.id, Mode::Test), id, None)
                .await
                .unwrap();
        }
    });
    let set = async {
        eventually("some are there", async || app.transfers().await > 5).await;
        app.limit_all(1_000_000).await;
    };
    tokio::join!(join_all(payments), set);
    pay(&shop, &mandate, "last", 1_000).await;
    assert_eq!(app.counters().await, [Some(26_000); 3]);
}

#[tokio::test]
async fn the_sum_of_a_day_reads_that_days_payments_of_the_owner_alone() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    for scope in LimitScope::iter() {
        let query = usage::sum_of_day(scope, uuid::Uuid::now_v7(), day).build(DatabaseBackend::Sqlite);
        let plan = plan_of(&db, query).await;
        let owner = match scope {
            LimitScope::Mandate => "mandate_id=?",
            LimitScope::Member => "member_id=?",
            LimitScope::Partner => "partner_id=? AND kind=?",
        };
        let index = format!("({owner} AND created_at>? AND created_at<?)");
        assert!(
            plan.starts_with("SEARCH transfers USING INDEX") && plan.ends_with(&index),
            "{plan}"
        );
    }
}

async fn plan_of(db: &impl ConnectionTrait, query: Statement) -> String {
    let query = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let rows: Result<Vec<String>, DbErr> = db
        .query_all_raw(query)
        .await
        .unwrap()
        .iter()
        .map(|row| row.try_get("", "detail"))
        .collect();
    rows.unwrap().join("; ")
}
