//! Others' code verifies our signatures: the Rust crate and the npm package of the standard.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use standardwebhooks::Webhook;

use super::shop_that_hears;
use crate::support::app;
use crate::support::receiver::Got;

async fn told() -> (Got, String, String) {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let other = shop.endpoint(&receiver.url).await;
    shop.api
        .request(reqwest::Method::DELETE, &other.path)
        .send()
        .await
        .unwrap();
    app.events(shop.id, 1).await;
    let got = receiver.heard(1).await.remove(0);
    app.told().await;
    (got, endpoint.secret, other.secret)
}

#[tokio::test]
async fn the_crate_of_the_standard_verifies_what_we_send_and_nothing_else() {
    let (got, secret, other) = told().await;
    let peer = Webhook::new(&secret).unwrap();
    peer.verify(got.body.as_bytes(), &got.headers).unwrap();
    assert!(
        peer.verify(got.body.replace('1', "2").as_bytes(), &got.headers)
            .is_err()
    );
    assert!(
        Webhook::new(&other)
            .unwrap()
            .verify(got.body.as_bytes(), &got.headers)
            .is_err()
    );
}

#[tokio::test]
async fn the_npm_package_of_the_standard_verifies_what_we_send_and_nothing_else() {
    let (got, secret, other) = told().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(got.header(name))))
        .collect();
    let mut command = Command::new(std::env::var_os("NARU_NODE").unwrap_or_else(|| "node".into()));
    command
        .arg(folder.join("verify_webhook.mjs"))
        .env("SECRET", secret)
        .env("OTHER_SECRET", other)
        .env("BODY", got.body)
        .env("HEADERS", json!(headers).to_string());
    let run = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let run = run.expect("node runs; scripts/test installs it and its packages");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
