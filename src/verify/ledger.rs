//! The simulated bank's own books, read over its control calls.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;

use crate::config::BankSettings;

/// The bank is on the same machine: what takes this long does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// The word of the books for what the bank did.
const DONE: &str = "00000";

/// A withdrawal or deposit as the simulated bank booked it, performed or refused.
#[derive(Clone, Debug, Deserialize)]
pub struct Booked {
    pub id: i64,
    /// Whose call it was: others may use the same simulated bank.
    pub institution: String,
    pub trace: String,
    /// The trace number's day, `YYYYMMDD`.
    pub date: String,
    /// `out` of the member's account, or `in`.
    pub direction: String,
    pub moved_won: i64,
    pub code: String,
    /// Moved, and taken back later.
    pub canceled: bool,
}

impl Booked {
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.code == DONE && self.moved_won > 0
    }
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Booked>,
}

/// Why the books cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("the simulated bank's books cannot be read")]
    Http(#[source] reqwest::Error),
    #[error("the simulated bank's books cannot be asked for")]
    Query(#[from] serde_urlencoded::ser::Error),
}

impl From<reqwest::Error> for LedgerError {
    /// Without the address, which is as long as the page that was asked for.
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}

/// The simulated bank's books.
pub struct Ledger {
    client: reqwest::Client,
    url: String,
    institution: String,
}

impl Ledger {
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(url: &str, bank: &BankSettings) -> Result<Self, LedgerError> {
        let builder = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
        Ok(Self {
            client: builder.tls_certs_only(std::iter::empty()).build()?,
            url: format!("{}/_sim/transfers", url.trim_end_matches('/')),
            institution: format!("{}-{}", bank.institution_code, bank.fintech_serial),
        })
    }

    /// What was booked for us under these trace numbers, by trace number and day.
    ///
    /// # Errors
    /// When the bank does not answer.
    pub async fn of(&self, traces: &[&str]) -> Result<HashMap<(String, String), Booked>, LedgerError> {
        if traces.is_empty() {
            return Ok(HashMap::new());
        }
        let query = serde_urlencoded::to_string([("traces", traces.join(","))])?;
        let mut booked = self.get(&query).await?;
        booked.retain(|booked| self.is_ours(booked));
        Ok(booked
            .into_iter()
            .map(|booked| ((booked.trace.clone(), booked.date.clone()), booked))
            .collect())
    }

    /// What was booked after an id for anybody, the oldest first.
    ///
    /// # Errors
    /// When the bank does not answer.
    pub async fn after(&self, id: i64, limit: u64) -> Result<Vec<Booked>, LedgerError> {
        self.get(&format!("after={id}&limit={limit}")).await
    }

    #[must_use]
    pub fn is_ours(&self, booked: &Booked) -> bool {
        booked.institution == self.institution
    }

    async fn get(&self, query: &str) -> Result<Vec<Booked>, LedgerError> {
        let response = self.client.get(format!("{}?{query}", self.url)).send().await?;
        let page: Page = response.error_for_status()?.json().await?;
        Ok(page.data)
    }
}
