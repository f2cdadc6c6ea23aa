//! `naru task dead_letters` and `naru task redrive`, on a real broker and with the real program.

use uuid::Uuid;

use crate::support::app::eventually;
use crate::support::broker::PrivateBroker;
use crate::support::program::Program;
use crate::transfers::kill::SHORT;
use crate::transfers::kill::shop::Shop;

/// Runs a task to its end; its exit code, and what it said.
async fn task(program: &Program, arguments: &[&str]) -> (Option<i32>, String) {
    let run = program.task(arguments).await;
    (run.status.code(), String::from_utf8(run.stdout).expect("text"))
}

#[tokio::test]
async fn dead_letters_are_listed_and_stay_and_a_redrive_takes_those_that_still_have_something_to_do() {
    let broker = PrivateBroker::start().await;
    let mut shop = Shop::open(&[SHORT, &broker.environment()].concat()).await;
    assert_eq!(task(&shop.program, &["dead_letters"]).await.0, Some(0));
    let paid = shop.insist(shop.payment(12_300)).await;
    assert_eq!(shop.ending(&paid).await, "succeeded");
    broker.publish("payment", "{ 홍길동 302-0001-2345678".as_bytes()).await;
    eventually("it is dead", || async { broker.waiting("payments.dead").await == 1 }).await;

    shop.program.kill();
    shop.program.start_without_workers().await;
    let queued = shop.insist(shop.payment(12_300)).await;
    eventually("its message waits", || async { broker.waiting("payments").await == 1 }).await;
    let message = broker.take("payments").await.expect("a message");
    broker.publish_dead("payment", &message).await;
    for id in [&paid["pay_".len()..], &Uuid::now_v7().simple().to_string()] {
        let execute = format!(r#"{{"v":1,"do":"execute","kind":"payment","transfer":"{id}"}}"#);
        broker.publish_dead("payment", execute.as_bytes()).await;
    }

    for _ in 0..2 {
        let (code, list) = task(&shop.program, &["dead_letters"]).await;
        assert_eq!(code, Some(1), "{list}");
        assert!(
            list.contains("payments.dead 4") && list.contains("4 dead letters"),
            "{list}"
        );
        assert!(list.contains("rejected 1x: it is not a message of ours"), "{list}");
        assert!(list.contains("{ *** ***-****-*******"), "{list}");
        assert!(list.contains(&format!("execute {queued}")), "{list}");
    }
    let (code, told) = task(&shop.program, &["redrive", "queue:payments"]).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains(&format!("execute {queued}: put to its queue again")),
        "{told}"
    );
    assert!(
        told.contains(&format!("execute {paid}: thrown away")) && told.contains("it is succeeded"),
        "{told}"
    );
    assert!(
        told.contains("there is no such transfer") && told.contains("2 left"),
        "{told}"
    );
    assert_eq!(
        broker.take("payments").await,
        Some(message.clone()),
        "it waits again, as it was"
    );
    eventually("two stay", || async { broker.waiting("payments.dead").await == 2 }).await;

    broker.publish_dead("payment", &message).await;
    assert_eq!(task(&shop.program, &["redrive"]).await.0, Some(1));
    shop.program.kill();
    shop.program.start().await;
    assert_eq!(shop.ending(&queued).await, "succeeded");
}

#[tokio::test]
async fn the_tasks_about_dead_letters_say_when_there_is_no_broker_to_ask_or_no_such_queue() {
    let gone = ("AMQP_URL", "amqp://guest:guest@127.0.0.1:1/%2f");
    for (broker, arguments, why) in [
        (("AMQP_URL", ""), ["dead_letters"].as_slice(), "names no RabbitMQ"),
        (("AMQP_URL", ""), ["redrive"].as_slice(), "names no RabbitMQ"),
        (gone, ["redrive"].as_slice(), "RabbitMQ"),
        (
            gone,
            ["dead_letters", "queue:orders"].as_slice(),
            "payments, refunds or inquiries",
        ),
        (
            gone,
            ["redrive", "kind:payment"].as_slice(),
            "there is no argument kind:",
        ),
    ] {
        let run = Program::new(&[broker]).task(arguments).await;
        let said = String::from_utf8(run.stderr).expect("text");
        assert_eq!(run.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}
