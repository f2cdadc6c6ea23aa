//! What was walked and what was found, as a person reads it.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

use super::finding::{Finding, shown};
use super::flaw::Flaw;
use super::ledger::Booked;
use crate::clock::kst;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;

/// How many, and how much in won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub count: u64,
    pub won: i64,
}

impl Total {
    const fn add(&mut self, won: i64) {
        self.count += 1;
        self.won = self.won.saturating_add(won);
    }
}

/// What the bank's books hold for us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    pub withdrawn: Total,
    pub deposited: Total,
    /// Of both, what the bank took back later.
    pub taken_back: Total,
}

impl Moves {
    pub(super) fn add(&mut self, booked: &Booked) {
        let total = match booked.direction.as_str() {
            "out" => &mut self.withdrawn,
            _ => &mut self.deposited,
        };
        total.add(booked.moved_won);
        if booked.canceled {
            self.taken_back.add(booked.moved_won);
        }
    }
}

/// Whether the bank's books were laid beside ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// A real bank shows its books to nobody.
    RealBank,
    /// The simulated bank was started without its control calls.
    NoControl,
    Compared(Moves),
    Failed(String),
}

/// What the bank's books say of a transfer that is not decided yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BankSays {
    NotCompared,
    Nothing,
    Refused { code: String },
    Moved { moved_won: i64 },
    TookBack { moved_won: i64 },
}

impl fmt::Display for BankSays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCompared => f.write_str("the bank was not asked"),
            Self::Nothing => f.write_str("the bank knows nothing of it"),
            Self::Refused { code } => write!(f, "the bank refused it: {code}"),
            Self::Moved { moved_won } => write!(f, "the bank moved {moved_won}"),
            Self::TookBack { moved_won } => write!(f, "the bank moved {moved_won} and took it back"),
        }
    }
}

/// A transfer that may or may not have moved money yet: executing, unknown or for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub of: String,
    pub state: TransferState,
    pub amount_won: i64,
    pub bank: BankSays,
}

/// Everything that a walk tells.
#[derive(Debug)]
pub struct Report {
    pub transfers: u64,
    pub events: u64,
    pub bank_calls: u64,
    pub keys: u64,
    pub paid: Total,
    pub refunded: Total,
    pub undecided: Total,
    /// The first of them.
    pub open: Vec<Open>,
    pub bank: Comparison,
    /// The first of them.
    pub findings: Vec<Finding>,
    /// How many there are, listed or not.
    pub found: u64,
    /// SHA-256 over the heads of all histories as they were at `until`, in the order of ids.
    pub digest: String,
    pub until: DateTime<Utc>,
    list: usize,
}

impl Report {
    pub(super) fn new(list: usize, until: DateTime<Utc>) -> Self {
        Self {
            transfers: 0,
            events: 0,
            bank_calls: 0,
            keys: 0,
            paid: Total::default(),
            refunded: Total::default(),
            undecided: Total::default(),
            open: Vec::new(),
            bank: Comparison::RealBank,
            findings: Vec::new(),
            found: 0,
            digest: String::new(),
            until,
            list,
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.found += 1;
        if self.findings.len() < self.list {
            self.findings.push(finding);
        }
    }

    pub(super) fn add_of(&mut self, row: &transfers::Model, flaws: impl IntoIterator<Item = Flaw>) {
        for flaw in flaws {
            self.add(Finding::new(row, flaw));
        }
    }

    pub(super) fn count(&mut self, row: &transfers::Model, bank: BankSays) {
        self.transfers += 1;
        match (row.state, row.kind) {
            (TransferState::Succeeded, TransferKind::Payment) => self.paid.add(row.amount_won),
            (TransferState::Succeeded, TransferKind::Refund) => self.refunded.add(row.amount_won),
            (TransferState::Executing | TransferState::Unknown | TransferState::NeedsReview, kind) => {
                self.undecided.add(row.amount_won);
                if self.open.len() < self.list {
                    self.open.push(Open {
                        of: shown(kind, row.id),
                        state: row.state,
                        amount_won: row.amount_won,
                        bank,
                    });
                }
            }
            _ => {}
        }
    }

    fn totals(&self) -> Vec<(&'static str, Total)> {
        let mut totals = vec![
            ("payments succeeded", self.paid),
            ("refunds succeeded", self.refunded),
            ("not decided yet", self.undecided),
        ];
        if let Comparison::Compared(moves) = self.bank {
            totals.extend([
                ("the bank withdrew", moves.withdrawn),
                ("the bank deposited", moves.deposited),
                ("the bank took back", moves.taken_back),
            ]);
        }
        totals
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("transfers", self.transfers),
            ("events", self.events),
            ("calls to the bank", self.bank_calls),
            ("idempotency keys", self.keys),
        ];
        writeln!(f, "{:<20}{:>12}{:>20}", "walked", "count", "won")?;
        for (name, count) in rows {
            writeln!(f, "{name:<20}{count:>12}")?;
        }
        for (name, Total { count, won }) in self.totals() {
            writeln!(f, "{name:<20}{count:>12}{won:>20}")?;
        }
        match &self.bank {
            Comparison::Compared(_) => {}
            Comparison::RealBank => writeln!(f, "the bank's books were NOT compared: a real bank does not show them")?,
            Comparison::NoControl => {
                writeln!(f, "the bank's books were NOT compared: simulator.control is off")?;
            }
            Comparison::Failed(why) => writeln!(f, "the bank's books were NOT compared: {why}")?,
        }
        let until = self
            .until
            .with_timezone(&kst())
            .to_rfc3339_opts(SecondsFormat::Micros, false);
        writeln!(f, "digest {}\n  of all that happened until:{until}", self.digest)?;
        for open in &self.open {
            let (state, won) = (open.state.as_str(), open.amount_won);
            writeln!(f, "open  {}  {state}  {won} won  {}", open.of, open.bank)?;
        }
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        let more = self.found - self.findings.len() as u64;
        if more > 0 {
            writeln!(f, "and {more} more, see limit:")?;
        }
        match &self.bank {
            Comparison::Failed(_) => write!(f, "{} findings in what could be read", self.found),
            _ => write!(f, "{} findings", self.found),
        }
    }
}
