//! One sending of an opened dialog: who acts, on what they saw, and why. Its deed is done once.
//!
//! The transaction of every deed reads the same: what the dialog answered before; the row locked and compared with what was
//! seen; the deed; its row in the audit; the dialog's answer. If the process dies before the commit, nothing of it happened
//! and the same dialog may be sent again; after it, sending it again answers what was done.

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit::By;
use super::dialog::{self, Content, Dialog, DialogError};
use crate::ids::{DialogId, TransferId};
use crate::models::kinds::{ApprovalState, StaffDeed, TransferState};
use crate::models::transfers;
use crate::notifications::webhooks::WebhookError;
use crate::services::Services;
use crate::transfers::{TransferError, find, refund};

/// What a member of staff sent.
#[derive(Clone, Debug)]
pub struct Act {
    pub by: By,
    /// Made when the dialog was opened.
    pub dialog: DialogId,
    /// Of the transfer, when the dialog was opened.
    pub version: i64,
    /// For staff and auditors; partners and members are not told.
    pub reason: String,
}

impl Act {
    /// This sending: the deed to what, with what was filled in beside the reason.
    pub(super) fn sending<'a>(
        &'a self,
        deed: StaffDeed,
        subject: Uuid,
        filled_in: impl IntoIterator<Item = &'a str>,
    ) -> Sending {
        Sending {
            dialog: Dialog {
                id: self.dialog,
                staff: self.by.staff,
                deed,
                subject,
            },
            content: Content::of(std::iter::once(self.reason.as_str()).chain(filled_in)),
        }
    }

    /// Who and why, for the history of a transfer: `TimelineEntry` leaves it out.
    pub(super) fn signature(&self) -> Value {
        json!({ "id": self.by.staff, "reason": self.reason })
    }
}

/// A dialog as it was sent: sent again with the same content, it is the same wish.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    dialog: Dialog,
    content: Content,
}

impl Sending {
    /// What an earlier sending of it did, if one did anything.
    ///
    /// # Errors
    /// `ForeignDialog`; `SentOtherwise` where that was with another content: then its answer is no answer to this one.
    async fn answered<T, C: ConnectionTrait>(&self, db: &C) -> Result<Option<Done<T>>, ActionError> {
        let Some(kept) = dialog::kept(db, self.dialog).await? else {
            return Ok(None);
        };
        if !kept.is_of(&self.content) {
            return Err(ActionError::SentOtherwise);
        }
        Ok(Some(Done {
            answer: kept.answer,
            made: None,
        }))
    }
}

/// What came of a dialog.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// The same on every sending.
    pub answer: String,
    /// What was done just now; `None` where an earlier sending did it.
    pub made: Option<T>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    #[error("this dialog was used for something else")]
    ForeignDialog,
    #[error("this dialog did its deed with something else filled in")]
    SentOtherwise,
    #[error("a refund of this payment waits for a second person")]
    ApprovalWaiting,
    #[error("whoever asks for a refund does not approve it")]
    OwnAsk,
    #[error("whoever asked for the refund may give none any more")]
    AskerGone,
    #[error("whoever approves may not do so any more")]
    MayNotApprove,
    #[error("only whoever asked takes it back")]
    NotTheAsker,
    #[error("the refund was {} already", state.as_str())]
    Decided { state: ApprovalState },
    #[error("the transfer is {state:?}, and there is nothing to ask the bank")]
    NotInquirable { state: TransferState },
    #[error("the bank is in maintenance")]
    BankClosed,
    #[error("the event is told to no endpoint")]
    NobodyToTell,
    #[error("a transfer has {most} tags at most")]
    TooManyTags { most: usize },
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

impl From<DialogError> for ActionError {
    fn from(error: DialogError) -> Self {
        match error {
            DialogError::Foreign => Self::ForeignDialog,
            DialogError::Database(error) => Self::Database(error),
        }
    }
}

/// Runs the deed of a dialog in one transaction, unless the dialog did it before. The deed answers with the words that are
/// kept, and with what it made.
///
/// # Errors
/// What the deed answers with, its writes undone; `ForeignDialog`, `SentOtherwise`; the database's own, and then it may
/// have been done: the same sending again tells.
pub(super) async fn once<T, F>(services: &Services, sending: Sending, deed: F) -> Result<Done<T>, ActionError>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<(String, T), ActionError>> + Send + 'static,
{
    let now = services.clock.now();
    let again = sending.clone();
    let written = services.db.write(move |tx| {
        async move {
            if let Some(done) = sending.answered(tx).await? {
                return Ok(done);
            }
            let (answer, made) = deed(tx).await?;
            dialog::keep_with(tx, (sending.dialog, &sending.content), &answer, now).await?;
            Ok::<_, ActionError>(Done {
                answer,
                made: Some(made),
            })
        }
        .boxed()
    });
    match written.await {
        Ok(done) => Ok(done),
        // Two sendings of one dialog at once: what the first one did is in the way of the second, and is its answer.
        Err(error) => again.answered(services.db.read()).await?.ok_or(error),
    }
}

/// The transfer, locked, when it is as whoever acts has seen it.
///
/// # Errors
/// `VersionConflict` when it changed meanwhile, `NotFound`; the database's own.
pub(super) async fn as_seen(
    tx: &DatabaseTransaction,
    id: TransferId,
    version: i64,
) -> Result<transfers::Model, TransferError> {
    let known = find::lock(tx, id).await?;
    refund::must_be_at(&known, Some(version))?;
    Ok(known)
}
