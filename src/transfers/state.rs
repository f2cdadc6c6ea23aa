//! The one place where a transfer changes: compare-and-set on its version, with the event in the same transaction.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::Value;

use super::{TransferError, chain, hours, usage};
use crate::config::LimitSettings;
use crate::db::{after_commit, rows};
use crate::ids::{EventId, TransferId};
use crate::models::changes::{self, TransferChange};
use crate::models::kinds::{Actor, EventType, TransferState};
use crate::models::{transfer_events, transfers};
use crate::notifications::outbox;

/// A change to one transfer. The event alone says which state follows, so that the two can never tell different things.
pub struct Change {
    event: EventType,
    /// `None`: the state stays.
    to: Option<TransferState>,
    actor: Actor,
    detail: Value,
    columns: transfers::ActiveModel,
}

impl Change {
    #[must_use]
    pub fn new(event: EventType, actor: Actor) -> Self {
        Self {
            event,
            to: state_after(event),
            actor,
            detail: Value::Null,
            columns: <transfers::ActiveModel as Default>::default(),
        }
    }

    /// A person's decision: the one event that may lead to more than one state.
    #[must_use]
    pub fn correction(to: TransferState) -> Self {
        Self {
            to: Some(to),
            ..Self::new(EventType::Corrected, Actor::Staff)
        }
    }

    /// Facts for people, already masked.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// Columns that change with it.
    #[must_use]
    pub fn columns(mut self, columns: transfers::ActiveModel) -> Self {
        self.columns = columns;
        self
    }

    /// Whether it may be made to a transfer in this state.
    fn is_allowed(&self, from: TransferState) -> bool {
        may_lead(self.event, Some(from), self.to.unwrap_or(from))
    }
}

/// Whether an event may lead from one state to another, or be told of a transfer that stays; `from` is `None` before the
/// first event.
#[must_use]
pub fn may_lead(event: EventType, from: Option<TransferState>, to: TransferState) -> bool {
    match (event, from, state_after(event)) {
        (EventType::Created, from, _) => from.is_none() && to == TransferState::Queued,
        (_, None, _) => false,
        (EventType::Corrected, Some(from), _) => may_be_corrected(from, to),
        (_, Some(from), Some(after)) => to == after && may_follow(from, to),
        (event, Some(from), None) => to == from && may_be_told(event, from),
    }
}

/// The state that an event leads to; `None` where it stays, or is for a person to say.
const fn state_after(event: EventType) -> Option<TransferState> {
    match event {
        EventType::Created => Some(TransferState::Queued),
        EventType::Claimed => Some(TransferState::Executing),
        EventType::Succeeded => Some(TransferState::Succeeded),
        EventType::Failed => Some(TransferState::Failed),
        EventType::Unknown => Some(TransferState::Unknown),
        EventType::NeedsReview => Some(TransferState::NeedsReview),
        EventType::Canceled => Some(TransferState::Canceled),
        EventType::Expired => Some(TransferState::Expired),
        EventType::Inquired
        | EventType::Note
        | EventType::RefundRequested
        | EventType::RefundSucceeded
        | EventType::RefundFailed
        | EventType::Corrected => None,
    }
}

/// The states in which an event that leaves the state makes sense.
const fn may_be_told(event: EventType, state: TransferState) -> bool {
    match event {
        EventType::Note => true,
        EventType::Inquired => matches!(state, TransferState::Unknown),
        EventType::RefundRequested | EventType::RefundSucceeded | EventType::RefundFailed => {
            matches!(state, TransferState::Succeeded)
        }
        _ => false,
    }
}

/// The ways between states that evidence, the partner and the clock may take.
#[must_use]
pub const fn may_follow(from: TransferState, to: TransferState) -> bool {
    use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
    matches!(
        (from, to),
        (Queued, Executing | Canceled | Expired)
            | (Executing, Succeeded | Failed | Unknown | NeedsReview)
            | (Unknown, Succeeded | Failed | NeedsReview)
    )
}

/// The ways that only a person may take, with a reason and evidence. What was never sent has nothing to correct.
#[must_use]
pub const fn may_be_corrected(from: TransferState, to: TransferState) -> bool {
    use TransferState::{Failed, NeedsReview, Succeeded, Unknown};
    matches!(
        (from, to),
        (Unknown | NeedsReview, Succeeded | Failed) | (Succeeded, Failed) | (Failed, Succeeded)
    )
}

/// Writes a new transfer with its first event.
///
/// # Errors
/// The database's own.
pub async fn create<C: ConnectionTrait>(
    tx: &C,
    transfer: transfers::Model,
    actor: Actor,
    detail: Value,
) -> Result<transfers::Model, TransferError> {
    let (transfer, event) = begun(transfer, EventId::new(), actor, &detail)?;
    // `into_active_model` marks values as unchanged; an insert needs them all.
    transfers::Entity::insert(transfer.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    insert_event(tx, &transfer, event).await?;
    Ok(transfer)
}

/// A new transfer with its first event, chained to each other, and not written yet.
///
/// # Errors
/// When the detail cannot be written as text.
pub fn begun(
    transfer: transfers::Model,
    id: EventId,
    actor: Actor,
    detail: &Value,
) -> Result<(transfers::Model, transfer_events::Model), TransferError> {
    let event = chained(transfer_events::Model {
        id,
        transfer_id: transfer.id,
        member_id: transfer.member_id,
        version: transfer.version,
        at: transfer.created_at,
        event_type: EventType::Created,
        state: transfer.state,
        previous_state: None,
        actor,
        detail: written(detail)?,
        hash: chain::root(&transfer),
    });
    let transfer = transfers::Model {
        history_hash: event.hash.clone(),
        ..transfer
    };
    Ok((transfer, event))
}

/// The event that a change is, where it may be made to the transfer as it is known.
///
/// # Errors
/// `NotAllowed` when the way does not exist.
pub fn event_of(
    known: &transfers::Model,
    change: &Change,
    id: EventId,
    at: DateTime<Utc>,
) -> Result<transfer_events::Model, TransferError> {
    if !change.is_allowed(known.state) {
        return Err(TransferError::NotAllowed {
            from: known.state,
            event: change.event,
        });
    }
    Ok(chained(transfer_events::Model {
        id,
        transfer_id: known.id,
        member_id: known.member_id,
        version: known.version + 1,
        at: at.max(known.updated_at),
        event_type: change.event,
        state: change.to.unwrap_or(known.state),
        previous_state: change.to.map(|_| known.state),
        actor: change.actor,
        detail: written(&change.detail)?,
        hash: known.history_hash.clone(),
    }))
}

/// Writes whole histories that were made up for a trial, each with its events, in statements of many rows; the counters of
/// limits and of hours follow them, as they follow any change.
///
/// # Errors
/// The database's own.
pub async fn fill<C: ConnectionTrait>(
    tx: &C,
    transfers: Vec<transfers::Model>,
    events: Vec<transfer_events::Model>,
    limits: &LimitSettings,
) -> Result<(), DbErr> {
    usage::follow_made_up(tx, &transfers, limits).await?;
    let moments = || transfers.iter().map(|transfer| transfer.created_at);
    if let Some(span) = moments().min().zip(moments().max()) {
        hours::follow_made_up(tx, span).await?;
    }
    rows::insert::<transfers::Entity>(tx, transfers).await?;
    rows::insert::<transfer_events::Entity>(tx, events).await
}

/// Applies a change to the transfer as the caller knows it, and answers with the new row. A history never goes back in
/// time, however the clocks of two machines differ: `at` is the last change's where it would.
///
/// # Errors
/// `NotAllowed` when the way does not exist, `Raced` when the row is not at this version and state any more.
pub async fn apply<C: ConnectionTrait>(
    tx: &C,
    known: &transfers::Model,
    change: Change,
    at: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    let event = event_of(known, &change, EventId::new(), at)?;
    let (at, to, stays) = (event.at, event.state, event.previous_state.is_none());
    let mut columns = change.columns;
    columns.version = Set(event.version);
    columns.history_hash = Set(event.hash.clone());
    columns.state = Set(to);
    columns.updated_at = Set(at);
    if !stays && to.is_final() {
        columns.settled_at = Set(Some(at));
        columns.open_order_key = Set(None);
        columns.next_check_at = Set(None);
    }
    if to != TransferState::Executing {
        columns.lease_until = Set(None);
    }
    let updated = transfers::Entity::update_many()
        .set(columns)
        .filter(transfers::Column::Id.eq(known.id))
        .filter(transfers::Column::Version.eq(known.version))
        .filter(transfers::Column::State.eq(known.state))
        .exec(tx)
        .await?;
    if updated.rows_affected != 1 {
        return Err(TransferError::Raced);
    }
    insert_event(tx, known, event).await?;
    let changed = load(tx, known.id).await?;
    usage::follow(tx, known.state, &changed).await?;
    hours::follow(tx, known, &changed, at).await?;
    outbox::record(tx, &changed, known.state, change.event, at).await?;
    Ok(changed)
}

/// The row as it is inside this transaction.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn load<C: ConnectionTrait>(tx: &C, id: TransferId) -> Result<transfers::Model, TransferError> {
    transfers::Entity::find_by_id(id)
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)
}

/// The event with its own hash in the place of the one before.
fn chained(event: transfer_events::Model) -> transfer_events::Model {
    let hash = chain::next(&event.hash, &event);
    transfer_events::Model { hash, ..event }
}

fn written(detail: &Value) -> Result<Option<String>, TransferError> {
    match detail {
        Value::Null => Ok(None),
        detail => Ok(Some(serde_json::to_string(detail)?)),
    }
}

/// Writes an event, of which open pages are told after the commit.
async fn insert_event<C: ConnectionTrait>(
    tx: &C,
    transfer: &transfers::Model,
    event: transfer_events::Model,
) -> Result<(), TransferError> {
    after_commit::note(changes::Change::Transfer(TransferChange::new(transfer, &event)));
    transfer_events::Entity::insert(event.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::{Change, may_be_corrected, may_follow};
    use crate::models::kinds::{Actor, EventType, TransferState};

    #[test]
    fn nothing_follows_a_final_state_and_nothing_returns_to_the_queue() {
        for from in TransferState::iter() {
            for to in TransferState::iter() {
                if from.is_final() || to == TransferState::Queued {
                    assert!(!may_follow(from, to), "{from:?} -> {to:?}");
                }
            }
        }
    }

    #[test]
    fn rule_7_a_person_decides_success_or_failure_of_what_may_have_been_sent_and_nothing_else() {
        use TransferState::{Canceled, Executing, Expired, Failed, Queued, Succeeded};
        for from in TransferState::iter() {
            for to in TransferState::iter() {
                let never_sent_or_in_hand = matches!(from, Queued | Executing | Canceled | Expired);
                let right = !never_sent_or_in_hand && matches!(to, Succeeded | Failed) && from != to;
                assert_eq!(may_be_corrected(from, to), right, "{from:?} -> {to:?}");
            }
        }
    }

    #[test]
    fn rule_7_news_of_a_final_transfer_can_only_be_written_down() {
        let news = [
            EventType::Created,
            EventType::Claimed,
            EventType::Succeeded,
            EventType::Failed,
            EventType::Unknown,
            EventType::NeedsReview,
            EventType::Canceled,
            EventType::Expired,
            EventType::Inquired,
            EventType::Corrected,
        ];
        for state in TransferState::iter() {
            assert!(Change::new(EventType::Note, Actor::Worker).is_allowed(state));
            for event in news {
                let change = Change::new(event, Actor::Worker);
                assert!(
                    !(state.is_final() && change.is_allowed(state)),
                    "{event:?} in {state:?}"
                );
            }
        }
    }

    #[test]
    fn only_a_queued_transfer_can_be_claimed_canceled_or_expired() {
        for from in TransferState::iter() {
            for to in [
                TransferState::Executing,
                TransferState::Canceled,
                TransferState::Expired,
            ] {
                assert_eq!(
                    may_follow(from, to),
                    from == TransferState::Queued,
                    "{from:?} -> {to:?}"
                );
            }
        }
    }
}
