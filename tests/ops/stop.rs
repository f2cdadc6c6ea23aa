//! A process that is asked to stop goes on for a while, so that who sends it people learns of it first.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::eventually;
use crate::support::http::{self, Answer, Api};
use crate::support::program::Program;

/// Longer than a test waits for anything.
const A_MINUTE: (&str, &str) = ("NARU_CLOSES_AFTER_MS", "60000");

#[tokio::test]
async fn a_process_that_is_to_stop_says_so_and_goes_on_until_a_second_signal() {
    let mut program = Program::new(&[A_MINUTE]);
    program.start().await;
    program.ready().await;
    let begun = Instant::now();
    program.signal("TERM");
    let (client, readiness) = (&program.client, format!("{}/_readiness", program.ops()));
    let told = json!({ "ok": false, "database": true, "relay": true, "public_port": false });
    eventually("it says that it will end", || async {
        Answer::of(client.get(&readiness)).await.json() == told
    })
    .await;
    // Who looks at the public port learns of it, too.
    let public = format!("{}/_readiness", program.base());
    assert!(!Answer::of(client.get(public)).await.status.is_success());

    // Over a connection of its own: who did not look yet is served, and money moves.
    let api = Api {
        client: http::client(),
        ..program.api()
    };
    let mandates = api.get("/mandates").await.expect(200).json();
    let mandate = mandates["data"][0]["id"].as_str().expect("a mandate");
    let accepted = api.post("/payments", "late", &payment(mandate, "late", 1_000)).await;
    let path = format!(
        "/payments/{}",
        accepted.expect(202).json()["id"].as_str().expect("an id")
    );
    eventually("it is paid", || async {
        api.get(&path).await.expect(200).json()["status"] == "succeeded"
    })
    .await;

    assert_eq!(program.stop("INT").await, Some(0));
    assert!(begun.elapsed() < Duration::from_mins(1));
    assert!(program.client.get(program.base()).send().await.is_err());
}

#[tokio::test]
async fn it_ends_by_itself_when_the_time_is_over_and_not_before() {
    let mut program = Program::new(&[("NARU_CLOSES_AFTER_MS", "1500")]);
    program.start().await;
    let begun = Instant::now();
    assert_eq!(program.stop("TERM").await, Some(0));
    assert!(begun.elapsed() >= Duration::from_millis(1_500));
}

#[tokio::test]
async fn a_process_that_only_works_has_nobody_to_wait_for() {
    let mut program = Program::new(&[A_MINUTE]);
    program.start_as(&["start", "--worker"]).await;
    program.ready().await;
    let begun = Instant::now();
    assert_eq!(program.stop("TERM").await, Some(0));
    assert!(begun.elapsed() < Duration::from_mins(1));
}
