//! Leaving: consents, accounts and sessions end, and what the law does not have us keep of a person is gone, at once.
//!
//! Not while money is unsettled: what became of it would have nobody to be told to. So rows are locked in this order, by all
//! who lock several: mandates, member, accounts, user, sessions. A payment is accepted under a shared lock on its mandate
//! (`transfers/accept.rs`): one that came first is waited for and then seen here, and one that comes later finds its mandate
//! revoked. A payment at a checkout, and the approval of a mandate, are accepted under a shared lock on the member. A refund
//! of an old payment is accepted after a withdrawal as well, and finds its way by the account's row, which stays; so a refund
//! at the same moment may come before or after.
//!
//! What stays is what 전자금융거래법 제22조 wants: transfers, consents, accounts with their sealed numbers, and the name with
//! its middle hidden, by which the desk speaks of them. The row of the user stays for them to point at; its email is free.
//!
//! If the process dies before the commit, nothing happened and the member sees so. After it the member is gone, and the
//! partners' news of the ended mandates is there, for it is written in the same transaction.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use secrecy::SecretString;

use super::history::{self, Entry};
use super::password_change::{ProofError, is_password_of};
use super::sign_up::seal_no_birth_date;
use crate::ids::UserId;
use crate::models::kinds::EndReason;
use crate::models::{bank_accounts, members, sessions, users};
use crate::partners::mandates::{Of, revoke_within};
use crate::security::masking;
use crate::security::sealed::SealError;
use crate::services::Services;
use crate::transfers::find;

/// Transfers that are told to be in the way.
const SHOWN: u64 = 10;

/// Why a member is still one. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawalError {
    #[error("it is not the member's password")]
    WrongPassword,
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error("it is not known yet what became of some of the member's money")]
    Unsettled,
    /// The bank is being asked about one of the accounts at this moment.
    #[error("a link is in hand")]
    LinkInHand,
    #[error("there is no such member, or no more")]
    NotFound,
    #[error("a column could not be sealed")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Some of the member's transfers that keep them from leaving, newest first.
///
/// # Errors
/// The database's.
pub async fn unsettled_of(db: &impl ConnectionTrait, member: UserId) -> Result<Vec<Entry>, DbErr> {
    let mut rows = find::page(find::unsettled_of(member), None, SHOWN).all(db).await?;
    find::cut(&mut rows, SHOWN, find::Place::of);
    history::with_partner_names(db, rows).await
}

/// Ends the membership of somebody who has typed their password.
///
/// # Errors
/// [`WithdrawalError`].
pub async fn withdraw(services: &Services, user: &users::Model, password: SecretString) -> Result<(), WithdrawalError> {
    if !is_password_of(services, user, password).await? {
        return Err(WithdrawalError::WrongPassword);
    }
    leave(services, user).await?;
    tracing::info!("a member withdrew");
    Ok(())
}

/// The withdrawal itself, in one transaction.
///
/// # Errors
/// [`WithdrawalError`].
pub async fn leave(services: &Services, user: &users::Model) -> Result<(), WithdrawalError> {
    let now = services.clock.now();
    let traces = Traces {
        member: user.id,
        name: masking::person_name(&user.name),
        birth_date_sealed: seal_no_birth_date(&services.sealer, user.id)?,
    };
    services
        .db
        .write(move |tx| Box::pin(leave_within(tx, traces, now)))
        .await
}

/// What is left of a person.
struct Traces {
    member: UserId,
    name: String,
    birth_date_sealed: String,
}

async fn leave_within(tx: &DatabaseTransaction, traces: Traces, now: DateTime<Utc>) -> Result<(), WithdrawalError> {
    let member = traces.member;
    revoke_within(tx, Of::Member(member), now).await?;
    // SQLite ignores the lock: it has one writer.
    let known = members::Entity::find_by_id(member).lock_exclusive().one(tx).await?;
    known.ok_or(WithdrawalError::NotFound)?;
    // One that the member approved since those were looked for.
    revoke_within(tx, Of::Member(member), now).await?;
    if find::unsettled_of(member).one(tx).await?.is_some() {
        return Err(WithdrawalError::Unsettled);
    }
    let in_hand = linked_of(member).filter(bank_accounts::Column::LinkingUntil.gt(now));
    if in_hand.one(tx).await?.is_some() {
        return Err(WithdrawalError::LinkInHand);
    }
    let_accounts_go(tx, member, now).await?;
    forget_person(tx, traces, now).await?;
    sessions::Model::end_all_of(tx, member, EndReason::Withdrawn, now).await?;
    Ok(())
}

fn linked_of(member: UserId) -> sea_orm::Select<bank_accounts::Entity> {
    bank_accounts::Entity::find()
        .filter(bank_accounts::Column::MemberId.eq(member))
        .filter(bank_accounts::Column::UnlinkedAt.is_null())
}

/// The numbers stay, sealed: what was paid from them can be refunded to them.
async fn let_accounts_go(tx: &DatabaseTransaction, member: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
    use bank_accounts::Column;
    let all = || bank_accounts::Entity::update_many().filter(Column::MemberId.eq(member));
    all()
        .col_expr(Column::UnlinkedAt, Expr::value(now))
        .col_expr(Column::LiveNumberKey, Expr::value(None::<String>))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::UnlinkedAt.is_null())
        .exec(tx)
        .await?;
    // Names that a person gave, those of accounts that were let go before as well.
    all().col_expr(Column::Nickname, Expr::value("")).exec(tx).await?;
    Ok(())
}

async fn forget_person(tx: &DatabaseTransaction, traces: Traces, now: DateTime<Utc>) -> Result<(), WithdrawalError> {
    members::Entity::update_many()
        .col_expr(members::Column::BirthDateSealed, Expr::value(traces.birth_date_sealed))
        .col_expr(members::Column::PhoneSealed, Expr::value(None::<String>))
        .col_expr(members::Column::PhoneIndex, Expr::value(None::<String>))
        .col_expr(members::Column::PhoneTailIndex, Expr::value(None::<String>))
        .col_expr(members::Column::Nickname, Expr::value(None::<String>))
        .filter(members::Column::Id.eq(traces.member))
        .exec(tx)
        .await?;
    let id = traces.member.0.simple();
    let left = users::Entity::update_many()
        .col_expr(users::Column::WithdrawnAt, Expr::value(now))
        // No address, and nobody's: the one that it was is free.
        .col_expr(users::Column::Email, Expr::value(format!("withdrawn-{id}")))
        .col_expr(users::Column::Name, Expr::value(traces.name))
        .col_expr(users::Column::PasswordHash, Expr::value(""))
        .filter(users::Column::Id.eq(traces.member))
        .filter(users::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    if left.rows_affected == 0 {
        return Err(WithdrawalError::NotFound);
    }
    Ok(())
}
