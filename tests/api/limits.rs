//! Limits for one payment and for a Korean day, of a mandate, a member and a partner: exact, however many come at once.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::clock::{kst_date, kst_midnight};
use naru::models::kinds::{LimitScope, TransferState};
use naru::models::mandates;
use naru::transfers::{execute, usage};
use reqwest::Method;
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
            LimitScope::Member => mandate.member_id.expect("approved").0,
            LimitScope::Partner => mandate.partner_id.0,
        };
        let today = kst_date(self.services.clock.now());
        usage::used(db, scope, owner, today).await.unwrap()
    }
}

/// How the refusal of a payment above each of [`SCOPES`] begins.
const DETAILS: [(&str, &str); 3] = [
    (
        "회원이 이 출금 동의에 정한 1회 한도(limit_amount)를 넘는 금액이에요",
        "The amount is above what the member allows for one payment under this mandate",
    ),
    (
        "회원의 1회 결제 한도를 넘는 금액이에요",
        "The amount is above the member's own limit",
    ),
    (
        "가맹점의 1회 결제 한도(limit_amount)를 넘는 금액이에요",
        "The amount is above your own limit",
    ),
];

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
        let app = app::wish().with_a_stopped_clock().without_workers().start().await;
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
        app.counters_agree().await;
        pay(&shop, &mandate, "order-50", 999).await.expect(202);
    }
}

#[tokio::test]
async fn a_days_first_payments_at_once_that_fit_its_limit_are_all_taken() {
    for scope in SCOPES {
        let app = app::wish().without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        app.limit(scope, "daily_limit_won", 1_000_000).await;
        let orders: Vec<_> = (0..50).map(|n| format!("order-{n}")).collect();
        for answer in join_all(orders.iter().map(|order| pay(&shop, &mandate, order, 10_000))).await {
            answer.expect(202);
        }
        assert_eq!(app.used(scope).await, 500_000);
    }
}

#[tokio::test]
async fn one_payment_is_held_to_the_limit_of_each_scope() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
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
        let (ko, en) = DETAILS[number];
        assert_eq!(problem["detail"].as_str().unwrap().split('.').next().unwrap(), ko);
        let request = shop
            .api
            .request(Method::POST, "/payments")
            .header("idempotency-key", "in-english")
            .json(&payment(&mandate, "in-english", limit + 1));
        let problem = over(Answer::of(request.header("accept-language", "en")).await);
        assert!(problem["detail"].as_str().unwrap().starts_with(en), "{problem}");
        pay(&shop, &mandate, &format!("within-{number}"), limit)
            .await
            .expect(202);
    }
}

#[tokio::test]
async fn a_member_without_limits_of_their_own_has_those_of_the_settings() {
    let limits = json!({ "limits": { "member_per_payment_won": 5_000, "member_daily_won": 8_000 } });
    let app = app::wish()
        .settings(limits)
        .with_a_stopped_clock()
        .without_workers()
        .start()
        .await;
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
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
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
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .with_a_stopped_clock()
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
    // For a person to decide: it may have moved as well.
    for scope in SCOPES {
        app.limit(scope, "daily_limit_won", 40_000).await;
    }
    let made = pay(&shop, &mandate, "review", 19_091).await.expect(202).json();
    execute(&app, &made).await;
    assert_eq!(app.in_state(&[TransferState::NeedsReview]).await, 1);
    over(pay(&shop, &mandate, "probe", 2_000).await);
    for scope in SCOPES {
        assert_eq!(app.used(scope).await, 19_021 + 19_091, "{scope:?}");
    }
    app.counters_agree().await;
    pay(&shop, &mandate, "rest", 40_000 - 19_021 - 19_091).await.expect(202);
}

async fn execute(app: &TestApp, made: &Value) {
    let id = naru::ids::Prefix::Payment.parse(made["id"].as_str().unwrap()).unwrap();
    execute::execute(&app.services, naru::ids::TransferId(id))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_limit_that_is_set_at_noon_counts_from_midnight() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
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

#[tokio::test]
async fn a_member_is_counted_over_all_partners_a_partner_over_all_members_and_a_mandate_alone() {
    for scope in SCOPES {
        let app = app::wish().with_a_stopped_clock().without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        let minji = app.only_member().await;
        let other_account = app.account(minji, "3020007654321").await;
        let other_member = app.member("jihoon@example.test").await;
        let their_account = app.account(other_member, "3020001111111").await;
        let other_shop = app.shop("다른상점").await;
        let of_other_account = app.mandate(&shop, minji, other_account).await;
        let of_other_shop = app.mandate(&other_shop, minji, other_account).await;
        let of_other_member = app.mandate(&shop, other_member, their_account).await;
        app.limit(scope, "daily_limit_won", 30_000).await;

        pay(&shop, &mandate, "first", 20_000).await.expect(202);
        over(pay(&shop, &mandate, "same", 10_001).await);
        let (same_shop, same_member) = (scope == LimitScope::Partner, scope == LimitScope::Member);
        let counted_together = [
            (&shop, &of_other_account, same_shop || same_member),
            (&other_shop, &of_other_shop, same_member),
            (&shop, &of_other_member, same_shop),
        ];
        for (number, (shop, mandate, together)) in counted_together.into_iter().enumerate() {
            let answer = pay(shop, mandate, &format!("other-{number}"), 10_001).await;
            if together {
                let problem = over(answer);
                assert_eq!(problem["limit_scope"], json!(scope));
                assert_eq!(problem.get("remaining_amount").is_some(), !same_member, "{problem}");
            } else {
                answer.expect(202);
            }
        }
        app.counters_agree().await;
    }
}
