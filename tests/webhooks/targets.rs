//! C43: what of our own network may not be called is not, however it is named.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use futures::FutureExt;
use naru::notifications::webhooks::Lookup;
use reqwest::Method;
use serde_json::json;

use super::shop_that_hears;
use crate::support::app::{self, eventually};
use crate::support::http::Answer;
use crate::support::receiver::{Receiver, Say};

/// Answers each lookup with the next of these, and with the last from then on.
fn answers(answers: &[&[&str]]) -> (Lookup, Arc<AtomicUsize>) {
    let parse = |one: &&[&str]| {
        one.iter()
            .map(|address| address.parse::<IpAddr>().unwrap())
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = answers.iter().map(parse).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let lookup = Lookup::from_fn(move |_| {
        let turn = counted.fetch_add(1, Ordering::SeqCst);
        let answer = all[turn.min(all.len() - 1)].clone();
        async move { Ok(answer) }.boxed()
    });
    (lookup, asked)
}

#[tokio::test]
async fn c43_urls_that_lead_to_us_are_refused_with_their_reason() {
    let app = app::wish()
        .settings(json!({ "webhooks": { "allow_private": false } }))
        .without_workers()
        .start()
        .await;
    let shop = app.shop("나루상점").await;
    for url in [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.7:8443/",
        "https://0x7f000001/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "http://shop.example.com/",
        "https://user:secret@shop.example.com/",
        "https://shop.example.com/#hooks",
        "ftp://shop.example.com/",
        "shop.example.com",
    ] {
        let problem = shop.api.post("/webhook-endpoints", url, &json!({ "url": url })).await;
        let problem = problem.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}: {problem}");
    }
    let endpoint = shop.endpoint("https://shop.example.com/hooks").await;
    let change = shop.api.request(Method::PATCH, &endpoint.path);
    let change = Answer::of(change.json(&json!({ "url": "https://192.168.0.1/" }))).await;
    change.problem(422, "invalid_request");
}

#[tokio::test]
async fn c43_a_name_that_leads_out_first_and_then_to_us_is_called_at_no_address_of_ours() {
    // The first is public, and nobody answers there; then the name is turned to this machine.
    let (lookup, asked) = answers(&[&["240.0.0.1", "10.1.2.3"], &["127.0.0.1", "::1"], &["169.254.169.254"]]);
    let app = app::wish()
        .settings(json!({ "webhooks": { "allow_private": false, "deadline_ms": 500 } }))
        .with_a_stopped_clock()
        .with_a_lookup(lookup)
        .start()
        .await;
    let shop = app.shop("나루상점").await;
    let endpoint = shop.endpoint("https://rebound.example.com/hooks").await;
    app.events(shop.id, 1).await;
    for attempt in 1..=3 {
        app.attempts_ended(attempt).await;
        app.clock.advance(TimeDelta::hours(2));
    }
    let attempts = shop.attempts(&endpoint).await;
    let failures: Vec<_> = attempts
        .iter()
        .map(|attempt| attempt["failure"].as_str().unwrap())
        .collect();
    assert!(
        failures.iter().all(|failure| *failure == "refused_target"),
        "{failures:?}"
    );
    assert!(asked.load(Ordering::SeqCst) >= 3, "each attempt looks anew");
}

#[tokio::test]
async fn c43_an_attempt_looks_a_name_up_once_and_connects_to_the_address_that_was_checked() {
    let (lookup, asked) = answers(&[&["127.0.0.1"], &["127.0.0.9"]]);
    let app = app::wish().with_a_lookup(lookup).start().await;
    let shop = app.shop("나루상점").await;
    let receiver = Receiver::start().await;
    let endpoint = shop
        .endpoint(&receiver.url.replace("127.0.0.1", "shop.example.com"))
        .await;
    app.events(shop.id, 1).await;
    let got = receiver.heard(1).await.remove(0);
    app.told().await;
    assert_eq!(
        asked.load(Ordering::SeqCst),
        1,
        "there is no second look to be told something else"
    );
    assert!(got.header("host").starts_with("shop.example.com:"));
    assert!(got.is_signed_with(&endpoint.secret));
}

#[tokio::test]
async fn c43_a_redirect_to_our_network_is_not_followed() {
    let app = app::start().await;
    let inside = Receiver::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Redirect(inside.url.clone()));
    app.events(shop.id, 1).await;
    app.attempts_ended(1).await;
    eventually("the redirect is kept as a failure", || async {
        shop.attempts(&endpoint).await[0]["failure"] == "redirect"
    })
    .await;
    assert_eq!((receiver.count(), inside.count()), (1, 0));
}

#[tokio::test]
async fn c43_an_endpoint_that_was_allowed_once_is_not_called_where_it_no_longer_is() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let mut strict = app.services.settings.clone();
    strict.webhooks.allow_private = false;
    let services = app.services_with(strict).await;
    // The process that allows it has no part in this.
    app.stop_workers();
    app.events(shop.id, 1).await;
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(naru::notifications::webhooks::lanes::send_until_stopped(
        services,
        stop.clone(),
    ));
    app.attempts_ended(1).await;
    stop.cancel();
    assert_eq!(shop.attempts(&endpoint).await[0]["failure"], "refused_target");
    assert_eq!(receiver.count(), 0);
}
