//! A partner's own server, on loopback: it says what a test tells it to say, and remembers what it was told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;

use super::app::eventually;

/// What it answers.
#[derive(Clone, Debug)]
pub enum Say {
    Status(u16),
    Text(u16, String),
    /// A status with `Retry-After`.
    Later(u16, String),
    Redirect(String),
    /// Nothing, ever.
    Hang,
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub struct Got {
    pub at: Instant,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).expect("it is there").to_str().expect("letters")
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn timestamp(&self) -> i64 {
        self.header("webhook-timestamp").parse().expect("a number")
    }

    pub fn signatures(&self) -> Vec<&str> {
        self.header("webhook-signature").split(' ').collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether another's code, with this secret, would have signed it so.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let peer = standardwebhooks::Webhook::new(secret).expect("a secret");
        let signed = peer.sign(self.id(), self.timestamp(), self.body.as_bytes());
        self.signatures().contains(&signed.expect("a signature").as_str())
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    state: Arc<Mutex<Script>>,
}

struct Script {
    /// Said once each, first.
    next: VecDeque<Say>,
    then: Say,
    got: Vec<Got>,
}

impl Receiver {
    /// One that answers 204 to everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks", listener.local_addr().expect("its address"));
        let receiver = Self {
            url,
            state: Arc::new(Mutex::new(Script {
                next: VecDeque::new(),
                then: Say::Status(204),
                got: Vec::new(),
            })),
        };
        let router = Router::new().fallback(hear).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// From now on.
    pub fn says(&self, what: Say) {
        self.state.lock().expect("one test").then = what;
    }

    /// Once, and then what it said before.
    pub fn says_once(&self, what: Say) {
        self.state.lock().expect("one test").next.push_back(what);
    }

    pub fn got(&self) -> Vec<Got> {
        self.state.lock().expect("one test").got.clone()
    }

    pub fn count(&self) -> usize {
        self.state.lock().expect("one test").got.len()
    }

    /// Waits until it was told so often.
    pub async fn heard(&self, times: usize) -> Vec<Got> {
        eventually(&format!("{times} requests come"), || async { self.count() >= times }).await;
        self.got()
    }
}

async fn hear(State(receiver): State<Receiver>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let say = {
        let mut script = receiver.state.lock().expect("one test");
        script.got.push(Got {
            at: Instant::now(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).expect("text"),
        });
        script.next.pop_front().unwrap_or_else(|| script.then.clone())
    };
    let status = |code: u16| StatusCode::from_u16(code).expect("a status");
    match say {
        Say::Status(code) => status(code).into_response(),
        Say::Text(code, text) => (status(code), text).into_response(),
        Say::Later(code, when) => (status(code), [(RETRY_AFTER, when)]).into_response(),
        Say::Redirect(to) => (StatusCode::FOUND, [(LOCATION, to)]).into_response(),
        Say::Hang => std::future::pending().await,
    }
}
