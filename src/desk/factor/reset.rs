//! Taking somebody's second factor away, so that they enrol a new one: by another operator with a reason, or at the terminal.
//!
//! Nobody takes away their own at the desk: an open desk that was left alone would be enough to move a factor elsewhere. If
//! the process dies before the commit, nothing changed. After it the factor and its recovery codes are gone, all sessions of
//! its owner have ended, and the same dialog sent again finds that it did so.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{of, recovery};
use crate::desk::audit::{self, By, Record, Subject};
use crate::desk::dialog::{self, Dialog, DialogError};
use crate::ids::{DialogId, UserId};
use crate::members::normalised_email;
use crate::models::kinds::{EndReason, StaffDeed};
use crate::models::{sessions, staff_factors, users};
use crate::services::Services;

const DONE: &str = "done";

/// What an operator decided.
#[derive(Clone, Debug)]
pub struct Reset {
    pub staff: UserId,
    /// The factor that they saw, by when it was enrolled.
    pub version: i64,
    pub reason: String,
    pub dialog: DialogId,
}

#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error("there is nobody of staff like that")]
    NotFound,
    #[error("there is no second factor to take away")]
    NotEnrolled,
    #[error("another factor was enrolled meanwhile")]
    Changed,
    #[error("nobody takes away their own")]
    Own,
    #[error("the dialog was not taken")]
    Dialog(#[from] DialogError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// By what a factor is told from one that is enrolled after it.
#[must_use]
pub const fn version(factor: &staff_factors::Model) -> i64 {
    factor.enrolled_at.timestamp_micros()
}

/// Takes a factor away, once for each dialog.
///
/// # Errors
/// [`ResetError`]; nothing is changed then.
pub async fn reset(services: &Services, wanted: Reset, by: By) -> Result<(), ResetError> {
    if wanted.staff == by.staff {
        return Err(ResetError::Own);
    }
    let now = services.clock.now();
    services
        .db
        .write(move |tx| Box::pin(async move { write(tx, wanted, &by, now).await }))
        .await
}

async fn write(tx: &DatabaseTransaction, wanted: Reset, by: &By, now: DateTime<Utc>) -> Result<(), ResetError> {
    // First of all, so that a second sending of the dialog waits here for the first. SQLite has one writer.
    let user = locked(tx, wanted.staff).await?;
    let dialog = Dialog {
        id: wanted.dialog,
        staff: by.staff,
        deed: StaffDeed::FactorReset,
        subject: wanted.staff.0,
    };
    if dialog::answered(tx, dialog).await?.is_some() {
        return Ok(());
    }
    let factor = of(tx, user).await?.ok_or(ResetError::NotEnrolled)?;
    if version(&factor) != wanted.version {
        return Err(ResetError::Changed);
    }
    remove(tx, user, (by, wanted.reason.as_str()), now).await?;
    dialog::keep(tx, dialog, DONE, now).await?;
    Ok(())
}

/// Takes the factor of this email away.
///
/// # Errors
/// [`ResetError`]; nothing is changed then.
pub async fn reset_at_terminal(services: &Services, email: &str, reason: String) -> Result<UserId, ResetError> {
    let found = users::Model::find_by_email(services.db.read(), &normalised_email(email)).await?;
    let user = found.ok_or(ResetError::NotFound)?.id;
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let user = locked(tx, user).await?;
                of(tx, user).await?.ok_or(ResetError::NotEnrolled)?;
                remove(tx, user, (&By::TERMINAL, reason.as_str()), now).await?;
                Ok(user)
            })
        })
        .await
}

/// Somebody of staff, their row locked.
async fn locked(tx: &DatabaseTransaction, user: UserId) -> Result<UserId, ResetError> {
    let found = users::Entity::find_by_id(user).lock_exclusive().one(tx).await?;
    match found {
        Some(user) if user.role.is_staff() && user.withdrawn_at.is_none() => Ok(user.id),
        Some(_) | None => Err(ResetError::NotFound),
    }
}

async fn remove(
    tx: &DatabaseTransaction,
    user: UserId,
    (by, reason): (&By, &str),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    staff_factors::Entity::delete_many()
        .filter(staff_factors::Column::Id.eq(user))
        .exec(tx)
        .await?;
    recovery::forget(tx, user).await?;
    sessions::Model::end_all_of(tx, user, EndReason::FactorReset, now).await?;
    let reset = Record::of(StaffDeed::FactorReset, Subject::staff(user), reason);
    audit::record(tx, by, reset, now).await
}
