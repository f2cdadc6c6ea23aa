//! `/metrics`: what happened is counted, what waits is read from the database.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use naru::models::kinds::TransferState;
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};

/// The value of one series, as it is written; `None` when it is not there.
pub fn value(text: &str, series: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().expect("a number"))
}

async fn scrape(app: &TestApp) -> String {
    app.services.metrics.text(&app.services).await
}

#[track_caller]
fn expect(text: &str, series: &[(&str, f64)]) {
    for (series, expected) in series {
        assert_eq!(value(text, series), Some(*expected), "{series} in\n{text}");
    }
}

#[tokio::test]
async fn a_payment_and_its_refund_are_counted_where_they_go_and_a_replay_is_not() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    for _ in 0..2 {
        shop.api.post("/payments", "key-1", &body).await.expect(202);
    }
    app.settled().await;
    let id = shop.api.get("/payments").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let refund = json!({ "amount": 300, "reason": "단순 변심" });
    shop.api
        .post(&format!("/payments/{id}/refunds"), "key-2", &refund)
        .await
        .expect(202);
    app.settled().await;
    // Counted a moment after it is written.
    eventually("both are counted", || async {
        value(
            &scrape(&app).await,
            r#"naru_transfers_settled_total{kind="refund",state="succeeded"}"#,
        ) == Some(1.0)
    })
    .await;

    let text = scrape(&app).await;
    expect(
        &text,
        &[
            (r#"naru_transfers_accepted_total{kind="payment"}"#, 1.0),
            (r#"naru_transfers_accepted_total{kind="refund"}"#, 1.0),
            (r#"naru_transfers_settled_total{kind="payment",state="succeeded"}"#, 1.0),
            (r#"naru_transfers_settled_total{kind="payment",state="unknown"}"#, 0.0),
            (
                r#"naru_bank_call_seconds_count{operation="withdraw",outcome="succeeded"}"#,
                1.0,
            ),
            (
                r#"naru_bank_call_seconds_count{operation="deposit",outcome="succeeded"}"#,
                1.0,
            ),
            (
                r#"naru_http_request_seconds_count{method="POST",route="/api/v1/payments",status="2xx"}"#,
                2.0,
            ),
            (
                r#"naru_http_request_seconds_count{method="POST",route="/api/v1/payments/{id}/refunds",status="2xx"}"#,
                1.0,
            ),
            ("naru_database_up", 1.0),
        ],
    );
}

#[tokio::test]
async fn what_waits_is_counted_with_the_age_of_the_oldest() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for order in ["a", "b"] {
        shop.api
            .post("/payments", order, &payment(&mandate, order, 1_000))
            .await
            .expect(202);
        app.clock.advance(TimeDelta::seconds(45));
    }
    expect(
        &scrape(&app).await,
        &[
            (r#"naru_transfers{kind="payment",state="queued"}"#, 2.0),
            (r#"naru_transfers{kind="refund",state="queued"}"#, 0.0),
            (r#"naru_transfers{kind="payment",state="needs_review"}"#, 0.0),
            (r#"naru_transfers_oldest_seconds{state="queued"}"#, 90.0),
            (r#"naru_transfers_oldest_seconds{state="unknown"}"#, 0.0),
        ],
    );
}

#[tokio::test]
async fn an_unknown_payment_shows_with_the_time_since_its_call_and_the_call_as_unknown() {
    let app = app::wish()
        .settings(json!({ "inquiry": { "schedule_secs": "100000" } }))
        .with_a_stopped_clock()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_mode("withdraw", "hang").await;
    shop.api
        .post("/payments", "a", &payment(&mandate, "a", 1_000))
        .await
        .expect(202);
    eventually("it is unknown", || async {
        app.in_state(&[TransferState::Unknown]).await == 1
    })
    .await;
    app.clock.advance(TimeDelta::seconds(61));
    expect(
        &scrape(&app).await,
        &[
            (r#"naru_transfers{kind="payment",state="unknown"}"#, 1.0),
            (r#"naru_transfers_oldest_seconds{state="unknown"}"#, 61.0),
            (
                r#"naru_bank_call_seconds_count{operation="withdraw",outcome="unknown"}"#,
                1.0,
            ),
        ],
    );
}

#[tokio::test]
async fn what_the_sweeper_finds_is_counted_and_so_is_how_it_ends() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000, "concurrency": 1 } }))
        .with_a_stopped_clock()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_mode("withdraw", "hang").await;
    for order in ["a", "b"] {
        shop.api
            .post("/payments", order, &payment(&mandate, order, 1_000))
            .await
            .expect(202);
        eventually("one is at the bank", || async {
            app.in_state(&[TransferState::Executing]).await == 1
        })
        .await;
    }
    // The lease of the one and the time of the other are over.
    app.clock.advance(TimeDelta::days(2));
    let at_least_one = |text: &str, series: &str| value(text, series) >= Some(1.0);
    eventually("all of it is counted", || async {
        let text = scrape(&app).await;
        value(&text, r#"naru_transfers_settled_total{kind="payment",state="expired"}"#) == Some(1.0)
            && value(&text, r#"naru_transfers_settled_total{kind="payment",state="unknown"}"#) == Some(1.0)
            && at_least_one(&text, r#"naru_sweeper_found_total{finding="expired"}"#)
            && at_least_one(&text, r#"naru_sweeper_found_total{finding="abandoned"}"#)
            && at_least_one(&text, r#"naru_sweeper_found_total{finding="due"}"#)
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_nothing_old_is_told_of_it() {
    let app = app::wish().without_workers().start().await;
    app.services.db.read().clone().close().await.expect("the pool closes");
    let text = scrape(&app).await;
    expect(&text, &[("naru_database_up", 0.0)]);
    assert!(!text.contains("naru_transfers{"), "{text}");
    assert!(text.contains("naru_transfers_accepted_total"), "{text}");
}

#[tokio::test]
async fn what_a_caller_sends_as_path_or_method_is_no_label() {
    let app = app::wish().without_workers().start().await;
    for path in [
        "/nowhere/01012345678",
        "/api/v1/payments/pay_x",
        "/cs/payments?q=minji@naru.test",
    ] {
        app.client
            .get(format!("{}{path}", app.base))
            .send()
            .await
            .expect("an answer");
    }
    let odd = reqwest::Method::from_bytes(b"BREW").unwrap();
    app.client
        .request(odd, format!("{}/", app.base))
        .send()
        .await
        .expect("an answer");
    let text = scrape(&app).await;
    for leak in ["01012345678", "pay_x", "minji", "BREW"] {
        assert!(!text.contains(leak), "{leak} in\n{text}");
    }
    assert!(text.contains(r#"method="GET",route="none",status="4xx""#), "{text}");
    assert!(text.contains(r#"method="other""#), "{text}");
}

/// The first columns of the table in `docs/metrics.md`: name and type.
fn documented() -> BTreeSet<(String, String)> {
    let rows = include_str!("../../docs/metrics.md").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `naru_")?.split('|');
        let name = cells.next()?.trim().trim_end_matches('`');
        Some((format!("naru_{name}"), cells.next()?.trim().to_owned()))
    });
    rows.collect()
}

#[tokio::test]
async fn the_document_names_exactly_the_metrics_that_are_there() {
    // A broker is named, so that its meters are there; nobody listens on the first port.
    let app = app::wish()
        .settings(json!({ "relay": { "amqp_url": "amqp://127.0.0.1:1" } }))
        .start()
        .await;
    app.services.metrics.delivered("payment", app.services.clock.now());
    app.client.get(&app.base).send().await.expect("an answer");
    app.services
        .metrics
        .bank_called("balance", "succeeded", std::time::Duration::ZERO);
    app.services.metrics.swept(naru::metrics::Swept::Due, 0);
    eventually("its queues are named", || async {
        scrape(&app).await.contains("naru_queue_listening{")
    })
    .await;
    let text = scrape(&app).await;
    let there: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect();
    assert_eq!(documented(), there);
}
