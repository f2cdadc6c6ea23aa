//! What came of an attempt: the delivery's next time or its end, the endpoint's standing, and those that waited behind.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::client::{Answer, Failure};
use super::deliver::{Claimed, of};
use super::schedule;
use crate::ids::{EndpointId, Prefix};
use crate::models::kinds::{DeliveryStatus, EndpointStatus, PausedReason};
use crate::models::webhook_attempts;
use crate::models::webhook_deliveries::{Column, Entity, Model};
use crate::models::webhook_endpoints::{self, Column as EndpointColumn};

/// What came of an attempt, for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// It is tried again later.
    Retried,
    /// It was the last attempt.
    Failed,
    /// The endpoint is paused, for it answered 410; the delivery waits.
    Paused,
    /// The lease was over and somebody else has it by now.
    Late,
}

/// The words of the outcomes, for the metrics.
pub const ATTEMPT_OUTCOMES: [&str; 5] = ["delivered", "retried", "failed", "paused", "late"];

impl Outcome {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retried => "retried",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Late => "late",
        }
    }
}

/// Keeps the answer and what follows from it, in one transaction.
pub(super) async fn keep(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    claimed: Claimed,
    (answer, took_ms): (Answer, i64),
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    let columns = [
        (webhook_attempts::Column::TookMs, Expr::value(took_ms)),
        (
            webhook_attempts::Column::ResponseStatus,
            Expr::value(answer.status.map(i64::from)),
        ),
        (
            webhook_attempts::Column::Failure,
            Expr::value(answer.failure.map(Failure::as_str)),
        ),
        (webhook_attempts::Column::ResponseBody, Expr::value(answer.body.clone())),
    ];
    let mut update = webhook_attempts::Entity::update_many().filter(webhook_attempts::Column::Id.eq(claimed.attempt));
    for (column, value) in columns {
        update = update.col_expr(column, value);
    }
    update.exec(tx).await?;
    let is_alone = answer.failure.is_none() && claimed.number == 1 && endpoint.failures == 0;
    if !is_alone {
        lock(tx, endpoint).await?;
    }
    match answer.failure {
        None => delivered(tx, endpoint, &claimed, now).await,
        Some(Failure::Gone) => gone(tx, endpoint, &claimed, now).await,
        Some(_) => failed(tx, endpoint, &claimed, answer.retry_after, now).await,
    }
}

/// The endpoint before the deliveries that wait for it, as everybody locks them who touches more than the one in hand: in
/// the other order each would wait for the other.
async fn lock(tx: &DatabaseTransaction, endpoint: &webhook_endpoints::Model) -> Result<(), DbErr> {
    webhook_endpoints::Entity::find_by_id(endpoint.id)
        .select_only()
        .column(EndpointColumn::Id)
        .lock_exclusive()
        .into_tuple::<EndpointId>()
        .one(tx)
        .await?;
    Ok(())
}

async fn delivered(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    claimed: &Claimed,
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    if endpoint.failures > 0 {
        webhook_endpoints::Entity::update_many()
            .col_expr(EndpointColumn::Failures, Expr::value(0))
            .col_expr(EndpointColumn::FailingSince, Expr::value(None::<DateTime<Utc>>))
            .col_expr(EndpointColumn::BackoffUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(EndpointColumn::Id.eq(endpoint.id))
            .exec(tx)
            .await?;
    }
    if !end(tx, claimed, DeliveryStatus::Delivered, now).await? {
        return Ok(Outcome::Late);
    }
    if claimed.number > 1 {
        move_followers(tx, &claimed.delivery, now).await?;
    }
    Ok(Outcome::Delivered)
}

/// The partner wants no more: the endpoint waits for it, and what was not told waits with it.
async fn gone(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    claimed: &Claimed,
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    let waits = of(claimed.delivery.id, claimed.number)
        .col_expr(Column::NextAttemptAt, Expr::value(now))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>));
    if waits.exec(tx).await?.rows_affected == 0 {
        return Ok(Outcome::Late);
    }
    let paused = webhook_endpoints::Entity::update_many()
        .col_expr(EndpointColumn::Status, Expr::value(EndpointStatus::Paused.as_str()))
        .col_expr(EndpointColumn::PausedReason, Expr::value(PausedReason::Gone.as_str()))
        .col_expr(EndpointColumn::Version, Expr::col(EndpointColumn::Version).add(1))
        .col_expr(EndpointColumn::UpdatedAt, Expr::value(now))
        .filter(EndpointColumn::Id.eq(endpoint.id))
        .filter(EndpointColumn::Status.eq(EndpointStatus::Active))
        // Another address was named meanwhile: this answer is not its.
        .filter(EndpointColumn::Url.eq(&endpoint.url))
        .exec(tx)
        .await?;
    if paused.rows_affected == 1 {
        let shown = Prefix::Endpoint.show(endpoint.id.0);
        tracing::info!(endpoint = shown, "an endpoint answered 410 and is paused");
    }
    Ok(Outcome::Paused)
}

async fn failed(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    claimed: &Claimed,
    retry_after: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    let asked = retry_after.map(schedule::bounded);
    let outcome = if let Some(wait) = schedule::wait(claimed.number, schedule::chance()) {
        let next = now + asked.map_or(wait, |asked| asked.max(wait));
        let again = of(claimed.delivery.id, claimed.number)
            .col_expr(Column::NextAttemptAt, Expr::value(next))
            .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>));
        if again.exec(tx).await?.rows_affected == 0 {
            return Ok(Outcome::Late);
        }
        move_followers(tx, &claimed.delivery, next).await?;
        Outcome::Retried
    } else {
        if !end(tx, claimed, DeliveryStatus::Failed, now).await? {
            return Ok(Outcome::Late);
        }
        move_followers(tx, &claimed.delivery, now).await?;
        let shown = Prefix::Delivery.show(claimed.delivery.id.0);
        tracing::info!(delivery = shown, "a delivery is given up after its last attempt");
        Outcome::Failed
    };
    note_failure(tx, endpoint, asked, now).await?;
    Ok(outcome)
}

/// The end of a delivery; false when it is not ours any more.
async fn end(
    tx: &DatabaseTransaction,
    claimed: &Claimed,
    status: DeliveryStatus,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = of(claimed.delivery.id, claimed.number)
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::NextAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::EndedAt, Expr::value(now));
    Ok(ended.exec(tx).await?.rows_affected == 1)
}

/// What waits behind this delivery in its group is not looked at before it may be told. Its turn is decided by what is
/// pending, so this saves looks and nothing more. Index `(endpoint_id, group_id, status, seq)`.
async fn move_followers(tx: &DatabaseTransaction, delivery: &Model, to: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(to))
        .filter(Column::EndpointId.eq(delivery.endpoint_id))
        .filter(Column::GroupId.eq(delivery.group_id))
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(Column::Seq.gt(delivery.seq))
        .filter(Column::LeaseUntil.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// One more failure in a row: the endpoint is left alone for a while when there were several, or when it asks for it. What
/// waits for one that failed for days without a break is given up together, for it is probed by one.
async fn note_failure(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    asked: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let found = webhook_endpoints::Entity::find_by_id(endpoint.id).one(tx).await?;
    // A failure at the address before says nothing of the one that was named meanwhile.
    let Some(known) = found.filter(|known| known.url == endpoint.url) else {
        return Ok(());
    };
    let failures = known.failures + 1;
    let since = known.failing_since.unwrap_or(now);
    let alone = schedule::backoff(failures, schedule::chance()).max(asked);
    let until = alone.map(|alone| now + alone).or(known.backoff_until);
    webhook_endpoints::Entity::update_many()
        .col_expr(EndpointColumn::Failures, Expr::value(failures))
        .col_expr(EndpointColumn::FailingSince, Expr::value(since))
        .col_expr(EndpointColumn::BackoffUntil, Expr::value(until))
        .filter(EndpointColumn::Id.eq(endpoint.id))
        .exec(tx)
        .await?;
    let long_ago = now - schedule::GIVEN_UP_AFTER;
    if since <= long_ago {
        give_up(tx, endpoint, long_ago, now).await?;
    }
    Ok(())
}

async fn give_up(
    tx: &DatabaseTransaction,
    endpoint: &webhook_endpoints::Model,
    made_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let given_up = Entity::update_many()
        .col_expr(Column::Status, Expr::value(DeliveryStatus::Failed.as_str()))
        .col_expr(Column::NextAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::EndpointId.eq(endpoint.id))
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(Column::CreatedAt.lte(made_before))
        .filter(Column::LeaseUntil.is_null())
        .exec(tx)
        .await?;
    if given_up.rows_affected > 0 {
        let (shown, deliveries) = (Prefix::Endpoint.show(endpoint.id.0), given_up.rows_affected);
        tracing::info!(
            endpoint = shown,
            deliveries,
            "an endpoint failed for days; what waited for it is given up"
        );
    }
    Ok(())
}
