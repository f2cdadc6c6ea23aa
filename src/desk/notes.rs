//! What staff write down for each other, of a payment, a refund or a member. A note is never changed.
//!
//! If the process dies before the commit there is no note, and the dialog may be sent again; after it, sending it again
//! writes no second one.

use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use super::people;
use crate::ids::{NoteId, TransferId, UserId};
use crate::members::search::any_member;
use crate::models::desk_notes::{ActiveModel, Column, Entity, Model};
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::find::{self, Place};

/// Characters of a note.
pub const LONGEST: usize = 1_000;

/// A note with the name of who wrote it.
#[derive(Clone, Debug)]
pub struct Note {
    pub row: Model,
    pub author_name: String,
}

/// Adds a note. On a transfer `act.version` must be the present one, so that nobody writes of what is not so any more; of
/// a member it is not looked at. The note is its own reason: `act.reason` is not kept.
///
/// # Errors
/// `VersionConflict`, `NotFound` also of what no note is written of; the database's own.
pub async fn add(services: &Services, act: Act, subject: Subject, body: String) -> Result<Done<NoteId>, ActionError> {
    let now = services.clock.now();
    let subject_id = subject.id.ok_or(TransferError::NotFound)?;
    let sending = act.sending(StaffDeed::NoteAdded, subject_id, [body.as_str()]);
    let done = action::once(services, sending, move |tx| {
        async move {
            match subject.kind {
                SubjectKind::Payment | SubjectKind::Refund => {
                    action::as_seen(tx, TransferId(subject_id), act.version).await?;
                }
                SubjectKind::Member => {
                    let member = any_member(tx, UserId(subject_id)).await?;
                    member.ok_or(TransferError::NotFound)?;
                }
                _ => return Err(TransferError::NotFound.into()),
            }
            let id = NoteId::new();
            let row = ActiveModel {
                id: Set(id),
                subject_kind: Set(subject.kind),
                subject_id: Set(subject_id),
                author_id: Set(act.by.staff),
                body: Set(body),
                at: Set(now),
            };
            Entity::insert(row).exec_without_returning(tx).await?;
            let record = Record::look(StaffDeed::NoteAdded, subject).with(json!({ "note": id.0.simple().to_string() }));
            audit::record(tx, &act.by, record, now).await?;
            Ok((id.0.simple().to_string(), id))
        }
        .boxed()
    });
    done.await
}

/// A page of a subject's notes, newest first, and the place where older ones begin. Index `(subject_id, at, id)`.
///
/// # Errors
/// The database's own.
pub async fn page<C: ConnectionTrait>(
    db: &C,
    subject: Uuid,
    after: Option<Place>,
    limit: u64,
) -> Result<(Vec<Note>, Option<Place>), DbErr> {
    let rest = after.map(|place| {
        let earlier = Condition::any()
            .add(Column::At.lt(place.created_at))
            .add(Column::Id.lt(place.id));
        Condition::all().add(Column::At.lte(place.created_at)).add(earlier)
    });
    let mut rows = Entity::find()
        .filter(Column::SubjectId.eq(subject))
        .filter(rest.unwrap_or_else(Condition::all))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(db)
        .await?;
    let next = find::cut(&mut rows, limit, |note| Place {
        created_at: note.at,
        id: note.id.0,
    });
    let names = people::names(db, rows.iter().map(|note| note.author_id)).await?;
    let notes = rows.into_iter().map(|row| Note {
        author_name: names.get(&row.author_id).cloned().unwrap_or_default(),
        row,
    });
    Ok((notes.collect(), next))
}
