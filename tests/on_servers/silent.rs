//! A broker that is there and says nothing: connections stand, and nothing comes.

use std::time::Duration;

use naru::relay::{Broker, BrokerError};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::rabbitmq::{app_on, expect_withdrawals, is_ready, pay};
use crate::support::app::{self, eventually, eventually_within};
use crate::support::broker::PrivateBroker;

/// Two heartbeats, after which a connection without a word is given up, and the looks of both sides.
const TWO_HEARTBEATS: Duration = Duration::from_secs(40);

#[tokio::test]
async fn c62_a_broker_that_freezes_is_noticed_and_listened_to_again_when_it_thaws() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..5).await;
    app.settled().await;

    broker.freeze();
    eventually_within(TWO_HEARTBEATS, "it is missed", || async { !is_ready(&app).await }).await;
    pay(&shop, &mandate, 5..10).await;
    broker.thaw();
    app.settled().await;
    eventually("it is ready again", || is_ready(&app)).await;
    expect_withdrawals(&app, 10).await;
}

#[tokio::test]
async fn c61_a_try_to_connect_to_a_broker_that_says_nothing_ends_and_leaves_no_connection_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!(
        "amqp://127.0.0.1:{}/%2f",
        listener.local_addr().expect("its address").port()
    );
    let broker = Broker::new(address.into(), "naru".to_owned());
    let (tried, accepted) = tokio::join!(broker.waiting(), listener.accept());
    assert!(matches!(tried, Err(BrokerError::Silent(_))), "{tried:?}");
    let (mut connection, _) = accepted.expect("a connection");
    let mut heard = Vec::new();
    let ended = tokio::time::timeout(app::PATIENCE, connection.read_to_end(&mut heard)).await;
    ended.expect("the connection was closed").expect("it ended well");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_of_without_the_password_in_it() {
    let broker = Broker::new("amqp:/guest:secret@host".to_owned().into(), "naru".to_owned());
    let error = broker.waiting().await.expect_err("no address");
    assert!(!format!("{error} {error:?} {broker:?}").contains("secret"), "{error}");
}
