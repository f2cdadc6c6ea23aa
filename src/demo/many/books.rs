//! The simulated bank's books: it is told of the accounts and of what it is to have moved, over its control calls.

use std::time::Duration;

use chrono::{DateTime, Utc};
use loco_rs::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config::Settings;

/// A batch is booked in much less.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Books {
    client: reqwest::Client,
    url: String,
    institution_code: String,
    institution: String,
}

/// An account that is linked at the bank.
#[derive(Debug, Serialize)]
pub struct Holding {
    pub bank_code: &'static str,
    pub number: String,
    pub holder: String,
    pub linked_at: DateTime<Utc>,
}

/// A withdrawal or deposit that the bank is to have made.
#[derive(Debug, Serialize)]
pub struct Move {
    pub bank_code: &'static str,
    pub number: String,
    pub trace: String,
    pub at: DateTime<Utc>,
    /// `in` or `out`.
    pub direction: &'static str,
    pub asked_won: i64,
    pub moved_won: i64,
    pub memo: String,
}

/// The numbers that a link goes by.
#[derive(Debug, Deserialize)]
pub struct Linked {
    pub number: String,
    pub fin_account: String,
    pub register_number: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Linked>,
}

impl Books {
    pub fn new(settings: &Settings) -> Result<Self> {
        let builder = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
        let client = builder
            .tls_certs_only(std::iter::empty())
            .build()
            .map_err(Error::wrap)?;
        let bank = &settings.bank;
        Ok(Self {
            client,
            url: format!("{}/_sim/past", settings.bank_url().trim_end_matches('/')),
            institution_code: bank.institution_code.clone(),
            institution: format!("{}-{}", bank.institution_code, bank.fintech_serial),
        })
    }

    /// Tells the bank. What it was told before it keeps.
    pub async fn tell(&self, accounts: &[Holding], moves: &[Move]) -> Result<Vec<Linked>> {
        let past = json!({
            "institution_code": self.institution_code,
            "institution": self.institution,
            "accounts": accounts,
            "moves": moves,
        });
        let sent = self.client.post(&self.url).json(&past).send().await;
        let answer = sent.and_then(reqwest::Response::error_for_status).map_err(|error| {
            Error::Message(format!(
                "the simulated bank cannot be told of a history: it must run (`naru simulator`, or `naru` itself) and take \
                 control calls (`settings.simulator.control`): {}",
                error.without_url()
            ))
        })?;
        let answer: Answer = answer.json().await.map_err(Error::wrap)?;
        Ok(answer.data)
    }
}
