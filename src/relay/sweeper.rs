//! The sweeper: finds in the database what no ring told of. Each query has its index and its limit.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ids::TransferId;
use crate::models::kinds::TransferState;
use crate::models::transfers::{Column, Entity};
use crate::services::Services;
use crate::transfers::{abandoned, expiry};

/// Rows that one sweep looks at of each kind.
const AT_ONCE: u64 = 256;

/// Expires what is past its time, rings for queued transfers, declares abandoned ones unknown, and answers which unknown ones are due to be asked
/// about. None are when the database does not answer: the next sweep tries again.
pub(super) async fn sweep(services: &Services) -> Vec<TransferId> {
    match try_sweep(services).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%error, "the sweeper cannot read the database");
            Vec::new()
        }
    }
}

async fn try_sweep(services: &Services) -> Result<Vec<TransferId>, DbErr> {
    let db = services.db.read();
    for transfer in over(services).all(db).await? {
        if let Err(error) = expiry::expire_if_due(services, &transfer).await {
            tracing::warn!(transfer = %transfer.id.0, %error, "a payment could not expire yet");
        }
    }
    for id in ids(queued()).all(db).await? {
        services.doorbell.ring(id);
    }
    for transfer in abandoned(services).all(db).await? {
        if let Err(error) = abandoned::declare_unknown_if_due(services, &transfer).await {
            tracing::warn!(transfer = %transfer.id.0, %error, "an abandoned transfer could not be marked yet");
        }
    }
    ids(due(services)).all(db).await
}

/// Queued and past their time, however busy the workers are. Index `(state, expires_at)`.
fn over(services: &Services) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Queued))
        .filter(Column::ExpiresAt.lte(services.clock.now()))
        .order_by_asc(Column::ExpiresAt)
        .limit(AT_ONCE)
}

/// Oldest first: nobody is overtaken for ever. Index `(state, created_at, id)`.
fn queued() -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Queued))
        .order_by_asc(Column::CreatedAt)
        .limit(AT_ONCE)
}

/// Few at any time: one a worker. Index `(state, created_at, id)`.
fn abandoned(services: &Services) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Executing))
        .filter(Column::LeaseUntil.lte(services.clock.now()))
        .order_by_asc(Column::CreatedAt)
        .limit(AT_ONCE)
}

/// Longest due first. Index `(state, next_check_at)`.
fn due(services: &Services) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Unknown))
        .filter(Column::NextCheckAt.lte(services.clock.now()))
        .order_by_asc(Column::NextCheckAt)
        .limit(AT_ONCE)
}

fn ids(query: sea_orm::Select<Entity>) -> sea_orm::Selector<sea_orm::SelectGetableTuple<TransferId>> {
    query.select_only().column(Column::Id).into_tuple()
}
