//! One request, one connection, one answer: the HTTP under the client, and what each way of failing proves.

use std::time::Duration;

use reqwest::{StatusCode, Url, header::CONTENT_TYPE, redirect, retry};

use crate::{
    bank::{NotSentReason, UnknownReason},
    config::BankSettings,
};

/// No answer of the bank comes near this size; more is not read.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;
/// A connection that takes longer is given up while it is still certain that nothing was sent.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Why the client cannot be made from its settings.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("the bank's address is not a URL")]
    NotAUrl(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the bank's address must begin with http:// or https:// and name a host")]
    NotHttp,
    #[error("the HTTP client could not be made")]
    Http(#[from] reqwest::Error),
}

/// A way of failing, with what it proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    NotSent(NotSentReason),
    Unknown(UnknownReason),
}

/// What came back, also of a call that failed: an error page is worth keeping.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) status: Option<u16>,
    pub(super) body: Vec<u8>,
    pub(super) failure: Option<Failure>,
}

impl Received {
    const fn nothing(failure: Failure) -> Self {
        Self {
            status: None,
            body: Vec::new(),
            failure: Some(failure),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    /// Ends with a slash.
    base: String,
}

impl Http {
    pub(super) fn new(settings: &BankSettings, base_url: &str) -> Result<Self, ClientError> {
        let url = Url::parse(base_url).map_err(|error| ClientError::NotAUrl(error.into()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(ClientError::NotHttp);
        }
        // Another part of the process may have chosen a provider already; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let money_timeout = Duration::from_millis(settings.money_timeout_ms);
        let mut builder = reqwest::Client::builder()
            .http1_only()
            // Neither policy nor pool may send a request twice: a connection serves one call and is closed, so none
            // is reused that the bank has closed meanwhile.
            .retry(retry::never().max_retries_per_request(0))
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_LIMIT.min(money_timeout / 2));
        if url.scheme() == "http" {
            // No certificate is looked at, so a machine without any can still reach the simulator.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        Ok(Self {
            client: builder.build()?,
            base: format!("{}/", base_url.trim_end_matches('/')),
        })
    }

    /// Posts `body` to an API, once. `deadline` covers everything, from connecting to the last byte of the answer.
    pub(super) async fn post(&self, api_name: &str, body: Vec<u8>, deadline: Duration) -> Received {
        let request = self
            .client
            .post(format!("{}{api_name}.nh", self.base))
            .header(CONTENT_TYPE, "application/json; charset=UTF-8")
            .timeout(deadline)
            .body(body)
            .build();
        let Ok(request) = request else {
            return Received::nothing(Failure::NotSent(NotSentReason::NotBuildable));
        };
        match self.client.execute(request).await {
            Ok(response) => received(response).await,
            Err(error) => Received::nothing(failure_before_answer(&error)),
        }
    }
}

async fn received(response: reqwest::Response) -> Received {
    let status = response.status();
    let (body, read) = read_body(response).await;
    // The status decides before the body does: a gateway's page proves as little whole as in part.
    let failure = if status == StatusCode::OK {
        read.err()
    } else {
        Some(UnknownReason::HttpStatus(status.as_u16()))
    };
    Received {
        status: Some(status.as_u16()),
        body,
        failure: failure.map(Failure::Unknown),
    }
}

/// What could be read of the body, and why it is not all.
async fn read_body(mut response: reqwest::Response) -> (Vec<u8>, Result<(), UnknownReason>) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > BODY_LIMIT_BYTES => {
                return (body, Err(UnknownReason::UnclearAnswer));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, Ok(())),
            Err(error) if error.is_timeout() => return (body, Err(UnknownReason::TimedOut)),
            Err(_) => return (body, Err(UnknownReason::ConnectionLost)),
        }
    }
}

/// `is_connect` is true only of the connector's own errors: name, TCP, TLS. The request is written after those, so it
/// is the one proof that nothing left. Everything else may have left.
fn failure_before_answer(error: &reqwest::Error) -> Failure {
    if error.is_builder() {
        Failure::NotSent(NotSentReason::NotBuildable)
    } else if error.is_connect() {
        Failure::NotSent(NotSentReason::ConnectFailed)
    } else if error.is_timeout() {
        Failure::Unknown(UnknownReason::TimedOut)
    } else {
        Failure::Unknown(UnknownReason::ConnectionLost)
    }
}
