//! The kill matrix with RabbitMQ between: killed at every step of a message, from the ring to the ack.
//!
//! The broker is the test's own and lives on; the database is SQLite, or MariaDB where `NARU_TEST_MYSQL` names one.
//! What was delivered and not acknowledged must come again, and the worker that gets it must find what is left to do.

use crate::support::broker::PrivateBroker;
use crate::transfers::kill::matrix::Matrix;
use crate::transfers::kill::{SHORT, steps};

/// What the workers found is read in the log.
const LOG: (&str, &str) = ("NARU_LOG", "warn,naru::relay=debug,naru::transfers=debug");

async fn on(broker: &PrivateBroker) -> Matrix {
    Matrix::open(&[SHORT, &broker.environment(), &[LOG]].concat()).await
}

#[tokio::test]
async fn c03_c07_killed_at_every_step_of_publishing_a_payment_is_made_once() {
    let broker = PrivateBroker::start().await;
    let mut matrix = on(&broker).await;
    matrix.pay(steps::PUBLISH).await;
    matrix.finish("publishing a payment").await;
}

#[tokio::test]
async fn c03_c07_killed_at_every_step_of_publishing_a_refund_is_made_once() {
    let broker = PrivateBroker::start().await;
    let mut matrix = on(&broker).await;
    matrix.refund(steps::PUBLISH).await;
    matrix.finish("publishing a refund").await;
}

#[tokio::test]
async fn rule_3_c07_killed_at_every_step_of_consuming_a_payment_its_message_comes_again_and_sends_nothing_again() {
    let broker = PrivateBroker::start().await;
    let mut matrix = on(&broker).await;
    matrix.pay(steps::CONSUME).await;
    matrix.finish("consuming a payment").await;
}

#[tokio::test]
async fn rule_3_c07_killed_at_every_step_of_consuming_a_refund_its_message_comes_again_and_sends_nothing_again() {
    let broker = PrivateBroker::start().await;
    let mut matrix = on(&broker).await;
    matrix.refund(steps::CONSUME).await;
    matrix.finish("consuming a refund").await;
}
