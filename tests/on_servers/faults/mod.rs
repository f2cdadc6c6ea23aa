//! The fault matrix: two web and two worker processes on MariaDB, Redis and RabbitMQ, a partner who pushes payments at a
//! steady pace, and one part after the other that is killed under it. What was promised must be settled, once.
//!
//! `scripts/fault-matrix` does it with 2,000 payments a fault, and prints the table. In the tests there are fewer
//! (`NARU_FAULT_PAYMENTS`), and the broker is away for less than a minute (`NARU_FAULT_OUTAGE_SECS`).

mod fault;
mod load;
mod stack;
mod table;

use std::time::{Duration, Instant};

use fault::Fault;
use load::Load;
use sea_orm::DatabaseConnection;
use serde_json::json;
use stack::{Stack, count};
use table::Row;

use crate::support::http::Api;

/// Far more than the payments of one fault need.
const SETTLED_WITHIN: Duration = Duration::from_mins(3);
/// A site whose payments take longer is not back to normal.
const NORMAL_PAYMENT: Duration = Duration::from_secs(2);

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().expect("a number"))
}

#[tokio::test]
async fn whatever_part_dies_each_accepted_payment_is_settled_once() {
    let (payments, per_second) = (number("NARU_FAULT_PAYMENTS", 200), number("NARU_FAULT_PER_SECOND", 60));
    let outage = number("NARU_FAULT_OUTAGE_SECS", 5);
    let seconds = u64::try_from(outage).expect("a time");
    let per_second = u32::try_from(per_second).expect("a pace");
    let mut faults = vec![
        Fault::RabbitMqKilledThreeTimes,
        Fault::QueuesDeleted,
        Fault::RedisKilled,
        Fault::MariaDbKilled,
        Fault::WorkerKilled,
        Fault::WebKilled,
        Fault::BankHangs,
        Fault::RollingRestart,
        Fault::RabbitMqDownFor(Duration::from_secs(seconds)),
    ];
    if let Ok(wanted) = std::env::var("NARU_FAULT_ONLY") {
        faults.retain(|fault| format!("{fault:?}").starts_with(&wanted));
    }
    let mut stack = Stack::start().await;
    println!("{}", table::HEAD);
    for (index, fault) in faults.into_iter().enumerate() {
        // As long as the outage, whatever the pace.
        let payments = match fault {
            Fault::RabbitMqDownFor(_) => payments.max(outage * usize::try_from(per_second).expect("a pace")),
            _ => payments,
        };
        let row = run(&mut stack, fault, &format!("fault-{index}"), (payments, per_second)).await;
        println!("{row}");
        row.check();
        stack.verify().await;
    }
    let summary = stack.bank_summary().await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&json!(1), &json!(0)),
        "{summary}"
    );
}

async fn run(stack: &mut Stack, fault: Fault, name: &str, (payments, per_second): (usize, u32)) -> Row {
    let apis = stack.bases().map(|base| stack.api(&base));
    let prober = apis.clone();
    let load = Load::new(apis, &stack.mandate, name, (payments, per_second));
    let accepted = load.accepted();
    let pushing = tokio::spawn(load.push());
    let right_again = fault.happen(stack, payments, accepted).await;
    let database = stack.database().await;
    let (normal_after, told_after) = tokio::join!(
        normal(&prober, &stack.mandate, right_again),
        told(&database, name, right_again)
    );
    let pushed = pushing.await.expect("all were accepted");

    let of_states = async |states: &str| {
        let query = format!("SELECT COUNT(*) FROM transfers WHERE order_id LIKE '{name}-%' AND state IN ({states})");
        count(&database, &query).await
    };
    let begun = Instant::now();
    while of_states("'queued', 'executing', 'unknown'").await > 0 && begun.elapsed() < SETTLED_WITHIN {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let settled_after = right_again.elapsed();
    stack.is_ready().await;
    let row = Row {
        fault,
        accepted: pushed.ids.len(),
        succeeded: of_states("'succeeded'").await,
        failed: of_states("'failed'").await,
        unknown: of_states("'unknown', 'needs_review'").await,
        waiting: of_states("'queued', 'executing'").await,
        rows: count(
            &database,
            &format!("SELECT COUNT(*) FROM transfers WHERE order_id LIKE '{name}-%'"),
        )
        .await,
        duplicates: stack.bank_summary().await["duplicates"].as_i64().expect("a number"),
        normal_after,
        told_after,
        settled_after,
        within: [0.5, 0.99, 1.0].map(|share| pushed.within(share)),
        tried_again: pushed.tried_again,
    };
    database.close().await.expect("it can be closed");
    row
}

/// How long after `right_again` RabbitMQ knew of all that was accepted more than a second ago.
async fn told(database: &DatabaseConnection, name: &str, right_again: Instant) -> Duration {
    let untold = format!(
        "SELECT COUNT(*) FROM transfers WHERE order_id LIKE '{name}-%' AND state = 'queued' AND rung_at IS NULL \
         AND created_at < UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"
    );
    while count(database, &untold).await > 0 {
        assert!(right_again.elapsed() < SETTLED_WITHIN, "RabbitMQ is not told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    right_again.elapsed()
}

/// How long after `right_again` a payment is accepted and succeeds within moments, at each of the two that serve.
async fn normal(apis: &[Api; 2], mandate: &str, right_again: Instant) -> Duration {
    for api in apis {
        while !pays_in_time(api, mandate).await {
            assert!(right_again.elapsed() < SETTLED_WITHIN, "payments do not succeed again");
        }
    }
    right_again.elapsed()
}

async fn pays_in_time(api: &Api, mandate: &str) -> bool {
    let paying = async {
        let order = format!("probe-{}", uuid::Uuid::now_v7().simple());
        let body = json!({ "mandate_id": mandate, "order_id": order, "amount": 500, "description": "장애 시험" });
        let request = api
            .request(reqwest::Method::POST, "/payments")
            .header("idempotency-key", &order)
            .json(&body);
        let accepted: serde_json::Value = request.send().await.ok()?.error_for_status().ok()?.json().await.ok()?;
        let path = format!("/payments/{}", accepted["id"].as_str()?);
        loop {
            let seen: serde_json::Value = api
                .request(reqwest::Method::GET, &path)
                .send()
                .await
                .ok()?
                .json()
                .await
                .ok()?;
            if seen["status"] == "succeeded" {
                return Some(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let paid = tokio::time::timeout(NORMAL_PAYMENT, paying).await;
    if matches!(paid, Ok(Some(()))) {
        return true;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    false
}
