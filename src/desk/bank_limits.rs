//! An operator changes how much may go on at the bank, while the program runs.
//!
//! No money moves here. If the process dies before the commit, nothing changed and the same dialog may be sent again;
//! after it, the limits stand so, the audit row is there, and every process reads them with its next renewal.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::audit::{self, By, Record, Subject};
use super::dialog::{self, Content, Dialog, DialogError};
use crate::bank::OUR_BANK;
use crate::ids::DialogId;
use crate::models::gate_limits::{ActiveModel, Column, Entity, Model};
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::services::Services;

/// What the limits of the bank, or of a class of its calls, are to be; `None`: as configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// At least 1.
    pub at_once: Option<i64>,
    /// At least 1.
    pub per_sec: Option<i64>,
    /// Of a class alone: all calls together have none.
    pub deadline_ms: Option<i64>,
}

/// A dialog that was sent.
#[derive(Clone, Debug)]
pub struct Asked {
    pub by: By,
    /// A class of calls, or `bank`.
    pub lane: &'static str,
    /// Of the page that the dialog stood on.
    pub version: i64,
    pub dialog: DialogId,
    pub reason: String,
    pub wanted: Wanted,
}

/// Why the limits stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    #[error("the limits are at version {current}")]
    Changed { current: i64 },
    #[error("this dialog changed them with something else filled in")]
    SentOtherwise,
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Changes them, once for a dialog; sending the same again changes nothing.
///
/// # Errors
/// [`LimitsError`].
pub async fn change(services: &Services, asked: Asked) -> Result<(), LimitsError> {
    let now = services.clock.now();
    let (lane, wanted) = (asked.lane, asked.wanted);
    let changed = services
        .db
        .write(move |tx| Box::pin(change_within(tx, asked, now)))
        .await?;
    if changed {
        tracing::warn!(lane, ?wanted, "staff changed what may go on at the bank");
    }
    Ok(())
}

/// What was filled in, the numbers as they are acted on.
fn content_of(asked: &Asked) -> Content {
    let Wanted {
        at_once,
        per_sec,
        deadline_ms,
    } = asked.wanted;
    let numbers = [at_once, per_sec, deadline_ms].map(|number| number.map(|it| it.to_string()).unwrap_or_default());
    Content::of(std::iter::once(asked.reason.as_str()).chain(numbers.iter().map(String::as_str)))
}

/// What the dialogs of one lane act on, for the desk's memory of dialogs.
fn subject_of(lane: &str) -> Uuid {
    let mut bytes = [0_u8; 16];
    for (byte, letter) in bytes.iter_mut().zip(lane.bytes()) {
        *byte = letter;
    }
    Uuid::from_bytes(bytes)
}

async fn change_within(tx: &DatabaseTransaction, asked: Asked, now: DateTime<Utc>) -> Result<bool, LimitsError> {
    // First of all, so that a second sending of the dialog waits here for the first. SQLite has one writer.
    let row = Entity::find_by_id((OUR_BANK.to_owned(), asked.lane.to_owned()));
    let row = row.lock_exclusive().one(tx).await?;
    let known = row.ok_or_else(|| DbErr::RecordNotFound(format!("gate_limits {}", asked.lane)))?;
    let dialog = Dialog {
        id: asked.dialog,
        staff: asked.by.staff,
        deed: StaffDeed::LimitsChanged,
        subject: subject_of(asked.lane),
    };
    let content = content_of(&asked);
    if let Some(kept) = dialog::kept(tx, dialog).await? {
        return if kept.is_of(&content) {
            Ok(false)
        } else {
            Err(LimitsError::SentOtherwise)
        };
    }
    if known.version != asked.version {
        return Err(LimitsError::Changed { current: known.version });
    }
    write(tx, &known, &asked, now).await?;
    let told = |before: Option<i64>, after: Option<i64>| {
        let word = |number: Option<i64>| number.map_or("configured".to_owned(), |number| number.to_string());
        format!("{} -> {}", word(before), word(after))
    };
    let subject = Subject {
        kind: SubjectKind::Bank,
        id: None,
    };
    let record = Record::of(StaffDeed::LimitsChanged, subject, &asked.reason);
    let detail = json!({
        "lane": asked.lane,
        "at_once": told(known.at_once, asked.wanted.at_once),
        "per_sec": told(known.per_sec, asked.wanted.per_sec),
        "deadline_ms": told(known.deadline_ms, asked.wanted.deadline_ms),
    });
    audit::record(tx, &asked.by, record.with(detail), now).await?;
    dialog::keep_with(tx, (dialog, &content), asked.lane, now).await?;
    Ok(true)
}

/// Compare-and-set on the version.
async fn write(tx: &DatabaseTransaction, known: &Model, asked: &Asked, now: DateTime<Utc>) -> Result<(), LimitsError> {
    let changed = ActiveModel {
        at_once: Set(asked.wanted.at_once),
        per_sec: Set(asked.wanted.per_sec),
        deadline_ms: Set(asked.wanted.deadline_ms),
        version: Set(known.version + 1),
        changed_at: Set(Some(now)),
        changed_by: Set(Some(asked.by.staff)),
        ..Default::default()
    };
    let update = Entity::update_many()
        .set(changed)
        .filter(Column::BankCode.eq(known.bank_code.as_str()))
        .filter(Column::Lane.eq(asked.lane))
        .filter(Column::Version.eq(known.version));
    if update.exec(tx).await?.rows_affected == 1 {
        Ok(())
    } else {
        let current = known.version + 1;
        Err(LimitsError::Changed { current })
    }
}
