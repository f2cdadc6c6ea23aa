//! What a stream missed: the rows of `transfer_events` since its position, by keyset, and none that it was told.

use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::audience::Audience;
use super::position::{Brought, NAMED, Position};
use crate::ids::{EventId, TransferId};
use crate::models::changes::TransferChange;
use crate::models::kinds::EventType;
use crate::models::transfer_events::{Column, Entity};
use crate::models::{transfer_events, transfers};

/// Who missed more looks once.
pub const MOST: usize = 100;
const READ: u64 = (MOST + NAMED + 1) as u64;
/// Refunds of one payment.
const OF_A_PAYMENT: u64 = 500;

/// What a stream is to be told before it goes on.
pub enum Missed {
    /// Exactly these, oldest first, and where the stream stands before them.
    These(Vec<TransferChange>, Position),
    /// More, or nobody knows: it looks, and begins here.
    Unknown(Position),
}

/// Where a stream stands that begins now.
///
/// # Errors
/// The database's.
pub async fn begin(db: &DatabaseConnection, audience: Audience) -> Result<Position, DbErr> {
    let now = EventId::new();
    let since = Position::begin(now, []).since();
    let rows = since_then(db, audience, since).await?;
    let before = rows.into_iter().map(|row| row.id).filter(|id| *id <= now);
    Ok(Position::begin(now, before))
}

/// What was missed by who brings a position, or nothing that is one.
///
/// # Errors
/// The database's.
pub async fn since(db: &DatabaseConnection, audience: Audience, brought: Option<&Brought>) -> Result<Missed, DbErr> {
    let Some(brought) = brought else {
        return Ok(Missed::Unknown(begin(db, audience).await?));
    };
    let rows = since_then(db, audience, brought.since()).await?;
    let is_all = rows.len() < usize::try_from(READ).unwrap_or(usize::MAX);
    let (told, missed): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| brought.has_told(row.id));
    if !is_all || missed.len() > MOST {
        return Ok(Missed::Unknown(begin(db, audience).await?));
    }
    let position = Position::go_on(brought, told.into_iter().map(|row| row.id));
    Ok(Missed::These(with_transfers(db, missed).await?, position))
}

/// What happened since a page was made, by its own word.
///
/// # Errors
/// The database's.
pub async fn since_page(db: &DatabaseConnection, audience: Audience, made: EventId) -> Result<Missed, DbErr> {
    let now = EventId::new();
    let from = made.min(Position::begin(now, []).since());
    let rows = since_then(db, audience, from).await?;
    let is_all = rows.len() < usize::try_from(READ).unwrap_or(usize::MAX);
    let (before, missed): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.id < made);
    if !is_all || missed.len() > MOST {
        return Ok(Missed::Unknown(begin(db, audience).await?));
    }
    let position = Position::begin(now, before.into_iter().map(|row| row.id));
    Ok(Missed::These(with_transfers(db, missed).await?, position))
}

/// Whether anything happened since a page was made.
///
/// # Errors
/// The database's.
pub async fn any_since_page(db: &DatabaseConnection, made: EventId) -> Result<bool, DbErr> {
    let found = Entity::find().filter(Column::Id.gte(made)).limit(1).one(db).await?;
    Ok(found.is_some())
}

/// The audience's events since an id, oldest first: index `(member_id, id)`, the primary key, or `(transfer_id, version)`.
async fn since_then(
    db: &DatabaseConnection,
    audience: Audience,
    since: EventId,
) -> Result<Vec<transfer_events::Model>, DbErr> {
    let Some(of_audience) = of(db, audience).await? else {
        return Ok(Vec::new());
    };
    of_audience
        .filter(Column::Id.gte(since))
        .order_by_asc(Column::Id)
        .limit(READ)
        .all(db)
        .await
}

/// `None`: it is told of nothing that has an id.
async fn of(db: &DatabaseConnection, audience: Audience) -> Result<Option<Select<Entity>>, DbErr> {
    let events = Entity::find();
    Ok(match audience {
        Audience::Member(member) => Some(
            events
                .filter(Column::MemberId.eq(member))
                .filter(Column::EventType.is_in(EventType::TOLD_TO_MEMBERS.iter().copied())),
        ),
        Audience::Desk => Some(events),
        Audience::DeskInBrief => None,
        Audience::Payment(payment) => {
            let refunds: Vec<TransferId> = transfers::Entity::find()
                .select_only()
                .column(transfers::Column::Id)
                .filter(transfers::Column::PaymentId.eq(payment))
                .limit(OF_A_PAYMENT)
                .into_tuple()
                .all(db)
                .await?;
            let all = std::iter::once(payment).chain(refunds);
            Some(events.filter(Column::TransferId.is_in(all)))
        }
    })
}

/// Events with what their transfers are, in one query for all.
async fn with_transfers(
    db: &DatabaseConnection,
    events: Vec<transfer_events::Model>,
) -> Result<Vec<TransferChange>, DbErr> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let ids = events.iter().map(|event| event.transfer_id);
    let found = transfers::Entity::find()
        .filter(Condition::all().add(transfers::Column::Id.is_in(ids)))
        .all(db)
        .await?;
    let of = |event: &transfer_events::Model| found.iter().find(|transfer| transfer.id == event.transfer_id);
    Ok(events
        .iter()
        .filter_map(|event| of(event).map(|transfer| TransferChange::new(transfer, event)))
        .collect())
}
