//! C59: messages that cannot be followed, and one that kills whoever takes it. Each ends in its dead queue with one line in
//! the log, and the payments go on.

use lapin::types::{AMQPValue, FieldTable};
use uuid::Uuid;

use crate::support::app::eventually;
use crate::support::broker::PrivateBroker;
use crate::support::program::Program;
use crate::transfers::kill::shop::Shop;
use crate::transfers::kill::{SHORT, books, steps};

const LOG: (&str, &str) = ("NARU_LOG", "warn");
const MALFORMED: usize = 1_000;
const PAYMENTS: usize = 50;
/// How often the broker delivers a message before it is buried.
const DELIVERIES: usize = 20;

async fn shop_on(broker: &PrivateBroker) -> Shop {
    Shop::open(&[SHORT, &broker.environment(), &[LOG]].concat()).await
}

fn lines(program: &Program, words: &str) -> usize {
    program.said().lines().filter(|line| line.contains(words)).count()
}

/// Has payments accepted, and waits until they succeeded.
async fn pay(shop: &mut Shop, payments: usize) {
    let mut ids = Vec::new();
    for _ in 0..payments {
        ids.push(shop.insist(shop.payment(12_300)).await);
    }
    for id in ids {
        assert_eq!(shop.ending(&id).await, "succeeded");
    }
}

fn text<'a>(death: &'a FieldTable, field: &str) -> Option<&'a str> {
    match death.inner().get(field)? {
        AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
        AMQPValue::ShortString(text) => Some(text.as_str()),
        _ => None,
    }
}

#[tokio::test]
async fn c59_a_thousand_messages_that_nobody_understands_cost_a_line_each_and_less_than_as_many_payments() {
    let broker = PrivateBroker::start().await;
    let mut shop = shop_on(&broker).await;
    let before = shop.program.cpu_ticks();
    pay(&mut shop, PAYMENTS).await;
    let per_payment = ratio(shop.program.cpu_ticks() - before, PAYMENTS);

    let before = shop.program.cpu_ticks();
    let bodies = [
        "{".to_owned(),
        String::new(),
        format!(r#"{{"v":9,"do":"inquire","transfer":"{}"}}"#, Uuid::now_v7()),
    ];
    let flood = bodies.iter().cycle().take(MALFORMED).map(String::as_bytes);
    broker.publish_all("payment", flood).await;
    eventually("all of them are dead", || async {
        broker.waiting("payments.dead").await == u32::try_from(MALFORMED).unwrap()
    })
    .await;
    let per_malformed = ratio(shop.program.cpu_ticks() - before, MALFORMED);
    println!("processor ticks: {per_payment:.2} a payment, {per_malformed:.2} a malformed message");
    assert!(per_malformed < per_payment);
    pay(&mut shop, PAYMENTS).await;

    assert_eq!(lines(&shop.program, "goes to its dead queue"), MALFORMED);
    assert_eq!(broker.waiting("payments").await, 0);
    let dead = broker.take_whole("payments.dead").await.expect("a message");
    let headers = dead.properties.headers().clone().expect("headers");
    assert_eq!(text(&headers, "x-first-death-reason"), Some("rejected"));
    books::check(&shop, &books::read(&shop).await).await;
}

fn ratio(ticks: u64, of: usize) -> f64 {
    f64::from(u32::try_from(ticks).unwrap()) / f64::from(u32::try_from(of).unwrap())
}

#[tokio::test]
async fn c59_a_message_that_kills_its_process_each_time_is_buried_with_one_line_and_takes_no_payment_with_it() {
    let broker = PrivateBroker::start().await;
    let mut shop = shop_on(&broker).await;
    shop.program.kill();
    let nobody = Uuid::now_v7();
    let poison = format!(r#"{{"v":1,"do":"execute","kind":"payment","transfer":"{nobody}"}}"#);
    broker.publish("payment", poison.as_bytes()).await;
    shop.program.start_without_workers().await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(shop.insist(shop.payment(12_300)).await);
    }
    eventually("the broker has all", || async {
        broker.waiting("payments").await == 11
    })
    .await;
    shop.program.kill();

    for _ in 0..DELIVERIES {
        shop.program.arm(&[steps::NOBODY_KNOWS_IT]);
        shop.program.launch();
        shop.program.dies().await;
    }
    // Armed still: nobody takes it again.
    shop.program.arm(&[steps::NOBODY_KNOWS_IT]);
    shop.program.start().await;
    eventually("it is buried", || async { broker.waiting("payments.dead").await == 1 }).await;
    assert_eq!(broker.take("payments.dead").await, Some(poison.into_bytes()));
    assert_eq!(
        lines(&shop.program, "goes to its dead queue"),
        1,
        "{}",
        shop.program.said()
    );
    for id in &ids {
        shop.ending(id).await;
    }
    pay(&mut shop, 10).await;
    assert_eq!(broker.waiting("payments").await, 0);
    books::check(&shop, &books::read(&shop).await).await;
}
