//! The model: what was promised, and what was seen of it. Sums are added up from the refunds, never read from a row.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use naru::clock::kst_date;
use naru::ids::TransferId;
use naru::models::kinds::TransferState;
use naru::models::{transfer_events, transfers};

#[derive(Default)]
pub struct Model {
    pub per_payment_won: i64,
    pub daily_won: i64,
    pub transfers: Vec<Transfer>,
    /// Every request that was made, in order, to be made again.
    pub requests: Vec<Request>,
    /// What was answered under a key, by operation and key.
    pub answers: BTreeMap<(Operation, String), Answer>,
}

/// A request as a partner sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub key: String,
    pub ask: Ask,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Payment {
        order: String,
        won: i64,
        expires_at: Option<DateTime<Utc>>,
    },
    Refund {
        payment: TransferId,
        by_another_shop: bool,
        won: Option<i64>,
        if_match: Option<i64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Pay,
    Refund,
}

impl Ask {
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Payment { .. } => Operation::Pay,
            Self::Refund { .. } => Operation::Refund,
        }
    }
}

/// An answer that was given, and must be given again for the same key.
#[derive(Clone, Debug)]
pub struct Answer {
    pub ask: Ask,
    pub id: TransferId,
    pub body: String,
}

/// A promised transfer, and all that was seen of it.
#[derive(Debug)]
pub struct Transfer {
    pub id: TransferId,
    pub kind: Kind,
    pub won: i64,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub row: transfers::Model,
    /// Oldest first.
    pub history: Vec<transfer_events::Model>,
    /// A person decided: the bank's books do not bind it any more.
    pub corrected: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Payment { order: String },
    Refund { of: usize },
}

impl Transfer {
    pub const fn state(&self) -> TransferState {
        self.row.state
    }

    pub const fn payment(&self) -> Option<usize> {
        match self.kind {
            Kind::Payment { .. } => None,
            Kind::Refund { of } => Some(of),
        }
    }

    /// Ended, unless a person says otherwise.
    pub const fn is_final(&self) -> bool {
        use TransferState::{Canceled, Expired, Failed, Succeeded};
        matches!(self.state(), Succeeded | Failed | Canceled | Expired)
    }
}

impl Model {
    pub fn index(&self, id: TransferId) -> Option<usize> {
        self.transfers.iter().position(|transfer| transfer.id == id)
    }

    pub fn refunds_of(&self, payment: usize) -> impl Iterator<Item = &Transfer> {
        self.transfers
            .iter()
            .filter(move |transfer| transfer.payment() == Some(payment))
    }

    /// What went back.
    pub fn refunded(&self, payment: usize) -> i64 {
        let back = |refund: &&Transfer| refund.state() == TransferState::Succeeded;
        self.refunds_of(payment).filter(back).map(|refund| refund.won).sum()
    }

    /// What may still go back by a refund that has not ended.
    pub fn reserved(&self, payment: usize) -> i64 {
        let open = |refund: &&Transfer| !refund.is_final();
        self.refunds_of(payment).filter(open).map(|refund| refund.won).sum()
    }

    /// What can be asked back.
    pub fn remaining(&self, payment: usize) -> i64 {
        match self.transfers[payment].state() {
            TransferState::Succeeded => self.transfers[payment].won - self.refunded(payment) - self.reserved(payment),
            _ => 0,
        }
    }

    /// What the mandate's payments of a Korean day took, or may have taken.
    pub fn used_on(&self, day: NaiveDate) -> i64 {
        use TransferState::{Canceled, Expired, Failed};
        let counts = |transfer: &&Transfer| {
            transfer.payment().is_none()
                && kst_date(transfer.created_at) == day
                && !matches!(transfer.state(), Canceled | Expired | Failed)
        };
        self.transfers.iter().filter(counts).map(|payment| payment.won).sum()
    }

    /// The payment of an order that has not ended.
    pub fn open_payment_of(&self, order: &str) -> Option<&Transfer> {
        let is_it = |transfer: &&Transfer| matches!(&transfer.kind, Kind::Payment { order: its } if its == order);
        self.transfers.iter().filter(is_it).find(|payment| !payment.is_final())
    }
}
