//! `naru doctor` at a RabbitMQ of the test's own.

use std::process::Output;

use crate::support::broker::PrivateBroker;
use crate::support::program::Program;

fn ends(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for words in words {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
}

#[tokio::test]
async fn the_doctor_tells_of_queues_that_are_missing_dead_messages_and_other_options() {
    let broker = PrivateBroker::start().await;
    let mut program = Program::new(&[&[("NARU_LANG", "en")][..], &broker.environment()].concat());
    let missing = "these are missing: naru.payments, naru.payments.dead, naru.refunds";
    // The doctor makes none: the second time they are missing still.
    for _ in 0..2 {
        ends(&program.run(&["doctor"]).await, 0, &[missing]);
    }
    program.start().await;
    program.ready().await;
    let well = [
        "all queues are there with the right options",
        "the dead queues are empty",
        // Two leases of config/development.yaml, and a minute.
        "must be above 180 s",
    ];
    ends(&program.run(&["doctor"]).await, 0, &well);

    broker.publish("payment", b"{").await;
    crate::support::app::eventually("it is dead", || async { broker.waiting("payments.dead").await == 1 }).await;
    ends(
        &program.run(&["doctor"]).await,
        0,
        &["1 messages are in the dead queues", "naru task redrive"],
    );

    assert_eq!(program.stop("TERM").await, Some(0));
    broker.delete_queue("payments").await;
    broker.declare_otherwise("payments").await;
    ends(&program.run(&["doctor"]).await, 1, &["has other options"]);
}
