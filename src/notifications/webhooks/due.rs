//! What there is to do: which endpoints have something due, and what of one endpoint.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::ids::{DeliveryId, EndpointId};
use crate::models::kinds::{DeliveryStatus, EndpointStatus};
use crate::models::webhook_deliveries::{self, Column};
use crate::models::webhook_endpoints;
use crate::services::Services;

/// As the database names the table in a query that begins with it.
const DELIVERIES: &str = "webhook_deliveries";

/// Active endpoints that are not left alone just now and have a delivery that is due, without those `in_hand`.
pub(super) async fn endpoints(
    services: &Services,
    in_hand: &HashSet<EndpointId>,
    limit: usize,
) -> Result<Vec<EndpointId>, DbErr> {
    endpoints_at(services.clock.now(), in_hand, limit)
        .into_tuple()
        .all(services.db.read())
        .await
}

/// The ids of [`endpoints`], by a query that looks at one delivery an endpoint, however many wait or were told. Indexes
/// `(status, id)` of endpoints, and `(endpoint_id, status, next_attempt_at)`.
///
/// It asks for the first one's time, not whether one exists: MariaDB answers an `EXISTS` like this from a list that it makes
/// of all deliveries. What is pending always has its time.
#[must_use]
pub fn endpoints_at(
    now: DateTime<Utc>,
    in_hand: &HashSet<EndpointId>,
    limit: usize,
) -> Select<webhook_endpoints::Entity> {
    let mut first = Query::select();
    first
        .column(Column::NextAttemptAt)
        .from(DELIVERIES)
        .and_where(
            Expr::col((DELIVERIES, "endpoint_id")).equals((webhook_endpoints::Entity, webhook_endpoints::Column::Id)),
        )
        .and_where(Column::Status.eq(DeliveryStatus::Pending))
        .order_by(Column::NextAttemptAt, Order::Asc)
        .limit(1);
    webhook_endpoints::Entity::find()
        .select_only()
        .column(webhook_endpoints::Column::Id)
        .filter(webhook_endpoints::Column::Status.eq(EndpointStatus::Active))
        .filter(is_not_left_alone(now))
        .filter(webhook_endpoints::Column::Id.is_not_in(in_hand.iter().copied()))
        .filter(Expr::from(first).lte(now))
        .limit(u64::try_from(limit).unwrap_or(u64::MAX))
}

/// The endpoint, when it may be told something now.
pub(super) async fn endpoint(services: &Services, id: EndpointId) -> Result<Option<webhook_endpoints::Model>, DbErr> {
    webhook_endpoints::Entity::find_by_id(id)
        .filter(webhook_endpoints::Column::Status.eq(EndpointStatus::Active))
        .filter(is_not_left_alone(services.clock.now()))
        .one(services.db.read())
        .await
}

fn is_not_left_alone(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(webhook_endpoints::Column::BackoffUntil.is_null())
        .add(webhook_endpoints::Column::BackoffUntil.lte(now))
}

/// What of an endpoint may be attempted now: due, and nothing before it in its group waits.
pub(super) async fn deliveries(
    services: &Services,
    endpoint: EndpointId,
    in_hand: &HashSet<DeliveryId>,
    limit: usize,
) -> Result<Vec<webhook_deliveries::Model>, DbErr> {
    deliveries_at(services.clock.now(), endpoint, in_hand, limit)
        .all(services.db.read())
        .await
}

/// [`deliveries`], the longest due first. Indexes `(endpoint_id, status, next_attempt_at)` and
/// `(endpoint_id, group_id, status, seq)`.
#[must_use]
pub fn deliveries_at(
    now: DateTime<Utc>,
    endpoint: EndpointId,
    in_hand: &HashSet<DeliveryId>,
    limit: usize,
) -> Select<webhook_deliveries::Entity> {
    let same = |column| Expr::col(("earlier", column)).equals((DELIVERIES, column));
    let mut earlier = Query::select();
    earlier
        .expr(Expr::val(1))
        .from_as(DELIVERIES, "earlier")
        .and_where(same("endpoint_id"))
        .and_where(same("group_id"))
        .and_where(Expr::col(("earlier", "status")).eq(DeliveryStatus::Pending.as_str()))
        .and_where(Expr::col(("earlier", "seq")).lt(Expr::col((DELIVERIES, "seq"))));
    webhook_deliveries::Entity::find()
        .filter(Column::EndpointId.eq(endpoint))
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(Column::NextAttemptAt.lte(now))
        .filter(Column::Id.is_not_in(in_hand.iter().copied()))
        .filter(Expr::exists(earlier).not())
        .order_by_asc(Column::NextAttemptAt)
        .limit(u64::try_from(limit).unwrap_or(u64::MAX))
}

/// When a delivery is tried next: not while its endpoint is paused, and no sooner than one that is left alone.
pub(crate) fn next_attempt_at(
    delivery: &webhook_deliveries::Model,
    endpoint: &webhook_endpoints::Model,
) -> Option<DateTime<Utc>> {
    let next = delivery
        .next_attempt_at
        .filter(|_| endpoint.status == EndpointStatus::Active)?;
    Some(endpoint.backoff_until.map_or(next, |until| Ord::max(until, next)))
}
