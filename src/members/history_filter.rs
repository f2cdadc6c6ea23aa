//! A member's payments and refunds by what they look for. Each look at the database goes by one index.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Select};

use super::history::{HistoryPage, with_partner_names};
pub use super::history_group::Group;
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::{Column, Entity};
use crate::transfers::find::{self, Place};

/// What is looked for. Absent parts do not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub group: Option<Group>,
    pub kind: Option<TransferKind>,
    pub partner: Option<PartnerId>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
}

/// One page of what the member looks for, newest first.
///
/// # Errors
/// The database's.
pub async fn page_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: u64,
) -> Result<HistoryPage, DbErr> {
    let mut rows = Vec::new();
    for look in looks(member, filter) {
        rows.extend(find::page(look, after, limit).all(db).await?);
    }
    // One that went on between two looks is there twice; what it came to is the later version.
    rows.sort_unstable_by_key(|row| Reverse((row.created_at, row.id, row.version)));
    rows.dedup_by_key(|row| row.id);
    let next = find::cut(&mut rows, limit, Place::of);
    Ok(HistoryPage {
        entries: with_partner_names(db, rows).await?,
        next,
    })
}

/// The looks whose newest rows together hold the newest of all.
///
/// One shop: index `(member_id, partner_id, created_at, id)`. Some states or one kind: one look for each state and kind
/// by `(member_id, kind, state, created_at, id)`, for a range over several would be sorted as a whole. Else `(member_id,
/// created_at, id)`.
fn looks(member: UserId, filter: &Filter) -> Vec<Select<Entity>> {
    let of_member = || {
        let mut query = Entity::find().filter(Column::MemberId.eq(member));
        if let Some(from) = filter.from {
            query = query.filter(Column::CreatedAt.gte(from));
        }
        if let Some(before) = filter.before {
            query = query.filter(Column::CreatedAt.lt(before));
        }
        query
    };
    if let Some(partner) = filter.partner {
        let mut query = of_member().filter(Column::PartnerId.eq(partner));
        if let Some(kind) = filter.kind {
            query = query.filter(Column::Kind.eq(kind));
        }
        if let Some(group) = filter.group {
            query = query.filter(Column::State.is_in(group.states().iter().copied()));
        }
        return vec![query];
    }
    if filter.group.is_none() && filter.kind.is_none() {
        return vec![of_member()];
    }
    let mut states = filter.group.map_or(TransferState::ALL, Group::states).to_vec();
    // As transfers go: one that goes on meanwhile is met twice, and never missed.
    states.sort_by_key(|state| way(*state));
    let one_kind = filter.kind.as_slice();
    let kinds = if one_kind.is_empty() {
        TransferKind::ALL
    } else {
        one_kind
    };
    let cells = kinds.iter().flat_map(|kind| states.iter().map(|state| (*kind, *state)));
    cells
        .map(|(kind, state)| {
            of_member()
                .filter(Column::Kind.eq(kind))
                .filter(Column::State.eq(state))
        })
        .collect()
}

/// How far on its way a transfer in this state is.
const fn way(state: TransferState) -> u8 {
    match state {
        TransferState::Queued => 0,
        TransferState::Executing => 1,
        TransferState::Unknown => 2,
        TransferState::NeedsReview => 3,
        TransferState::Succeeded | TransferState::Failed | TransferState::Canceled | TransferState::Expired => 4,
    }
}
