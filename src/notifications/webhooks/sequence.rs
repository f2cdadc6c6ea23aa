//! Giving events their places in the one order of all, after their commit, and making what is to be delivered of them.
//!
//! Only what is committed is seen here, and one writer at a time gives places, so a reader who has come to a place has
//! seen all before it, however late a transaction committed. If the process dies before the commit, nothing has a place
//! and the next look gives them; after it, the deliveries are there with the places.

use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::ids::{DeliveryId, EventId};
use crate::models::kinds::{DeliveryStatus, EndpointStatus, PartnerEventType};
use crate::models::partner_events::{Column, Entity, Model};
use crate::models::{event_order, webhook_deliveries, webhook_endpoints};
use crate::services::Services;

/// Events of one transaction: the writer is shared with those who pay.
const BATCH: u64 = 100;
/// Deliveries of one statement: a database takes so many values at a time.
const ROWS: usize = 500;
/// The one row of `event_order`.
const ORDER: i64 = 1;

/// Gives places to all that have none. Answers with how many there were.
///
/// # Errors
/// The database's own; the batches before it are done.
pub async fn sequence(services: &Services) -> Result<usize, DbErr> {
    let mut given = 0;
    while is_waiting(services).await? {
        let now = services.clock.now();
        let placed = services.db.write(move |tx| Box::pin(place_batch(tx, now))).await?;
        if placed == 0 {
            // Another process has just done it.
            break;
        }
        given += placed;
    }
    Ok(given)
}

/// Index `(seq, id)`, as all of these.
async fn is_waiting(services: &Services) -> Result<bool, DbErr> {
    let first = without_place().select_only().column(Column::Id).limit(1);
    Ok(first.into_tuple::<EventId>().one(services.db.read()).await?.is_some())
}

fn without_place() -> Select<Entity> {
    Entity::find().filter(Column::Seq.is_null())
}

async fn place_batch(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let last = last_place(tx).await?;
    let oldest = without_place().order_by_asc(Column::Id).limit(BATCH).all(tx).await?;
    if oldest.is_empty() {
        return Ok(0);
    }
    let subjects: BTreeSet<Uuid> = oldest.iter().map(|event| event.subject_id).collect();
    let of_subjects = without_place()
        .filter(Column::SubjectId.is_in(subjects))
        .all(tx)
        .await?;
    let events = in_order(&oldest, of_subjects);

    let placed: Vec<(i64, Model)> = (last + 1..).zip(events).collect();
    let mut seq = CaseStatement::new();
    for (place, event) in &placed {
        seq = seq.case(Column::Id.eq(event.id), *place);
    }
    Entity::update_many()
        .col_expr(Column::Seq, seq.finally(Expr::col(Column::Seq)).into())
        .filter(Column::Id.is_in(placed.iter().map(|(_, event)| event.id)))
        .exec(tx)
        .await?;
    end_at(tx, placed.last().map_or(last, |(place, _)| *place)).await?;
    make_deliveries(tx, &placed, now).await?;
    Ok(placed.len())
}

/// The last place that was given. Whoever asks is the one who gives the next ones, until the transaction ends.
pub(super) async fn last_place(tx: &DatabaseTransaction) -> Result<i64, DbErr> {
    let order = event_order::Entity::find_by_id(ORDER).lock_exclusive().one(tx).await?;
    let order = order.ok_or_else(|| DbErr::RecordNotFound("event_order".to_owned()))?;
    Ok(order.last_seq)
}

/// Keeps how far places were given.
pub(super) async fn end_at(tx: &DatabaseTransaction, last: i64) -> Result<(), DbErr> {
    event_order::Entity::update_many()
        .col_expr(event_order::Column::LastSeq, Expr::value(last))
        .filter(event_order::Column::Id.eq(ORDER))
        .exec(tx)
        .await?;
    Ok(())
}

/// By id, and where an event of a subject would come before one of a lower version, by version: ids are made before the
/// commit, by clocks of several machines. A version is committed before the next one is begun, so whoever sees the one
/// sees the other.
fn in_order(oldest: &[Model], of_subjects: Vec<Model>) -> Vec<Model> {
    let mut waiting: HashMap<Uuid, VecDeque<Model>> = HashMap::new();
    let mut by_version = of_subjects;
    by_version.sort_by_key(|event| event.version);
    for event in by_version {
        waiting.entry(event.subject_id).or_default().push_back(event);
    }
    let next = |event: &Model| waiting.get_mut(&event.subject_id)?.pop_front();
    oldest.iter().filter_map(next).collect()
}

async fn make_deliveries(tx: &DatabaseTransaction, placed: &[(i64, Model)], now: DateTime<Utc>) -> Result<(), DbErr> {
    let partners: BTreeSet<_> = placed.iter().map(|(_, event)| event.partner_id).collect();
    let endpoints = webhook_endpoints::Entity::find()
        .filter(webhook_endpoints::Column::PartnerId.is_in(partners))
        .filter(webhook_endpoints::Column::Status.ne(EndpointStatus::Deleted))
        .all(tx)
        .await?;
    let rows = placed.iter().flat_map(|(place, event)| {
        let told = endpoints.iter().filter(|endpoint| is_told(endpoint, event));
        told.map(move |endpoint| new_delivery(endpoint, event, *place, now))
    });
    insert(tx, rows.collect()).await
}

/// Whether an event of this moment is an endpoint's: also of one that is paused, which hears of it when it goes on.
pub(crate) fn is_told(endpoint: &webhook_endpoints::Model, event: &Model) -> bool {
    is_subscribed(endpoint, event) && endpoint.created_at <= event.created_at
}

/// Whether an endpoint wants events like this one.
pub(super) fn is_subscribed(endpoint: &webhook_endpoints::Model, event: &Model) -> bool {
    if event.event_type == PartnerEventType::EndpointTest {
        return event.subject_id == endpoint.id.0;
    }
    let types = &endpoint.event_types;
    let is_wanted = types.is_empty() || types.split(',').any(|word| word == event.event_type.as_str());
    is_wanted && endpoint.partner_id == event.partner_id && endpoint.mode == event.mode
}

/// A delivery that is due now.
pub(super) fn new_delivery(
    endpoint: &webhook_endpoints::Model,
    event: &Model,
    seq: i64,
    now: DateTime<Utc>,
) -> webhook_deliveries::ActiveModel {
    webhook_deliveries::ActiveModel {
        id: Set(DeliveryId::new()),
        endpoint_id: Set(endpoint.id),
        event_id: Set(event.id),
        event_type: Set(event.event_type),
        group_id: Set(event.group_id),
        seq: Set(seq),
        repeats_id: Set(None),
        status: Set(DeliveryStatus::Pending),
        attempts: Set(0),
        next_attempt_at: Set(Some(now)),
        lease_until: Set(None),
        created_at: Set(now),
        ended_at: Set(None),
    }
}

/// Writes deliveries, many at a time.
pub(super) async fn insert<C: ConnectionTrait>(
    tx: &C,
    mut rows: Vec<webhook_deliveries::ActiveModel>,
) -> Result<(), DbErr> {
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS));
        webhook_deliveries::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
        rows = rest;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PartnerId;
    use crate::models::kinds::Mode;

    fn event(id: u128, subject: u128, version: i64) -> Model {
        Model {
            id: EventId(Uuid::from_u128(id)),
            partner_id: PartnerId(Uuid::nil()),
            seq: None,
            mode: Mode::Test,
            subject_id: Uuid::from_u128(subject),
            group_id: Uuid::from_u128(subject),
            version,
            event_type: PartnerEventType::PaymentSucceeded,
            previous_status: "executing".to_owned(),
            snapshot: "{}".to_owned(),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_version_never_comes_before_the_one_it_follows_whatever_the_clocks_said() {
        // The second version's machine was behind: its id is the lowest, and the first one's is not in the batch.
        let (second, other, first) = (event(1, 7, 3), event(2, 8, 1), event(9, 7, 2));
        let oldest = [second.clone(), other.clone()];
        let ordered = in_order(&oldest, vec![second.clone(), other.clone(), first.clone()]);
        assert_eq!(ordered, [first.clone(), other]);
        let ordered = in_order(&[second.clone(), first.clone()], vec![first.clone(), second.clone()]);
        assert_eq!(ordered, [first, second]);
    }
}
