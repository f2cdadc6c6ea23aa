//! What each verb must answer, told from the model alone.

use chrono::{DateTime, Utc};
use naru::clock::kst_date;
use naru::ids::TransferId;
use naru::models::kinds::TransferState;
use naru::transfers::TransferError;

use super::model::{Ask, Model, Request, Transfer};

/// The answer to a request for a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A new transfer over this.
    Accepted {
        won: i64,
    },
    /// The first answer again, to the byte.
    Replayed {
        id: TransferId,
        body: String,
    },
    Refused(Refusal),
}

/// The refusals of the verbs, with what they tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    ExpiresInPast,
    OverPaymentLimit { limit_won: i64 },
    OverDailyLimit { remaining_won: i64 },
    DuplicateOrder { existing: TransferId },
    KeyReused,
    NotRefundable { state: TransferState },
    RefundExceedsRemaining { remaining_won: i64 },
    NotCancelable { state: TransferState },
    NotCorrectable { state: TransferState },
    HasRefunds { state: TransferState },
    VersionConflict { current: i64, state: TransferState },
}

impl Refusal {
    /// `None` for what is no refusal but a fault.
    pub fn of(error: &TransferError) -> Option<Self> {
        Some(match *error {
            TransferError::NotFound => Self::NotFound,
            TransferError::ExpiresInPast => Self::ExpiresInPast,
            TransferError::OverPaymentLimit { limit_won, .. } => Self::OverPaymentLimit {
                limit_won: limit_won.get(),
            },
            TransferError::OverDailyLimit { remaining_won, .. } => Self::OverDailyLimit {
                remaining_won: remaining_won.get(),
            },
            TransferError::DuplicateOrder { existing } => Self::DuplicateOrder { existing },
            TransferError::KeyReused => Self::KeyReused,
            TransferError::NotRefundable { state } => Self::NotRefundable { state },
            TransferError::RefundExceedsRemaining { remaining_won } => Self::RefundExceedsRemaining {
                remaining_won: remaining_won.get(),
            },
            TransferError::NotCancelable { state } => Self::NotCancelable { state },
            TransferError::NotCorrectable { state } => Self::NotCorrectable { state },
            TransferError::HasRefunds { state } => Self::HasRefunds { state },
            TransferError::VersionConflict { current, state } => Self::VersionConflict { current, state },
            _ => return None,
        })
    }
}

impl Model {
    pub fn expect(&self, request: &Request, now: DateTime<Utc>) -> Expected {
        let operation = request.ask.operation();
        let by_another_shop = matches!(
            request.ask,
            Ask::Refund {
                by_another_shop: true,
                ..
            }
        );
        // A key is the shop's own.
        let answered = self
            .answers
            .get(&(operation, request.key.clone()))
            .filter(|_| !by_another_shop);
        if let Some(answer) = answered {
            return if same_meaning(&answer.ask, &request.ask) {
                Expected::Replayed {
                    id: answer.id,
                    body: answer.body.clone(),
                }
            } else {
                Expected::Refused(Refusal::KeyReused)
            };
        }
        let judged = match &request.ask {
            Ask::Payment { order, won, expires_at } => self.judge_payment(order, *won, *expires_at, now),
            Ask::Refund {
                payment, won, if_match, ..
            } => {
                let payment = self.index(*payment).filter(|_| !by_another_shop);
                self.judge_refund(payment, *won, *if_match)
            }
        };
        judged.map_or_else(Expected::Refused, |won| Expected::Accepted { won })
    }

    fn judge_payment(
        &self,
        order: &str,
        won: i64,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<i64, Refusal> {
        if expires_at.is_some_and(|at| at <= now) {
            return Err(Refusal::ExpiresInPast);
        }
        if let Some(open) = self.open_payment_of(order) {
            return Err(Refusal::DuplicateOrder { existing: open.id });
        }
        if won > self.per_payment_won {
            return Err(Refusal::OverPaymentLimit {
                limit_won: self.per_payment_won,
            });
        }
        let remaining_won = (self.daily_won - self.used_on(kst_date(now))).max(0);
        if won > remaining_won {
            return Err(Refusal::OverDailyLimit { remaining_won });
        }
        Ok(won)
    }

    fn judge_refund(&self, payment: Option<usize>, won: Option<i64>, if_match: Option<i64>) -> Result<i64, Refusal> {
        let found = payment.filter(|payment| self.transfers[*payment].payment().is_none());
        let Some(payment) = found else {
            return Err(Refusal::NotFound);
        };
        self.transfers[payment].refuse_other_version(if_match)?;
        if self.transfers[payment].state() != TransferState::Succeeded {
            return Err(Refusal::NotRefundable {
                state: self.transfers[payment].state(),
            });
        }
        let remaining_won = self.remaining(payment);
        let won = won.unwrap_or(remaining_won);
        if won > 0 && won <= remaining_won {
            Ok(won)
        } else {
            Err(Refusal::RefundExceedsRemaining { remaining_won })
        }
    }

    /// The state that follows a cancellation.
    pub fn expect_cancel(&self, of: usize, if_match: Option<i64>) -> Result<TransferState, Refusal> {
        let transfer = &self.transfers[of];
        if transfer.payment().is_some() {
            return Err(Refusal::NotFound);
        }
        transfer.refuse_other_version(if_match)?;
        match transfer.state() {
            TransferState::Queued | TransferState::Canceled => Ok(TransferState::Canceled),
            state => Err(Refusal::NotCancelable { state }),
        }
    }

    /// The state that follows a correction.
    pub fn expect_correction(&self, of: usize, to: TransferState, version: i64) -> Result<TransferState, Refusal> {
        use TransferState::{Failed, NeedsReview, Succeeded, Unknown};
        let (transfer, state) = (&self.transfers[of], self.transfers[of].state());
        transfer.refuse_other_version(Some(version))?;
        if !matches!(
            (state, to),
            (Unknown | NeedsReview, Succeeded | Failed) | (Succeeded, Failed) | (Failed, Succeeded)
        ) {
            return Err(Refusal::NotCorrectable { state });
        }
        let went_back = self.refunded(of) + self.reserved(of);
        match transfer.payment() {
            None if state == Succeeded && went_back > 0 => Err(Refusal::HasRefunds { state }),
            Some(payment) if state == Failed && transfer.won > self.remaining(payment) => {
                Err(Refusal::RefundExceedsRemaining {
                    remaining_won: self.remaining(payment),
                })
            }
            _ => Ok(to),
        }
    }
}

impl Transfer {
    pub fn refuse_other_version(&self, if_match: Option<i64>) -> Result<(), Refusal> {
        if if_match.is_some_and(|version| version != self.row.version) {
            return Err(Refusal::VersionConflict {
                current: self.row.version,
                state: self.state(),
            });
        }
        Ok(())
    }
}

/// The version that a refund's asker has seen is no part of what is asked.
fn same_meaning(one: &Ask, other: &Ask) -> bool {
    match (one, other) {
        (
            Ask::Refund { payment, won, .. },
            Ask::Refund {
                payment: other_payment,
                won: other_won,
                ..
            },
        ) => (payment, won) == (other_payment, other_won),
        _ => one == other,
    }
}
