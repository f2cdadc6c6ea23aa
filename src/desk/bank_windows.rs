//! Staff enter ahead when the bank does not work, and take it back.
//!
//! No money moves here: what waits is sent later, or sooner. If the process dies before the commit, nothing changed and the
//! same dialog may be sent again; after it, the window stands so, its audit row is there, and every process reads it with
//! the next renewal of its share.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

use super::audit::{self, By, Record, Subject};
use super::dialog::{self, Content, Dialog, DialogError};
use crate::bank::OUR_BANK;
use crate::bank::maintenance::Span;
use crate::ids::{DialogId, WindowId};
use crate::models::bank_windows::{ActiveModel, Column, Entity, Model};
use crate::models::kinds::{StaffDeed, SubjectKind, WindowKind};
use crate::services::Services;
use crate::transfers::next_look;

/// What is over is shown for so long.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);
const SHOWN: u64 = 100;
/// A beginning may be entered so long afterwards: what was asked of the bank meanwhile has been judged already.
const BEGUN_AT_MOST: TimeDelta = TimeDelta::hours(1);
/// Nothing is sent for so long at most before somebody has to say so again.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A time in which the bank does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWindow {
    pub by: By,
    pub dialog: DialogId,
    pub kind: WindowKind,
    pub starts_at: DateTime<Utc>,
    /// After `starts_at`.
    pub ends_at: DateTime<Utc>,
    pub reason: String,
}

/// Why a time cannot be entered: the first of these that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowFault {
    /// It ends when it begins, or before.
    Empty,
    /// It is over. The day of a holiday is over when it ends in Korea.
    Over,
    /// It began more than an hour ago, and is no holiday.
    BeganLongAgo,
    /// It lasts for more than seven days.
    TooLong,
}

/// What is wrong with a time in which the bank is not to work.
#[must_use]
pub fn fault(kind: WindowKind, (starts_at, ends_at): Span, now: DateTime<Utc>) -> Option<WindowFault> {
    if ends_at <= starts_at {
        Some(WindowFault::Empty)
    } else if ends_at <= now {
        Some(WindowFault::Over)
    } else if kind == WindowKind::Once && starts_at < now - BEGUN_AT_MOST {
        Some(WindowFault::BeganLongAgo)
    } else if ends_at - starts_at > LONGEST {
        Some(WindowFault::TooLong)
    } else {
        None
    }
}

/// A window that is to end now, or not to begin.
#[derive(Clone, Debug)]
pub struct End {
    pub by: By,
    pub dialog: DialogId,
    pub window: WindowId,
    /// Of the page that the dialog stood on.
    pub version: i64,
    pub reason: String,
}

/// Why the calendar stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    #[error("there is no such window")]
    NotFound,
    #[error("no such window can be entered")]
    Refused(WindowFault),
    #[error("this dialog entered a window with something else filled in")]
    SentOtherwise,
    /// Also: it is over already.
    #[error("the window changed since it was looked at")]
    Changed,
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Enters a window, once for a dialog.
///
/// # Errors
/// [`WindowError`].
pub async fn enter(services: &Services, new: NewWindow) -> Result<(), WindowError> {
    let now = services.clock.now();
    let (dialog, content) = (dialog_of(&new), content_of(&new));
    let written = services.db.write(move |tx| Box::pin(enter_within(tx, new, now))).await;
    // Two sendings of one dialog at once: what the first one did is in the way of the second, and is its answer.
    if let Err(error) = written
        && !is_entered(services.db.read(), dialog, &content).await?
    {
        return Err(error);
    }
    Ok(services.calendar.refresh(services.db.read()).await?)
}

/// The dialog makes the window: there is no other thing that it is of.
const fn dialog_of(new: &NewWindow) -> Dialog {
    Dialog {
        id: new.dialog,
        staff: new.by.staff,
        deed: StaffDeed::WindowEntered,
        subject: new.dialog.0,
    }
}

fn content_of(new: &NewWindow) -> Content {
    let [starts_at, ends_at] = [new.starts_at, new.ends_at].map(|at| at.to_rfc3339());
    Content::of([
        new.reason.as_str(),
        new.kind.as_str(),
        starts_at.as_str(),
        ends_at.as_str(),
    ])
}

/// Whether an earlier sending of the same entered it.
async fn is_entered(db: &impl ConnectionTrait, dialog: Dialog, content: &Content) -> Result<bool, WindowError> {
    match dialog::kept(db, dialog).await? {
        None => Ok(false),
        Some(kept) if kept.is_of(content) => Ok(true),
        Some(_) => Err(WindowError::SentOtherwise),
    }
}

async fn enter_within(tx: &DatabaseTransaction, new: NewWindow, now: DateTime<Utc>) -> Result<(), WindowError> {
    let (dialog, content) = (dialog_of(&new), content_of(&new));
    if is_entered(tx, dialog, &content).await? {
        return Ok(());
    }
    if let Some(fault) = fault(new.kind, (new.starts_at, new.ends_at), now) {
        return Err(WindowError::Refused(fault));
    }
    let window = Model {
        id: WindowId::new(),
        bank_code: OUR_BANK.to_owned(),
        kind: new.kind,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        reason: new.reason.chars().take(audit::LONGEST_REASON).collect(),
        author_id: new.by.staff,
        version: 1,
        created_at: now,
        ended_at: None,
    };
    let id = window.id;
    let insert = Entity::insert(window.into_active_model().reset_all());
    insert.exec_without_returning(tx).await?;
    let subject = Subject::new(SubjectKind::Bank, id.0);
    let detail = json!({ "kind": new.kind, "starts_at": new.starts_at, "ends_at": new.ends_at });
    let record = Record::of(StaffDeed::WindowEntered, subject, &new.reason).with(detail);
    audit::record(tx, &new.by, record, now).await?;
    dialog::keep_with(tx, (dialog, &content), &id.0.simple().to_string(), now).await?;
    Ok(())
}

/// Ends a window now, or takes it back before it began; once for a dialog.
///
/// # Errors
/// [`WindowError`].
pub async fn end(services: &Services, end: End) -> Result<(), WindowError> {
    let now = services.clock.now();
    services.db.write(move |tx| Box::pin(end_within(tx, end, now))).await?;
    Ok(services.calendar.refresh(services.db.read()).await?)
}

async fn end_within(tx: &DatabaseTransaction, end: End, now: DateTime<Utc>) -> Result<(), WindowError> {
    // First of all, so that a second sending of the dialog waits here for the first. SQLite has one writer.
    let found = Entity::find_by_id(end.window).lock_exclusive().one(tx).await?;
    let known = found.ok_or(WindowError::NotFound)?;
    let dialog = Dialog {
        id: end.dialog,
        staff: end.by.staff,
        deed: StaffDeed::WindowEnded,
        subject: end.window.0,
    };
    if dialog::answered(tx, dialog).await?.is_some() {
        return Ok(());
    }
    if known.version != end.version || known.ended_at.is_some() || known.ends_at <= now {
        return Err(WindowError::Changed);
    }
    let ended = ActiveModel {
        ended_at: Set(Some(now)),
        version: Set(known.version + 1),
        ..Default::default()
    };
    let update = Entity::update_many()
        .set(ended)
        .filter(Column::Id.eq(known.id))
        .filter(Column::Version.eq(known.version));
    if update.exec(tx).await?.rows_affected != 1 {
        return Err(WindowError::Changed);
    }
    if known.starts_at <= now {
        next_look::bring_forward(tx, now).await?;
    }
    let subject = Subject::new(SubjectKind::Bank, known.id.0);
    let record = Record::of(StaffDeed::WindowEnded, subject, &end.reason);
    audit::record(tx, &end.by, record, now).await?;
    dialog::keep(tx, dialog, StaffDeed::WindowEnded.as_str(), now).await?;
    Ok(())
}

/// Those that are to come, and that were lately, the latest end first. Index `(bank_code, ends_at, id)`.
///
/// # Errors
/// The database's.
pub async fn list(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::BankCode.eq(OUR_BANK))
        .filter(Column::EndsAt.gt(now - SHOWN_FOR))
        .order_by_desc(Column::EndsAt)
        .order_by_desc(Column::Id)
        .limit(SHOWN)
        .all(db)
        .await
}
