//! Who of staff looked at what and did what: a deed is written in the transaction that does it, a look before its page is
//! shown. Rows are never changed.
//!
//! If the process dies before the commit of a deed, neither it nor its row is there. If it dies after a look was written
//! and before the page was sent, the row tells of a look that nobody had: more than happened, never less.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::db::after_commit;
use crate::ids::{RequestId, StaffDeedId, TransferId, UserId};
use crate::models::changes::Change;
use crate::models::kinds::{StaffDeed, SubjectKind, TransferKind};
use crate::models::{staff_audit, transfers};
use crate::services::Services;

/// As long as the column.
pub const LONGEST_REASON: usize = 500;

/// What a deed was done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    /// `None`: a search or an export is of no one thing.
    pub id: Option<Uuid>,
}

impl Subject {
    pub const LIST: Self = Self {
        kind: SubjectKind::List,
        id: None,
    };

    #[must_use]
    pub const fn new(kind: SubjectKind, id: Uuid) -> Self {
        Self { kind, id: Some(id) }
    }

    #[must_use]
    pub const fn transfer(transfer: &transfers::Model) -> Self {
        let kind = match transfer.kind {
            TransferKind::Payment => SubjectKind::Payment,
            TransferKind::Refund => SubjectKind::Refund,
        };
        Self::new(kind, transfer.id.0)
    }

    #[must_use]
    pub const fn member(member: UserId) -> Self {
        Self::new(SubjectKind::Member, member.0)
    }

    #[must_use]
    pub const fn staff(staff: UserId) -> Self {
        Self::new(SubjectKind::Staff, staff.0)
    }
}

/// Who acts, and in which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub staff: UserId,
    pub request_id: Option<RequestId>,
}

impl By {
    /// Whoever sits at the terminal: nobody of the users.
    pub const TERMINAL: Self = Self {
        staff: UserId(Uuid::nil()),
        request_id: None,
    };
}

/// One row to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub deed: StaffDeed,
    pub subject: Subject,
    /// Cut to what the column holds.
    pub reason: Option<String>,
    /// No personal data: a filter's words, an amount.
    pub detail: Option<Value>,
}

impl Record {
    /// A look.
    #[must_use]
    pub const fn look(deed: StaffDeed, subject: Subject) -> Self {
        Self {
            deed,
            subject,
            reason: None,
            detail: None,
        }
    }

    /// A deed with its reason.
    #[must_use]
    pub fn of(deed: StaffDeed, subject: Subject, reason: &str) -> Self {
        Self {
            reason: Some(reason.chars().take(LONGEST_REASON).collect()),
            ..Self::look(deed, subject)
        }
    }

    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self {
            detail: Some(detail),
            ..self
        }
    }
}

/// Writes a deed, as a part of the transaction that does it.
///
/// # Errors
/// The database's.
pub async fn record<C: ConnectionTrait>(tx: &C, by: &By, record: Record, at: DateTime<Utc>) -> Result<(), DbErr> {
    if !record.deed.is_look() {
        let of_transfer = matches!(record.subject.kind, SubjectKind::Payment | SubjectKind::Refund);
        let transfer = record.subject.id.filter(|_| of_transfer).map(TransferId);
        after_commit::note(Change::Desk(transfer));
    }
    let row = staff_audit::ActiveModel {
        id: Set(StaffDeedId::new()),
        actor_id: Set(by.staff),
        deed: Set(record.deed),
        subject_kind: Set(record.subject.kind),
        subject_id: Set(record.subject.id),
        reason: Set(record.reason),
        detail: Set(record.detail.map(|detail| detail.to_string())),
        request_id: Set(by.request_id.clone()),
        at: Set(at),
    };
    staff_audit::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a look, before what is looked at is shown.
///
/// # Errors
/// The database's; then nothing is to be shown.
pub async fn look(services: &Services, by: By, seen: Record) -> Result<(), DbErr> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| Box::pin(async move { record(tx, &by, seen, now).await }))
        .await
}
