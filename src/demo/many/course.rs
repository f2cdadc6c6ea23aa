//! How a transfer goes at the bank, from the claim to where it ends: most are answered at once, a few are refused, and of
//! some nobody knows for a while, or still.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::dice::Dice;
use super::exchange::Exchange;
use super::tale::{Ending, Tale, words};
use crate::bank::nh::codes;
use crate::config::InquirySettings;
use crate::models::kinds::{Actor, EventType, FailureCode, TransferState};
use crate::transfers::TransferError;
use crate::transfers::state::Change;

/// What becomes of what was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    Done,
    Refused(FailureCode, &'static str),
    /// It is proven that the request never left.
    NotSent,
    /// No answer in time, and the inquiry says that it was done.
    FoundDone,
    FoundRefused,
    /// The bank knows of no such transaction, several times.
    NeverReceived,
    /// The bank's receipt names another amount: a person looks at it.
    Disagrees,
    /// Nobody knows yet.
    Open {
        moved: bool,
    },
}

/// How long ago something that is not decided can have begun: the inquiry gives up after three days, and people decide
/// within weeks.
const OPEN_FOR: TimeDelta = TimeDelta::hours(20);
const REVIEWED_WITHIN: TimeDelta = TimeDelta::days(21);
/// Seconds after the call at which "no such transaction" is heard.
const NOT_FOUND_AFTER: [i64; 4] = [5, 60, 300, 660];

use FailureCode::{
    AccountUnusable, BankRefused, ConsentRequired, FinAccountInvalid, InsufficientBalance, OverBankLimit,
};

/// Of ten thousand.
const COURSES: [(u64, Course); 11] = [
    (9_445, Course::Done),
    (290, Course::Refused(InsufficientBalance, codes::INSUFFICIENT_BALANCE)),
    (48, Course::Refused(AccountUnusable, codes::ACCOUNT_UNUSABLE)),
    (52, Course::Refused(OverBankLimit, codes::OVER_BANK_LIMIT)),
    (20, Course::Refused(ConsentRequired, codes::CONSENT_EXPIRED)),
    (10, Course::Refused(FinAccountInvalid, codes::FIN_ACCOUNT_INVALID)),
    (15, Course::Refused(BankRefused, codes::OUT_OF_SERVICE_HOURS)),
    (32, Course::NotSent),
    (62, Course::FoundDone),
    (14, Course::FoundRefused),
    (12, Course::NeverReceived),
];

impl Course {
    /// Of a transfer that begins at a moment of a history that ends at another.
    pub fn draw(at: DateTime<Utc>, until: DateTime<Utc>, dice: &mut Dice) -> Self {
        if until - at < OPEN_FOR && dice.once_in(120) {
            let moved = dice.once_in(2);
            return Self::Open { moved };
        }
        if until - at < REVIEWED_WITHIN && dice.once_in(900) {
            return Self::Disagrees;
        }
        dice.weighted(&COURSES).unwrap_or(Self::Done)
    }

    /// Tells it: claimed, called and what followed.
    pub fn tell(
        self,
        tale: &mut Tale<'_>,
        exchange: &Exchange<'_>,
        inquiry: &InquirySettings,
        dice: &mut Dice,
    ) -> Result<(), TransferError> {
        let at = tale.now() + dice.millis(15, 400);
        tale.claimed(at, dice)?;
        match self {
            Self::Done => {
                let told = [
                    ("bank_code", codes::SUCCESS),
                    ("outcome", "succeeded"),
                    ("proof", "answered"),
                ];
                let at = tale.called(exchange, &answered(codes::SUCCESS, dice), dice);
                done(
                    tale,
                    &Change::new(EventType::Succeeded, Actor::Worker).detail(words(told)),
                    at,
                    dice,
                )
            }
            Self::Disagrees => {
                let told = [
                    ("bank_code", codes::SUCCESS),
                    ("outcome", "succeeded"),
                    ("proof", "answered"),
                    ("why", "other_amount"),
                ];
                let at = tale.called(exchange, &answered(codes::SUCCESS, dice), dice);
                tale.transfer.unknown_reason = Some("other_amount".to_owned());
                tale.moved_won = Some(tale.transfer.amount_won - 1);
                tale.happens(
                    &Change::new(EventType::NeedsReview, Actor::Worker).detail(words(told)),
                    at,
                    dice,
                )
            }
            Self::Refused(failure, code) => {
                let at = tale.called(exchange, &answered(code, dice), dice);
                let told = [
                    ("bank_code", code),
                    ("failure", failure.as_str()),
                    ("outcome", "refused"),
                    ("proof", "answered"),
                ];
                let change = Change::new(EventType::Failed, Actor::Worker).detail(words(told));
                failed(tale, (failure, Some(code)), &change, at, dice)
            }
            Self::NotSent => {
                let at = tale.called(exchange, &ending("not_sent", "not_sent", dice.millis(1, 40)), dice);
                let told = [
                    ("failure", FailureCode::NotSent.as_str()),
                    ("outcome", "not_sent"),
                    ("proof", "not_sent"),
                    ("reason", "connect_failed"),
                ];
                let change = Change::new(EventType::Failed, Actor::Worker).detail(words(told));
                failed(tale, (FailureCode::NotSent, None), &change, at, dice)
            }
            Self::FoundDone | Self::FoundRefused | Self::NeverReceived | Self::Open { .. } => {
                unknown(tale, exchange, inquiry, dice)?;
                self.look(tale, exchange, inquiry, dice)
            }
        }
    }

    /// What the looks at the bank found.
    fn look(
        self,
        tale: &mut Tale<'_>,
        exchange: &Exchange<'_>,
        inquiry: &InquirySettings,
        dice: &mut Dice,
    ) -> Result<(), TransferError> {
        let at = tale.transfer.next_check_at.unwrap_or(tale.now()) + dice.millis(10, 500);
        match self {
            Self::FoundDone => {
                let at = tale.asked(exchange, at, &answered(codes::SUCCESS, dice), dice);
                let change = Change::new(EventType::Succeeded, Actor::Inquiry).detail(words([("result", "moved")]));
                done(tale, &change, at, dice)
            }
            Self::FoundRefused => {
                let at = tale.asked(exchange, at, &answered(codes::SUCCESS, dice), dice);
                let (failure, code) = (InsufficientBalance, codes::INSUFFICIENT_BALANCE);
                let told = [
                    ("bank_code", code),
                    ("failure", failure.as_str()),
                    ("result", "refused"),
                ];
                let change = Change::new(EventType::Failed, Actor::Inquiry).detail(words(told));
                failed(tale, (failure, Some(code)), &change, at, dice)
            }
            Self::NeverReceived => never_received(tale, exchange, inquiry, dice),
            Self::Open { moved } => {
                tale.moved_won = moved.then_some(tale.transfer.amount_won);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// An answer of the bank's. The inquiry that finds something is answered too, whatever it found.
fn answered(code: &'static str, dice: &mut Dice) -> Ending {
    Ending {
        outcome: if code == codes::SUCCESS { "succeeded" } else { "refused" },
        proof: "answered",
        code: Some(code),
        took: dice.millis(90, 1_100),
    }
}

const fn ending(outcome: &'static str, proof: &'static str, took: TimeDelta) -> Ending {
    Ending {
        outcome,
        proof,
        code: None,
        took,
    }
}

fn done(tale: &mut Tale<'_>, change: &Change, at: DateTime<Utc>, dice: &mut Dice) -> Result<(), TransferError> {
    tale.transfer.unknown_reason = None;
    tale.moved_won = Some(tale.transfer.amount_won);
    tale.happens(change, at, dice)
}

fn failed(
    tale: &mut Tale<'_>,
    (failure, code): (FailureCode, Option<&'static str>),
    change: &Change,
    at: DateTime<Utc>,
    dice: &mut Dice,
) -> Result<(), TransferError> {
    tale.transfer.unknown_reason = None;
    tale.transfer.failure_code = Some(failure);
    tale.transfer.bank_code = code.map(str::to_owned);
    tale.happens(change, at, dice)
}

/// The bank did not answer in time.
fn unknown(
    tale: &mut Tale<'_>,
    exchange: &Exchange<'_>,
    inquiry: &InquirySettings,
    dice: &mut Dice,
) -> Result<(), TransferError> {
    let patience = TimeDelta::milliseconds(i64::try_from(exchange.bank.money_timeout_ms).unwrap_or(15_000));
    let at = tale.called(exchange, &ending("unknown", "maybe_sent", patience), dice);
    let told = [("outcome", "unknown"), ("proof", "maybe_sent"), ("reason", "timed_out")];
    tale.transfer.unknown_reason = Some("timed_out".to_owned());
    tale.transfer.next_check_at = Some(at + TimeDelta::seconds(inquiry.wait_secs(0)));
    tale.happens(
        &Change::new(EventType::Unknown, Actor::Worker).detail(words(told)),
        at,
        dice,
    )
}

/// The bank was asked until "no such transaction" counted.
fn never_received(
    tale: &mut Tale<'_>,
    exchange: &Exchange<'_>,
    inquiry: &InquirySettings,
    dice: &mut Dice,
) -> Result<(), TransferError> {
    let began = tale.now();
    let result = "no_such_transaction";
    for (number, secs) in (1..).zip(NOT_FOUND_AFTER) {
        let at = began + TimeDelta::seconds(secs) + dice.millis(10, 500);
        let asked = Ending {
            outcome: "succeeded",
            ..answered(codes::NO_SUCH_TRANSACTION, dice)
        };
        let at = tale.asked(exchange, at, &asked, dice);
        if number == NOT_FOUND_AFTER.len() {
            let failure = FailureCode::BankNeverReceived;
            let told = words([("failure", failure.as_str()), ("result", result)]);
            let change = Change::new(EventType::Failed, Actor::Inquiry).detail(told);
            return failed(tale, (failure, None), &change, at, dice);
        }
        let next = at + TimeDelta::seconds(inquiry.wait_secs(tale.transfer.checks));
        let told = json!({ "next_check_at": next, "result": result });
        tale.happens(&Change::new(EventType::Inquired, Actor::Inquiry).detail(told), at, dice)?;
        tale.transfer.next_check_at = Some(next);
        tale.transfer.not_found_answers += 1;
        tale.transfer.not_found_since.get_or_insert(at);
    }
    debug_assert_eq!(tale.transfer.state, TransferState::Failed);
    Ok(())
}
