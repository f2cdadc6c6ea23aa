//! One attempt at telling an endpoint of an event: claim, commit, one POST, and what came of it.
//!
//! If the process dies before the claim's commit, nothing was done. After it, before the POST or before the answer is
//! kept, the lease ends the claim and the attempt is made again: the endpoint may hear the event twice, under the same id.
//! After the answer's commit it is over. A delivery is never forgotten and never told by two at once.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use tokio::time::Instant;

use super::client::{Answer, Failure};
use super::sign::{Headers, living_secrets};
use super::{Outcome, WebhookError, outcome};
use crate::ids::{AttemptId, DeliveryId};
use crate::models::kinds::{DeliveryStatus, EndpointStatus};
use crate::models::webhook_deliveries::{Column, Entity, Model};
use crate::models::{partner_events, webhook_attempts, webhook_endpoints};
use crate::services::Services;
use crate::views::api::EventBody;

/// An attempt that is ours to make.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) delivery: Model,
    pub(super) attempt: AttemptId,
    /// 1 is the first.
    pub(super) number: i64,
}

/// Attempts a delivery that was due a moment ago. `None`: somebody else has it, or the endpoint was paused.
///
/// # Errors
/// The database's own: before the POST nothing was sent, after it the attempt is made again.
pub(super) async fn attempt(
    services: &Services,
    endpoint: &webhook_endpoints::Model,
    delivery: Model,
) -> Result<Option<Outcome>, WebhookError> {
    let event = partner_events::Entity::find_by_id(delivery.event_id)
        .one(services.db.read())
        .await?
        .ok_or(WebhookError::NotFound)?;
    let body = serde_json::to_string(&EventBody::new(&event)?)?;
    let id = EventBody::shown_id(&event);
    let now = services.clock.now();
    let headers = match living_secrets(&services.sealer, endpoint, now) {
        Ok(secrets) => Headers::new(&secrets, id, now, &body),
        Err(error) => {
            tracing::error!(%error, endpoint = %endpoint.id.0.simple(), "the secret of an endpoint cannot be opened");
            None
        }
    };
    let Some(claimed) = claim(services, delivery, headers.as_ref()).await? else {
        return Ok(None);
    };
    let begun = Instant::now();
    let answer = match &headers {
        Some(headers) => {
            let until = (begun + services.settings.webhooks.deadline(), now);
            services.webhooks.client.post(&endpoint.url, headers, body, until).await
        }
        None => Answer::none(Failure::NotSigned),
    };
    let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (told, at) = (endpoint.clone(), services.clock.now());
    let written = services
        .db
        .write(move |tx| Box::pin(async move { outcome::keep(tx, &told, claimed, (answer, took_ms), at).await }));
    let outcome = written.await?;
    services.metrics.webhook(outcome.as_str());
    Ok(Some(outcome))
}

/// Takes the delivery by compare-and-set on the number of its attempts, and keeps what is about to be sent.
async fn claim(
    services: &Services,
    delivery: Model,
    headers: Option<&Headers>,
) -> Result<Option<Claimed>, WebhookError> {
    let claimed = Claimed {
        attempt: AttemptId::new(),
        number: delivery.attempts + 1,
        delivery,
    };
    let now = services.clock.now();
    let until = now + services.settings.webhooks.lease();
    let headers = serde_json::to_string(&headers)?;
    let kept = claimed.clone();
    let is_ours = services.db.write(move |tx| {
        Box::pin(async move {
            if !take(tx, &kept, now, until).await? {
                return Ok(false);
            }
            let row = webhook_attempts::ActiveModel {
                id: Set(kept.attempt),
                delivery_id: Set(kept.delivery.id),
                endpoint_id: Set(kept.delivery.endpoint_id),
                number: Set(kept.number),
                started_at: Set(now),
                took_ms: Set(None),
                response_status: Set(None),
                failure: Set(None),
                request_headers: Set(headers),
                response_body: Set(None),
            };
            webhook_attempts::Entity::insert(row).exec_without_returning(tx).await?;
            Ok::<_, DbErr>(true)
        })
    });
    Ok(is_ours.await?.then_some(claimed))
}

/// An endpoint that was paused a moment ago is not told any more.
async fn take(
    tx: &DatabaseTransaction,
    claimed: &Claimed,
    now: chrono::DateTime<chrono::Utc>,
    until: chrono::DateTime<chrono::Utc>,
) -> Result<bool, DbErr> {
    let mut active = Query::select();
    active
        .expr(Expr::val(1))
        .from(webhook_endpoints::Entity)
        .and_where(webhook_endpoints::Column::Id.eq(claimed.delivery.endpoint_id))
        .and_where(webhook_endpoints::Column::Status.eq(EndpointStatus::Active));
    let taken = of(claimed.delivery.id, claimed.delivery.attempts)
        .col_expr(Column::Attempts, Expr::value(claimed.number))
        .col_expr(Column::NextAttemptAt, Expr::value(until))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::NextAttemptAt.lte(now))
        .filter(Expr::exists(active))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// An update of a delivery that waits after so many attempts: the compare of compare-and-set.
pub(super) fn of(id: DeliveryId, attempts: i64) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(Column::Attempts.eq(attempts))
}
