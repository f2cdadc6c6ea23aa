//! An event that tells of nothing, for a partner who tries an endpoint: it goes the way of every other, to that one alone.
//!
//! If the process dies before the commit, there is no event, and the repeated request makes it; after it, it is sent.

use futures::FutureExt;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sea_orm::{IntoActiveModel, QueryOrder};
use serde_json::json;

use super::endpoints::find_locked;
use super::{Asker, WebhookError};
use crate::ids::{EndpointId, EventId, Prefix};
use crate::models::kinds::{Deed, PartnerEventType};
use crate::models::partner_events::{ActiveModel, Column, Entity, Model};
use crate::services::Services;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::{Answered, once};
use crate::views::api::EndpointBody;

/// Tells the endpoint of an `endpoint.test`, once for a key. Where it is paused, when it goes on. The answer names the event.
///
/// # Errors
/// `NotFound`, the key's.
pub async fn send_test(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
    key: IdempotencyKey,
) -> Result<Answered, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let owner = asker.owner;
    let answered = once(services, (owner.partner_id, Operation::TestEndpoint), key, move |tx| {
        async move {
            let endpoint = find_locked(tx, owner, id).await?;
            asker.record(tx, Deed::TestSent, (id.0, &endpoint.url), now).await?;
            // Index `(subject_id, version)`; the endpoint's lock keeps others out meanwhile.
            let last: Option<i64> = Entity::find()
                .select_only()
                .column(Column::Version)
                .filter(Column::SubjectId.eq(id.0))
                .order_by_desc(Column::Version)
                .limit(1)
                .into_tuple()
                .one(tx)
                .await?;
            let event = Model {
                id: EventId::new(),
                partner_id: owner.partner_id,
                seq: None,
                mode: owner.mode,
                subject_id: id.0,
                group_id: id.0,
                version: last.unwrap_or(0) + 1,
                event_type: PartnerEventType::EndpointTest,
                previous_status: endpoint.status.as_str().to_owned(),
                snapshot: serde_json::to_string(&EndpointBody::new(&endpoint))?,
                created_at: now,
            };
            let body = json!({
                "object": "endpoint_test",
                "event_id": Prefix::Event.show(event.id.0),
                "endpoint_id": Prefix::Endpoint.show(id.0),
                "endpoint_status": endpoint.status,
            });
            let row: ActiveModel = event.into_active_model().reset_all();
            Entity::insert(row).exec_without_returning(tx).await?;
            Ok::<_, WebhookError>(body.to_string())
        }
        .boxed()
    });
    let answered = answered.await?;
    services.webhooks.wake();
    Ok(answered)
}
