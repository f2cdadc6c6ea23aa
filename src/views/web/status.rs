//! `/status`: how things are now, in plain words and without anything of anybody's.

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use super::status_words::{BankWord, Overall, RecordsWord, RelayWord};

use crate::views::{example, page::Page};

/// `GET /status`.
#[derive(Clone, Debug, Serialize)]
pub struct StatusPage {
    pub overall: Overall,
    pub bank: BankWord,
    pub relay: RelayWord,
    pub records: RecordsWord,
    /// While the bank is in maintenance: until when.
    pub maintenance_until: Option<DateTime<Utc>>,
    pub waiting: Option<WaitingFacts>,
    /// Questions to the bank pause, for it did not answer.
    pub pauses: bool,
    /// How long a new payment waits before it goes to the bank, where that is known.
    pub expected_secs: Option<u64>,
    /// The bank's windows of this Korean day.
    pub today: Vec<WindowFacts>,
    pub next: Option<WindowFacts>,
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingFacts {
    pub count: u64,
    pub more: bool,
    /// Whole minutes that the oldest has waited; 0 also for none.
    pub oldest_minutes: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WindowFacts {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub is_now: bool,
    pub is_over: bool,
}

impl Page for StatusPage {
    const TEMPLATE: &'static str = "web/status.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let window = |from, is_now| WindowFacts {
            from: example::at(from),
            to: example::at(from + 1_800),
            is_now,
            is_over: from < 0 && !is_now,
        };
        let with = |bank, relay, records| Self {
            overall: Overall::of(bank, relay, records),
            bank,
            relay,
            records,
            maintenance_until: (bank == BankWord::Maintenance).then(|| example::at(1_200)),
            waiting: (records == RecordsWord::Good).then_some(WaitingFacts {
                count: if relay == RelayWord::Good { 0 } else { 12 },
                more: false,
                oldest_minutes: if relay == RelayWord::Good { 0 } else { 7 },
            }),
            pauses: bank == BankWord::Failing,
            expected_secs: (relay == RelayWord::Late).then_some(90),
            today: vec![window(-50_000, false)],
            next: Some(window(35_000, false)),
            as_of: example::at(0),
        };
        let crowded = Self {
            waiting: Some(WaitingFacts {
                count: 1_000,
                more: true,
                oldest_minutes: 95,
            }),
            ..with(BankWord::Failing, RelayWord::Late, RecordsWord::Good)
        };
        let maintenance = Self {
            today: vec![window(-600, true)],
            ..with(BankWord::Maintenance, RelayWord::Holding, RecordsWord::Good)
        };
        let without_windows = Self {
            today: Vec::new(),
            next: None,
            ..with(BankWord::Quiet, RelayWord::Good, RecordsWord::Good)
        };
        vec![
            ("all is good", with(BankWord::Good, RelayWord::Good, RecordsWord::Good)),
            (
                "the bank is slow",
                with(BankWord::Slow, RelayWord::Good, RecordsWord::Good),
            ),
            ("many wait", crowded),
            ("maintenance", maintenance),
            ("nothing asked, no maintenance", without_windows),
            (
                "the database is away",
                with(BankWord::Unclear, RelayWord::Unclear, RecordsWord::Down),
            ),
        ]
    }
}
