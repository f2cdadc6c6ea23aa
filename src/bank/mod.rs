//! The bank, as the rest of the program sees it: eight operations in our own words.
//!
//! ```text
//!   transfers/  accounts/            bank::Bank            bank::nh::Client ── HTTP ──▶ NH Open API
//!        │                                │                                         └─▶ simulator
//!        └── Call{trace, date} ──────────▶│ one call, no retry ──▶ Answer{outcome, exchange}
//! ```
//!
//! NH's spelling lives in `nh/wire.rs` alone, the meaning of its codes in `nh/codes.rs` alone.
//! The caller chooses the trace number and commits it **before** the call. No operation retries.

pub mod calendar;
pub mod gate;
pub mod journal;
pub mod maintenance;
pub mod nh;
pub mod outcome;
pub mod shares;
pub mod simulator;
pub mod timed;
mod trace;
mod types;

use async_trait::async_trait;

pub use outcome::{NotSentReason, Outcome, Proof, Refusal, RefusalKind, UnknownReason};
pub(crate) use trace::{code, random_code, trace_number};
pub use types::*;

/// One bank. Every operation is exactly one request; reads may be repeated by the caller, money never.
#[async_trait]
pub trait Bank: Send + Sync {
    /// Asks for a fin account to be issued. Answers with NH's register number.
    async fn open_fin_account(&self, call: &Call, request: &OpenFinAccount) -> Answer<RegisterNumber>;
    /// Asks for the fin account of a register number. `StillIssuing` means: ask again.
    async fn check_fin_account(&self, call: &Call, request: &CheckFinAccount) -> Answer<FinAccountNumber>;
    /// Reads the balance of a fin account.
    async fn balance(&self, call: &Call, fin_account: &FinAccountNumber) -> Answer<Balance>;
    /// **Moves money**: from the customer's account to ours.
    async fn withdraw(&self, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt>;
    /// **Moves money**: from our account to the customer's.
    async fn deposit(&self, call: &Call, request: &Deposit) -> Answer<MoneyReceipt>;
    /// Asks what became of an earlier withdrawal or deposit, by its original trace number, date, amount and account.
    async fn inquire(&self, call: &Call, original: &Original) -> Answer<TransferResult>;
    /// Reads the name of an account's holder.
    async fn holder_name(&self, call: &Call, account: &AccountAtBank) -> Answer<String>;
    /// Reads a page of an account's statement.
    async fn statement(&self, call: &Call, query: &StatementQuery) -> Answer<StatementPage>;
}
