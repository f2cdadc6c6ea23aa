//! The listener of every process, in the real program.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::eventually;
use crate::support::http::Answer;
use crate::support::program::Program;

use super::PRODUCTION;
use super::metrics::value;

async fn status(program: &Program, address: &str) -> u16 {
    let answer = program.client.get(address).send().await;
    answer.expect("it answers").status().as_u16()
}

#[tokio::test]
async fn every_way_to_start_has_its_metrics_ping_and_readiness_beside_the_public_port() {
    let ways: [&[&str]; 4] = [
        &[],
        &["start"],
        &["start", "--worker"],
        &["start", "--server-and-worker"],
    ];
    for way in ways {
        let mut program = Program::new(&[]);
        program.start_as(way).await;
        assert_eq!(
            value(&program.metrics().await, "naru_database_up"),
            Some(1.0),
            "{way:?}"
        );
        let ready = format!("{}/_readiness", program.ops());
        eventually("it is ready", || async { status(&program, &ready).await == 200 }).await;
        if !way.contains(&"--worker") {
            // At once: a process that is ready is sent people.
            let public = format!("{}/metrics", program.base());
            assert_eq!(status(&program, &public).await, 404, "{way:?}");
        }
        assert_eq!(program.stop("TERM").await, Some(0), "{way:?}");
        assert!(program.client.get(program.ops()).send().await.is_err(), "{way:?}");
    }
}

#[tokio::test]
async fn without_its_broker_a_process_lives_is_ready_to_accept_and_not_to_work() {
    let ways = [
        (&["start"][..], 200, true),
        (&["start", "--server-and-worker"], 200, false),
        (&["start", "--worker"], 503, false),
    ];
    for (way, ready, relay) in ways {
        let mut program = Program::new(&[("AMQP_URL", "amqp://127.0.0.1:1")]);
        program.start_as(way).await;
        let readiness = format!("{}/_readiness", program.ops());
        if ready == 200 {
            eventually("it serves", || async { status(&program, &readiness).await == ready }).await;
        }
        let answer = Answer::of(program.client.get(&readiness)).await;
        assert_eq!(answer.status, ready, "{way:?}");
        assert_eq!(answer.json()["relay"], relay, "{way:?}");
        assert_eq!(
            status(&program, &format!("{}/metrics", program.ops())).await,
            200,
            "{way:?}"
        );
        assert_eq!(program.stop("TERM").await, Some(0), "{way:?}");
    }
}

#[tokio::test]
async fn a_process_that_stops_is_not_ready_while_it_finishes_what_is_in_hand() {
    let mut program = Program::new(&[]);
    program.start_as(&[]).await;
    program.ready().await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 5_000 });
    program.bank_post("/_sim/mode", &slow).await;
    let api = program.api();
    let mandates = api.get("/mandates").await.expect(200).json();
    let mandate = mandates["data"][0]["id"].as_str().expect("a mandate");
    let id = api
        .post("/payments", "in hand", &payment(mandate, "in hand", 1_000))
        .await
        .expect(202)
        .json()["id"]
        .clone();
    let path = format!("/payments/{}", id.as_str().expect("an id"));
    eventually("it is in hand", || async {
        api.get(&path).await.expect(200).json()["status"] == "executing"
    })
    .await;

    let (client, readiness) = (program.client.clone(), format!("{}/_readiness", program.ops()));
    let told = json!({ "ok": false, "database": true, "relay": false, "public_port": false });
    // One after the other; it answers until it ends.
    let all_told = async {
        while Answer::of(client.get(&readiness)).await.json() != told {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Answer::of(client.get(&readiness)).await.expect(503);
    };
    let (ended, ()) = tokio::join!(program.stop("TERM"), all_told);
    assert_eq!(ended, Some(0));
}

#[tokio::test]
async fn an_address_that_is_taken_is_one_warning_in_development() {
    let mut program = Program::new(&[]);
    let _taken = TcpListener::bind(("127.0.0.1", program.ops)).expect("it is free");
    program.start().await;
    assert_eq!(program.stop("TERM").await, Some(0));
    let said = program.said();
    assert_eq!(said.matches("settings.ops.listen").count(), 1, "{said}");
}

#[tokio::test]
async fn an_address_that_is_taken_keeps_production_from_starting_and_is_named() {
    let program = Program::new(&PRODUCTION);
    let _taken = TcpListener::bind(("127.0.0.1", program.ops)).expect("it is free");
    let output = program.run(&["start"]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    let address = format!("127.0.0.1:{}", program.ops);
    assert!(said.contains("NARU_OPS_LISTEN") && said.contains(&address), "{said}");
}
