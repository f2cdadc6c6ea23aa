//! Telling again, because a partner asks: one event, or what happened over a time. Each event is told once more by a new
//! delivery that names the first one; what still waits is not doubled.
//!
//! One transaction with the endpoints locked. If the process dies before the commit, nothing is told again and the
//! repeated request does it; after it, the deliveries wait like any other, and the repeated request gets the stored answer.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::json;

use super::endpoints::{find_locked, owned};
use super::sequence::{insert, is_subscribed, new_delivery};
use super::{Asker, WebhookError, feed};
use crate::clock::kst;
use crate::ids::{DeliveryId, EndpointId, EventId, Prefix};
use crate::models::kinds::{Deed, DeliveryStatus};
use crate::models::webhook_deliveries::{ActiveModel, Column, Entity, Model};
use crate::models::{partner_events, webhook_endpoints};
use crate::services::Services;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::{Answered, once};

/// Deliveries that one request makes: the writer is shared with those who pay. The answer says when there are more.
pub const MOST: u64 = 1_000;

/// Which deliveries of an endpoint are told again: those made in this time, each event's last one.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub from: DateTime<Utc>,
    /// Up to this moment and without it, so that what a request makes again is in no range that ends where it was made.
    /// Until now, where it is not said.
    pub to: Option<DateTime<Utc>>,
    pub only: Only,
    /// That also what was delivered is told again.
    pub is_confirmed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    Failed,
    All,
}

impl Only {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::All => "all",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Failed, Self::All].into_iter().find(|only| only.as_str() == word)
    }
}

/// Tells one event again: one endpoint, or all of the owner's that want events of its type. The answer says how many.
///
/// # Errors
/// `NotFound` for the event or the endpoint, the key's.
pub async fn event(
    services: &Services,
    asker: impl Into<Asker>,
    event: EventId,
    endpoint: Option<EndpointId>,
    key: IdempotencyKey,
) -> Result<Answered, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let owner = asker.owner;
    let answered = once(services, (owner.partner_id, Operation::Redeliver), key, move |tx| {
        async move {
            let count = again(tx, asker, event, endpoint, now).await?;
            let body = json!({
                "object": "redelivery", "event_id": Prefix::Event.show(event.0), "count": count, "has_more": false,
            });
            Ok::<_, WebhookError>(body.to_string())
        }
        .boxed()
    });
    let answered = answered.await?;
    wake(services);
    Ok(answered)
}

/// As [`event`], in the caller's transaction; [`wake`] follows its commit. Answers with how many endpoints are told.
///
/// # Errors
/// `NotFound` for the event or the endpoint; the database's own.
pub(crate) async fn again(
    tx: &DatabaseTransaction,
    asker: impl Into<Asker>,
    event: EventId,
    endpoint: Option<EndpointId>,
    now: DateTime<Utc>,
) -> Result<usize, WebhookError> {
    let asker = asker.into();
    let owner = asker.owner;
    let event = feed::find(tx, owner, event).await?;
    let endpoints = if let Some(id) = endpoint {
        vec![find_locked(tx, owner, id).await?]
    } else {
        let mut all = owned(owner).lock_exclusive().all(tx).await?;
        all.retain(|endpoint| is_subscribed(endpoint, &event));
        all
    };
    probe_now(tx, endpoints.iter().map(|endpoint| endpoint.id).collect()).await?;
    let subject = (endpoint.map_or(event.id.0, |id| id.0), event.event_type.as_str());
    asker.record(tx, Deed::Redelivered, subject, now).await?;
    Ok(tell_event(tx, &event, &endpoints, now).await?)
}

/// There are deliveries that are due: without it they are found by the next sweep.
pub(crate) fn wake(services: &Services) {
    services.webhooks.wake_lanes();
}

/// Whoever asks for something again has mended what was wrong: an endpoint that is left alone is tried at once.
async fn probe_now(tx: &DatabaseTransaction, endpoints: Vec<EndpointId>) -> Result<(), DbErr> {
    webhook_endpoints::Entity::update_many()
        .col_expr(
            webhook_endpoints::Column::BackoffUntil,
            Expr::value(None::<DateTime<Utc>>),
        )
        .filter(webhook_endpoints::Column::Id.is_in(endpoints))
        .filter(webhook_endpoints::Column::BackoffUntil.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

async fn tell_event(
    tx: &DatabaseTransaction,
    event: &partner_events::Model,
    endpoints: &[webhook_endpoints::Model],
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let told_before = Entity::find()
        .filter(Column::EventId.eq(event.id))
        .filter(Column::EndpointId.is_in(endpoints.iter().map(|endpoint| endpoint.id)))
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    let waiting: HashSet<EndpointId> = told_before
        .iter()
        .filter(|delivery| delivery.status == DeliveryStatus::Pending)
        .map(|delivery| delivery.endpoint_id)
        .collect();
    if !waiting.is_empty() {
        let is_waiting = |delivery: &&Model| waiting.contains(&delivery.endpoint_id);
        let ids = told_before.iter().filter(is_waiting).map(|delivery| delivery.id);
        // By their key: along another index the database locks what it only looks at, too.
        Entity::update_many()
            .col_expr(Column::NextAttemptAt, Expr::value(now))
            .filter(Column::Id.is_in(ids))
            .filter(Column::Status.eq(DeliveryStatus::Pending))
            .filter(Column::LeaseUntil.is_null())
            .exec(tx)
            .await?;
    }
    let again = endpoints.iter().filter(|endpoint| !waiting.contains(&endpoint.id));
    let rows = again.map(|endpoint| {
        let first = told_before.iter().find(|delivery| delivery.endpoint_id == endpoint.id);
        ActiveModel {
            repeats_id: Set(first.map(|delivery| delivery.id)),
            ..new_delivery(endpoint, event, event.seq.unwrap_or_default(), now)
        }
    });
    insert(tx, rows.collect()).await?;
    Ok(endpoints.len())
}

/// Tells an endpoint again what happened over a time, up to [`MOST`] events. The answer says how many, up to when, and
/// whether there are more: a request to that moment with another key goes on with them.
///
/// # Errors
/// `NotFound`, `AlreadyDelivered` where that is not confirmed, the key's.
pub async fn range(
    services: &Services,
    asker: impl Into<Asker>,
    endpoint: EndpointId,
    range: Range,
    key: IdempotencyKey,
) -> Result<Answered, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let owner = asker.owner;
    let answered = once(services, (owner.partner_id, Operation::Redeliver), key, move |tx| {
        async move {
            let endpoint = find_locked(tx, owner, endpoint).await?;
            let to = range.to.unwrap_or(now);
            let mut again = last_ones(endpoint.id, range, to).limit(MOST + 1).all(tx).await?;
            let most = usize::try_from(MOST).unwrap_or(usize::MAX);
            let has_more = again.len() > most;
            again.truncate(most);
            must_be_confirmed(&again, range)?;
            let subject = in_words(range.from, to);
            asker
                .record(tx, Deed::Redelivered, (endpoint.id.0, &subject), now)
                .await?;
            let body = json!({
                "object": "redelivery",
                "endpoint_id": Prefix::Endpoint.show(endpoint.id.0),
                "from": range.from.with_timezone(&kst()),
                "to": to.with_timezone(&kst()),
                "only": range.only.as_str(),
                "count": again.len(),
                "has_more": has_more,
            });
            probe_now(tx, vec![endpoint.id]).await?;
            insert(tx, again.iter().map(|delivery| repeat(delivery, now)).collect()).await?;
            Ok::<_, WebhookError>(body.to_string())
        }
        .boxed()
    });
    let answered = answered.await?;
    services.webhooks.wake_lanes();
    Ok(answered)
}

/// A time as a person in Korea reads it in the history.
fn in_words(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let [from, to] = [from, to].map(|at| at.with_timezone(&kst()).format("%Y-%m-%d %H:%M"));
    format!("{from} – {to}")
}

/// Of what would be told again, nothing was delivered already, or that is meant.
fn must_be_confirmed(again: &[Model], range: Range) -> Result<(), WebhookError> {
    let is_delivered = |delivery: &&Model| delivery.status == DeliveryStatus::Delivered;
    match again.iter().filter(is_delivered).count() {
        0 => Ok(()),
        _ if range.is_confirmed => Ok(()),
        count => Err(WebhookError::AlreadyDelivered {
            count: u64::try_from(count).unwrap_or(u64::MAX),
        }),
    }
}

/// The ended deliveries of a time after which their event was not told again: so one that failed and was then delivered
/// is no failure, and a request that goes on finds what the one before left. Index `(event_id, id)` for the later ones.
fn last_ones(endpoint: EndpointId, range: Range, to: DateTime<Utc>) -> Select<Entity> {
    let table = "webhook_deliveries";
    let same = |column| Expr::col(("later", column)).equals((table, column));
    let mut later = Query::select();
    later
        .expr(Expr::val(1))
        .from_as(table, "later")
        .and_where(same("event_id"))
        .and_where(same("endpoint_id"))
        .and_where(Expr::col(("later", "id")).gt(Expr::col((table, "id"))));
    let statuses = match range.only {
        Only::Failed => vec![DeliveryStatus::Failed],
        Only::All => vec![DeliveryStatus::Failed, DeliveryStatus::Delivered],
    };
    Entity::find()
        .filter(Column::EndpointId.eq(endpoint))
        .filter(Column::CreatedAt.gte(range.from))
        .filter(Column::CreatedAt.lt(to))
        .filter(Column::Status.is_in(statuses))
        .filter(Expr::exists(later).not())
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
}

/// The same again: in the order of its event, whatever is told meanwhile.
fn repeat(delivery: &Model, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: Set(DeliveryId::new()),
        endpoint_id: Set(delivery.endpoint_id),
        event_id: Set(delivery.event_id),
        event_type: Set(delivery.event_type),
        group_id: Set(delivery.group_id),
        seq: Set(delivery.seq),
        repeats_id: Set(Some(delivery.repeats_id.unwrap_or(delivery.id))),
        status: Set(DeliveryStatus::Pending),
        attempts: Set(0),
        next_attempt_at: Set(Some(now)),
        lease_until: Set(None),
        created_at: Set(now),
        ended_at: Set(None),
    }
}
