//! One POST to a partner's endpoint, and what came of it: the HTTP under a delivery.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Response, redirect, retry};
use tokio::time::{Instant, timeout_at};

use super::lookup::{Checked, Lookup, Nowhere};
use super::sign::Headers;
use super::target;
use crate::config::webhooks::WebhookSettings;

/// What is kept of an answer; its bytes are at most four each.
const ANSWER_CHARACTERS: usize = 1_000;
const ANSWER_BYTES: usize = 4 * ANSWER_CHARACTERS;
const NAME: &str = concat!("Naru-Webhooks/", env!("CARGO_PKG_VERSION"));

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for webhooks could not be made")]
pub struct ClientError(#[from] reqwest::Error);

/// Why an attempt failed, as it is kept and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The endpoint is where nothing of ours may call, or was so when its name was looked up.
    RefusedTarget,
    NameNotFound,
    NotConnected,
    ConnectionLost,
    Timeout,
    /// 3xx: an endpoint's address is what it says, and nowhere else.
    Redirect,
    /// 410: the partner wants no more of this.
    Gone,
    /// Any other status that is not 2xx.
    NotAccepted,
    /// A secret could not be opened, and nothing was sent.
    NotSigned,
}

impl Failure {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefusedTarget => "refused_target",
            Self::NameNotFound => "name_not_found",
            Self::NotConnected => "not_connected",
            Self::ConnectionLost => "connection_lost",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::Gone => "gone",
            Self::NotAccepted => "not_accepted",
            Self::NotSigned => "not_signed",
        }
    }
}

/// What came of an attempt. No failure: it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    pub(super) body: Option<String>,
    pub(super) failure: Option<Failure>,
    /// How long it asks us to wait.
    pub(super) retry_after: Option<TimeDelta>,
}

impl Answer {
    pub(super) const fn none(failure: Failure) -> Self {
        Self {
            status: None,
            body: None,
            failure: Some(failure),
            retry_after: None,
        }
    }
}

#[derive(Clone)]
pub(super) struct Client {
    client: reqwest::Client,
    allow_private: bool,
}

impl Client {
    pub(super) fn new(settings: &WebhookSettings, lookup: Lookup) -> Result<Self, ClientError> {
        // Another part of the process may have chosen a provider already; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allow_private = settings.allow_private;
        let checked = Arc::new(Checked { lookup, allow_private });
        let builder = move || {
            reqwest::Client::builder()
                .http1_only()
                .retry(retry::never().max_retries_per_request(0))
                // Each attempt looks its name up anew and connects to what was checked.
                .pool_max_idle_per_host(0)
                .dns_resolver(Arc::clone(&checked))
                .redirect(redirect::Policy::none())
                .no_proxy()
        };
        let client = match builder().build() {
            Ok(client) => client,
            Err(error) => {
                tracing::warn!(%error, "this machine has no certificates: no https endpoint can be told anything");
                builder().tls_certs_only(std::iter::empty()).build()?
            }
        };
        Ok(Self { client, allow_private })
    }

    /// Posts, once. `until` covers everything from the lookup to the last byte.
    pub(super) async fn post(
        &self,
        url: &str,
        headers: &Headers,
        body: String,
        until: (Instant, DateTime<Utc>),
    ) -> Answer {
        let (deadline, now) = until;
        let Ok(url) = target::check(url, self.allow_private) else {
            return Answer::none(Failure::RefusedTarget);
        };
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, NAME)
            .header("webhook-id", &headers.id)
            .header("webhook-timestamp", &headers.timestamp)
            .header("webhook-signature", &headers.signature)
            .body(body);
        match timeout_at(deadline, request.send()).await {
            Err(_) => Answer::none(Failure::Timeout),
            Ok(Err(error)) => Answer::none(failure_of(&error)),
            Ok(Ok(response)) => answer_of(response, deadline, now).await,
        }
    }
}

async fn answer_of(response: Response, deadline: Instant, now: DateTime<Utc>) -> Answer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers(), now).filter(|_| matches!(status, 429 | 502 | 503 | 504));
    let failure = match status {
        200..300 => None,
        300..400 => Some(Failure::Redirect),
        410 => Some(Failure::Gone),
        _ => Some(Failure::NotAccepted),
    };
    Answer {
        status: Some(status),
        body: Some(text_of(response, deadline).await),
        failure,
        retry_after,
    }
}

/// As much of the answer as is kept; what does not come in time is left out, for the status has said what counts.
async fn text_of(mut response: Response, deadline: Instant) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES {
        let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await else {
            break;
        };
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(ANSWER_BYTES);
    String::from_utf8_lossy(&bytes)
        .chars()
        .take(ANSWER_CHARACTERS)
        .collect()
}

/// Seconds, or a date (RFC 9110).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(secs) = text.parse::<u32>() {
        return Some(TimeDelta::seconds(secs.into()));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    Some(until.to_utc() - now)
}

fn failure_of(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<Nowhere>() {
            Some(Nowhere::NotPublic) => return Failure::RefusedTarget,
            Some(Nowhere::NotFound) => return Failure::NameNotFound,
            None => cause = error.source(),
        }
    }
    if error.is_connect() || error.is_builder() {
        Failure::NotConnected
    } else {
        Failure::ConnectionLost
    }
}
