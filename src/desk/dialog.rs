//! Each opened dialog acts once: its id was made with the form, and its second sending answers what the first one did.
//!
//! The row is written in the transaction of the action. If the process dies before the commit, nothing was done and the
//! same dialog may be sent again; after it, sending it again finds the row.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use sha2::{Digest, Sha256};
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

/// What was filled into a dialog, told apart without being kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content(String);

impl Content {
    /// Of the fields in their order, as they are acted on.
    #[must_use]
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for field in fields {
            // With its length, so that no two fillings give the same bytes.
            hash.update(field.len().to_be_bytes());
            hash.update(field.as_bytes());
        }
        Self(hex::encode(hash.finalize()))
    }
}

/// What a dialog did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub answer: String,
    content: Option<String>,
}

impl Kept {
    /// Whether it was done with this content.
    #[must_use]
    pub fn is_of(&self, content: &Content) -> bool {
        self.content.as_ref() == Some(&content.0)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DialogError {
    /// The id is another's, of another action or of another thing: nobody's form has sent this.
    #[error("this dialog was used for something else")]
    Foreign,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// What the dialog did before, `None` where it did nothing yet. To be asked first in the action's transaction.
///
/// # Errors
/// [`DialogError`].
pub async fn kept<C: ConnectionTrait>(tx: &C, dialog: Dialog) -> Result<Option<Kept>, DialogError> {
    let Some(row) = desk_dialogs::Entity::find_by_id(dialog.id).one(tx).await? else {
        return Ok(None);
    };
    let same = (row.staff_id, row.deed, row.subject_id) == (dialog.staff, dialog.deed, dialog.subject);
    if !same {
        return Err(DialogError::Foreign);
    }
    Ok(Some(Kept {
        answer: row.answer,
        content: row.content_hash,
    }))
}

/// As [`kept`], for a deed that is the same whatever was filled in beside it.
///
/// # Errors
/// [`DialogError`].
pub async fn answered<C: ConnectionTrait>(tx: &C, dialog: Dialog) -> Result<Option<String>, DialogError> {
    Ok(kept(tx, dialog).await?.map(|kept| kept.answer))
}

/// Keeps what the dialog did, last in the action's transaction. Two sendings at once: the second one's row is refused by
/// the key, its transaction is undone, and asked again it finds the first one's answer.
///
/// # Errors
/// The database's.
pub async fn keep<C: ConnectionTrait>(tx: &C, dialog: Dialog, answer: &str, at: DateTime<Utc>) -> Result<(), DbErr> {
    insert(tx, dialog, answer, None, at).await
}

/// As [`keep`], with what it was done with.
///
/// # Errors
/// The database's.
pub async fn keep_with<C: ConnectionTrait>(
    tx: &C,
    (dialog, content): (Dialog, &Content),
    answer: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    insert(tx, dialog, answer, Some(content.0.clone()), at).await
}

async fn insert<C: ConnectionTrait>(
    tx: &C,
    dialog: Dialog,
    answer: &str,
    content_hash: Option<String>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = desk_dialogs::ActiveModel {
        id: Set(dialog.id),
        staff_id: Set(dialog.staff),
        deed: Set(dialog.deed),
        subject_id: Set(dialog.subject),
        answer: Set(answer.to_owned()),
        content_hash: Set(content_hash),
        at: Set(at),
    };
    desk_dialogs::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn a_content_is_told_apart_by_each_of_its_fields() {
        let content = Content::of(["1000", "환불", "변심"]);
        assert_eq!(content, Content::of(["1000", "환불", "변심"]));
        for other in [
            ["100", "0환불", "변심"],
            ["1000", "환불변심", ""],
            ["1000", "환불", "변심 "],
            ["환불", "1000", "변심"],
        ] {
            assert_ne!(content, Content::of(other), "{other:?}");
        }
    }
}
