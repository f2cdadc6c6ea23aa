//! The listener of every process, in the real program.

use std::net::TcpListener;

use crate::support::app::eventually;
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
            let public = format!("{}/metrics", program.base());
            eventually("the public port answers", || async {
                program.client.get(&public).send().await.is_ok()
            })
            .await;
            assert_eq!(status(&program, &public).await, 404, "{way:?}");
        }
        assert_eq!(program.stop("TERM").await, Some(0), "{way:?}");
        assert!(program.client.get(program.ops()).send().await.is_err(), "{way:?}");
    }
}

#[tokio::test]
async fn without_its_broker_a_process_lives_is_ready_to_accept_and_not_to_work() {
    for (way, ready) in [(&["start"][..], 200), (&["start", "--worker"], 503)] {
        let mut program = Program::new(&[("AMQP_URL", "amqp://127.0.0.1:1")]);
        program.start_as(way).await;
        if ready == 200 {
            let public = format!("{}/_ping", program.base());
            eventually("it serves", || async {
                program.client.get(&public).send().await.is_ok()
            })
            .await;
        }
        assert_eq!(
            status(&program, &format!("{}/_readiness", program.ops())).await,
            ready,
            "{way:?}"
        );
        assert_eq!(
            status(&program, &format!("{}/metrics", program.ops())).await,
            200,
            "{way:?}"
        );
        assert_eq!(program.stop("TERM").await, Some(0), "{way:?}");
    }
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
