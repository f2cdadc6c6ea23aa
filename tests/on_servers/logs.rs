//! The log of a payment that goes over a RabbitMQ of the test's own.

use crate::ops::logs::{JSON, lines, pay, said_by};
use crate::ops::metrics::value;
use crate::support::app::eventually;
use crate::support::broker::PrivateBroker;
use crate::support::program::Program;

#[tokio::test]
async fn a_payment_is_found_in_publisher_consumer_and_worker_by_its_request_and_is_counted_there() {
    let broker = PrivateBroker::start().await;
    let mut program = Program::new(&[JSON.as_slice(), &[("AMQP_URL", broker.address())]].concat());
    program.start().await;
    program.ready().await;
    let id = pay(&program, "order-1", 12_300, "shop-request-7").await;
    let said = |part: &str| said_by(&lines(&program), part, "shop-request-7", &id);
    eventually("both sides of the broker speak", || async {
        said("naru::relay::publisher") == ["told RabbitMQ"]
            && said("naru::relay::consumer") == ["done and acknowledged"]
    })
    .await;
    assert_eq!(
        said("naru::transfers::execute"),
        ["claimed; the bank is called", "settled"]
    );

    let text = program.metrics().await;
    for (series, expected) in [
        ("naru_rings_failed_total", 0.0),
        ("naru_rings_waiting", 0.0),
        (r#"naru_queue_listening{queue="payment"}"#, 1.0),
        (r#"naru_queue_listening{queue="inquiry"}"#, 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in\n{text}");
    }
    // The demo has a transfer that is asked about, so there are more rings than one.
    assert!(value(&text, "naru_rings_published_total") >= Some(1.0), "{text}");
    let now = naru::clock::Clock::system().now().timestamp();
    let last = value(&text, r#"naru_queue_last_delivery_timestamp_seconds{queue="payment"}"#);
    assert!(last.is_some_and(|last| (0.0..60.0).contains(&(f64::from(i32::try_from(now).unwrap()) - last + 1.0))));

    broker.kill();
    eventually("it says that nobody is heard", || async {
        let text = program.metrics().await;
        value(&text, r#"naru_queue_listening{queue="payment"}"#) == Some(0.0)
    })
    .await;
    let api = program.api();
    let mandates = api.get("/mandates").await.expect(200).json();
    let body = serde_json::json!({
        "mandate_id": mandates["data"][0]["id"], "order_id": "order-2", "amount": 1_000, "description": "원두 1kg",
    });
    api.post("/payments", "order-2", &body).await.expect(202);
    eventually("it says that the broker was not told", || async {
        let text = program.metrics().await;
        value(&text, "naru_rings_waiting") == Some(1.0)
            && value(&text, "naru_rings_waiting_oldest_seconds") > Some(0.0)
            && value(&text, "naru_rings_failed_total") > Some(0.0)
    })
    .await;
}
