//! The transactions of a link, one function each. Between them, and never inside, the bank is asked. What the bank
//! answered is journaled even when somebody else has taken the link over meanwhile.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    SqlErr, UpdateMany, UpdateResult, sea_query::Expr,
};

use super::consent::{self, ConsentText};
use super::link::{LinkError, Linked};
use super::stop::{LinkStop, stop_of};
use super::unlink;
use super::{AccountRow, numbers};
use crate::bank::journal::{self, NewCall};
use crate::bank::{
    Answer, BirthDate, Call, FinAccountNumber, Outcome, Proof, RefusalKind, RegisterNumber, TraceNumber,
};
use crate::clock::kst_date;
use crate::ids::{AccountId, BankCallId, UserId};
use crate::models::kinds::AccountState;
use crate::models::{bank_accounts, members, users};
use crate::services::Services;

/// A pending account that one task alone works on until the time passes.
#[derive(Clone)]
pub(super) struct Claim {
    pub account: AccountRow,
    pub until: DateTime<Utc>,
    pub birth_date: BirthDate,
}

/// What is written with a new account.
pub(super) struct Beginning {
    pub agreed: ConsentText,
    pub replaces: Option<AccountId>,
}

/// What is to be asked next.
pub(super) enum Next {
    Open(Opening),
    Check(RegisterNumber),
}

/// An open call whose trace number and journal row are committed.
pub(super) struct Opening {
    pub call: Call,
    journal_id: BankCallId,
    /// Whether it goes out again under the number of an earlier one.
    again: bool,
}

pub(super) enum Opened {
    Registered(RegisterNumber),
    Stopped(Box<AccountRow>, LinkStop),
}

/// The first transaction: the account, held, with the trace number of the call that follows.
pub(super) async fn insert(services: &Services, claim: &Claim, beginning: Beginning) -> Result<Next, LinkError> {
    let call = Call::new(services.clock.now());
    let mut account = claim.account.clone();
    account.linking_until = Some(claim.until);
    account.open_trace_number = Some(call.trace_number.as_str().to_owned());
    account.open_trace_at = Some(call.at);
    let opening_call = call.clone();
    let journal_id = services
        .db
        .write(move |transaction| Box::pin(insert_within(transaction, account, beginning, call)))
        .await?;
    Ok(Next::Open(Opening {
        call: opening_call,
        journal_id,
        again: false,
    }))
}

/// Whoever leaves has the member's row alone first (`members/withdrawal.rs`), so one of the two waits for the other: an
/// account is linked to nobody who is gone. `SQLite` ignores the lock: it has one writer.
async fn still_a_member(transaction: &DatabaseTransaction, member: UserId) -> Result<(), LinkError> {
    let known = members::Entity::find_by_id(member)
        .lock_shared()
        .one(transaction)
        .await?;
    known.ok_or(LinkError::NotAMember)?;
    let user = users::Entity::find_by_id(member).one(transaction).await?;
    user.filter(|user| user.withdrawn_at.is_none())
        .map(drop)
        .ok_or(LinkError::NotAMember)
}

async fn insert_within(
    transaction: &DatabaseTransaction,
    account: AccountRow,
    beginning: Beginning,
    call: Call,
) -> Result<BankCallId, LinkError> {
    still_a_member(transaction, account.member_id).await?;
    if let Some(wrong) = beginning.replaces {
        unlink::let_go_of_pending(transaction, account.member_id, wrong, call.at).await?;
    }
    let existing = AccountRow::find_by_number_owned_by(
        transaction,
        account.member_id,
        &account.bank_code,
        &account.number_index,
    )
    .await?;
    if let Some(existing) = existing {
        return Err(LinkError::Duplicate(existing.id));
    }
    let (id, member) = (account.id, account.member_id);
    bank_accounts::Entity::insert(bank_accounts::ActiveModel::from(account))
        .exec_without_returning(transaction)
        .await
        .map_err(|error| {
            // Another request of the member's was faster by less than a transaction.
            if is_taken(&error) {
                LinkError::InHand
            } else {
                LinkError::Database(error)
            }
        })?;
    consent::keep(transaction, member, id, &beginning.agreed, call.at).await?;
    Ok(journal::start(transaction, open_entry(id, &call)).await?)
}

/// Takes a pending account in hand, unless somebody has it, and writes what will be asked next.
pub(super) async fn claim(services: &Services, claim: Claim) -> Result<(Claim, Next), LinkError> {
    let now = services.clock.now();
    services
        .db
        .write(move |transaction| Box::pin(claim_within(transaction, claim, now)))
        .await
}

async fn claim_within(
    transaction: &DatabaseTransaction,
    mut claim: Claim,
    now: DateTime<Utc>,
) -> Result<(Claim, Next), LinkError> {
    still_a_member(transaction, claim.account.member_id).await?;
    let taken = bank_accounts::Entity::update_many()
        .col_expr(bank_accounts::Column::LinkingUntil, Expr::value(claim.until))
        .filter(bank_accounts::Column::Id.eq(claim.account.id))
        .filter(bank_accounts::Column::State.eq(AccountState::Pending))
        .filter(bank_accounts::Column::UnlinkedAt.is_null())
        .filter(
            bank_accounts::Column::LinkingUntil
                .is_null()
                .or(bank_accounts::Column::LinkingUntil.lte(now)),
        )
        .exec(transaction)
        .await?;
    if taken.rows_affected == 0 {
        return Err(LinkError::InHand);
    }
    claim.account = AccountRow::find_owned_by(transaction, claim.account.member_id, claim.account.id)
        .await?
        .ok_or(LinkError::NotFound)?;
    if let Some(register_number) = &claim.account.register_number {
        let next = Next::Check(RegisterNumber::new(register_number.as_str()));
        return Ok((claim, next));
    }
    let opening = begin_opening(transaction, &claim, now).await?;
    Ok((claim, Next::Open(opening)))
}

/// The open call of a resumed link: the unanswered one of the same Korean day again, letter for letter, or a new one.
async fn begin_opening(
    transaction: &DatabaseTransaction,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<Opening, LinkError> {
    let account = &claim.account;
    if let (Some(trace_number), Some(at)) = (&account.open_trace_number, account.open_trace_at)
        && kst_date(at) == kst_date(now)
    {
        let call = Call {
            trace_number: TraceNumber::new(trace_number.as_str()),
            at,
        };
        let journal_id = journal::start_again(transaction, open_entry(account.id, &call), now).await?;
        return Ok(Opening {
            call,
            journal_id,
            again: true,
        });
    }
    let call = Call::new(now);
    let numbered = bank_accounts::ActiveModel {
        open_trace_number: Set(Some(call.trace_number.as_str().to_owned())),
        open_trace_at: Set(Some(call.at)),
        ..Default::default()
    };
    held_by(claim, now).set(numbered).exec(transaction).await?;
    let journal_id = journal::start(transaction, open_entry(account.id, &call)).await?;
    Ok(Opening {
        call,
        journal_id,
        again: false,
    })
}

/// The register number that the open call brought, or why it brought none.
pub(super) async fn store_opened(
    services: &Services,
    claim: &Claim,
    opening: Opening,
    answer: Answer<RegisterNumber>,
) -> Result<Opened, LinkError> {
    let (now, claim) = (services.clock.now(), claim.clone());
    let opened = services
        .db
        .write(move |transaction| {
            Box::pin(async move {
                journal::finish(transaction, opening.journal_id, now, &answer).await?;
                let found = match &answer.outcome {
                    Outcome::Succeeded(register_number) => Some(register_number.as_str().to_owned()),
                    // The member had it linked before: the bank keeps the fin account, and its register number still
                    // names it. The check that follows proves it against the birth date.
                    Outcome::Refused(refusal) if refusal.kind == RefusalKind::AlreadyRegistered => {
                        claim.account.earlier_register_number(transaction).await?
                    }
                    Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => None,
                };
                let Some(register_number) = found else {
                    let keep_number = may_send_again(&opening, &answer);
                    let stop = stop_of(&answer.outcome);
                    let stopped = store_stop(transaction, &claim, stop, keep_number, now).await?;
                    return Ok(stopped.map(|account| Opened::Stopped(Box::new(account), stop)));
                };
                let registered = bank_accounts::ActiveModel {
                    register_number: Set(Some(register_number.clone())),
                    ..Default::default()
                };
                let kept = held_by(&claim, now).set(registered).exec(transaction).await?;
                let opened = Opened::Registered(RegisterNumber::new(register_number));
                Ok::<_, LinkError>((kept.rows_affected > 0).then_some(opened))
            })
        })
        .await?;
    opened.ok_or(LinkError::InHand)
}

/// Whether the same request may go out again under its number: while the bank has not answered it. Still issuing is
/// such an answer too, for it says to repeat. An answer that settles nothing, even to a repetition, uses the number up.
fn may_send_again(opening: &Opening, answer: &Answer<RegisterNumber>) -> bool {
    match &answer.outcome {
        Outcome::Refused(refusal) => refusal.kind == RefusalKind::StillIssuing,
        Outcome::Unknown(_) => !(opening.again && answer.outcome.proof() == Proof::Answered),
        Outcome::NotSent(_) | Outcome::Succeeded(_) => true,
    }
}

/// Commits the trace number of a check before it is made.
pub(super) async fn start_check(services: &Services, claim: &Claim, call: &Call) -> Result<BankCallId, LinkError> {
    let (account_id, call) = (claim.account.id, call.clone());
    let id = services
        .db
        .write(move |transaction| {
            Box::pin(async move {
                let entry = NewCall {
                    transfer_id: None,
                    account_id: Some(account_id),
                    operation: "check_fin_account",
                    call: &call,
                };
                journal::start(transaction, entry).await
            })
        })
        .await?;
    Ok(id)
}

pub(super) async fn store_still_issuing(
    services: &Services,
    journal_id: BankCallId,
    answer: Answer<FinAccountNumber>,
) -> Result<(), LinkError> {
    let now = services.clock.now();
    services
        .db
        .write(move |transaction| Box::pin(async move { journal::finish(transaction, journal_id, now, &answer).await }))
        .await?;
    Ok(())
}

/// The fin account that the check brought, or why it brought none. The last transaction: the account is let go of.
pub(super) async fn store_checked(
    services: &Services,
    claim: &Claim,
    journal_id: BankCallId,
    answer: Answer<FinAccountNumber>,
) -> Result<Linked, LinkError> {
    let at_bank = numbers::at_bank(&services.sealer, &claim.account)?;
    let live_number_key = numbers::active_key(&services.sealer, &at_bank)?;
    let activated = match &answer.outcome {
        Outcome::Succeeded(fin) => Some(bank_accounts::ActiveModel {
            fin_account_sealed: Set(Some(numbers::seal_fin_account(
                &services.sealer,
                claim.account.id,
                fin,
            )?)),
            state: Set(AccountState::Active),
            failure: Set(None),
            linking_until: Set(None),
            live_number_key: Set(Some(live_number_key)),
            ..Default::default()
        }),
        Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => None,
    };
    let (now, claim) = (services.clock.now(), claim.clone());
    let linked = services
        .db
        .write(move |transaction| {
            Box::pin(async move {
                journal::finish(transaction, journal_id, now, &answer).await?;
                let stop = match activated {
                    Some(activated) => match held_by(&claim, now).set(activated).exec(transaction).await {
                        Ok(kept) => {
                            let linked = reload_if(kept, transaction, &claim).await?;
                            return Ok(linked.map(Linked::Active));
                        }
                        // The unique key: somebody else has it, and had it first.
                        Err(error) if is_taken(&error) => LinkStop::Taken,
                        Err(error) => return Err(error.into()),
                    },
                    None => stop_of(&answer.outcome),
                };
                let stopped = store_stop(transaction, &claim, stop, true, now).await?;
                Ok::<_, LinkError>(stopped.map(|account| Linked::Pending(account, stop)))
            })
        })
        .await?;
    linked.ok_or(LinkError::InHand)
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Writes why the link stopped and lets go of the account; `None` when somebody else had taken it over meanwhile.
async fn store_stop(
    transaction: &DatabaseTransaction,
    claim: &Claim,
    stop: LinkStop,
    keep_number: bool,
    now: DateTime<Utc>,
) -> Result<Option<AccountRow>, LinkError> {
    let mut stopped = bank_accounts::ActiveModel {
        failure: Set(Some(stop.as_str().to_owned())),
        linking_until: Set(None),
        ..Default::default()
    };
    if !keep_number {
        stopped.open_trace_number = Set(None);
        stopped.open_trace_at = Set(None);
    }
    let kept = held_by(claim, now).set(stopped).exec(transaction).await?;
    reload_if(kept, transaction, claim).await
}

/// The account after an update of its holder's; `None` when the update met no row, so that the journal's entry beside
/// it is kept and the account left as its new holder has it.
async fn reload_if(
    kept: UpdateResult,
    transaction: &DatabaseTransaction,
    claim: &Claim,
) -> Result<Option<AccountRow>, LinkError> {
    if kept.rows_affected == 0 {
        return Ok(None);
    }
    Ok(AccountRow::find_owned_by(transaction, claim.account.member_id, claim.account.id).await?)
}

/// An update that only the present holder of the link can make.
fn held_by(claim: &Claim, now: DateTime<Utc>) -> UpdateMany<bank_accounts::Entity> {
    bank_accounts::Entity::update_many()
        .col_expr(
            bank_accounts::Column::Version,
            Expr::col(bank_accounts::Column::Version).add(1),
        )
        .col_expr(bank_accounts::Column::UpdatedAt, Expr::value(now))
        .filter(bank_accounts::Column::Id.eq(claim.account.id))
        .filter(bank_accounts::Column::LinkingUntil.eq(claim.until))
        // One that was let go meanwhile stays so: an active row that nobody has would keep its number for ever.
        .filter(bank_accounts::Column::UnlinkedAt.is_null())
}

const fn open_entry(account: AccountId, call: &Call) -> NewCall<'_> {
    NewCall {
        transfer_id: None,
        account_id: Some(account),
        operation: "open_fin_account",
        call,
    }
}
