//! What a partner sees first: how its day goes, what wants its attention, and how far its integration has come. One query
//! for each fact, each with an index.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::key_list;
use crate::ids::PartnerId;
use crate::models::kinds::{EndpointStatus, Mode, TransferKind, TransferState};
use crate::models::{mandates, partner_keys, partner_return_urls, transfers, webhook_endpoints};

/// A key that nobody used for so long is worth a question.
const UNUSED_AFTER: TimeDelta = TimeDelta::days(7);
/// More endpoints than a partner may have.
const ENDPOINTS_SHOWN: u64 = 50;
/// Attempts that failed in a row before a person is told: one alone is weather.
const FAILING_FROM: i64 = 3;

/// How many transfers of a kind are in a state, and their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    pub kind: TransferKind,
    pub state: TransferState,
    pub count: i64,
    pub won: i64,
}

/// What was accepted from a moment on, by kind and state. Index `(partner_id, created_at, id)`.
///
/// # Errors
/// The database's.
pub async fn sums_since<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    since: DateTime<Utc>,
) -> Result<Vec<Sum>, DbErr> {
    transfers::Entity::find()
        .select_only()
        .column(transfers::Column::Kind)
        .column(transfers::Column::State)
        .column_as(transfers::Column::Id.count(), "count")
        // The cast keeps MySQL's sum, which is a decimal there, a whole number.
        .column_as(Expr::cust("CAST(COALESCE(SUM(amount_won), 0) AS SIGNED)"), "won")
        .filter(transfers::Column::PartnerId.eq(partner))
        .filter(transfers::Column::Mode.eq(mode))
        .filter(transfers::Column::CreatedAt.gte(since))
        .group_by(transfers::Column::Kind)
        .group_by(transfers::Column::State)
        .into_model::<Sum>()
        .all(db)
        .await
}

/// What a person should look at.
#[derive(Clone, Debug, Default)]
pub struct Attention {
    pub never_used: Vec<partner_keys::Model>,
    /// Living, with an end.
    pub ending: Vec<partner_keys::Model>,
    pub failing: Vec<webhook_endpoints::Model>,
    pub paused: Vec<webhook_endpoints::Model>,
    /// Transfers of which nobody knows yet whether money moved: the bank is asked again.
    pub unknown: i64,
    /// Those of which the bank's answers do not tell: a person of ours looks into them.
    pub needs_review: i64,
}

/// # Errors
/// The database's.
pub async fn attention<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    now: DateTime<Utc>,
) -> Result<Attention, DbErr> {
    let (living, _) = key_list::list_owned_by(db, partner, mode, now).await?;
    let (ending, lasting): (Vec<_>, Vec<_>) = living.into_iter().partition(|key| key.ends_at.is_some());
    let is_forgotten = |key: &partner_keys::Model| key.last_used_at.is_none() && now - key.created_at > UNUSED_AFTER;
    let endpoints = endpoints(db, (partner, mode)).await?;
    let (paused, active): (Vec<_>, Vec<_>) = endpoints
        .into_iter()
        .partition(|endpoint| endpoint.status == EndpointStatus::Paused);
    let in_doubt = in_doubt(db, (partner, mode)).await?;
    let count_of = |state| {
        in_doubt
            .iter()
            .find(|(one, _)| *one == state)
            .map_or(0, |(_, count)| *count)
    };
    Ok(Attention {
        never_used: lasting.into_iter().filter(is_forgotten).collect(),
        ending,
        failing: active
            .into_iter()
            .filter(|endpoint| endpoint.failures >= FAILING_FROM)
            .collect(),
        paused,
        unknown: count_of(TransferState::Unknown),
        needs_review: count_of(TransferState::NeedsReview),
    })
}

/// How many payments are in each state that tells nobody whether money moved. Index `(partner_id, kind, state, …)`.
async fn in_doubt<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
) -> Result<Vec<(TransferState, i64)>, DbErr> {
    transfers::Entity::find()
        .select_only()
        .column(transfers::Column::State)
        .column_as(transfers::Column::Id.count(), "count")
        .filter(transfers::Column::PartnerId.eq(partner))
        .filter(transfers::Column::Mode.eq(mode))
        .filter(transfers::Column::Kind.eq(TransferKind::Payment))
        .filter(transfers::Column::State.is_in([TransferState::Unknown, TransferState::NeedsReview]))
        .group_by(transfers::Column::State)
        .into_tuple()
        .all(db)
        .await
}

/// How far an integration has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a list of steps, each done or not, in any order"
)]
pub struct Steps {
    pub has_key: bool,
    pub has_used_key: bool,
    pub has_return_url: bool,
    pub has_endpoint: bool,
    pub has_mandate: bool,
    pub has_payment: bool,
}

impl Steps {
    #[must_use]
    pub const fn all_done(self) -> bool {
        self.has_key
            && self.has_used_key
            && self.has_return_url
            && self.has_endpoint
            && self.has_mandate
            && self.has_payment
    }
}

/// # Errors
/// The database's.
pub async fn steps<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    now: DateTime<Utc>,
) -> Result<Steps, DbErr> {
    let (living, _) = key_list::list_owned_by(db, partner, mode, now).await?;
    let return_url = partner_return_urls::Entity::find()
        .filter(partner_return_urls::Column::PartnerId.eq(partner))
        .one(db)
        .await?;
    let mandate = mandates::Entity::find()
        .filter(mandates::Column::PartnerId.eq(partner))
        .filter(mandates::Column::Mode.eq(mode))
        .one(db)
        .await?;
    let payment = transfers::Entity::find()
        .filter(transfers::Column::PartnerId.eq(partner))
        .filter(transfers::Column::Mode.eq(mode))
        .one(db)
        .await?;
    Ok(Steps {
        has_key: !living.is_empty(),
        has_used_key: living.iter().any(|key| key.last_used_at.is_some()),
        has_return_url: return_url.is_some(),
        has_endpoint: !endpoints(db, (partner, mode)).await?.is_empty(),
        has_mandate: mandate.is_some(),
        has_payment: payment.is_some(),
    })
}

/// The partner's endpoints, oldest first.
///
/// # Errors
/// The database's.
pub async fn endpoints<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
) -> Result<Vec<webhook_endpoints::Model>, DbErr> {
    webhook_endpoints::Entity::find()
        .filter(webhook_endpoints::Column::PartnerId.eq(partner))
        .filter(webhook_endpoints::Column::Mode.eq(mode))
        .filter(webhook_endpoints::Column::Status.ne(EndpointStatus::Deleted))
        .order_by_asc(webhook_endpoints::Column::Id)
        .limit(ENDPOINTS_SHOWN)
        .all(db)
        .await
}
