//! Limits for one payment and for a Korean day, of a mandate, a member and a partner: exact, however many come at once.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::clock::{kst_date, kst_midnight};
use naru::models::kinds::LimitScope;
use naru::models::mandates;
use naru::transfers::{execute, usage};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::Shop;

const SCOPES: [LimitScope; 3] = [LimitScope::Mandate, LimitScope::Member, LimitScope::Partner];

impl TestApp {
    /// Sets a limit of everybody in a scope.
    async fn limit(&self, scope: LimitScope, column: &str, won: i64) {
        self.sql(&format!("UPDATE {}s SET {column} = {won}", scope.as_str()))
            .await;
    }

    /// What the day of the only mandate, its member and its partner have used, by the payments themselves.
    async fn used(&self, scope: LimitScope) -> i64 {
        let db = self.services.db.read();
        let mandate = mandates::Entity::find().one(db).await.unwrap().unwrap();
        let owner = match scope {
            LimitScope::Mandate => mandate.id.0,
            LimitScope::Member => mandate.member_id.0,
            LimitScope::Partner => mandate.partner_id.0,
        };
        let today = kst_date(self.services.clock.now());
        usage::used(db, scope, owner, today).await.unwrap()
    }
}

async fn pay(shop: &Shop, mandate: &str, order: &str, amount: i64) -> Answer {
    shop.api
        .post("/payments", order, &payment(mandate, order, amount))
        .await
}

fn over(answer: Answer) -> Value {
    answer.problem(422, "limit_exceeded")
}

#[tokio::test]
async fn of_fifty_payments_at_once_exactly_as_many_are_taken_as_the_day_allows_in_each_scope() {
    for scope in SCOPES {
        let app = app::wish().without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        app.limit(scope, "daily_limit_won", 70_999).await;
        let orders: Vec<_> = (0..50).map(|n| format!("order-{n}")).collect();
        let answers = join_all(orders.iter().map(|order| pay(&shop, &mandate, order, 10_000))).await;
        let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 202);
        assert_eq!((taken.len(), refused.len()), (7, 43), "{scope:?}");
        for answer in refused {
            let problem = over(answer);
            assert_eq!(
                (&problem["limit_scope"], &problem["limit_period"]),
                (&json!(scope), &json!("day"))
            );
            // What is left of a member's day tells of payments to others.
            let remaining = if scope == LimitScope::Member {
                Value::Null
            } else {
                json!(999)
            };
            assert_eq!(problem["remaining_amount"], remaining);
        }
        assert_eq!(app.used(scope).await, 70_000);
        pay(&shop, &mandate, "order-50", 999).await.expect(202);
    }
}

#[tokio::test]
async fn one_payment_is_held_to_the_limit_of_each_scope() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for (number, scope) in SCOPES.into_iter().enumerate() {
        let limit = 30_000 - 10_000 * i64::try_from(number).unwrap();
        app.limit(scope, "per_payment_limit_won", limit).await;
        let problem = over(pay(&shop, &mandate, &format!("over-{number}"), limit + 1).await);
        assert_eq!(
            (&problem["limit_scope"], &problem["limit_period"]),
            (&json!(scope), &json!("payment"))
        );
        let told = if scope == LimitScope::Member {
            Value::Null
        } else {
            json!(limit)
        };
        assert_eq!(problem["limit_amount"], told);
        pay(&shop, &mandate, &format!("within-{number}"), limit)
            .await
            .expect(202);
    }
}

#[tokio::test]
async fn a_member_without_limits_of_their_own_has_those_of_the_settings() {
    let limits = json!({ "limits": { "member_per_payment_won": 5_000, "member_daily_won": 8_000 } });
    let app = app::wish().settings(limits).without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    assert_eq!(
        over(pay(&shop, &mandate, "order-1", 5_001).await)["limit_period"],
        "payment"
    );
    pay(&shop, &mandate, "order-2", 5_000).await.expect(202);
    assert_eq!(
        over(pay(&shop, &mandate, "order-3", 3_001).await)["limit_period"],
        "day"
    );
    pay(&shop, &mandate, "order-4", 3_000).await.expect(202);
}

#[tokio::test]
async fn a_day_ends_at_midnight_in_korea() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.limit(LimitScope::Mandate, "daily_limit_won", 10_000).await;
    let today = kst_date(app.services.clock.now());
    let midnight = kst_midnight(today.succ_opt().unwrap());
    app.clock
        .advance(midnight - TimeDelta::seconds(30) - app.services.clock.now());
    pay(&shop, &mandate, "order-1", 10_000).await.expect(202);
    over(pay(&shop, &mandate, "order-2", 1).await);
    app.clock.advance(TimeDelta::seconds(31));
    pay(&shop, &mandate, "order-3", 10_000).await.expect(202);
    over(pay(&shop, &mandate, "order-4", 1).await);
}

#[tokio::test]
async fn what_failed_was_canceled_or_expired_gives_its_amount_back_and_what_is_unknown_keeps_it() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 200 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.limit(LimitScope::Mandate, "daily_limit_won", 20_000).await;
    for scope in [LimitScope::Member, LimitScope::Partner] {
        app.limit(scope, "daily_limit_won", 20_000).await;
    }
    let full = async || {
        assert_eq!(over(pay(&shop, &mandate, "probe", 1_000).await)["limit_period"], "day");
    };
    // Refused by the bank.
    pay(&shop, &mandate, "refused", 19_001).await.expect(202);
    full().await;
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    // Canceled.
    let made = pay(&shop, &mandate, "canceled", 20_000).await.expect(202).json();
    full().await;
    let cancellation = format!("/payments/{}/cancellation", made["id"].as_str().unwrap());
    shop.api.post(&cancellation, "", &json!({})).await.expect(200);
    // Expired, seen by the worker that comes too late.
    let mut body = payment(&mandate, "expired", 20_000);
    body["expires_at"] = json!((app.services.clock.now() + TimeDelta::seconds(1)).to_rfc3339());
    let made = shop.api.post("/payments", "expired", &body).await.expect(202).json();
    full().await;
    app.clock.advance(TimeDelta::seconds(2));
    execute(&app, &made).await;
    // Unknown: its money may have moved.
    let made = pay(&shop, &mandate, "unknown", 19_021).await.expect(202).json();
    execute(&app, &made).await;
    full().await;
    for scope in SCOPES {
        assert_eq!(app.used(scope).await, 19_021, "{scope:?}");
    }
    pay(&shop, &mandate, "rest", 979).await.expect(202);
}

async fn execute(app: &TestApp, made: &Value) {
    let id = naru::ids::Prefix::Payment.parse(made["id"].as_str().unwrap()).unwrap();
    execute::execute(&app.services, naru::ids::TransferId(id))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_limit_that_is_set_at_noon_counts_from_midnight() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for order in 0..3 {
        pay(&shop, &mandate, &format!("order-{order}"), 10_000)
            .await
            .expect(202);
    }
    for scope in [LimitScope::Member, LimitScope::Partner] {
        app.limit(scope, "daily_limit_won", 40_000).await;
        over(pay(&shop, &mandate, "too-much", 10_001).await);
    }
    pay(&shop, &mandate, "exactly", 10_000).await.expect(202);
    over(pay(&shop, &mandate, "one-more", 1).await);
}
