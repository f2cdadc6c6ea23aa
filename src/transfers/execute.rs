//! Executing a transfer: claim it, commit, make its one bank call, settle.
//!
//! If the process dies …
//! - before the claim's commit: the row is `queued`, another worker takes it, the bank saw nothing. A claim that would
//!   lead into the bank's maintenance is undone there, so that what waits for its end stays queued;
//! - after the commit, before the call leaves: the row is `executing`; its lease ends, it becomes `unknown`, the
//!   inquiries say "no such transaction", and it fails as `bank_never_received`. It is not sent;
//! - while the bank works, or after its answer: the same way, and the inquiry tells that the money moved;
//! - after settling: there is nothing left to do.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{DbErr, EntityTrait};
use tracing::Instrument;

use super::party::{self, Party};
use super::settle::{self, Asked};
use super::state::{self, Change};
use super::{TransferError, expiry};
use crate::bank::gate::MoneyTurn;
use crate::bank::maintenance::Windows;
use crate::bank::{self, Answer, Call, Exchange, MoneyReceipt, NotSentReason, Outcome, UnknownReason, journal};
use crate::fault;
use crate::ids::{BankCallId, TransferId};
use crate::log;
use crate::models::kinds::{Actor, EventType, TransferKind, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// Writing what the bank said is tried again this often, for it is safe to: the row decides.
const SETTLE_ATTEMPTS: u32 = 5;
const SETTLE_PAUSE: Duration = Duration::from_millis(200);
/// Rows that one turn may lose to other processes.
const TRIES: u32 = 64;
/// A call must be over this long before the lease is, so that no call leaves after the lease.
const LEASE_MARGIN: Duration = Duration::from_millis(500);

/// A transfer that is ours, and the call that we have promised to make once.
struct Claim {
    transfer: transfers::Model,
    call: Call,
    call_id: BankCallId,
    /// As they were known when it was promised. One that is entered during the commit comes too late for this call: taken for
    /// a reason not to make it, it would fail what is due to be paid.
    windows: Arc<Windows>,
}

/// What came of a turn at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// This transfer was claimed and called for.
    One(TransferId),
    /// Nothing waits.
    None,
    /// The bank went into maintenance meanwhile, or our share of it ended.
    Closed,
}

/// Why there is no claim: nothing was written.
#[derive(Debug, thiserror::Error)]
enum NotClaimed {
    #[error("the bank is in maintenance, or will be in a moment, or our share of it has ended")]
    Closed,
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// A transfer on its way from the queue.
enum Step {
    Claimed(Box<(Option<Party>, Claim)>),
    /// It has nothing to do here, or another worker was faster.
    Nothing,
    Closed,
}

/// Takes a queued transfer through its one bank call. A transfer in any other state has nothing to do here.
///
/// # Errors
/// The database's own. After the claim an error leaves the transfer to its lease and to the inquiry.
pub async fn execute(services: &Services, id: TransferId) -> Result<(), TransferError> {
    // Waited for before the claim: what waits for the bank's turn is still queued.
    let turn = services.bank.money_turn().await;
    let Some(known) = transfers::Entity::find_by_id(id).one(services.db.read()).await? else {
        return Ok(());
    };
    log::about(&known);
    match begin(services, known).await? {
        Step::Claimed(claimed) => call_and_settle(services, turn, *claimed).await,
        Step::Nothing | Step::Closed => Ok(()),
    }
}

/// Takes the next transfer in the circle of the partners through its one bank call, in a turn that was waited for already.
/// A turn without a claim goes back unused.
///
/// # Errors
/// As [`execute`].
pub async fn execute_next(services: &Services, turn: MoneyTurn) -> Result<Begun, TransferError> {
    let mut tries = 0;
    while tries < TRIES {
        let Some(hand) = services.circle.next(services, tries).await? else {
            return Ok(Begun::None);
        };
        // Its lines are about it, whichever was rung for.
        let span = log::of(&hand.transfer);
        match begin(services, hand.transfer.clone()).instrument(span.clone()).await {
            Ok(Step::Claimed(claimed)) => {
                call_and_settle(services, turn, *claimed).instrument(span).await?;
                return Ok(Begun::One(hand.transfer.id));
            }
            Ok(Step::Closed) => return Ok(Begun::Closed),
            // Whoever was faster has done this one: the ring is worth another.
            Ok(Step::Nothing) => tries += 1,
            Err(error) => {
                hand.put_aside();
                return Err(error);
            }
        }
    }
    Ok(Begun::None)
}

/// Claims it, if it still waits and the bank works.
async fn begin(services: &Services, known: transfers::Model) -> Result<Step, TransferError> {
    if known.state != TransferState::Queued || expiry::expire_if_due(services, &known).await? {
        tracing::debug!(state = known.state.as_str(), "nothing to do");
        return Ok(Step::Nothing);
    }
    // Before the claim: a database that does not answer now leaves the transfer queued.
    let party = party::of(services, &known).await?;
    match claim(services, known).await {
        Ok(claim) => Ok(Step::Claimed(Box::new((party, claim)))),
        Err(NotClaimed::Closed) => Ok(Step::Closed),
        // Whoever loses the claim has nothing to do.
        Err(NotClaimed::Transfer(TransferError::Raced)) => {
            tracing::debug!("nothing to do: another worker was faster");
            Ok(Step::Nothing)
        }
        Err(NotClaimed::Transfer(error)) => Err(error),
        Err(NotClaimed::Database(error)) => Err(error.into()),
    }
}

async fn call_and_settle(
    services: &Services,
    turn: MoneyTurn,
    (party, claim): (Option<Party>, Claim),
) -> Result<(), TransferError> {
    tracing::info!(
        trace_number = claim.call.trace_number.as_str(),
        "claimed; the bank is called"
    );
    fault::point("claim.after_commit");
    let (asked, answer) = call_once(services, turn, party, &claim).await;
    fault::point("call.after_answer");
    settle_until_written(services, &claim, &asked, &answer).await
}

/// Commits that the call is about to be made: its trace number, its date, the amount and the account.
async fn claim(services: &Services, known: transfers::Model) -> Result<Claim, NotClaimed> {
    // As the event has it: one moment in the history, on the row and in the call.
    let now = services.clock.now().max(known.updated_at);
    let call = Call::new(now);
    let lease_until = now + TimeDelta::seconds(services.settings.relay.claim_lease_secs);
    let (bank, calendar) = (services.bank.clone(), services.calendar.clone());
    services
        .db
        .write(move |tx| {
            async move {
                let columns = transfers::ActiveModel {
                    trace_number: Set(Some(call.trace_number.as_str().to_owned())),
                    trace_at: Set(Some(call.at)),
                    executed_at: Set(Some(now)),
                    lease_until: Set(Some(lease_until)),
                    ..Default::default()
                };
                let detail = serde_json::json!({ "trace_number": call.trace_number });
                let change = Change::new(EventType::Claimed, Actor::Worker)
                    .detail(detail)
                    .columns(columns);
                let transfer = state::apply(tx, &known, change, now).await?;
                let operation = match transfer.kind {
                    TransferKind::Payment => "withdraw",
                    TransferKind::Refund => "deposit",
                };
                let new = journal::NewCall {
                    transfer_id: Some(transfer.id),
                    account_id: Some(transfer.account_id),
                    operation,
                    call: &call,
                };
                let call_id = journal::start(tx, new).await?;
                // Last of all: the way here may have waited for a lock.
                let windows = calendar.windows();
                if bank.is_closed() || bank.is_over() {
                    return Err(NotClaimed::Closed);
                }
                fault::point("claim.before_commit");
                Ok(Claim {
                    transfer,
                    call,
                    call_id,
                    windows,
                })
            }
            .boxed()
        })
        .await
}

/// The one call. Nothing in here is repeated, and it ends before the lease does.
async fn call_once(
    services: &Services,
    turn: MoneyTurn,
    party: Option<Party>,
    claim: &Claim,
) -> (Asked, Answer<MoneyReceipt>) {
    let transfer = &claim.transfer;
    let mut asked = Asked {
        trace_number: claim.call.trace_number.clone(),
        amount: crate::money::Won::new(transfer.amount_won),
        fin_account: None,
    };
    let Some(party) = party else {
        return (asked, without_call(Outcome::NotSent(NotSentReason::NotBuildable)));
    };
    let lease = Duration::from_secs(u64::try_from(services.settings.relay.claim_lease_secs).unwrap_or_default());
    let late = services.clock.now() - claim.call.at;
    let left = lease
        .saturating_sub(LEASE_MARGIN)
        .saturating_sub(late.to_std().unwrap_or_default());
    if left.is_zero() {
        // Claiming took as long as the lease: the call would leave after it, so it is not made at all.
        return (asked, without_call(Outcome::NotSent(NotSentReason::LeaseOver)));
    }
    if claim.windows.ends(services.clock.now()).is_some() {
        // The commit alone took longer than money stops before a maintenance: nothing is sent inside.
        return (asked, without_call(Outcome::NotSent(NotSentReason::GateClosed)));
    }
    let memo = passbook_text(transfer);
    let bank = &services.bank;
    fault::point("call.before_send");
    let answer = match (transfer.kind, party) {
        (TransferKind::Payment, party) => {
            asked.fin_account = Some(party.fin_account.clone());
            let request = bank::Withdrawal {
                fin_account: party.fin_account,
                amount: asked.amount,
                memo,
            };
            tokio::time::timeout(left, bank.withdraw_in(turn, &claim.call, &request)).await
        }
        (TransferKind::Refund, party) => {
            let request = bank::Deposit {
                to: party.account,
                amount: asked.amount,
                memo,
            };
            tokio::time::timeout(left, bank.deposit_in(turn, &claim.call, &request)).await
        }
    };
    let answer = answer.unwrap_or_else(|_| without_call(Outcome::Unknown(UnknownReason::TimedOut)));
    (asked, answer)
}

/// What the customer's passbook says: our name and the code by which a statement row is matched. 17 of 20 characters.
#[must_use]
pub fn passbook_text(transfer: &transfers::Model) -> String {
    format!("NARU {}", transfer.short_code)
}

fn without_call(outcome: Outcome<MoneyReceipt>) -> Answer<MoneyReceipt> {
    Answer {
        outcome,
        exchange: Exchange::default(),
    }
}

async fn settle_until_written(
    services: &Services,
    claim: &Claim,
    asked: &Asked,
    answer: &Answer<MoneyReceipt>,
) -> Result<(), TransferError> {
    let settle = || settle::settle(services, &claim.transfer, claim.call_id, asked, answer);
    let settled = until_written(settle).await?;
    tracing::info!(kind = settled.kind.as_str(), state = settled.state.as_str(), "settled");
    Ok(())
}

/// Writes what the bank said, again where the database does not take it: a lock was lost, or it is away for a moment.
pub(super) async fn until_written<T, F>(write: impl Fn() -> F) -> Result<T, TransferError>
where
    F: Future<Output = Result<T, TransferError>>,
{
    let mut attempt = 1;
    loop {
        match write().await {
            Err(error) if attempt < SETTLE_ATTEMPTS => {
                tracing::warn!(attempt, %error, "the outcome could not be written yet");
                attempt += 1;
                tokio::time::sleep(SETTLE_PAUSE * attempt).await;
            }
            written => return written,
        }
    }
}
