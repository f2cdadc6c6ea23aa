//! A partner who pushes payments at a steady pace whatever happens, and sends again, under the same key, what was not
//! answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::json;
use tokio::sync::watch;

use crate::support::http::Api;

/// Longer than any fault lasts.
const GIVES_UP_AFTER: Duration = Duration::from_mins(2);
const TRIES_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Payments to push, and to whom.
pub struct Load {
    apis: [Api; 2],
    mandate: String,
    /// The beginning of every order's name.
    name: String,
    payments: usize,
    per_second: u32,
    accepted: watch::Sender<usize>,
}

/// What the partner has in hand at the end.
#[derive(Default)]
pub struct Pushed {
    /// The ids of the answers.
    pub ids: Vec<String>,
    /// How long each 202 took to come, from the first request for it on.
    pub took: Vec<Duration>,
    /// Requests that were refused for now, or not answered.
    pub tried_again: usize,
}

impl Load {
    pub fn new(apis: [Api; 2], mandate: &str, name: &str, (payments, per_second): (usize, u32)) -> Self {
        Self {
            apis,
            mandate: mandate.to_owned(),
            name: name.to_owned(),
            payments,
            per_second,
            accepted: watch::Sender::new(0),
        }
    }

    /// How many were accepted by now.
    pub fn accepted(&self) -> watch::Receiver<usize> {
        self.accepted.subscribe()
    }

    /// Pushes all of them.
    pub async fn push(self) -> Pushed {
        let load = Arc::new(self);
        let mut pace = tokio::time::interval(Duration::from_secs(1) / load.per_second);
        let (mut sent, mut pushed) = (FuturesUnordered::new(), Pushed::default());
        let tried_again = Arc::new(AtomicUsize::new(0));
        for number in 0..load.payments {
            pace.tick().await;
            let (load, tried_again) = (Arc::clone(&load), Arc::clone(&tried_again));
            sent.push(tokio::spawn(async move { load.insist(number, &tried_again).await }));
        }
        while let Some(accepted) = sent.next().await {
            let (id, took) = accepted.expect("it was accepted");
            pushed.ids.push(id);
            pushed.took.push(took);
        }
        pushed.tried_again = tried_again.load(Ordering::Relaxed);
        pushed
    }

    /// Sends one until it is accepted, to the one web process and the other in turn.
    async fn insist(&self, number: usize, tried_again: &AtomicUsize) -> (String, Duration) {
        let key = format!("{}-{number}", self.name);
        let body = json!({ "mandate_id": self.mandate, "order_id": key, "amount": 1_000 + number, "description": "장애 시험" });
        let begun = Instant::now();
        for turn in number.. {
            let api = &self.apis[turn % 2];
            let request = api
                .request(reqwest::Method::POST, "/payments")
                .header("idempotency-key", &key)
                .timeout(Duration::from_secs(10))
                .json(&body);
            if let Ok(answer) = request.send().await {
                let status = answer.status();
                let text = answer.text().await.unwrap_or_default();
                match status.as_u16() {
                    202 => {
                        let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                        self.accepted.send_modify(|accepted| *accepted += 1);
                        return (answer["id"].as_str().expect("an id").to_owned(), begun.elapsed());
                    }
                    // In use by the request whose answer was lost; out of order for now.
                    409 | 503 => {}
                    _ => panic!("{key}: {status} {text}"),
                }
            }
            assert!(begun.elapsed() < GIVES_UP_AFTER, "{key} is never accepted");
            tried_again.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(TRIES_AGAIN_AFTER).await;
        }
        unreachable!("numbers do not end")
    }
}

impl Pushed {
    /// The time within which this share of the requests was answered, in milliseconds.
    pub fn within(&self, share: f64) -> u128 {
        let mut took = self.took.clone();
        took.sort_unstable();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a short list"
        )]
        let place = ((took.len() - 1) as f64 * share) as usize;
        took[place].as_millis()
    }
}
