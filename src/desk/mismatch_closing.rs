//! A person is content with a mismatch and closes it, with a reason. It says nothing of money and changes no transfer.
//!
//! One transaction with its row of the audit and its dialog. If the process dies before the commit, nothing of it is there;
//! after it, sending the form again does nothing.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::audit::{By, LONGEST_REASON, Record, Subject, record};
use super::dialog::{self, Dialog, DialogError};
use super::mismatches::find;
use crate::ids::DialogId;
use crate::models::kinds::{StaffDeed, SubjectKind, TransferKind};
use crate::models::mismatches::{ActiveModel, Column, Entity};
use crate::services::Services;

/// A person is content with a mismatch.
#[derive(Clone, Debug)]
pub struct Closing {
    pub id: Uuid,
    /// The version that the person has seen.
    pub version: i64,
    pub reason: String,
    pub dialog: DialogId,
    pub by: By,
}

/// Why it was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error("there is no such mismatch")]
    NotFound,
    /// It was closed, or says something else by now.
    #[error("it changed since it was seen")]
    Changed,
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database: {0}")]
    Database(#[from] DbErr),
}

/// Closes it as its reader knows it, once for each dialog. Whether they may is for the caller to check.
///
/// # Errors
/// [`CloseError`].
pub async fn close(services: &Services, closing: Closing) -> Result<(), CloseError> {
    let now = services.clock.now();
    let closed = services
        .db
        .write(move |tx| async move { close_in(tx, closing, now).await }.boxed());
    closed.await
}

async fn close_in(tx: &DatabaseTransaction, closing: Closing, now: DateTime<Utc>) -> Result<(), CloseError> {
    let dialog = Dialog {
        id: closing.dialog,
        staff: closing.by.staff,
        deed: StaffDeed::MismatchClosed,
        subject: closing.id,
    };
    if dialog::answered(tx, dialog).await?.is_some() {
        return Ok(());
    }
    let row = find(tx, closing.id).await?.ok_or(CloseError::NotFound)?;
    let columns = ActiveModel {
        closed_at: Set(Some(now)),
        closed_by: Set(Some(closing.by.staff)),
        close_reason: Set(Some(closing.reason.chars().take(LONGEST_REASON).collect())),
        version: Set(row.version + 1),
        ..Default::default()
    };
    let updated = Entity::update_many()
        .set(columns)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(closing.version))
        .filter(Column::ClosedAt.is_null())
        .exec(tx)
        .await?;
    if updated.rows_affected != 1 {
        // The same form, sent twice at once: the first sending did it while this one waited.
        let is_done = dialog::answered(tx, dialog).await?.is_some();
        return if is_done { Ok(()) } else { Err(CloseError::Changed) };
    }
    let kind = match row.kind {
        TransferKind::Payment => SubjectKind::Payment,
        TransferKind::Refund => SubjectKind::Refund,
    };
    let subject = Subject::new(kind, row.transfer_id.0);
    let detail = json!({ "flaw": row.flaw, "mismatch": row.id.simple().to_string() });
    let deed = Record::of(StaffDeed::MismatchClosed, subject, &closing.reason).with(detail);
    record(tx, &closing.by, deed, now).await?;
    dialog::keep(tx, dialog, "closed", now).await?;
    Ok(())
}
