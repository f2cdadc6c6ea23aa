//! Signing out: here, on another device, on all of them. It works at once, for each request looks at its session's row.

use sea_orm::DbErr;

use crate::ids::{SessionId, UserId};
use crate::models::kinds::EndReason;
use crate::models::sessions;
use crate::services::Services;

/// Ends the session: from the commit on its tokens open nothing, wherever they are kept.
///
/// # Errors
/// The database's.
pub async fn end(services: &Services, session: SessionId, why: EndReason) -> Result<(), DbErr> {
    let now = services.clock.now();
    services
        .db
        .write(move |transaction| Box::pin(async move { sessions::Model::end(transaction, session, why, now).await }))
        .await
}

/// The user's sessions that are alive, the one used last first.
///
/// # Errors
/// The database's.
pub async fn living(services: &Services, user: UserId) -> Result<Vec<sessions::Model>, DbErr> {
    sessions::Model::list_living_of(services.db.read(), user, services.clock.now()).await
}

/// Ends one of the user's sessions; false when they have no such session, or it has ended.
///
/// # Errors
/// The database's.
pub async fn end_one(services: &Services, user: UserId, session: SessionId) -> Result<bool, DbErr> {
    let (why, now) = (EndReason::EndedByOwner, services.clock.now());
    services
        .db
        .write(move |transaction| {
            Box::pin(async move { sessions::Model::end_owned_by(transaction, user, session, why, now).await })
        })
        .await
}

/// Ends all of the user's sessions but one.
///
/// # Errors
/// The database's.
pub async fn end_others(services: &Services, user: UserId, kept: SessionId) -> Result<u64, DbErr> {
    let (why, now) = (EndReason::EndedByOwner, services.clock.now());
    services
        .db
        .write(move |transaction| {
            Box::pin(async move { sessions::Model::end_others_of(transaction, user, kept, why, now).await })
        })
        .await
}

/// Ends all of the user's sessions.
///
/// # Errors
/// The database's.
pub async fn end_all(services: &Services, user: UserId) -> Result<u64, DbErr> {
    let (why, now) = (EndReason::EndedByOwner, services.clock.now());
    services
        .db
        .write(move |transaction| {
            Box::pin(async move { sessions::Model::end_all_of(transaction, user, why, now).await })
        })
        .await
}
