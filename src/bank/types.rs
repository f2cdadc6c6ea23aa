//! Requests and replies of the bank in our own words.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::money::Won;

/// Makes a text newtype. The sensitive ones hide themselves in `Debug`, so that no log can show them.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, debug = $debug:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let debug: fn(&str) -> String = $debug;
                f.write_str(&debug(&self.0))
            }
        }
    };
}

text_type!(
    /// A bank's three-digit code, such as `011` for NongHyup Bank.
    BankCode, debug = str::to_owned
);
text_type!(
    /// An account number, digits only. Hides its last five digits in `Debug`.
    AccountNumber, debug = crate::security::masking::account_number
);
text_type!(
    /// NH's register number (`Rgno`), the handle of an issue in progress.
    RegisterNumber, debug = crate::security::masking::account_number
);
text_type!(
    /// NH's fin account (`FinAcno`), the token for a linked account.
    FinAccountNumber, debug = crate::security::masking::account_number
);
text_type!(
    /// The bank's `IsTuno`: up to 20 characters, unique per service and day.
    TraceNumber, debug = str::to_owned
);
text_type!(
    /// Birth date `YYYYMMDD` of a person. Shown to staff alone, for a reason and a minute (`desk/unmask.rs`).
    BirthDate, debug = |_| "********".to_owned()
);

/// The bank whose Open API we call: its limits and its maintenance are kept under this code.
pub const OUR_BANK: &str = "011";

impl BankCode {
    /// The bank's own name, and just "bank" where we know none.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.as_str() {
            "011" => "NH농협은행",
            "012" => "지역농축협",
            _ => "은행",
        }
    }
}

/// The identity of one call, chosen and stored by the caller before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub trace_number: TraceNumber,
    /// The moment of the call; its Korean date is the bank's transmission date.
    pub at: DateTime<Utc>,
}

impl Call {
    /// The identity of a call made at `at`, with a trace number of its own.
    #[must_use]
    pub fn new(at: DateTime<Utc>) -> Self {
        Self {
            trace_number: super::trace::new_trace_number(at),
            at,
        }
    }

    /// The transmission date (`Tsymd`): the calendar day in Korea.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        crate::clock::kst_date(self.at)
    }
}

/// What came of one call, with what went over the wire (already masked) for the history.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    pub outcome: Outcome<T>,
    pub exchange: Exchange,
}

/// The record of one request and its answer. Bodies are masked JSON or a short text, fit to store and show to staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    pub request: String,
    pub response: Option<String>,
    pub http_status: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct OpenFinAccount {
    pub bank: BankCode,
    pub account: AccountNumber,
    pub birth_date: BirthDate,
}

#[derive(Clone, Debug)]
pub struct CheckFinAccount {
    pub register_number: RegisterNumber,
    pub birth_date: BirthDate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The ledger balance (`Ldbl`).
    pub ledger: Won,
    /// What can be withdrawn now (`RlpmAbamt`).
    pub available: Won,
}

#[derive(Clone, Debug)]
pub struct Withdrawal {
    pub fin_account: FinAccountNumber,
    pub amount: Won,
    /// Passbook text: carries the short payment code. At most 10 Hangul or 20 ASCII characters.
    pub memo: String,
}

#[derive(Clone, Debug)]
pub struct Deposit {
    pub to: AccountAtBank,
    pub amount: Won,
    /// Passbook text on both sides.
    pub memo: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAtBank {
    pub bank: BankCode,
    pub account: AccountNumber,
}

/// What the bank says it did. The caller compares it with what it asked for; a part the bank left out is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyReceipt {
    pub trace_number: TraceNumber,
    pub amount: Option<Won>,
    pub fin_account: Option<FinAccountNumber>,
}

/// The transfer that an inquiry asks about.
#[derive(Clone, Debug)]
pub struct Original {
    pub trace_number: TraceNumber,
    pub date: NaiveDate,
    pub amount: Won,
    pub of: OriginalOf,
}

#[derive(Clone, Debug)]
pub enum OriginalOf {
    Withdrawal(FinAccountNumber),
    Deposit(AccountAtBank),
}

/// What the bank says became of the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferResult {
    /// It was done, at this time of the original's day where the bank tells it.
    Moved { at: Option<NaiveTime> },
    /// It was not done, by this code of the bank's.
    Refused(super::Refusal),
    /// The bank is still at it: ask again.
    Processing,
    /// The bank knows no such transaction. Counts only after several answers over some time.
    NoSuchTransaction,
}

#[derive(Clone, Debug)]
pub struct StatementQuery {
    pub of: AccountAtBank,
    /// First and last day, Korea, inclusive. At most three months, at most a year back.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// From 1.
    pub page: u32,
    /// At most 100.
    pub per_page: u32,
    pub order: StatementOrder,
}

/// Which row of a statement comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementOrder {
    OldestFirst,
    NewestFirst,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementPage {
    pub rows: Vec<StatementRow>,
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub direction: Direction,
    pub amount: Won,
    pub balance_after: Won,
    pub canceled: bool,
    /// The passbook text, cut by the bank at 20 characters.
    pub memo: String,
    /// The bank's own number, not our trace number.
    pub bank_number: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}
