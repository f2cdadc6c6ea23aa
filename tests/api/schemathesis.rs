//! Schemathesis over `/openapi.json`: what the document promises of each call is tried, with good requests and with bad ones.
//!
//! `scripts/test` installs it; `NARU_SCHEMATHESIS` names another one.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;

use super::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Api;

/// The one that `scripts/test` keeps, or that somebody names.
fn program() -> PathBuf {
    let named = std::env::var_os("NARU_SCHEMATHESIS").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let kept = || Some(cache.or_else(home)?.join("naru/schemathesis/bin/schemathesis"));
    let found = named.or_else(kept).filter(|path| path.exists());
    found.expect("Schemathesis is not installed: scripts/test does it, or NARU_SCHEMATHESIS names one")
}

/// How long requests are made up; `NARU_SCHEMATHESIS_SECONDS` says otherwise.
fn seconds() -> String {
    std::env::var("NARU_SCHEMATHESIS_SECONDS").unwrap_or_else(|_| "60".to_owned())
}

/// Payments that can be refunded, and one refund of the first.
async fn history(app: &TestApp) -> Vec<(&'static str, String)> {
    let (shop, mandate) = app.shop_with_mandate().await;
    // Limits are the verb's to judge; the document knows none of them.
    app.sql("UPDATE mandates SET per_payment_limit_won = 9000000000000, daily_limit_won = 9000000000000000")
        .await;
    let mut payments = Vec::new();
    for number in 1..=3 {
        let key = format!("key-{number}");
        let made = shop
            .api
            .post("/payments", &key, &payment(&mandate, &key, 1_000_000))
            .await;
        payments.push(made.expect(202).json()["id"].as_str().unwrap().to_owned());
    }
    app.settled().await;
    let path = format!("/payments/{}/refunds", payments[0]);
    let body = json!({ "amount": 100, "reason": "반품" });
    let refund = shop.api.post(&path, "key-4", &body).await.expect(202).json();
    app.settled().await;
    let mut facts = told(&shop.api).await;
    facts.extend([
        ("MANDATE", mandate),
        ("PAYMENTS", payments.join(",")),
        ("REFUND", refund["id"].as_str().unwrap().to_owned()),
        ("KEY_OF_PAYMENT", "key-1".to_owned()),
        ("AUTHORIZATION", format!("Authorization: Bearer {}", shop.api.key)),
    ]);
    facts
}

/// A checkout, endpoints of which one was told of something, and what may be ended.
async fn told(api: &Api) -> Vec<(&'static str, String)> {
    let made = async |path: &str, key: &str, body: Value| {
        let made = api.post(path, key, &body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let url = "http://localhost/done";
    let checkout = json!({ "order_id": "checkout-1", "amount": 1_000, "description": "책", "return_url": url });
    let mandate = json!({ "return_url": url, "per_payment_limit": 1_000, "daily_limit": 1_000 });
    // Nobody is there, and all but its test is kept from it.
    let endpoint = json!({ "url": "http://127.0.0.1:9/", "event_types": ["checkout.expired"] });
    let (told, spare) = (
        made("/webhook-endpoints", "endpoint-1", endpoint.clone()).await,
        made("/webhook-endpoints", "endpoint-2", endpoint).await,
    );
    let path = format!("/webhook-endpoints/{told}");
    api.post(&format!("{path}/test"), "test-1", &json!({}))
        .await
        .expect(202);
    let deliveries = async || api.get(&format!("{path}/deliveries")).await.expect(200).json()["data"].clone();
    eventually("the test has its place", || async { deliveries().await[0].is_object() }).await;
    let delivery = deliveries().await[0].clone();
    let shown = |name: &str| delivery[name].as_str().unwrap().to_owned();
    vec![
        ("CHECKOUT", made("/checkouts", "checkout-1", checkout).await),
        ("SPARE_MANDATE", made("/mandates", "mandate-1", mandate).await),
        ("EVENT", shown("event_id")),
        ("DELIVERY", shown("id")),
        ("ENDPOINT", told),
        ("SPARE_ENDPOINT", spare),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_keeps_what_its_document_promises() {
    let many = json!({ "webhooks": { "endpoints_max": 10_000 } });
    let app = app::wish().settings(many).start().await;
    let mut facts = history(&app).await;
    let (_, authorization) = facts.pop().expect("the key");
    // It leaves notes where it runs.
    let folder = tempfile::tempdir().expect("a folder");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/schemathesis");
    for file in ["schemathesis.toml", "hooks.py"] {
        std::fs::copy(ours.join(file), folder.path().join(file)).expect("its settings are copied");
    }
    let run = Command::new(program())
        .args(["--config-file", "schemathesis.toml", "--no-color", "run"])
        .arg(format!("{}/openapi.json", app.base))
        .args(["--header", &authorization])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--max-examples", "40", "--max-time", &seconds(), "--seed", "20261101"])
        .args(["--continue-on-failure", "--output-sanitize", "true"])
        .current_dir(folder.path())
        .envs(facts)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .await
        .expect("Schemathesis runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    println!("{said}");
}
