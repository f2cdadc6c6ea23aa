//! What a stream may cost: a bounded queue, a bounded number, and an end for who does not read.

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use super::ear::{Ear, made_up};
use super::hearing;
use crate::ops::metrics::value;
use crate::support::app::{self, TestApp, eventually};
use crate::support::visitor::{Browser, SESSION};

const EMAIL: &str = "minji@example.test";

async fn metric(app: &TestApp, name: &str) -> f64 {
    let text = app.services.metrics.text(&app.services).await;
    value(&text, name).unwrap_or_else(|| panic!("{name} in {text}"))
}

/// Asks for a stream and takes nothing of it.
async fn deaf(app: &TestApp, browser: &Browser) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small one");
    let address = app.base.strip_prefix("http://").expect("an address").to_owned();
    let mut stream = socket
        .connect(address.parse().expect("an address"))
        .await
        .expect("it listens");
    let session = browser.cookie(SESSION).expect("signed in");
    let request = format!("GET /live HTTP/1.1\r\nhost: localhost\r\ncookie: {SESSION}={session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    eventually("it has a stream", || async { app.services.live.open() > 0 }).await;
    stream
}

#[tokio::test]
async fn who_reads_nothing_is_let_go_and_delays_nobody() {
    let app = hearing(app::start().await).await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let (other, reader) = app.member_browser("junho@example.test").await;
    let _deaf = deaf(&app, &browser).await;
    let mut ear = Ear::greeted(&reader, "/live").await;
    let mut told = 0;
    while metric(&app, "naru_live_streams_dropped_total").await < 1.0 {
        app.services.live.tell((0..32).map(|_| made_up(member)).collect());
        app.services.live.tell(vec![made_up(other)]);
        ear.steps(1).await;
        told += 32;
        assert!(told < 200_000, "it takes for ever, and the queue grows");
    }
}

#[tokio::test]
async fn a_process_has_so_many_streams_and_then_says_when_to_come_again() {
    let app = hearing(
        app::wish()
            .settings(json!({ "live": { "clients_max": 2 } }))
            .start()
            .await,
    )
    .await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let ears = [
        Ear::greeted(&browser, "/live").await,
        Ear::greeted(&browser, "/live").await,
    ];
    assert!((metric(&app, "naru_live_streams").await - 2.0).abs() < f64::EPSILON);
    let full = browser.send(browser.request(Method::GET, "/live")).await.expect(503);
    assert_eq!(full.header("retry-after"), "30");
    drop(ears);
    eventually("a place is free", || async { app.services.live.open() < 2 }).await;
    Ear::greeted(&browser, "/live").await;
}

#[tokio::test]
async fn the_seventeenth_stream_of_a_session_ends_the_first_one_and_says_when_it_may_come_again() {
    let app = hearing(app::start().await).await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let mut ears = Vec::new();
    for _ in 0..17 {
        ears.push(Ear::greeted(&browser, "/live").await);
    }
    let said = ears[0].rest().await;
    assert_eq!(said.len(), 1);
    assert_eq!(
        (said[0].name.as_str(), &said[0].data),
        ("end", &json!({ "reason": "too_many", "retry_secs": 60 }))
    );
    eventually("its place is left", || async { app.services.live.open() == 16 }).await;
}

#[tokio::test]
async fn whoever_asks_only_why_there_is_no_stream_is_told_and_keeps_no_place() {
    let settings = json!({ "live": { "clients_max": 1 } });
    let app = hearing(app::wish().settings(settings).start().await).await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let why = |browser: &Browser| browser.request(Method::HEAD, "/live");
    let stranger = app.browser();
    stranger.send(why(&stranger)).await.expect(401);
    browser.send(why(&browser)).await.expect(200);
    let begun = metric(&app, r#"naru_live_streams_begun_total{how="fresh"}"#).await;
    assert!(begun == 0.0, "{begun} were begun");
    let _ear = Ear::greeted(&browser, "/live").await;
    let full = browser.send(why(&browser)).await.expect(503);
    assert_eq!(full.header("retry-after"), "30");
}

#[tokio::test]
async fn a_stream_says_that_it_is_there() {
    let app = hearing(app::wish().settings(json!({ "live": { "beat_ms": 20 } })).start().await).await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let mut ear = Ear::open(&browser, "/live").await;
    assert_eq!(ear.take().await.expect("it goes on").name, "hello");
    for _ in 0..3 {
        let beat = ear.take().await.expect("it goes on");
        assert_eq!((beat.name.as_str(), beat.id), ("beat", None));
    }
}

#[tokio::test]
async fn without_redis_timers_rest_only_while_this_process_is_alone() {
    let settings = json!({ "cache": { "redis_url": "" } });
    let app = hearing(app::wish().settings(settings).start().await).await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let mut ear = Ear::greeted(&browser, "/live").await;
    let other = app.services_of_a_new_process().await;
    naru::bank::shares::renew(&other).await.unwrap();
    assert_eq!(ear.next().await.name, "away");
    let mut late = Ear::open(&browser, "/live").await;
    assert_eq!(late.next().await.data["hears"], false);
    naru::bank::shares::leave(&other).await.unwrap();
    assert_eq!(ear.next().await.name, "back");
    assert_eq!(late.next().await.name, "back");
}
