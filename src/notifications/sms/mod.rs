//! Text messages to phones: the trait, and which sender the settings choose.
//!
//! A message is handed over once and never again by itself: a sender that did not answer may have sent it, and whoever
//! waits for it asks for another. Nothing here logs a number or a text, but for the development sender's own line.

pub mod development;
pub mod solapi;
pub mod texts;

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::clock::Clock;
use crate::config::sms::{SmsSender as Chosen, SmsSettings};
use crate::members::phone::PhoneNumber;
use crate::metrics::Metrics;
use development::Outbox;
use solapi::{ClientError, Solapi};

/// Why a message may not have arrived. Holds neither number nor text.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    #[error("the sender of messages could not be reached")]
    NotSent,
    /// Its own word for the reason, cut to letters and digits.
    #[error("the sender of messages refused: {0}")]
    Refused(String),
    #[error("the sender of messages answered with HTTP {0}")]
    Status(u16),
    #[error("the sender of messages gave no answer in time, or none that can be read")]
    Unclear,
}

/// What became of a message, as it is counted.
pub const OUTCOMES: [&str; 4] = ["sent", "not_sent", "refused", "unknown"];

impl SmsError {
    const fn outcome(&self) -> &'static str {
        match self {
            Self::NotSent => OUTCOMES[1],
            Self::Refused(_) => OUTCOMES[2],
            Self::Status(_) | Self::Unclear => OUTCOMES[3],
        }
    }
}

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
