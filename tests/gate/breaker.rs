//! The breaker of reads: it opens, tries, closes; money goes on, and maintenance is no failure.

use std::time::{Duration, Instant};

use naru::bank::gate::BreakerWord;
use naru::bank::{Balance, Bank, Call, FinAccountNumber, NotSentReason, Outcome};
use naru::ids::TransferId;
use naru::models::kinds::TransferState;
use naru::models::{bank_calls, transfers};
use naru::transfers::execute;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::pay;
use crate::support::app::{self, TestApp, eventually};

async fn without_workers(bank: Value) -> TestApp {
    app::wish()
        .without_workers()
        .settings(json!({ "bank": bank }))
        .start()
        .await
}

async fn look(app: &TestApp) -> Outcome<Balance> {
    let call = Call::new(app.services.clock.now());
    let fin = FinAccountNumber::new("00820109000010000000000001413");
    app.services.bank.balance(&call, &fin).await.outcome
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_left_alone_by_reads_until_it_does_and_money_goes_on() {
    let breaker = json!({ "breaker_failures": 3, "breaker_pause_ms": 2_000 });
    let app = without_workers(breaker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..1).await;
    app.bank_mode("balance", "down").await;
    for _ in 0..6 {
        if app.services.bank.sight().breaker != BreakerWord::Closed {
            break;
        }
        assert!(matches!(look(&app).await, Outcome::Unknown(_)));
    }
    assert_eq!(look(&app).await, Outcome::NotSent(NotSentReason::GateClosed));
    assert!(app.services.bank.sight().turned_away.balance > 0);
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    assert_eq!(app.in_state(&[TransferState::Succeeded]).await, 1);
    let metrics = app.services.metrics.text(&app.services).await;
    assert!(metrics.contains("naru_gate_breaker{state=\"open\"} 1"), "{metrics}");
    // People are told as well: everybody, and staff with the name of what is open.
    let pauses = "은행이 다시 응답할 때까지 잔액과 계좌 확인을 쉬어요";
    assert!(app.browser().get("/status").await.expect(200).text.contains(pauses));

    app.bank_mode("balance", "ok").await;
    eventually("it is closed again", || async {
        drop(look(&app).await);
        app.services.bank.sight().breaker == BreakerWord::Closed
    })
    .await;
    eventually("people are told so no more", || async {
        !app.browser().get("/status").await.expect(200).text.contains(pauses)
    })
    .await;
}

#[tokio::test]
async fn an_unknown_transfer_stays_due_and_its_look_is_not_counted_while_the_breaker_is_open() {
    let breaker = json!({ "breaker_failures": 1, "breaker_pause_ms": 60_000 });
    let app = without_workers(breaker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    shop.api
        .post(
            "/payments",
            "key",
            &crate::api::payments::payment(&mandate, "order", 19_099),
        )
        .await
        .expect(202);
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    app.bank_mode("balance", "down").await;
    while app.services.bank.sight().breaker == BreakerWord::Closed {
        assert!(matches!(look(&app).await, Outcome::Unknown(_)));
    }
    app.clock.advance(chrono::TimeDelta::hours(1));
    let before = app.only_transfer().await;
    naru::transfers::inquire::inquire(&app.services, before.id)
        .await
        .unwrap();
    assert_eq!(app.only_transfer().await, before);
}

#[tokio::test]
async fn a_look_that_is_given_up_by_who_asked_counts_as_a_failure() {
    let breaker = json!({ "breaker_failures": 1, "breaker_pause_ms": 60_000, "balance_timeout_ms": 1_000 });
    let app = without_workers(breaker).await;
    app.bank_mode("balance", "hang").await;
    let given_up = tokio::time::timeout(Duration::from_millis(750), look(&app)).await;
    assert!(given_up.is_err());
    assert_eq!(app.services.bank.sight().breaker, BreakerWord::Open);
}

#[tokio::test]
async fn a_look_that_had_too_little_of_its_time_at_the_bank_says_nothing_of_the_bank() {
    let bank = json!({ "breaker_failures": 1, "concurrency": 1, "balance_timeout_ms": 1_000 });
    let app = without_workers(bank).await;
    app.bank_mode("balance", "hang").await;
    let turn = app.services.bank.money_turn().await;
    let begun = Instant::now();
    let gives_back = async {
        eventually("most of the look's time is over", || async {
            begun.elapsed() > Duration::from_millis(800)
        })
        .await;
        drop(turn);
    };
    let (outcome, ()) = tokio::join!(look(&app), gives_back);
    assert!(!matches!(outcome, Outcome::Succeeded(_)), "{outcome:?}");
    assert_eq!(app.services.bank.sight().breaker, BreakerWord::Closed);
}

/// An unknown transfer whose look is due.
async fn one_unknown(bank: Value) -> (TestApp, TransferId) {
    let app = without_workers(bank).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = crate::api::payments::payment(&mandate, "order", 19_099);
    shop.api.post("/payments", "key", &body).await.expect(202);
    let id = app.only_transfer().await.id;
    execute::execute(&app.services, id).await.unwrap();
    app.clock.advance(chrono::TimeDelta::hours(1));
    (app, id)
}

/// The unknown transfer before and after a look that got no turn, for the only one is money's.
async fn looked_in_vain(way: &str) -> (transfers::Model, transfers::Model) {
    let bank = json!({ "concurrency": 1, "inquiry_timeout_ms": 200, "inquiry": way });
    let (app, id) = one_unknown(bank).await;
    let before = app.only_transfer().await;
    let turn = app.services.bank.money_turn().await;
    naru::transfers::inquire::inquire(&app.services, id).await.unwrap();
    let after = app.only_transfer().await;
    let wait = after.next_check_at.unwrap() - app.services.clock.now();
    let pause = app.services.settings.inquiry.wait_secs(0);
    assert!(wait <= chrono::TimeDelta::seconds(pause), "it comes again soon: {wait}");
    let calls = bank_calls::Entity::find()
        .filter(bank_calls::Column::EndedAt.is_null())
        .count(app.services.db.read());
    assert_eq!(calls.await.unwrap(), 0);
    // The bank is asked when there is a turn.
    drop(turn);
    app.clock.advance(wait + chrono::TimeDelta::seconds(1));
    naru::transfers::inquire::inquire(&app.services, id).await.unwrap();
    assert_eq!(app.only_transfer().await.checks, before.checks + 1);
    (before, after)
}

#[tokio::test]
async fn the_look_at_an_unknown_transfer_is_not_counted_and_comes_again_soon_when_the_bank_has_no_turn() {
    for way in ["result_check", "statement"] {
        let (before, after) = Box::pin(looked_in_vain(way)).await;
        let next_check_at = before.next_check_at;
        let after = transfers::Model { next_check_at, ..after };
        assert_eq!(before, after, "{way}");
    }
}

#[tokio::test]
async fn an_inquiry_that_waited_for_its_turn_has_its_whole_time_at_the_bank() {
    let bank = json!({ "concurrency": 1, "inquiry_timeout_ms": 2_000 });
    let (app, id) = one_unknown(bank).await;
    let slow = json!({ "operation": "inquire", "mode": "slow", "ms": 1_400 });
    app.bank_post("/_sim/mode", slow).await;
    let turn = app.services.bank.money_turn().await;
    let begun = Instant::now();
    let gives_back = async {
        eventually("most of the look's time is over", || async {
            begun.elapsed() > Duration::from_millis(1_400)
        })
        .await;
        drop(turn);
    };
    let (looked, ()) = tokio::join!(naru::transfers::inquire::inquire(&app.services, id), gives_back);
    looked.unwrap();
    let calls = bank_calls::Entity::find()
        .filter(bank_calls::Column::Operation.eq("inquire"))
        .all(app.services.db.read());
    let outcomes: Vec<_> = calls.await.unwrap().into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes.len(), 1);
    assert!(!format!("{outcomes:?}").contains("unknown"), "{outcomes:?}");
}
