//! Text messages to phones: the trait, and which sender the settings choose.
//!
//! A message is handed over once and never again by itself: a sender that did not answer may have sent it, and whoever
//! waits for it asks for another. Nothing here logs a number or a text, but for the development sender's own line.

pub mod development;
mod error;
pub mod solapi;
pub mod texts;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::clock::Clock;
use crate::config::sms::{SmsSender as Chosen, SmsSettings};
use crate::members::phone::PhoneNumber;
use crate::metrics::Metrics;
use development::Outbox;
pub use error::{OUTCOMES, SmsError};
use solapi::{ClientError, Solapi};

/// Sends text messages.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Hands one message over, once.
    ///
    /// # Errors
    /// [`SmsError`]; after the last two it may have been sent.
    async fn send(&self, to: &PhoneNumber, text: &SecretString) -> Result<(), SmsError>;
}

/// The sender of this process. Cheap to clone.
#[derive(Clone)]
pub struct Sms {
    sender: Arc<dyn SmsSender>,
    outbox: Option<Outbox>,
    metrics: Metrics,
}

impl Sms {
    /// By the settings.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(settings: &SmsSettings, clock: Clock, metrics: Metrics) -> Result<Self, ClientError> {
        Ok(match settings.sender {
            Chosen::Solapi => Self {
                sender: Arc::new(Solapi::new(settings, clock)?),
                outbox: None,
                metrics,
            },
            Chosen::Development => {
                let outbox = Outbox::new(clock);
                Self {
                    sender: Arc::new(outbox.clone()),
                    outbox: Some(outbox),
                    metrics,
                }
            }
        })
    }

    /// See [`SmsSender::send`]; counts what became of it, and tells the log of what failed.
    ///
    /// # Errors
    /// [`SmsError`].
    pub async fn send(&self, to: &PhoneNumber, text: &SecretString) -> Result<(), SmsError> {
        let sent = self.sender.send(to, text).await;
        self.metrics
            .message(sent.as_ref().map_or_else(SmsError::outcome, |()| OUTCOMES[0]));
        if let Err(error) = &sent {
            tracing::warn!(%error, "a text message could not be sent");
        }
        sent
    }

    /// The messages that were not sent but kept; `None` where they are really sent.
    #[must_use]
    pub const fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref()
    }
}
