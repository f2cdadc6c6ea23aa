//! What a stream missed: the rows of `transfer_events` since its position, by keyset, and none that it was told. Rows of an
//! older process, which say nobody's id, are told to nobody by name: a member who missed one of their own looks once.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

use super::audience::Audience;
use super::position::{Brought, NAMED, Position};
use crate::ids::{EventId, TransferId, UserId};
use crate::models::changes::TransferChange;
use crate::models::kinds::EventType;
use crate::models::transfer_events::{Column, Entity};
use crate::models::{transfer_events, transfers};

/// Who missed more looks once.
pub const MOST: usize = 100;
const READ: u64 = (MOST + NAMED + 1) as u64;
/// Refunds of one payment.
const OF_A_PAYMENT: u64 = 500;
/// The member in rows that a process writes which does not know the column: one of the version before, in an upgrade.
const NOBODY: UserId = UserId(Uuid::nil());

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
    let is_all = are_all(&rows) && !has_nameless(db, audience, brought.since()).await?;
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
    let from = Ord::min(made, Position::begin(now, []).since());
    let rows = since_then(db, audience, from).await?;
    let is_all = are_all(&rows) && !has_nameless(db, audience, from).await?;
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

/// Whether no more than these were to be read.
fn are_all(rows: &[transfer_events::Model]) -> bool {
    rows.len() < usize::try_from(READ).unwrap_or(usize::MAX)
}

/// Whether an event of a member's own is among those of nobody: it cannot be told in its place among the others.
async fn has_nameless(db: &DatabaseConnection, audience: Audience, since: EventId) -> Result<bool, DbErr> {
    let Audience::Member(member) = audience else {
        return Ok(false);
    };
    let its_transfer = Expr::col((transfers::Entity, transfers::Column::Id)).equals((Entity, Column::TransferId));
    let theirs = transfers::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(its_transfer)
        .filter(transfers::Column::MemberId.eq(member));
    let found = Entity::find()
        .filter(Column::MemberId.eq(NOBODY))
        .filter(Column::Id.gte(since))
        .filter(Expr::exists(theirs.into_query()))
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
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
