//! `/status`: how things are, for everybody, and also when they are bad.

use chrono::{TimeDelta, Timelike};
use naru::clock::kst;
use naru::ids::{Prefix, TransferId};
use naru::transfers::execute;
use serde_json::json;

use super::{charged, consent};
use crate::support::app::{self, TestApp};

async fn status(app: &TestApp, code: u16) -> String {
    app.browser().get("/status").await.expect(code).text
}

/// Another process, which remembers nothing of what was seen before.
fn transfer(id: &str) -> TransferId {
    TransferId(Prefix::Payment.parse(id).expect("an id"))
}

#[tokio::test]
async fn before_anything_was_asked_all_is_well() {
    let app = app::wish().without_workers().start().await;
    let page = status(&app, 200).await;
    for part in [
        "모두 정상이에요",
        "은행에 요청한 거래가 없어요",
        "기다리는 결제가 없어요",
        "오늘은 예정된 점검이 없어요",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn a_bank_that_does_not_answer_and_payments_that_wait_are_told_without_anybodys_data() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .start()
        .await;
    let (shop, mandate, _) = consent(&app).await;
    app.sql("DELETE FROM bank_calls").await;
    let id = charged(&shop, &mandate, "order-1", 19_099).await;
    execute::execute(&app.services, transfer(&id)).await.unwrap();
    let waiting = charged(&shop, &mandate, "order-2", 12_300).await;
    app.clock.advance(TimeDelta::minutes(5));
    let page = status(&app, 200).await;
    for part in [
        "일부가 늦어지고 있어요",
        "은행이 제대로 응답하지 않고 있어요",
        "1건이 기다리고 있어요",
        "5분 전에 접수",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for secret in [id.as_str(), waiting.as_str(), "나루상점", "order-1", "12,300", "김민지"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
}

#[tokio::test]
async fn a_bank_that_answers_is_told_to_be_well() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, _) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    execute::execute(&app.services, transfer(&id)).await.unwrap();
    let page = status(&app, 200).await;
    assert!(
        page.contains("모두 정상이에요") && page.contains("은행이 제때 응답했어요"),
        "{page}"
    );
}

#[tokio::test]
async fn maintenance_is_told_with_its_times_and_the_next_one() {
    let app = app::wish()
        .with_a_stopped_clock()
        .without_workers()
        .settings(json!({ "bank": { "maintenance": [{ "from": "00:00:00", "to": "23:59:59" }] } }))
        .start()
        .await;
    if app.services.clock.now().with_timezone(&kst()).hour() == 23 {
        app.clock.advance(TimeDelta::hours(2));
    }
    let page = status(&app, 200).await;
    for part in [
        "은행 점검 시간이에요",
        "23:59",
        "진행 중",
        "다음 점검",
        "기다리던 결제를 차례대로 보내요",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn with_the_database_away_it_still_answers_says_so_and_how_the_bank_is_due() {
    let app = app::wish().without_workers().start().await;
    let (_, _, browser) = consent(&app).await;
    app.services.db.read().clone().close().await.unwrap();
    let answer = browser.get("/status").await.expect(503);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert_eq!(answer.header("retry-after"), "10");
    for part in [
        "지금은 이용하기 어려워요",
        "결제 기록에 연결하지 못하고 있어요",
        "은행 점검 시간",
    ] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_look_is_kept_for_a_moment_so_that_reloading_costs_the_database_nothing() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, _) = consent(&app).await;
    assert!(status(&app, 200).await.contains("기다리는 결제가 없어요"));
    charged(&shop, &mandate, "order-1", 12_300).await;
    // As many as within one moment: none of them sees what came since.
    assert!(status(&app, 200).await.contains("기다리는 결제가 없어요"));
}
