//! What stands in the lists of what waits.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::age::Age;
use crate::{
    money::Won,
    views::{transfer::TransferRow, words::UnknownWord},
};

/// A transfer that somebody should look into.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewRow {
    pub transfer: TransferRow,
    pub age: Age,
    /// Why nothing is proven.
    pub why: Option<UnknownWord>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub holder: Option<HolderFacts>,
}

/// A refund over the limit that waits for a second person.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalRow {
    /// `pay_…`: it is decided on a page of this payment.
    pub payment_id: String,
    pub amount: Won,
    pub partner_name: String,
    pub order_id: Option<String>,
    pub asker_name: String,
    /// The reader asked for it: another one decides.
    pub is_mine: bool,
    pub asked_at: DateTime<Utc>,
    pub age: Age,
}

/// Who of staff has it.
#[derive(Clone, Debug, Serialize)]
pub struct HolderFacts {
    pub name: String,
    pub is_me: bool,
    pub since: DateTime<Utc>,
}

/// How far the walk of the books is.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct WalkFacts {
    pub begun_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub walked: i64,
}

/// Whether dead letters can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BrokerWord {
    /// Everything is in one process.
    None,
    Down,
    Up,
}

#[derive(Clone, Debug, Serialize)]
pub struct FailingEndpoint {
    pub partner_name: String,
    /// Where it stands with all that its partner has.
    pub partner_path: String,
    pub url: String,
    pub failures: i64,
    pub since: Option<Age>,
    pub next_attempt_at: Option<DateTime<Utc>>,
}
