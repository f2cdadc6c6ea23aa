//! Changing an endpoint: what it is, whether it is told just now, and its end.
//!
//! Each is one transaction with the row locked, and what a person does has its row in the history there. If the process
//! dies before the commit, nothing changed; after it, the lanes go by the new row: an attempt in hand is finished, and none
//! is begun at an endpoint that is paused or deleted.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::endpoints::{find_locked, words, write};
use super::{Asker, Owner, WebhookError, target};
use crate::ids::EndpointId;
use crate::models::kinds::{Deed, DeliveryStatus, EndpointStatus, PartnerEventType, PausedReason};
use crate::models::webhook_deliveries::{self, Column};
use crate::models::webhook_endpoints::Model;
use crate::services::Services;

/// What is to be other; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct EndpointChange {
    pub url: Option<String>,
    pub description: Option<String>,
    /// Empty: all.
    pub event_types: Option<Vec<PartnerEventType>>,
    pub standing: Option<Standing>,
}

impl EndpointChange {
    const fn deed(&self) -> Deed {
        match self.standing {
            Some(Standing::Active) => Deed::EndpointResumed,
            Some(Standing::Paused) => Deed::EndpointPaused,
            None => Deed::EndpointChanged,
        }
    }
}

/// Whether an endpoint is told what happens, or what happens is kept for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    Paused,
}

/// Changes the owner's endpoint. `if_match` is the version that the owner has seen, where it says so.
///
/// # Errors
/// `NotFound`, `Refused` for the URL, `VersionConflict`.
pub async fn update(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
    change: EndpointChange,
    if_match: Option<i64>,
) -> Result<Model, WebhookError> {
    let asker = asker.into();
    if let Some(url) = &change.url {
        target::check(url, services.settings.webhooks.allow_private)?;
    }
    let now = services.clock.now();
    let written = services
        .db
        .write(move |tx| Box::pin(update_within(tx, asker, id, change, if_match, now)));
    let endpoint = written.await?;
    services.webhooks.wake_lanes();
    Ok(endpoint)
}

/// What happens from now on is kept for it.
///
/// # Errors
/// As [`update`].
pub async fn pause(services: &Services, owner: Owner, id: EndpointId) -> Result<Model, WebhookError> {
    let change = EndpointChange {
        standing: Some(Standing::Paused),
        ..EndpointChange::default()
    };
    update(services, owner, id, change, None).await
}

/// It is told everything that was kept for it, from now on.
///
/// # Errors
/// As [`update`].
pub async fn resume(services: &Services, owner: Owner, id: EndpointId) -> Result<Model, WebhookError> {
    let change = EndpointChange {
        standing: Some(Standing::Active),
        ..EndpointChange::default()
    };
    update(services, owner, id, change, None).await
}

/// Ends an endpoint: what waits for it is never told, its secrets sign nothing any more.
///
/// # Errors
/// `NotFound`, `VersionConflict`.
pub async fn delete(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
    if_match: Option<i64>,
) -> Result<Model, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let written = services.db.write(move |tx| {
        Box::pin(async move {
            let known = seen(tx, asker.owner, id, if_match).await?;
            asker.record(tx, Deed::EndpointDeleted, (id.0, &known.url), now).await?;
            write(tx, known, now, |row| {
                row.status = Set(EndpointStatus::Deleted);
                row.deleted_at = Set(Some(now));
                row.previous_secret_sealed = Set(None);
                row.previous_ends_at = Set(None);
            })
            .await
        })
    });
    written.await
}

/// The endpoint as the owner has seen it, its row locked.
pub(super) async fn seen(
    tx: &DatabaseTransaction,
    owner: Owner,
    id: EndpointId,
    if_match: Option<i64>,
) -> Result<Model, WebhookError> {
    let known = find_locked(tx, owner, id).await?;
    match if_match.filter(|version| *version != known.version) {
        Some(_) => Err(WebhookError::VersionConflict { current: known.version }),
        None => Ok(known),
    }
}

async fn update_within(
    tx: &DatabaseTransaction,
    asker: Asker,
    id: EndpointId,
    change: EndpointChange,
    if_match: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Model, WebhookError> {
    let known = seen(tx, asker.owner, id, if_match).await?;
    let url = change.url.as_deref().unwrap_or(&known.url);
    asker.record(tx, change.deed(), (id.0, url), now).await?;
    let is_moved = change.url.as_ref().is_some_and(|url| *url != known.url);
    let goes_on = change.standing == Some(Standing::Active) && known.status == EndpointStatus::Paused;
    let is_paused = known.status == EndpointStatus::Paused;
    if is_moved || goes_on {
        bring_forward(tx, id, now).await?;
    }
    write(tx, known, now, |row| {
        if let Some(url) = change.url {
            row.url = Set(url);
        }
        if let Some(description) = change.description {
            row.description = Set(description);
        }
        if let Some(types) = change.event_types {
            row.event_types = Set(words(&types));
        }
        match change.standing {
            Some(Standing::Paused) if !is_paused => {
                row.status = Set(EndpointStatus::Paused);
                row.paused_reason = Set(Some(PausedReason::ByPartner));
            }
            Some(Standing::Active) => {
                row.status = Set(EndpointStatus::Active);
                row.paused_reason = Set(None);
            }
            Some(Standing::Paused) | None => {}
        }
        if is_moved || goes_on {
            row.failures = Set(0);
            row.failing_since = Set(None);
            row.backoff_until = Set(None);
        }
    })
    .await
}

/// What waits for a later attempt is tried now: whoever goes on, or names another address, has mended something.
async fn bring_forward(tx: &DatabaseTransaction, id: EndpointId, now: DateTime<Utc>) -> Result<(), WebhookError> {
    webhook_deliveries::Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(now))
        .filter(Column::EndpointId.eq(id))
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(Column::NextAttemptAt.gt(now))
        .filter(Column::LeaseUntil.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
