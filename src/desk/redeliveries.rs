//! Staff have a partner told again of what happened to a transfer, by `notifications/webhooks/redeliver.rs`. The event is
//! the same and keeps its id, so a partner that knows it already does nothing twice.
//!
//! If the process dies before the commit, nothing is told again; after it, the deliveries wait like any other.

use futures::FutureExt;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use crate::ids::{EventId, Prefix, TransferId};
use crate::models::kinds::{DeliveryStatus, StaffDeed};
use crate::models::{partner_events, webhook_deliveries};
use crate::notifications::webhooks::{Owner, redeliver};
use crate::services::Services;
use crate::transfers::TransferError;

/// Events of one transfer that are shown: more than any has.
const MOST: u64 = 50;

/// What the partner was told, or is to be told, of one event.
#[derive(Clone, Debug)]
pub struct ToldEvent {
    pub event: partner_events::Model,
    /// Of each delivery, in their order; empty where no endpoint wants it.
    pub deliveries: Vec<DeliveryStatus>,
}

/// The events of a transfer, newest first. Indexes `(subject_id, version)` and `(event_id)`.
///
/// # Errors
/// The database's own.
pub async fn events_of<C: ConnectionTrait>(db: &C, id: TransferId) -> Result<Vec<ToldEvent>, DbErr> {
    let events = partner_events::Entity::find()
        .filter(partner_events::Column::SubjectId.eq(id.0))
        // One without a place is about to be told for the first time.
        .filter(partner_events::Column::Seq.is_not_null())
        .order_by_desc(partner_events::Column::Version)
        .limit(MOST)
        .all(db)
        .await?;
    let deliveries = webhook_deliveries::Entity::find()
        .filter(webhook_deliveries::Column::EventId.is_in(events.iter().map(|event| event.id)))
        .order_by_asc(webhook_deliveries::Column::Id)
        .all(db)
        .await?;
    let of = |event: &partner_events::Model| {
        let told = deliveries.iter().filter(|delivery| delivery.event_id == event.id);
        told.map(|delivery| delivery.status).collect()
    };
    Ok(events
        .into_iter()
        .map(|event| ToldEvent {
            deliveries: of(&event),
            event,
        })
        .collect())
}

/// Tells the event again at every endpoint of the partner's that wants it; answers with how many those are.
///
/// # Errors
/// `NotFound` where the event is another transfer's or has no place yet, `NobodyToTell`, `VersionConflict`; the
/// database's own.
pub async fn resend(services: &Services, act: Act, id: TransferId, event: EventId) -> Result<Done<usize>, ActionError> {
    let now = services.clock.now();
    let shown = Prefix::Event.show(event.0);
    let sending = act.sending(StaffDeed::WebhookResent, id.0, [shown.as_str()]);
    let done = action::once(services, sending, move |tx| {
        async move {
            let known = action::as_seen(tx, id, act.version).await?;
            let found = partner_events::Entity::find_by_id(event).one(tx).await?;
            if found.is_none_or(|event| event.subject_id != id.0) {
                return Err(TransferError::NotFound.into());
            }
            let owner = Owner {
                partner_id: known.partner_id,
                mode: known.mode,
            };
            let count = redeliver::again(tx, owner, event, None, now).await?;
            if count == 0 {
                return Err(ActionError::NobodyToTell);
            }
            let record = Record::of(StaffDeed::WebhookResent, Subject::transfer(&known), &act.reason)
                .with(json!({ "event_id": shown, "endpoints": count }));
            audit::record(tx, &act.by, record, now).await?;
            Ok((shown, count))
        }
        .boxed()
    });
    let done = done.await?;
    if done.made.is_some() {
        redeliver::wake(services);
    }
    Ok(done)
}
