//! The README's tour, run as it is written, against the program as a newcomer starts it.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::process::Command;

use crate::support::app::eventually;
use crate::support::http::Answer;
use crate::support::program::Program;

const ACCOUNT: &str = "3020001234567";
const DEMO_PASSWORD: &str = "naru-demo-1!";

/// The commands of the tour, for the ports of a program.
fn tour(program: &Program) -> String {
    let readme = include_str!("../README.md");
    let tour = readme.split("## A tour").nth(1).expect("the README has a tour");
    let commands: Vec<&str> = tour
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(commands.len() >= 5, "the tour has only {} blocks", commands.len());
    commands
        .join("\n")
        .replace("localhost:5150", &format!("127.0.0.1:{}", program.web))
        .replace("localhost:5151", &format!("127.0.0.1:{}", program.bank))
}

#[tokio::test]
async fn the_tour_pays_refunds_and_leaves_the_books_as_it_says() {
    let mut program = Program::new(&[
        ("NARU_BANK_MONEY_TIMEOUT_MS", "1000"),
        ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
    ]);
    program.start().await;
    let api = program.api();
    let before = program.balance_at_bank(ACCOUNT).await;

    // A person reads each answer before the next command; the refund of step 4 needs the payment of step 3 settled.
    let steps = tour(&program);
    let (until_paid, after) = steps.split_at(steps.find("/refunds").and_then(|at| steps[..at].rfind("curl")).unwrap());
    let exports = until_paid
        .lines()
        .filter(|line| line.starts_with("export "))
        .collect::<Vec<_>>()
        .join("\n");
    let said = run(until_paid).await;
    assert!(said.contains("HTTP/1.1 202"), "{said}");
    assert!(said.contains(ACCOUNT), "{said}");
    let paid = || async { api.get("/payments/by-idempotency-key/tour-1").await.expect(200).json() };
    eventually("the payment succeeds", || async {
        paid().await["status"] == "succeeded"
    })
    .await;
    assert_eq!(program.balance_at_bank(ACCOUNT).await, before - 12_300);
    let said = run(&format!("{exports}\n{after}")).await;
    assert!(said.contains("\"object\":\"refund\""), "{said}");
    eventually("the refund goes back", || async {
        paid().await["refunded_amount"] == 2_300
    })
    .await;

    let third = || async { api.get("/payments/by-idempotency-key/tour-3").await.expect(200).json() };
    eventually("the bank's deadline passes", || async {
        third().await["status"] != "executing"
    })
    .await;
    eventually("the inquiry finds out", || async {
        third().await["status"] == "succeeded"
    })
    .await;
    assert_eq!(program.balance_at_bank(ACCOUNT).await, before - 10_000 - 19_021);
    let summary = program.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&json!(1), &json!(0)),
        "{summary}"
    );

    let payment = paid().await["id"].as_str().unwrap().to_owned();
    for (email, page) in [
        ("minji@naru.test", "/payments"),
        ("cs@naru.test", "/cs/payments?q=tour-1"),
    ] {
        let html = page_of(&program, email, page).await;
        assert!(html.contains(&payment), "{page} does not show {payment}");
    }
}

#[tokio::test]
async fn ctrl_c_stops_the_program_within_seconds_also_while_the_bank_hangs() {
    let mut program = Program::new(&[]);
    program.start().await;
    let hang = json!({ "operation": "balance", "mode": "hang" });
    program.bank_post("/_sim/mode", &hang).await;
    let cookie = sign_in(&program, "minji@naru.test").await;
    let waiting = program
        .client
        .get(format!("{}/accounts?wait=1", program.base()))
        .header("cookie", cookie);
    let waiting = tokio::spawn(waiting.send());
    eventually("the bank is asked", || async {
        program.bank_get("/_sim/calls").await["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|call| call["api"] == "InquireBalance")
    })
    .await;
    let begun = Instant::now();
    assert_eq!(program.stop("INT").await, Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "it took {:?}",
        begun.elapsed()
    );
    waiting.abort();
}

/// Runs commands in a shell, and answers with what they said.
async fn run(commands: &str) -> String {
    let shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", commands])
        .output()
        .await
        .expect("bash is there");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&shell.stdout),
        String::from_utf8_lossy(&shell.stderr)
    );
    assert!(shell.status.success(), "{said}");
    said
}

async fn sign_in(program: &Program, email: &str) -> String {
    let form = serde_urlencoded::to_string([("email", email), ("password", DEMO_PASSWORD), ("next", "")]).unwrap();
    let request = program.client.post(format!("{}/sign-in", program.base()));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = Answer::of(request).await.expect(303);
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn page_of(program: &Program, email: &str, path: &str) -> String {
    let cookie = sign_in(program, email).await;
    let request = program
        .client
        .get(format!("{}{path}", program.base()))
        .header("cookie", cookie);
    Answer::of(request).await.expect(200).text
}
