//! The end of mandates, one or many, in a transaction of who has the reason for it; the partners are told in the same.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::mandates::{MandateError, change};
use crate::desk::audit::{self, By, Record, Subject};
use crate::desk::dialog::{self, Dialog, DialogError};
use crate::ids::{AccountId, DialogId, MandateId, PartnerId, UserId};
use crate::models::kinds::{MandateStatus, Mode, StaffDeed, SubjectKind};
use crate::models::mandates;
use crate::notifications::outbox;
use crate::services::Services;

/// Whose mandates end.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Mandate(MandateId),
    /// All on one account, which its member lets go of.
    Account(AccountId),
    /// All of a member, who leaves.
    Member(UserId),
}

/// Ends all mandates of one, as part of a transaction that does more, and tells the partners. Answers with how many.
///
/// # Errors
/// The database's.
pub async fn revoke_within(tx: &DatabaseTransaction, of: Of, at: DateTime<Utc>) -> Result<u64, DbErr> {
    let which = match of {
        Of::Mandate(id) => mandates::Column::Id.eq(id),
        Of::Account(account) => mandates::Column::AccountId.eq(account),
        Of::Member(member) => mandates::Column::MemberId.eq(member),
    };
    // SQLite ignores the lock: it has one writer. In the order of ids, so that two who end many do not wait for each other.
    let alive = mandates::Entity::find()
        .filter(which)
        .filter(mandates::Column::Status.ne(MandateStatus::Revoked))
        .order_by_asc(mandates::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let mut ended = 0;
    for mandate in alive {
        let revoked = mandates::Model {
            status: MandateStatus::Revoked,
            revoked_at: Some(at),
            version: mandate.version + 1,
            ..mandate.clone()
        };
        let changes = [
            (mandates::Column::Status, Expr::value(MandateStatus::Revoked.as_str())),
            (mandates::Column::RevokedAt, Expr::value(at)),
        ];
        match change(tx, &mandate, changes).await {
            Ok(()) => {}
            Err(MandateError::Database(error)) => return Err(error),
            // Another process ended it between the look and the change, and told of it.
            Err(_) => continue,
        }
        outbox::record_mandate(tx, &revoked, mandate.status, at).await?;
        ended += 1;
    }
    Ok(ended)
}

/// Why a partner's mandate stays as it is. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    #[error("the partner has no such mandate")]
    NotFound,
    #[error("the mandate is at version {current}")]
    VersionConflict { current: i64 },
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Ends a mandate, or the request for one, at the wish of its partner. One that has ended is answered as it is. If the
/// process dies before the commit, nothing happened; after it, asking again answers with the ended one.
///
/// # Errors
/// [`RevokeError`].
pub async fn revoke_by_partner(
    services: &Services,
    owner: (PartnerId, Mode),
    id: MandateId,
    expected: Option<i64>,
) -> Result<mandates::Model, RevokeError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let theirs = mandates::Model::of_partner(owner).filter(mandates::Column::Id.eq(id));
                // SQLite ignores the lock: it has one writer.
                let found = theirs.lock_exclusive().one(tx).await?;
                let mandate = found.ok_or(RevokeError::NotFound)?;
                if expected.is_some_and(|expected| expected != mandate.version) {
                    let current = mandate.version;
                    return Err(RevokeError::VersionConflict { current });
                }
                if mandate.status == MandateStatus::Revoked {
                    return Ok(mandate);
                }
                revoke_within(tx, Of::Mandate(id), now).await?;
                let ended = mandates::Model::find_of_partner(tx, owner, id).await?;
                ended.ok_or(RevokeError::NotFound)
            })
        })
        .await
}

/// A dialog of the desk that was sent.
#[derive(Clone, Debug)]
pub struct StaffRevocation {
    pub by: By,
    pub mandate: MandateId,
    /// Of the page that the dialog stood on.
    pub version: i64,
    pub dialog: DialogId,
    pub reason: String,
}

/// Why staff ended no mandate. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum StaffRevokeError {
    #[error("there is no such mandate")]
    NotFound,
    #[error("the mandate has ended")]
    Ended,
    #[error("the mandate is at version {current}")]
    Changed { current: i64 },
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Ends a mandate, or the request for one, at the word of a member of staff, once for a dialog. New payments are refused
/// from then on; those that were promised go on.
///
/// If the process dies before the commit, nothing happened and the same dialog may be sent again; after it the mandate has
/// ended, its partner's news and the audit row are there, and sending the dialog again changes nothing.
///
/// # Errors
/// [`StaffRevokeError`].
pub async fn revoke_by_staff(services: &Services, asked: StaffRevocation) -> Result<(), StaffRevokeError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| Box::pin(revoke_for_staff(tx, asked, now)))
        .await
}

async fn revoke_for_staff(
    tx: &DatabaseTransaction,
    asked: StaffRevocation,
    now: DateTime<Utc>,
) -> Result<(), StaffRevokeError> {
    // First of all, so that a second sending of the dialog waits here for the first. SQLite has one writer.
    let found = mandates::Entity::find_by_id(asked.mandate)
        .lock_exclusive()
        .one(tx)
        .await?;
    let mandate = found.ok_or(StaffRevokeError::NotFound)?;
    let dialog = Dialog {
        id: asked.dialog,
        staff: asked.by.staff,
        deed: StaffDeed::MandateRevoked,
        subject: asked.mandate.0,
    };
    if dialog::answered(tx, dialog).await?.is_some() {
        return Ok(());
    }
    if mandate.status == MandateStatus::Revoked {
        return Err(StaffRevokeError::Ended);
    }
    if mandate.version != asked.version {
        let current = mandate.version;
        return Err(StaffRevokeError::Changed { current });
    }
    revoke_within(tx, Of::Mandate(asked.mandate), now).await?;
    let subject = Subject::new(SubjectKind::Mandate, asked.mandate.0);
    let record = Record::of(StaffDeed::MandateRevoked, subject, &asked.reason);
    audit::record(tx, &asked.by, record, now).await?;
    dialog::keep(tx, dialog, MandateStatus::Revoked.as_str(), now).await?;
    Ok(())
}
