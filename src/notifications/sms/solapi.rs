//! Solapi, once `CoolSMS`: one signed HTTP request a message, and no second one by itself.
//!
//! `POST /messages/v4/send-many/detail` with `Authorization: HMAC-SHA256 apiKey=…, date=…, salt=…, signature=…`; the
//! signature is the hex HMAC-SHA256 of date and salt under the secret.

use std::time::Duration;

use async_trait::async_trait;
use chrono::SecondsFormat;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::wire;
use super::{SmsError, SmsSender};
use crate::clock::Clock;
use crate::config::sms::SmsSettings;
use crate::members::phone::PhoneNumber;

const PATH: &str = "/messages/v4/send-many/detail";
const SALT_BYTES: usize = 16;
/// An answer is a few hundred bytes; more is not read.
const BODY_LIMIT_BYTES: usize = 64 * 1024;

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client of the sender of messages could not be made")]
pub struct ClientError(#[from] reqwest::Error);

pub struct Solapi {
    client: reqwest::Client,
    address: String,
    api_key: SecretString,
    api_secret: SecretString,
    from: String,
    deadline: Duration,
    clock: Clock,
}

impl Solapi {
    pub(super) fn new(settings: &SmsSettings, clock: Clock) -> Result<Self, ClientError> {
        // Another part of the process may have chosen a provider already; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .http1_only()
            .retry(retry::never().max_retries_per_request(0))
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(settings.deadline());
        if settings.url.starts_with("http://") {
            // No certificate is looked at.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        Ok(Self {
            client: builder.build()?,
            address: format!("{}{PATH}", settings.url.trim_end_matches('/')),
            api_key: settings.api_key.clone(),
            api_secret: settings.api_secret.clone(),
            from: settings.from.chars().filter(char::is_ascii_digit).collect(),
            deadline: settings.deadline(),
            clock,
        })
    }

    fn authorization(&self) -> Option<String> {
        let date = self.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut salt = [0_u8; SALT_BYTES];
        rand::rng().fill_bytes(&mut salt);
        let salt = hex::encode(salt);
        let mut mac = Hmac::<Sha256>::new_from_slice(self.api_secret.expose_secret().as_bytes()).ok()?;
        mac.update(date.as_bytes());
        mac.update(salt.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let key = self.api_key.expose_secret();
        Some(format!(
            "HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}"
        ))
    }

    async fn exchange(&self, to: &PhoneNumber, text: &SecretString) -> Result<(), SmsError> {
        let body = wire::request(to.digits(), &self.from, text.expose_secret()).ok_or(SmsError::NotSent)?;
        let request = self
            .client
            .post(&self.address)
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, self.authorization().ok_or(SmsError::NotSent)?)
            .body(body);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_builder() || error.is_connect() => return Err(SmsError::NotSent),
            Err(_) => return Err(SmsError::Unclear),
        };
        let status = response.status();
        let body = read_body(response).await.ok_or(SmsError::Unclear)?;
        wire::outcome(status, &body)
    }
}

#[async_trait]
impl SmsSender for Solapi {
    async fn send(&self, to: &PhoneNumber, text: &SecretString) -> Result<(), SmsError> {
        // Over all: name, connection, answer, body.
        tokio::time::timeout(self.deadline, self.exchange(to, text))
            .await
            .unwrap_or(Err(SmsError::Unclear))
    }
}

async fn read_body(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_LIMIT_BYTES {
            return None;
        }
    }
    Some(body)
}
