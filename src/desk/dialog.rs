//! Each opened dialog acts once: its id was made with the form, and its second sending answers what the first one did.
//!
//! The row is written in the transaction of the action. If the process dies before the commit, nothing was done and the
//! same dialog may be sent again; after it, sending it again finds the row.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use crate::ids::{DialogId, UserId};
use crate::models::desk_dialogs;
use crate::models::kinds::StaffDeed;

/// A dialog that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialog {
    pub id: DialogId,
    pub staff: UserId,
    pub deed: StaffDeed,
    /// The transfer, delivery or other thing that it acts on.
    pub subject: Uuid,
}

#[derive(Debug, thiserror::Error)]
pub enum DialogError {
    /// The id is another's, of another action or of another thing: nobody's form has sent this.
    #[error("this dialog was used for something else")]
    Foreign,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// What the dialog answered before, `None` where it did nothing yet. To be asked first in the action's transaction.
///
/// # Errors
/// [`DialogError`].
pub async fn answered<C: ConnectionTrait>(tx: &C, dialog: Dialog) -> Result<Option<String>, DialogError> {
    let Some(row) = desk_dialogs::Entity::find_by_id(dialog.id).one(tx).await? else {
        return Ok(None);
    };
    let same = (row.staff_id, row.deed, row.subject_id) == (dialog.staff, dialog.deed, dialog.subject);
    if same {
        Ok(Some(row.answer))
    } else {
        Err(DialogError::Foreign)
    }
}

/// Keeps what the dialog did, last in the action's transaction. Two sendings at once: the second one's row is refused by
/// the key, its transaction is undone, and asked again it finds the first one's answer.
///
/// # Errors
/// The database's.
pub async fn keep<C: ConnectionTrait>(tx: &C, dialog: Dialog, answer: &str, at: DateTime<Utc>) -> Result<(), DbErr> {
    let row = desk_dialogs::ActiveModel {
        id: Set(dialog.id),
        staff_id: Set(dialog.staff),
        deed: Set(dialog.deed),
        subject_id: Set(dialog.subject),
        answer: Set(answer.to_owned()),
        at: Set(at),
    };
    desk_dialogs::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
