//! The real program, killed without warning.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::app::eventually;
use crate::support::program::Program;

const PAYMENTS: usize = 100;
/// Calls that the bank's gate lets through at once.
const IN_HAND: usize = 2;

async fn count(program: &Program, status: &str) -> usize {
    let path = format!("/payments?limit=100&status={status}&amount_min=1000&amount_max=1099");
    program.api().get(&path).await.expect(200).json()["data"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn killed_with_a_hundred_payments_queued_all_settle_after_the_next_start_and_the_bank_saw_each_once() {
    let mut program = Program::new(&[
        ("NARU_BANK_MONEY_TIMEOUT_MS", "1000"),
        ("NARU_CLAIM_LEASE_SECS", "2"),
        ("NARU_BANK_CONCURRENCY", &IN_HAND.to_string()),
        ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
        ("NARU_NOT_FOUND_ANSWERS", "2"),
        ("NARU_NOT_FOUND_SECS", "1"),
    ]);
    program.start().await;
    let api = program.api();
    let mandate = api.get("/mandates").await.expect(200).json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    program
        .bank_post(
            "/_sim/mode",
            &json!({ "operation": "withdraw", "mode": "slow", "ms": 800 }),
        )
        .await;
    let withdrawals_before = program.bank_get("/_sim/summary").await["withdrawals"].as_u64().unwrap();

    let body = |number: usize| {
        json!({ "mandate_id": mandate, "order_id": format!("kill-{number}"), "amount": 1_000 + number,
            "description": "중단 시험" })
    };
    let requests: Vec<(String, Value)> = (0..PAYMENTS).map(|n| (format!("kill-{n}"), body(n))).collect();
    for answer in join_all(requests.iter().map(|(key, body)| api.post("/payments", key, body))).await {
        answer.expect(202);
    }
    eventually("a call is in hand", || async { count(&program, "executing").await > 0 }).await;
    let queued = count(&program, "queued").await;
    assert!(queued >= 90, "only {queued} were left to kill");
    program.kill();

    program.start().await;
    eventually("all of them settle", || async {
        count(&program, "succeeded").await + count(&program, "failed").await == PAYMENTS
    })
    .await;
    // What was in hand at the kill either reached the bank's books or did not; each payment says which.
    let never_received = count(&program, "failed").await;
    assert!(never_received <= IN_HAND, "{never_received} failed");
    let summary = program.bank_get("/_sim/summary").await;
    assert_eq!(summary["max_calls_per_trace"], 1, "{summary}");
    assert_eq!(summary["duplicates"], 0, "{summary}");
    let withdrawn = summary["withdrawals"].as_u64().unwrap() - withdrawals_before;
    assert_eq!(withdrawn, (PAYMENTS - never_received) as u64, "{summary}");
}
