//! Looks after the sessions of all streams: what ended without anybody telling, by the clock above all, is found in time.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};

use super::Live;
use crate::ids::SessionId;
use crate::models::kinds::Role;
use crate::models::sessions::{Column, Entity, Relation};
use crate::models::users;
use crate::services::Services;

/// Sessions of one query.
const AT_ONCE: usize = 500;

/// Watches from the first stream on, for as long as there is one.
pub(super) fn begin(services: &Services) {
    if services.live.begins_to_watch() {
        let stop = services.live.stop();
        tokio::spawn(stop.run_until_cancelled_owned(watch(services.clone())));
    }
}

async fn watch(services: Services) {
    while !services.live.ends_to_watch() {
        tokio::time::sleep(services.settings.live.check_every()).await;
        if let Err(error) = look(&services).await {
            tracing::warn!(%error, "the sessions of streams cannot be looked at now");
        }
    }
}

/// One look at all of them: those that may be over look for themselves.
async fn look(services: &Services) -> Result<(), DbErr> {
    let live: &Live = &services.live;
    let sessions = live.sessions();
    for some in sessions.chunks(AT_ONCE) {
        let alive = alive(services, some.iter().map(|(session, _)| *session)).await?;
        let is_fine =
            |session: &SessionId, of_staff: bool| alive.get(session).is_some_and(|role| role.is_staff() == of_staff);
        for (session, of_staff) in some {
            if !is_fine(session, *of_staff) {
                live.look_at(*session);
            }
        }
    }
    Ok(())
}

async fn alive(
    services: &Services,
    sessions: impl Iterator<Item = SessionId>,
) -> Result<HashMap<SessionId, Role>, DbErr> {
    let now = services.clock.now();
    let found: Vec<(SessionId, Role)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(users::Column::Role)
        .join(JoinType::InnerJoin, Relation::User.def())
        .filter(Column::Id.is_in(sessions))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::EndsAt.gt(now))
        .filter(users::Column::WithdrawnAt.is_null())
        .into_tuple()
        .all(services.db.read())
        .await?;
    Ok(found.into_iter().collect())
}
