//! Our books against those of the simulated bank, both ways. A real bank has no such ledger to read.

use std::collections::HashMap;

use serde::Deserialize;

use super::finding::{Finding, Flaw};
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;

/// A withdrawal or deposit as the simulated bank booked it.
#[derive(Clone, Debug, Deserialize)]
pub struct Booked {
    pub id: i64,
    pub trace: String,
    pub direction: String,
    /// What moved; 0 where the bank refused.
    pub moved_won: i64,
    /// Moved, and taken back later.
    pub canceled: bool,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Booked>,
}

/// Why the ledger cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the simulated bank's ledger cannot be read: {0}")]
pub struct LedgerError(#[from] reqwest::Error);

/// The simulated bank's books, over its control calls.
pub struct Ledger {
    client: reqwest::Client,
    url: String,
}

impl Ledger {
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(bank_url: &str) -> Result<Self, LedgerError> {
        let builder = reqwest::Client::builder()
            .no_proxy()
            .timeout(std::time::Duration::from_secs(10));
        Ok(Self {
            client: builder.tls_certs_only(std::iter::empty()).build()?,
            url: format!("{}/_sim/transfers", bank_url.trim_end_matches('/')),
        })
    }

    /// What was booked under these trace numbers.
    ///
    /// # Errors
    /// When the bank does not answer.
    pub async fn of(&self, traces: &[&str]) -> Result<HashMap<String, Booked>, LedgerError> {
        if traces.is_empty() {
            return Ok(HashMap::new());
        }
        let page = self.get(&format!("traces={}", traces.join(","))).await?;
        Ok(page.into_iter().map(|booked| (booked.trace.clone(), booked)).collect())
    }

    /// What was booked after an id, the oldest first.
    ///
    /// # Errors
    /// When the bank does not answer.
    pub async fn after(&self, id: i64, limit: usize) -> Result<Vec<Booked>, LedgerError> {
        self.get(&format!("after={id}&limit={limit}")).await
    }

    async fn get(&self, query: &str) -> Result<Vec<Booked>, LedgerError> {
        let response = self.client.get(format!("{}?{query}", self.url)).send().await?;
        let page: Page = response.error_for_status()?.json().await?;
        Ok(page.data)
    }
}

/// A transfer against what the bank booked for it. What is not decided yet may be either way.
pub fn check(transfer: &transfers::Model, booked: Option<&Booked>, found: &mut Vec<Finding>) {
    let direction = match transfer.kind {
        TransferKind::Payment => "out",
        TransferKind::Refund => "in",
    };
    let moved = booked.filter(|booked| booked.moved_won > 0);
    let flaw = match (transfer.state, moved) {
        (TransferState::Executing | TransferState::Unknown | TransferState::NeedsReview, _) => None,
        (TransferState::Succeeded, None) => Some(Flaw::BankMovedNothing),
        (
            TransferState::Succeeded,
            Some(Booked {
                canceled: true,
                moved_won,
                ..
            }),
        ) => Some(Flaw::BankTookBack { moved_won: *moved_won }),
        (TransferState::Succeeded, Some(booked)) => {
            let as_asked = booked.moved_won == transfer.amount_won && booked.direction == direction;
            (!as_asked).then_some(Flaw::BankMovedOther {
                moved_won: booked.moved_won,
            })
        }
        (state, Some(booked)) if !booked.canceled => Some(Flaw::BankMovedAnyway {
            state,
            moved_won: booked.moved_won,
        }),
        _ => None,
    };
    found.extend(flaw.map(|flaw| Finding::new(transfer, flaw)));
}
