//! The sender for development: sends nothing, shows each message in the log and keeps the last ones for `/dev/outbox`.
//! Production refuses it at start.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{SmsError, SmsSender};
use crate::clock::Clock;
use crate::members::phone::PhoneNumber;

/// The oldest go first.
const KEPT: usize = 50;

/// A message that nobody received.
#[derive(Clone, Debug)]
pub struct Kept {
    pub at: DateTime<Utc>,
    pub to: PhoneNumber,
    pub text: String,
}

/// The last messages of this process. Clones share them.
#[derive(Clone)]
pub struct Outbox {
    clock: Clock,
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

impl Outbox {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            kept: Arc::default(),
        }
    }

    /// Newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().cloned().collect()
    }
}

#[async_trait]
impl SmsSender for Outbox {
    async fn send(&self, to: &PhoneNumber, text: &SecretString) -> Result<(), SmsError> {
        let text = text.expose_secret();
        tracing::info!(
            ?to,
            text,
            "a text message, shown here and at /dev/outbox instead of being sent"
        );
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept {
            at: self.clock.now(),
            to: to.clone(),
            text: text.to_owned(),
        });
        while kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_fifty_messages_are_kept_newest_first() {
        let outbox = Outbox::new(Clock::system());
        let to = PhoneNumber::parse("010-1234-5678").unwrap();
        for number in 0..=KEPT {
            outbox.send(&to, &number.to_string().into()).await.unwrap();
        }
        let kept = outbox.messages();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(kept[0].text, KEPT.to_string());
        assert_eq!(kept[KEPT - 1].text, "1");
    }
}
