//! A member says yes to a mandate that a partner asked for, or no.
//!
//! Rows are locked in the order of all who lock several: mandate, member, account. One answer counts: the row changes by
//! compare-and-set on its version, and who comes second is told so.
//!
//! If the process dies before the commit, nothing was answered and the member sees the question again; after it the
//! consent, its evidence and the partner's news are there together. No money moves here.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use secrecy::SecretString;

use super::mandate_consent::{self, MandateConsent};
use super::standing;
use crate::ids::{AccountId, MandateId, UserId};
use crate::members::password_change::{ProofError, is_password_of};
use crate::models::kinds::{AccountState, MandateStatus};
use crate::models::{bank_accounts, mandates, members, partners, users};
use crate::notifications::outbox;
use crate::services::Services;
use crate::views::i18n::Language;

/// A member's yes, as the page sent it.
pub struct Approval {
    pub account: AccountId,
    /// The hash of the text that was read, and its language.
    pub text: String,
    pub language: Language,
    pub password: SecretString,
}

/// Why a mandate is not answered. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    #[error("there is no such mandate")]
    NotFound,
    #[error("it is not the member's password")]
    WrongPassword,
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Also the member's own, in another tab.
    #[error("somebody has answered already")]
    Answered,
    #[error("it was asked for too long ago")]
    Expired,
    #[error("the partner is stopped, or has no key that opens anything")]
    ShopClosed,
    #[error("the account is not linked, or not the member's")]
    NoAccount,
    #[error("another text was read than the one that holds")]
    TextChanged,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Whether a member can still answer it.
#[must_use]
pub fn can_be_answered(mandate: &mandates::Model, now: DateTime<Utc>) -> bool {
    mandate.status == MandateStatus::Pending && mandate.expires_at.is_none_or(|end| now < end)
}

/// Approves the mandate for an account of the member who has typed their password.
///
/// # Errors
/// [`ApprovalError`].
pub async fn approve(
    services: &Services,
    user: &users::Model,
    id: MandateId,
    approval: Approval,
) -> Result<(), ApprovalError> {
    let Approval {
        account,
        text,
        language,
        password,
    } = approval;
    // Who came too late is told so without a word about a password.
    answerable(services.db.read(), id, services.clock.now()).await?;
    if !is_password_of(services, user, password).await? {
        return Err(ApprovalError::WrongPassword);
    }
    let (member, now) = (user.id, services.clock.now());
    services
        .db
        .write(move |tx| Box::pin(approve_within(tx, (member, account), id, (text, language), now)))
        .await?;
    tracing::info!("a member approved a mandate");
    Ok(())
}

async fn approve_within(
    tx: &DatabaseTransaction,
    (member, account): (UserId, AccountId),
    id: MandateId,
    (read, language): (String, Language),
    now: DateTime<Utc>,
) -> Result<(), ApprovalError> {
    let mandate = locked(tx, id, now).await?;
    let shop = partners::Entity::find_by_id(mandate.partner_id).one(tx).await?;
    let shop = shop.ok_or(ApprovalError::NotFound)?;
    if !standing::is_open(tx, (mandate.partner_id, mandate.mode), now).await? {
        return Err(ApprovalError::ShopClosed);
    }
    // Shared locks: neither leaves nor is let go before the commit, and who does either afterwards sees this mandate.
    let known = members::Entity::find_by_id(member).lock_shared().one(tx).await?;
    known.ok_or(ApprovalError::NoAccount)?;
    let account = usable_account(tx, member, account)
        .await?
        .ok_or(ApprovalError::NoAccount)?;
    let agreed = MandateConsent::today(language, &shop.name, &mandate, &account);
    if agreed.hash != read {
        return Err(ApprovalError::TextChanged);
    }
    let active = mandates::Model {
        status: MandateStatus::Active,
        member_id: Some(member),
        account_id: Some(account.id),
        activated_at: Some(now),
        version: mandate.version + 1,
        ..mandate.clone()
    };
    answer(tx, &mandate, &active).await?;
    mandate_consent::keep(tx, id, (member, &account), &agreed, now).await?;
    outbox::record_mandate(tx, &active, mandate.status, now).await?;
    Ok(())
}

/// Says no for good: the partner is told, and asks anew if it wants to. A member who only looks away leaves it pending.
///
/// # Errors
/// [`ApprovalError`].
pub async fn decline(services: &Services, id: MandateId) -> Result<(), ApprovalError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mandate = locked(tx, id, now).await?;
                let declined = mandates::Model {
                    status: MandateStatus::Revoked,
                    revoked_at: Some(now),
                    version: mandate.version + 1,
                    ..mandate.clone()
                };
                answer(tx, &mandate, &declined).await?;
                outbox::record_mandate(tx, &declined, mandate.status, now).await?;
                Ok(())
            })
        })
        .await
}

/// The member's account, when money can be taken from it, kept so until the transaction ends.
pub(crate) async fn usable_account(
    tx: &impl ConnectionTrait,
    member: UserId,
    id: AccountId,
) -> Result<Option<bank_accounts::Model>, DbErr> {
    bank_accounts::Entity::find_by_id(id)
        .filter(bank_accounts::Column::MemberId.eq(member))
        .filter(bank_accounts::Column::State.eq(AccountState::Active))
        .filter(bank_accounts::Column::UnlinkedAt.is_null())
        .lock_shared()
        .one(tx)
        .await
}

async fn answerable(
    db: &impl ConnectionTrait,
    id: MandateId,
    now: DateTime<Utc>,
) -> Result<mandates::Model, ApprovalError> {
    checked(mandates::Entity::find_by_id(id).one(db).await?, now)
}

/// As [`answerable`], its row locked. SQLite ignores the lock: it has one writer.
async fn locked(tx: &DatabaseTransaction, id: MandateId, now: DateTime<Utc>) -> Result<mandates::Model, ApprovalError> {
    let found = mandates::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    checked(found, now)
}

fn checked(found: Option<mandates::Model>, now: DateTime<Utc>) -> Result<mandates::Model, ApprovalError> {
    let mandate = found.ok_or(ApprovalError::NotFound)?;
    if mandate.status != MandateStatus::Pending {
        Err(ApprovalError::Answered)
    } else if can_be_answered(&mandate, now) {
        Ok(mandate)
    } else {
        Err(ApprovalError::Expired)
    }
}

/// Compare-and-set: of two answers one counts.
async fn answer(
    tx: &DatabaseTransaction,
    asked: &mandates::Model,
    answered: &mandates::Model,
) -> Result<(), ApprovalError> {
    use mandates::Column;
    let update = mandates::Entity::update_many()
        .col_expr(Column::Status, Expr::value(answered.status.as_str()))
        .col_expr(Column::MemberId, Expr::value(answered.member_id.map(|id| id.0)))
        .col_expr(Column::AccountId, Expr::value(answered.account_id.map(|id| id.0)))
        .col_expr(Column::ActivatedAt, Expr::value(answered.activated_at))
        .col_expr(Column::RevokedAt, Expr::value(answered.revoked_at))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(asked.id))
        .filter(Column::Status.eq(MandateStatus::Pending))
        .filter(Column::Version.eq(asked.version));
    if update.exec(tx).await?.rows_affected == 1 {
        Ok(())
    } else {
        Err(ApprovalError::Answered)
    }
}
